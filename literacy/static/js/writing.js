// The writing desk: types Markdown for people who are used to a word processor, shows beside it what readers will see,
// and takes pictures in. The text stays in the browser's undo list.
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
  if (marks.then && chosen !== marks.sample) {
    // Of a link whose words were there already the address is what is still to be typed.
    const place = start + length + closing.indexOf(marks.then);
    area.setSelectionRange(place, place + marks.then.length);
  }
  fresh = { value: area.value, start: area.selectionStart, end: area.selectionEnd, behind };
}

// Pressed again on what is marked already, a button of marks takes them away.
function unwrap(area, { before, after }) {
  const { value, selectionStart: start, selectionEnd: end } = area;
  if (!before || before !== after || start === end) return false;
  if (!value.slice(0, start).endsWith(before) || !value.slice(end).startsWith(after)) return false;
  const inner = value.slice(start, end);
  area.setSelectionRange(start - before.length, end + after.length);
  type(area, inner);
  area.setSelectionRange(start - before.length, end - before.length);
  return true;
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

const desk = document.querySelector("[data-desk]");
const tools = desk.querySelector("[data-writing]");
const area = document.getElementById(tools.dataset.writing);
const form = desk.closest("form");
const token = form.querySelector('[name="csrf_token"]').value;
const told = desk.querySelector("[data-told]");
const SENT = { "X-CSRFToken": token, "X-Requested-With": "fetch" };

function press(button) {
  if (button.dataset.picture) openPictures();
  else if (!unwrap(area, button.dataset)) write(area, button.dataset);
}

// One stop of the tabulator for the whole row of buttons; arrows go along it.
const buttons = [...tools.querySelectorAll("button")];
tools.hidden = false;
buttons[0].tabIndex = 0;
tools.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) press(button);
});
tools.addEventListener("keydown", (event) => {
  const place = buttons.indexOf(event.target);
  const next = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: buttons.length - 1 }[event.key];
  const button = place >= 0 && next !== undefined && buttons[(next + buttons.length) % buttons.length];
  if (!button) return;
  event.preventDefault();
  buttons.forEach((one) => (one.tabIndex = one === button ? 0 : -1));
  button.focus();
});

// Ctrl+B and its like. The key is told by its place: with Shift the sign is another one on each keyboard.
function pressed(event) {
  const sign = event.code.replace(/^(Key|Digit)/, "");
  return [event.ctrlKey || event.metaKey ? "Ctrl" : "", event.altKey ? "Alt" : "", event.shiftKey ? "Shift" : "", sign]
    .filter(Boolean)
    .join("+");
}

const keys = new Map(buttons.filter((button) => button.dataset.keys).map((button) => [button.dataset.keys, button]));
area.addEventListener("keydown", (event) => {
  const button = keys.get(pressed(event));
  if (!button || event.isComposing) return;
  event.preventDefault();
  press(button);
});

// What readers will see, rendered by the server as it renders lessons.

const WAIT = 500;
const RETRY = 5000;
const reader = desk.querySelector(".desk-read");
const sheet = document.createElement("section");
const prose = document.createElement("div");
const faults = desk.querySelector("[data-faults]");
let timer = 0;
let shown = null; // the text that the preview shows
let asking = false;

function prepare() {
  const heading = document.createElement("h2");
  heading.id = "preview-title";
  heading.textContent = "学员看到的";
  sheet.className = "previewed";
  sheet.setAttribute("aria-labelledby", heading.id);
  sheet.tabIndex = 0;
  prose.className = "prose";
  sheet.append(heading, prose);
  reader.replaceChildren(sheet);
  desk.classList.add("desk-live");
  desk.dataset.shows = "write";
  told.hidden = false;
  desk.querySelector(".desk-tabs").hidden = false;
}

// Only what changed is put in anew: pictures do not flicker, and what is being read stays where it is.
function put(html) {
  const made = document.createElement("template");
  made.innerHTML = html; // the server's own, made safe there
  const old = [...prose.childNodes];
  const fresh = [...made.content.childNodes];
  const same = (one, other) => one && other && one.isEqualNode(other);
  let head = 0;
  while (same(old[head], fresh[head])) head += 1;
  let tail = 0;
  while (tail < Math.min(old.length, fresh.length) - head && same(old.at(-1 - tail), fresh.at(-1 - tail))) tail += 1;
  old.slice(head, old.length - tail).forEach((node) => node.remove());
  const behind = old.length - tail < old.length ? old[old.length - tail] : null;
  fresh.slice(head, fresh.length - tail).forEach((node) => prose.insertBefore(node, behind));
  if (!prose.textContent.trim() && !prose.querySelector("img")) prose.textContent = "正文还是空的。";
}

function tellFaults(found) {
  const marks = found.map((sentence) => {
    const item = document.createElement("li");
    item.className = "field-error";
    item.textContent = sentence;
    return item;
  });
  faults.replaceChildren(...marks);
  document.getElementById("body-error")?.remove(); // it spoke of what stood here before
}

function media() {
  return form.querySelector('[name="media"]')?.value || "";
}

async function show() {
  const text = area.value;
  const state = JSON.stringify([text, media()]);
  if (asking || state === shown) return;
  asking = true;
  try {
    const answer = await fetch(desk.dataset.text, {
      method: "POST",
      headers: { ...SENT, "Content-Type": "application/json" },
      body: JSON.stringify({ body: text, media: media() }),
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.error);
    put(body.html);
    if (shown !== null || !document.getElementById("body-error")) tellFaults(body.faults);
    shown = state;
    sheet.classList.remove("previewed-old");
    told.textContent = "";
    inStep();
  } catch (error) {
    sheet.classList.add("previewed-old");
    told.textContent = error instanceof TypeError ? "没有连上服务器，预览停在前面的样子。写的都还在。" : error.message || "预览没有更新。";
    if (error instanceof TypeError) later(RETRY);
  } finally {
    asking = false;
  }
  if (state !== shown && shown !== null && area.value !== text) later(WAIT);
}

function later(wait) {
  window.clearTimeout(timer);
  timer = window.setTimeout(show, wait);
}

// Both sides are scrolled to about the same place; the one that is scrolled leads.
function inStep() {
  const room = (box) => Math.max(1, box.scrollHeight - box.clientHeight);
  sheet.scrollTop = (area.scrollTop / room(area)) * room(sheet);
}

prepare();
show();
area.addEventListener("input", () => later(WAIT));
area.addEventListener("scroll", inStep, { passive: true });
form.querySelector('[name="media"]')?.addEventListener("change", () => later(0));
desk.querySelector(".desk-tabs").addEventListener("click", (event) => {
  const button = event.target.closest("[data-side]");
  if (!button) return;
  desk.dataset.shows = button.dataset.side;
  desk.querySelectorAll("[data-side]").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
  if (button.dataset.side === "read") show();
});

// Pictures: from a file, pasted, dropped, or one that is there already.

const dialog = document.getElementById("picture-dialog");
const chosenBox = dialog.querySelector("[data-chosen]");
const fileField = dialog.querySelector("#picture-file");
const altField = dialog.querySelector("#picture-alt");
const problem = dialog.querySelector("[data-problem]");
const insert = dialog.querySelector("[data-insert]");
const shelf = dialog.querySelector("[data-shelf]");
let picture = null;
let number = 0; // of uploads: only the last one counts
let place = [0, 0]; // where in the text the picture goes

function complain(sentence) {
  problem.textContent = sentence;
  problem.hidden = !sentence;
}

function choose(one) {
  picture = one;
  chosenBox.hidden = !one;
  insert.disabled = !one;
  if (!one) return;
  dialog.querySelector(".picture-chosen img").src = one.url;
  if (!altField.value || one.alt) altField.value = one.alt;
  altField.focus();
}

function openPictures(file) {
  complain("");
  fileField.value = "";
  altField.value = "";
  dialog.querySelector("[data-told]").textContent = "";
  choose(null);
  place = [area.selectionStart, area.selectionEnd];
  dialog.showModal();
  if (file) upload(file);
}

async function upload(file) {
  const mine = (number += 1);
  const note = dialog.querySelector("[data-told]");
  complain("");
  choose(null);
  note.textContent = "正在上传……";
  const data = new FormData();
  data.set("picture", file, file.name || "粘贴的图片.png");
  try {
    const answer = await fetch(dialog.dataset.upload, { method: "POST", headers: SENT, body: data });
    const body = await answer.json();
    if (mine !== number || !dialog.open) return;
    if (!answer.ok) throw new Error(body.error);
    choose(body);
  } catch (error) {
    if (mine === number) complain(error instanceof TypeError ? "没有连上服务器，图片还没上传。请再选一次。" : error.message || "图片没有上传，请再试一次。");
  } finally {
    if (mine === number) note.textContent = "";
  }
}

fileField.addEventListener("change", () => fileField.files[0] && upload(fileField.files[0]));

function putIn() {
  const alt = altField.value.replace(/\s+/g, " ").trim().replaceAll("[", "（").replaceAll("]", "）");
  if (!picture) return;
  if (!alt) {
    complain("请写图上有什么：看不见图的人靠这句话听懂。");
    altField.focus();
    return;
  }
  const written = `![${alt}](${picture.path})`;
  dialog.close();
  area.focus();
  area.setSelectionRange(...place);
  goBehind(area, false);
  const [above, below] = apart(area);
  type(area, above + written + below);
}

insert.addEventListener("click", putIn);
dialog.querySelector("form").addEventListener("submit", (event) => {
  if (event.submitter && event.submitter !== insert) return;
  event.preventDefault(); // Enter in the description
  putIn();
});
altField.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  putIn();
});

let page = 0;
const more = shelf.querySelector("[data-more]");

async function fillShelf() {
  const answer = await fetch(`${dialog.dataset.choice}?page=${page + 1}`, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  const body = answer?.ok ? await answer.json() : null;
  if (!body) return complain("没有连上服务器，请再试一次。");
  page = body.page;
  for (const one of body.pictures) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const image = document.createElement("img");
    button.type = "button";
    button.className = "button button-quiet";
    image.src = one.url;
    image.alt = one.alt || "没有说明的图片";
    image.loading = "lazy";
    button.title = image.alt;
    button.append(image);
    button.addEventListener("click", () => choose(one));
    item.append(button);
    shelf.querySelector("ul").append(item);
  }
  if (!shelf.querySelector("li")) shelf.querySelector("ul").textContent = "还没有传过图片。";
  more.hidden = body.page >= body.pages;
  return undefined;
}

shelf.addEventListener("toggle", () => shelf.open && page === 0 && fillShelf());
more.addEventListener("click", fillShelf);

const imageIn = (data) => [...(data?.files ?? [])].find((file) => file.type.startsWith("image/"));

area.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain");
  const table = tableOf(text);
  const file = !text && imageIn(event.clipboardData); // Word puts a picture of the words beside the words
  if (!table && !file) return;
  event.preventDefault();
  if (file) return openPictures(file);
  const [above, below] = apart(area);
  return type(area, above + table + below);
});

for (const name of ["dragenter", "dragover"]) {
  area.addEventListener(name, (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    desk.classList.add("desk-drop");
  });
}
area.addEventListener("dragleave", () => desk.classList.remove("desk-drop"));
area.addEventListener("drop", (event) => {
  desk.classList.remove("desk-drop");
  const file = imageIn(event.dataTransfer);
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  if (file) openPictures(file);
});
