// Ticking rows of a table: all of this page at once, how many are ticked, and what to do with them in a line at the
// bottom of the window while some are. Without this, one ticks each, and the line stands below the table.

for (const all of document.querySelectorAll("[data-tick-all]")) {
  const name = all.dataset.tickAll;
  const boxes = [...document.querySelectorAll(`input[type="checkbox"][name="${name}"]`)];
  const said = document.querySelector(`[data-ticked="${name}"]`);
  const line = document.querySelector(`[data-bulk="${name}"]`);
  const before = said?.textContent;
  const show = () => {
    const count = boxes.filter((box) => box.checked).length;
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
    if (said) said.textContent = count ? `已勾选 ${count} 人` : before;
    if (line) line.hidden = !count && !line.querySelector(".field-wrong");
  };
  if (!boxes.length) continue;
  all.closest("[hidden]").hidden = false;
  line?.classList.add("bulk-follows");
  all.addEventListener("change", () => {
    boxes.forEach((box) => (box.checked = all.checked));
    show();
  });
  boxes.forEach((box) => box.addEventListener("change", show));
  // A page that the browser brought back keeps its ticks but not the sentence.
  window.addEventListener("pageshow", show);
  show();
}
