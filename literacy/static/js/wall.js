// The arrows, the page keys of a presenter's remote and the space bar turn the steps; the links alone will do without.

const KEYS = { PageDown: "ArrowRight", " ": "ArrowRight", ArrowDown: "ArrowRight", PageUp: "ArrowLeft", ArrowUp: "ArrowLeft" };

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  // Space on a link scrolls, on nothing else here does it do anything.
  const key = KEYS[event.key] ?? event.key;
  const scrolls = ["ArrowDown", "ArrowUp", " "].includes(event.key) && document.documentElement.scrollHeight > window.innerHeight + 4;
  const link = document.querySelector(`[data-key="${key}"]`);
  if (!link || scrolls) return;
  event.preventDefault();
  link.click();
});
