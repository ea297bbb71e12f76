// Ticking rows of a table: all of this page at once, and how many are ticked. Without this, one ticks each.

for (const all of document.querySelectorAll("[data-tick-all]")) {
  const name = all.dataset.tickAll;
  const boxes = [...document.querySelectorAll(`input[type="checkbox"][name="${name}"]`)];
  const said = document.querySelector(`[data-ticked="${name}"]`);
  const before = said?.textContent;
  const show = () => {
    const count = boxes.filter((box) => box.checked).length;
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
    if (said) said.textContent = count ? `已勾选 ${count} 人。` : before;
  };
  if (!boxes.length) continue;
  all.closest("[hidden]").hidden = false;
  all.addEventListener("change", () => {
    boxes.forEach((box) => (box.checked = all.checked));
    show();
  });
  boxes.forEach((box) => box.addEventListener("change", show));
  // A page that the browser brought back keeps its ticks but not the sentence.
  window.addEventListener("pageshow", show);
  show();
}
