// A long list of rows to choose one from (units, people, courses): type some characters, and only what holds them is
// left. Without this script, and where the list is short, the plain select does the same work; it stays what is sent.

const LONG = 20; // as many are found at a glance
const SHOWN = 50;

document.querySelectorAll("select[data-choose]").forEach((select) => {
  if (select.options.length > LONG && !select.disabled) choosing(select);
});

function choosing(select) {
  const options = [...select.options].map((option) => ({ option, text: option.text.toLowerCase() }));
  const box = made("div", { class: "choose" });
  const input = made("input", {
    type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", id: select.id,
    "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": `${select.id}-list`,
  });
  const list = made("ul", { role: "listbox", id: `${select.id}-list`, "aria-label": labelOf(select), hidden: "" });
  const said = made("p", { class: "choose-said", role: "status" });
  let hits = [];
  let active = -1;

  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  select.before(box);
  select.id = `${select.id}-chosen`;
  select.hidden = true;
  box.append(input, list, said, select);
  show();

  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", open);
  input.addEventListener("input", open);
  input.addEventListener("blur", leave);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const keys = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: take, Escape: back };
    if (keys[event.key]?.()) event.preventDefault();
  });
  // The pointer must not take the focus away before the choice is made.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[data-place]");
    if (item) choose(hits[Number(item.dataset.place)]);
  });
  select.form?.addEventListener("reset", () => window.setTimeout(show));
  window.addEventListener("pageshow", show);

  // What is chosen, written in the box.
  function show() {
    input.value = select.selectedOptions[0]?.text ?? "";
    close();
  }

  function found() {
    const typed = input.value.trim().toLowerCase();
    if (typed === (select.selectedOptions[0]?.text ?? "").toLowerCase()) return options;
    const words = typed.split(/[\s/]+/).filter(Boolean);
    return options.filter(({ text }) => words.every((word) => text.includes(word)));
  }

  function open() {
    hits = found().map(({ option }) => option);
    const place = hits.indexOf(select.selectedOptions[0]);
    active = place >= 0 ? place : hits.length ? 0 : -1;
    // The one chosen before is in sight, with what stands around it.
    const start = Math.max(0, Math.min(active - 5, hits.length - SHOWN));
    list.replaceChildren(...hits.slice(start, start + SHOWN).map((option, number) => item(option, start + number)));
    list.hidden = !hits.length;
    list.classList.remove("choose-right");
    list.classList.toggle("choose-right", list.getBoundingClientRect().right > document.documentElement.clientWidth);
    input.setAttribute("aria-expanded", String(Boolean(hits.length)));
    const more = hits.length - list.children.length;
    said.textContent = !hits.length ? "没有这样的，换几个字试试。" : more > 0 ? `共 ${hits.length} 个，再输几个字就少了。` : "";
    light();
  }

  function item(option, place) {
    const line = made("li", { role: "option", id: `${input.id}-${place}`, "data-place": place });
    line.textContent = option.text;
    line.setAttribute("aria-selected", String(option.selected));
    return line;
  }

  function light() {
    for (const one of list.children) one.classList.toggle("choose-active", Number(one.dataset.place) === active);
    const lit = list.querySelector(".choose-active");
    lit?.scrollIntoView({ block: "nearest" });
    if (lit) input.setAttribute("aria-activedescendant", lit.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function move(step) {
    if (list.hidden) {
      open();
      return true;
    }
    const places = [...list.children].map((one) => Number(one.dataset.place));
    active = Math.max(places[0], Math.min(places.at(-1), active + step));
    light();
    return true;
  }

  function take() {
    if (list.hidden) return false; // Enter sends the form, as in every field
    if (active >= 0) choose(hits[active]);
    return true;
  }

  function back() {
    if (list.hidden) return false;
    show();
    return true;
  }

  function choose(option) {
    const changed = !option.selected;
    option.selected = true;
    said.textContent = "";
    show();
    if (changed) select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Whoever goes on with the next field: what is typed counts if it can only mean one thing; emptied means none.
  function leave() {
    const typed = input.value.trim();
    const meant = typed ? found() : options.slice(0, 1);
    const exact = meant.find(({ text }) => text === typed.toLowerCase());
    const one = exact ?? (meant.length === 1 ? meant[0] : null);
    if (one) choose(one.option);
    else {
      show();
      said.textContent = `“${typed}”${meant.length ? `有 ${meant.length} 个` : "没有找到"}，没有改，还是“${input.value}”。`;
    }
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
}

function labelOf(select) {
  return document.querySelector(`label[for="${select.id}"]`)?.textContent.trim() ?? "";
}

function made(tag, attributes) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
