// The outline of a course: things are dragged, or moved by the arrow keys, and what is picked is shown beside it.
// Without this script links and the forms of the pages behind them do the same.

const builder = document.querySelector("[data-builder]");
const said = builder.querySelector("[data-said]");
const note = builder.querySelector("[data-note]");
const WAIT = 500;
const drags = [];
let outline = null;
let revision = 0;
let timer = 0;
let moved = null; // what was moved and is not sent yet
let sending = Promise.resolve();

function tell(sentence, wrong = false) {
  said.textContent = sentence;
  note.textContent = sentence;
  note.hidden = false;
  note.classList.toggle("builder-note-wrong", wrong);
  window.clearTimeout(tell.timer);
  tell.timer = window.setTimeout(() => (note.hidden = true), wrong ? 12000 : 4000);
}

// Where a thing stands: the module that holds it, and its place there from 0.
function placeOf(item) {
  const isModule = "module" in item.dataset;
  const rows = [...item.parentElement.children].filter((row) => isModule === "module" in row.dataset);
  return {
    module: isModule ? item.dataset.module : item.parentElement.dataset.steps,
    activity: isModule ? "" : item.dataset.activity,
    place: rows.indexOf(item),
    of: rows.length,
  };
}

const same = (one, other) => one.module === other.module && one.activity === other.activity && one.place === other.place;

function recount() {
  outline.querySelectorAll("[data-module]").forEach((module, place) => {
    const steps = module.querySelectorAll("[data-activity]").length;
    module.querySelector("[data-number]").textContent = place + 1;
    module.querySelector("[data-count]").textContent = steps;
    module.querySelector("[data-empty]").hidden = steps > 0;
  });
}

function announce(item) {
  const { place, of } = placeOf(item);
  if ("module" in item.dataset) tell(`第 ${place + 1} 个单元，共 ${of} 个`);
  else {
    const number = item.closest("[data-module]").querySelector("[data-number]").textContent;
    tell(`${item.dataset.title}：第 ${number} 单元第 ${place + 1} 项，共 ${of} 项`);
  }
}

// What moves on within half a second is sent once, with where it came to stand.
function later(item, from) {
  if (moved && moved.item !== item) send();
  moved = { item, from: moved?.from ?? from };
  window.clearTimeout(timer);
  timer = window.setTimeout(send, WAIT);
}

function send() {
  window.clearTimeout(timer);
  const one = moved;
  moved = null;
  if (!one || same(one.from, placeOf(one.item))) return;
  sending = sending.then(() => post(placeOf(one.item)));
}

async function post(place) {
  const data = new URLSearchParams({ revision, module: place.module, activity: place.activity, place: place.place });
  try {
    const answer = await fetch(builder.dataset.move, {
      method: "POST",
      headers: { "X-CSRFToken": builder.dataset.token, "X-Requested-With": "fetch" },
      body: data,
      keepalive: true, // also while the page is being left
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.error);
    revision = body.revision;
    // The forms beside it would else be refused for a change that was one's own.
    builder.querySelectorAll('[data-panel] [name="revision"]').forEach((field) => (field.value = revision));
    tell(body.said);
  } catch (error) {
    const sentence = error instanceof TypeError ? "没有连上服务器，没有移动。" : error.message || "没有移动，请再试一次。";
    if (!(error instanceof TypeError)) await show(window.location.href, false);
    else window.setTimeout(() => show(window.location.href, false), 3000);
    tell(sentence, true);
  }
}

// The arrow keys: one place up or down; at the end of a module into the next one.

function neighbour(item, down) {
  const next = down ? item.nextElementSibling : item.previousElementSibling;
  if (next || "module" in item.dataset) return next && (() => (down ? next.after(item) : next.before(item)));
  const modules = [...outline.querySelectorAll("[data-steps]")];
  const other = modules[modules.indexOf(item.parentElement) + (down ? 1 : -1)];
  return other && (() => (down ? other.prepend(item) : other.append(item)));
}

function byKey(event) {
  const handle = event.target.closest("[data-handle]");
  if (!handle) return;
  const item = handle.closest("[data-activity], [data-module]");
  if (event.key === "Escape" && moved?.item === item) {
    putBack(item, moved.from);
    moved = null;
    window.clearTimeout(timer);
  } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    event.preventDefault();
    const act = neighbour(item, event.key === "ArrowDown");
    if (!act) return tell(event.key === "ArrowDown" ? "已经是最后一个" : "已经是第一个");
    const from = placeOf(item);
    act();
    later(item, from);
  } else return undefined;
  const fold = item.closest("details");
  if (fold) fold.open = true;
  recount();
  handle.focus();
  handle.scrollIntoView({ block: "nearest" });
  return announce(item);
}

function putBack(item, { module, place, activity }) {
  const list = activity ? outline.querySelector(`[data-steps="${module}"]`) : item.parentElement;
  item.remove();
  list.insertBefore(item, list.children[place] ?? null);
}

// Dragging, with the mouse and with a finger.

function drag() {
  drags.splice(0).forEach((one) => one.destroy());
  if (!window.Sortable) return;
  let from = null;
  const common = {
    handle: "[data-handle]",
    animation: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140,
    forceFallback: true, // the same with every browser, mouse and finger
    fallbackOnBody: true,
    fallbackTolerance: 4,
    ghostClass: "dragged",
    fallbackClass: "drag-ghost",
    onStart: ({ item }) => {
      send();
      from = placeOf(item);
    },
    onEnd: ({ item }) => {
      if (same(from, placeOf(item))) return;
      recount();
      later(item, from);
      send();
    },
  };
  const list = outline.querySelector("[data-modules]");
  if (list) drags.push(window.Sortable.create(list, { ...common, draggable: "[data-module]", handle: ".outline-head > [data-handle]" }));
  for (const steps of outline.querySelectorAll("[data-steps]")) {
    drags.push(window.Sortable.create(steps, { ...common, draggable: "[data-activity]", group: "activities" }));
  }
}

// Modules that were folded stay folded.

const KEY = `folded-${window.location.pathname}`;

function folds() {
  return [...outline.querySelectorAll(".outline-fold")];
}

function keepFolds() {
  const closed = folds().filter((fold) => !fold.open).map((fold) => fold.closest("[data-module]").dataset.module);
  window.sessionStorage.setItem(KEY, JSON.stringify(closed));
  const all = outline.querySelector("[data-fold-all]");
  if (!all) return;
  const open = folds().some((fold) => fold.open);
  all.textContent = open ? "全部收起" : "全部展开";
  all.setAttribute("aria-expanded", String(open));
}

function prepare() {
  outline = builder.querySelector("[data-outline]");
  revision = Number(outline.dataset.revision);
  outline.querySelectorAll("[data-handle], [data-help]").forEach((part) => (part.hidden = false));
  const closed = JSON.parse(window.sessionStorage.getItem(KEY) ?? "[]");
  for (const fold of folds()) {
    fold.open = !closed.includes(fold.closest("[data-module]").dataset.module);
    fold.addEventListener("toggle", keepFolds);
  }
  keepFolds();
  drag();
}

// What is picked is fetched and put in beside the outline; the address follows, so that going back works.

let changed = false;

function take(html, url) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  if (!fresh.querySelector("[data-builder]")) {
    window.location.assign(url);
    return;
  }
  for (const name of ["[data-outline]", "[data-panel]"]) builder.querySelector(name).replaceWith(fresh.querySelector(name));
  changed = false;
  prepare();
}

async function show(url, push = true) {
  const answer = await fetch(url, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) {
    window.location.assign(url);
    return;
  }
  take(await answer.text(), url);
  if (push) window.history.pushState(null, "", url);
}

const leaving = () => !changed || window.confirm("右边改的还没有保存。不保存了吗？");

builder.addEventListener("click", async (event) => {
  const all = event.target.closest("[data-fold-all]");
  if (all) {
    const open = folds().some((fold) => fold.open);
    folds().forEach((fold) => (fold.open = !open));
    return;
  }
  const link = event.target.closest("[data-pick]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!leaving()) return;
  send();
  await sending;
  await show(link.href);
  const panel = builder.querySelector("[data-panel]");
  panel.focus({ preventScroll: window.innerWidth >= 1000 });
});

builder.addEventListener("keydown", byKey);
builder.addEventListener("input", (event) => event.target.closest("[data-facts]") && (changed = true));

builder.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-facts]");
  if (!form) return;
  event.preventDefault();
  const data = new URLSearchParams(new FormData(form, event.submitter));
  send();
  await sending;
  data.set("revision", form.querySelector('[name="revision"]').value);
  const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer) return tell("没有连上服务器，还没保存。写的都还在。", true);
  if (answer.status === 401) return tell("登录已过期，还没保存。请在新窗口登录，再回来保存。", true);
  const url = answer.redirected ? answer.url : window.location.href;
  take(await answer.text(), url);
  window.history.replaceState(null, "", url);
  if (answer.ok) tell("已保存。");
  else builder.querySelector("[data-panel] .field-error, [data-panel] .note")?.scrollIntoView({ block: "nearest" });
  changed = !answer.ok;
  return undefined;
});

window.addEventListener("popstate", () => show(window.location.href, false));
window.addEventListener("beforeunload", (event) => {
  if (moved) send();
  if (changed) event.preventDefault();
});

prepare();
