// Going through a verdict with the keyboard; the score that would follow is worked out while one decides.
// Without this everything is done with radio buttons, and a button works the score out.

const form = document.querySelector("[data-sheet]");
const items = [...form.querySelectorAll("[data-item]")];
const reply = document.querySelector(".bench-reply .marked-reply");
const help = document.querySelector("[data-shortcuts-help]");
const line = document.querySelector("[data-shortcuts]");
const turn = document.querySelector("[data-shortcuts-switch]");
const KEPT = "review-shortcuts";
let here = -1;

const kept = () => {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
};
let on = kept();

function light(item) {
  const number = item?.id.match(/^item-f(\d+)$/)?.[1];
  reply?.querySelectorAll(".mark").forEach((mark) => {
    const mine = number && mark.dataset.notes.trim().split(/\s+/).some((id) => id.endsWith(`note-${number}`));
    mark.classList.toggle("mark-lit", Boolean(mine));
    if (mine) mark.scrollIntoView({ block: "nearest" });
  });
}

function go(place) {
  if (!items.length) return;
  here = Math.min(Math.max(place, 0), items.length - 1);
  items.forEach((item, index) => item.classList.toggle("decide-here", index === here));
  const item = items[here];
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
  light(item);
}

function decide(which) {
  if (here < 0) go(0);
  const radio = items[here]?.querySelector(`input[${which}]`);
  if (!radio) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  if (here < items.length - 1) go(here + 1);
}

items.forEach((item, index) => {
  item.addEventListener("focusin", () => {
    here = index;
    items.forEach((one, place) => one.classList.toggle("decide-here", place === index));
    light(item);
  });
});

const acts = {
  j: () => go(here + 1),
  k: () => go(here - 1),
  a: () => decide("data-agree"),
  x: () => decide("data-not"),
  s: () => form.requestSubmit(form.querySelector("[data-save-next]")),
  "?": () => (help.hidden = !help.hidden),
};

document.addEventListener("keydown", (event) => {
  if (!on || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("textarea, select, input:not([type=radio]), [contenteditable]")) return;
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

function tell() {
  line.hidden = false;
  turn.textContent = on ? "关闭快捷键" : "打开快捷键";
}
turn.addEventListener("click", () => {
  on = !on;
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    // Not remembered; it holds for this page.
  }
  tell();
});
tell();

// A mark in the reply leads to its item.
reply?.querySelectorAll(".mark").forEach((mark) => {
  mark.addEventListener("click", (event) => {
    event.preventDefault();
    const number = mark.dataset.notes.trim().match(/note-(\d+)/)?.[1];
    const place = items.findIndex((item) => item.id === `item-f${number}`);
    if (place >= 0) go(place);
  });
});

// Words that were selected in the reply go into the first empty row.
const copy = document.querySelector("[data-mark-selected]");
if (copy && reply) {
  copy.hidden = false;
  let selected = "";
  document.addEventListener("selectionchange", () => {
    const range = document.getSelection();
    if (!range?.rangeCount || range.isCollapsed || !reply.contains(range.getRangeAt(0).commonAncestorContainer)) return;
    const part = range.getRangeAt(0).cloneContents();
    part.querySelectorAll("sup").forEach((number) => number.remove());
    selected = part.textContent.replaceAll("\u2060", "");
  });
  copy.querySelector("button").addEventListener("click", () => {
    const areas = [...form.querySelectorAll(".added-row textarea")];
    const area = areas.find((one) => !one.value.trim());
    if (!area || !selected) return;
    area.value = selected;
    area.closest(".added-row").querySelector("select").focus();
    ask();
  });
}

// The score that would follow.
const said = document.querySelector("[data-preview-said]");
const lines = document.querySelector("[data-preview-lines]");
document.querySelector("[data-preview-button]").hidden = true;
let waiting;
let asked = 0;

async function ask() {
  window.clearTimeout(waiting);
  const number = ++asked;
  const fields = new FormData(form);
  try {
    const answer = await fetch(form.dataset.preview, {
      method: "POST",
      body: fields,
      headers: { "X-Requested-With": "fetch", "X-CSRFToken": fields.get("csrf_token") },
    });
    if (number !== asked) return;
    if (!answer.ok) throw new Error(String(answer.status));
    const told = await answer.json();
    said.textContent = told.problem || told.said;
    lines?.replaceChildren(
      ...(told.lines ?? []).map((cells) => {
        const row = document.createElement("tr");
        cells.forEach((cell, index) => {
          const data = row.insertCell();
          data.textContent = index === 1 && cell > 0 ? `+${cell}` : String(cell);
          if (index) data.className = "num";
        });
        return row;
      }),
    );
  } catch {
    if (number === asked) said.textContent = "眼下算不出来，不影响保存";
  }
}
const soon = () => {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(ask, 250);
};
form.addEventListener("change", soon);
form.addEventListener("input", (event) => {
  if (event.target.matches(".added-row textarea")) soon();
});
