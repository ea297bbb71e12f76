// Keeps what a trainer types as a private draft on the server, says truthfully whether it is kept, and tells who else
// has the page open. The form itself is saved by its buttons as always.

const form = document.querySelector("form[data-draft]");
const told = form.querySelector("[data-draft-told]");
const others = document.querySelector("[data-others]");
const WAIT = 2000;
const RETRY = 8000;
const BEAT = 45000;
const OWN = new Set(["csrf_token", "form_key", "revision", "on_top_of", "arrange", "preview", "publish", "take"]);

let token = form.querySelector('[name="csrf_token"]').value;
let number = Number(form.dataset.number); // of the draft that this page knows of
let timer = 0;
let busy = false;
let stopped = false; // another window writes the draft, or it is too large
let leaving = false;

function fields() {
  return [...new FormData(form)].filter(([name, value]) => !OWN.has(name) && typeof value === "string");
}

const served = JSON.stringify(fields());
let kept = form.hasAttribute("data-unsaved") ? "" : served; // what the server has: as a draft, or saved

function say(text, wrong = false) {
  told.textContent = text;
  told.classList.toggle("draft-wrong", wrong);
}

function tellOthers(names) {
  others.querySelector("[data-names]").textContent = names.join("、");
  others.hidden = names.length === 0;
}

async function post(payload) {
  const answer = await fetch(form.dataset.draft, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token, "X-Requested-With": "fetch" },
    body: JSON.stringify(payload),
  });
  const body = await answer.json().catch(() => ({}));
  if (body.csrf_token) token = body.csrf_token;
  if (answer.ok && !leaving) tellOthers(body.others);
  return [answer, body];
}

function later(wait) {
  window.clearTimeout(timer);
  timer = window.setTimeout(keep, wait);
}

async function keep() {
  const now = fields();
  const text = JSON.stringify(now);
  if (busy || stopped || leaving || text === kept) return;
  busy = true;
  const taken = text === served && !form.hasAttribute("data-unsaved"); // everything was taken back: no draft
  try {
    const revision = Number(form.querySelector('[name="revision"]')?.value || 0);
    const [answer, body] = await post({ fields: taken ? [] : now, revision, number });
    if (answer.ok) {
      number = body.number;
      kept = text;
      if (JSON.stringify(fields()) === kept) {
        form.dataset.kept = "1";
        say(body.said);
      }
    } else if (answer.status === 401 || body.sign_in) {
      say("登录已过期，草稿没有存。写的都还在：直接点保存，输入密码后会接着保存。", true);
    } else if (answer.status >= 500 || answer.status === 429) {
      say("草稿还没存，稍后自动再试。", true);
      later(RETRY);
    } else {
      stopped = true;
      say(body.error || "草稿没有存，请直接保存。", true);
    }
  } catch {
    say("没有连上服务器，草稿还没存。请先不要关闭这一页，连上后自动再存。", true);
    later(RETRY);
  } finally {
    busy = false;
  }
  if (!stopped && !leaving && kept === text && JSON.stringify(fields()) !== kept) later(WAIT);
}

function changed() {
  delete form.dataset.kept;
  if (stopped) return;
  if (document.querySelector("[data-offered]")) {
    say("上面有一份以前没保存的修改，请先选“接着写”或者“丢掉”，之后才会存草稿。", true);
    return;
  }
  say("正在写……");
  later(WAIT);
}

// Rows that are added, moved or removed change the form without a key being pressed in it.
form.addEventListener("input", changed);
form.addEventListener("click", (event) => {
  if (event.target.closest("button[name='arrange']")) window.setTimeout(() => JSON.stringify(fields()) !== kept && changed());
});

form.addEventListener("submit", () => {
  leaving = true;
  window.clearTimeout(timer);
  window.setTimeout(() => (leaving = false), 6000);
});

async function beat() {
  if (document.visibilityState === "visible" && !leaving) await post({}).catch(() => null);
}

beat();
window.setInterval(beat, BEAT);
if (kept === "" && !document.querySelector("[data-offered]")) later(WAIT); // what came back with a fault is not saved yet
window.addEventListener("online", () => later(0));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && !document.querySelector("[data-offered]")) keep();
  else beat();
});
