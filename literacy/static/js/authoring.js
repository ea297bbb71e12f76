// Adds, moves and removes rows without a round trip, and shows only the fields of the chosen channel.
// Without this script the same buttons ask the server to do it.

function rowsOf(group) {
  return [...group.querySelectorAll("[data-row]")];
}

// Names and ids carry the row's place: options-2-text, and options.up.2 on the buttons.
function renumber(group) {
  const name = group.dataset.rows;
  const inside = new RegExp(`(^|\\s)${name}-\\d+`, "g");
  const rows = rowsOf(group);
  rows.forEach((row, place) => {
    for (const element of row.querySelectorAll("*")) {
      for (const attribute of ["id", "name", "for", "aria-describedby"]) {
        const value = element.getAttribute(attribute);
        if (value) element.setAttribute(attribute, value.replace(inside, `$1${name}-${place}`));
      }
    }
    for (const button of row.querySelectorAll("button[name='arrange']")) {
      const act = button.value.split(".")[1];
      button.value = `${name}.${act}.${place}`;
      button.disabled = (act === "up" && place === 0) || (act === "down" && place === rows.length - 1);
    }
    const number = row.querySelector("[data-number]");
    if (number) number.textContent = `第 ${place + 1} 行`;
  });
  const most = Number(group.dataset.most || 0);
  const add = group.querySelector("[data-add]");
  if (add && most) add.disabled = rows.length >= most;
}

function clear(row) {
  for (const field of row.querySelectorAll("input, textarea, select")) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = false;
    else if (field.tagName === "SELECT") field.selectedIndex = 0;
    else field.value = "";
  }
  row.classList.remove("rows-wrong");
  row.querySelectorAll(".field-error").forEach((error) => error.remove());
  row.querySelectorAll(".field-wrong").forEach((field) => field.classList.remove("field-wrong"));
  row.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
}

function firstField(row) {
  return row.querySelector("input:not([type='hidden']), textarea, select");
}

function add(group) {
  const rows = rowsOf(group);
  const last = rows[rows.length - 1];
  const row = last.cloneNode(true);
  clear(row);
  last.after(row);
  renumber(group);
  firstField(row)?.focus();
}

function remove(group, row) {
  const rows = rowsOf(group);
  const next = row.nextElementSibling || row.previousElementSibling;
  if (rows.length === 1 && group.querySelector("[data-add]")) {
    clear(row);
    firstField(row)?.focus();
    return;
  }
  row.remove();
  renumber(group);
  if (next) firstField(next)?.focus();
}

function move(group, row, act, button) {
  const other = act === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (act === "up") other.before(row);
  else other.after(row);
  renumber(group);
  if (button.disabled) row.querySelector("button[name='arrange']:not([disabled])")?.focus();
  else button.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[name='arrange']");
  const group = button?.closest("[data-rows]");
  if (!group) return;
  const act = button.value.split(".")[1];
  const row = button.closest("[data-row]");
  if (!rowsOf(group).length || (act !== "add" && !row)) return;
  event.preventDefault();
  changed = true;
  if (act === "add") add(group);
  else if (act === "remove") remove(group, row);
  else move(group, row, act, button);
});

const channel = document.querySelector("#channel");

function showChannel() {
  document.querySelectorAll("[data-channels]").forEach((box) => {
    box.hidden = !box.dataset.channels.split(" ").includes(channel.value);
  });
}

if (channel) {
  channel.addEventListener("change", showChannel);
  document.querySelector("[data-channel-hint]")?.setAttribute("hidden", "");
  showChannel();
}

// What was typed is not lost by a stray click on a link.
const form = document.querySelector("form.form-wide");
let changed = form?.hasAttribute("data-unsaved") ?? false;
form?.addEventListener("input", (event) => {
  if (!event.target.closest(".bench")) changed = true; // a reply that is only tried is nobody's work
});
form?.addEventListener("submit", () => (changed = false));
window.addEventListener("beforeunload", (event) => {
  if (changed && !form.dataset.kept) event.preventDefault(); // a draft that is kept is offered back
});
