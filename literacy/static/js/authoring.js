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

// Types Markdown for people who are used to a word processor. The text stays in the browser's undo list.
function type(area, text) {
  area.focus();
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// What has to stand before and after a block, so that blank lines separate it from its neighbours.
function apart(area) {
  const before = area.value.slice(0, area.selectionStart);
  const after = area.value.slice(area.selectionEnd);
  return [
    before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n",
    after === "" || after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n",
  ];
}

// What the last button wrote is selected, so that typing replaces it; until then the next button goes behind it.
let fresh = null;

function goBehind(area, isCallout) {
  const { value, selectionStart: start, selectionEnd: end } = area;
  if (fresh && fresh.value === value && fresh.start === start && fresh.end === end) {
    area.setSelectionRange(fresh.behind, fresh.behind);
  }
  if (!isCallout) return;
  // A callout holds no other callout: from inside one, the new one goes behind it.
  for (const callout of value.matchAll(/^:::[^\n]*\S[^\n]*\n(?:(?!:::[ \t]*$).*\n)*?:::[ \t]*$/gm)) {
    const behind = callout.index + callout[0].length;
    if (area.selectionStart > callout.index && area.selectionStart < behind) area.setSelectionRange(behind, behind);
  }
}

function write(area, marks) {
  goBehind(area, marks.own !== undefined);
  const chosen = area.value.slice(area.selectionStart, area.selectionEnd) || marks.sample || "";
  const own = marks.line !== undefined || marks.block !== undefined || marks.own !== undefined;
  const [above, below] = own ? apart(area) : ["", ""];
  const [opening, closing] = [marks.before || marks.line || "", marks.after || ""];
  const inner = marks.line ? chosen.split("\n").join(`\n${marks.line}`) : (marks.block ?? chosen);
  const from = area.selectionStart + above.length + opening.length;
  const behind = from + inner.length + closing.length;
  type(area, above + opening + inner + closing + below);
  // Of a table the first cell is selected: typing over all of it would leave no table.
  const [start, length] = marks.block ? [from + inner.indexOf(marks.sample), marks.sample.length] : [from, inner.length];
  area.setSelectionRange(start, start + length);
  fresh = { value: area.value, start, end: start + length, behind };
}

// A table that was copied from Word or Excel comes with tabs between its cells.
function tableOf(text) {
  const lines = text.replace(/\s+$/, "").split(/\r?\n/);
  const rows = lines.map((line) => line.split("\t"));
  const width = rows[0].length;
  if (lines.length < 2 || width < 2 || rows.some((row) => row.length !== width)) return null;
  const written = rows.map((row) => `| ${row.map((cell) => cell.trim().replaceAll("|", "\\|")).join(" | ")} |`);
  written.splice(1, 0, `|${"---|".repeat(width)}`);
  return written.join("\n");
}

const tools = document.querySelector("[data-writing]");
if (tools) {
  const area = document.getElementById(tools.dataset.writing);
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) write(area, button.dataset);
  });
  area.addEventListener("paste", (event) => {
    const table = tableOf(event.clipboardData.getData("text/plain"));
    if (!table) return;
    event.preventDefault();
    const [above, below] = apart(area);
    type(area, above + table + below);
  });
}

// What was typed is not lost by a stray click on a link.
const form = document.querySelector("form.form-wide");
let changed = form?.hasAttribute("data-unsaved") ?? false;
form?.addEventListener("input", () => (changed = true));
form?.addEventListener("submit", () => (changed = false));
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
