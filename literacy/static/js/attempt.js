// Keeps what a learner writes: on this device at once, on the server within a second, and says which of the two.
//
// A draft is sent with the number of the version it replaces and the name of this tab. The server refuses it if
// another tab wrote in between, if the time is over, or if the attempt was handed in; nothing is lost here in any case.

const form = document.querySelector(".attempt");
const state = form.querySelector("[data-state]");
const again = document.getElementById("again");
const conflict = document.getElementById("conflict");
const WAIT = 800;
const RETRY = 4000;

let token = form.dataset.token;
let sending = false; // the form itself is on its way
let started = false; // all questions of the page are known
let closed = false; // handed in elsewhere or out of time: nothing more is taken

// A name for this page, new with each load: a duplicated tab must not pass for the first one.
const writer = (window.crypto?.randomUUID?.() ?? `${Date.now()}-${Math.random()}`).slice(0, 40);

// How a field is read: as it stands now, or as the server sent it.
const NOW = { checked: (field) => field.checked, value: (field) => field.value };
const SERVED = {
  checked: (field) => field.defaultChecked,
  value: (field) => (field.options ? ([...field.options].find((option) => option.defaultSelected) ?? field.options[0]).value : field.defaultValue),
};

class Question {
  constructor(section) {
    this.section = section;
    this.kind = section.dataset.kind;
    this.name = section.dataset.name;
    this.number = Number(section.dataset.number);
    this.note = section.querySelector("[data-saved]");
    this.place = `draft-${form.dataset.owner}-${form.dataset.attempt}-${this.name}`;
    this.agreed = section.querySelector(`[name="${this.name}-agreed"]`);
    // Whoever chose a place before this script ran has answered.
    if (this.kind === "ordering" && this.moved().length) this.agreed.checked = true;
    // What the server would not take stands on the page all the same: it is not saved.
    const served = JSON.stringify(this.draft(SERVED));
    this.saved = "unsaved" in section.dataset ? "" : served;
    this.refusedText = "";
    this.savedWords = this.note.textContent;
    this.timer = 0;
    this.busy = false;
    this.blocked = false;
    // Quick hands write before this script runs, and some browsers bring back what stood here before a reload.
    const differs = JSON.stringify(this.draft()) !== served;
    const writing = differs && section.contains(document.activeElement);
    const restored = !writing && this.restore();
    if (differs && !restored) this.changed();
    section.addEventListener("input", (event) => {
      // Whoever chooses a place for an item has answered.
      if (this.agreed && event.target !== this.agreed) this.agreed.checked = true;
      this.changed();
    });
  }

  fields() {
    return [...this.section.querySelectorAll(`[name="${this.name}"]`)];
  }

  // The places of an ordering that were chosen since the page was served.
  moved() {
    return [...this.section.querySelectorAll(".ordering select")].filter((select) => select.value !== SERVED.value(select));
  }

  draft(as = NOW) {
    const checked = this.fields().filter(as.checked).map((field) => field.value);
    const rows = [...this.section.querySelectorAll(`select[name^="${this.name}-"]`)];
    const index = (field) => Number(field.name.slice(this.name.length + 1));
    switch (this.kind) {
      case "single":
        return { option: checked.length ? Number(checked[0]) : null };
      case "multiple":
        return { options: checked.map(Number) };
      case "truefalse":
        return { value: checked.length ? checked[0] === "true" : null };
      case "matching":
        return { matches: Object.fromEntries(rows.filter((row) => as.value(row) !== "").map((row) => [index(row), Number(as.value(row))])) };
      case "ordering":
        // The order in which the items happen to be shown is nobody's answer.
        return { order: as.checked(this.agreed) ? [...rows].sort((a, b) => Number(as.value(a)) - Number(as.value(b))).map(index) : null };
      default:
        return { text: as.value(this.fields()[0]) };
    }
  }

  show(draft) {
    if (!draft) return;
    if (this.kind === "single") this.fields().forEach((field) => { field.checked = Number(field.value) === draft.option; });
    if (this.kind === "multiple") this.fields().forEach((field) => { field.checked = (draft.options || []).includes(Number(field.value)); });
    if (this.kind === "truefalse") this.fields().forEach((field) => { field.checked = field.value === String(draft.value); });
    if (this.kind === "short" || this.kind === "reply") this.fields()[0].value = draft.text || "";
    if (this.kind === "ordering") this.agreed.checked = Boolean(draft.order);
    for (const row of this.section.querySelectorAll(`select[name^="${this.name}-"]`)) {
      const index = Number(row.name.slice(this.name.length + 1));
      if (this.kind === "matching") row.value = draft.matches?.[index] ?? "";
      if (this.kind === "ordering" && draft.order) row.value = String(draft.order.indexOf(index) + 1);
    }
    this.section.dispatchEvent(new Event("shown"));
  }

  // What this device kept and the server never got: after a crash, a lost connection, an ended session.
  // Says whether there was anything to put back.
  restore() {
    let kept = null;
    try {
      kept = JSON.parse(window.localStorage.getItem(this.place));
    } catch {
      kept = null;
    }
    if (!kept) return false;
    if (JSON.stringify(kept.draft) === this.saved) {
      window.localStorage.removeItem(this.place);
      return false;
    }
    const theirs = this.draft();
    this.show(kept.draft);
    if (kept.number >= this.number || kept.writer === this.section.dataset.writer) {
      // Nobody else wrote since: what stands here is the newer text.
      this.say("这是上次没来得及保存的内容，正在保存……");
      this.soon(0);
    } else {
      this.blocked = true;
      window.setTimeout(() => chooseDraft(this, kept.draft, { draft: theirs, number: this.number }));
    }
    return true;
  }

  keepHere(draft) {
    try {
      window.localStorage.setItem(this.place, JSON.stringify({ draft, number: this.number, writer }));
    } catch {
      // A full or forbidden store: the server copy is what counts.
    }
  }

  changed() {
    if (closed) return;
    this.keepHere(this.draft());
    this.section.querySelector(".field-error")?.remove(); // it spoke of what stood here before
    this.say("正在写……");
    this.soon(WAIT);
    progress();
  }

  soon(wait) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.save(), wait);
  }

  get dirty() {
    return JSON.stringify(this.draft()) !== this.saved;
  }

  say(text, wrong = false) {
    this.note.textContent = text;
    this.note.classList.toggle("saved-wrong", wrong);
  }

  async save() {
    if (this.busy || closed || sending || this.blocked || again.open) return;
    const draft = this.draft();
    const text = JSON.stringify(draft);
    if (text === this.refusedText) return; // the answer would be the same: wait for other words
    if (text === this.saved) {
      // Written and taken back: what stands here is what the server has.
      window.localStorage.removeItem(this.place);
      this.say(this.savedWords);
      return;
    }
    this.busy = true;
    try {
      const answer = await fetch(this.section.dataset.save, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token, "X-Requested-With": "fetch" },
        body: JSON.stringify({ draft, number: this.number, writer }),
      });
      const body = await answer.json().catch(() => ({}));
      if (answer.ok) this.done(text, body);
      else this.refused(answer.status, body, draft, text);
    } catch {
      this.say("没有连上服务器，还没保存。写的内容留在这台设备上，连上后自动保存。", true);
      this.soon(RETRY);
    } finally {
      this.busy = false;
    }
    if (this.dirty && !closed && !this.blocked) this.soon(WAIT);
  }

  done(text, body) {
    this.number = body.number;
    this.saved = text;
    this.savedWords = body.said;
    if (this.dirty) return; // more was written meanwhile: that is not saved yet
    window.localStorage.removeItem(this.place);
    this.say(this.savedWords);
  }

  refused(status, body, draft, text) {
    if (body.csrf_token) token = body.csrf_token;
    if (status === 401 || body.sign_in) {
      this.say("登录已过期，还没保存。", true);
      askPassword();
    } else if (body.reason === "conflict") {
      this.blocked = true;
      this.say("这道题在另一个窗口改过，还没保存。", true);
      chooseDraft(this, draft, body);
    } else if (body.reason === "submitted" || body.reason === "out_of_time") {
      closed = true;
      this.say(body.error, true);
      state.replaceChildren(body.error, " ", link("看结果", window.location.href));
    } else {
      this.say(body.error || "没有保存，稍后再试。", true);
      if (status >= 500 || status === 429) this.soon(RETRY);
      else this.refusedText = text;
    }
  }
}

function link(text, href) {
  const made = document.createElement("a");
  made.textContent = text;
  made.href = href;
  return made;
}

const questions = [...form.querySelectorAll(".question")].map((section) => new Question(section));
started = true;

function answered(question) {
  const draft = question.draft();
  if (question.kind === "single") return draft.option !== null;
  if (question.kind === "multiple") return draft.options.length > 0;
  if (question.kind === "truefalse") return draft.value !== null;
  if (question.kind === "matching") return Object.keys(draft.matches).length === question.section.querySelectorAll(".pair").length;
  if (question.kind === "ordering") return draft.order !== null;
  return draft.text.trim() !== "";
}

function progress() {
  if (!started || closed || questions.length < 2) return;
  state.textContent = `已答 ${questions.filter(answered).length} / ${questions.length} 题`;
}

// The session ended: ask for the password here, and go on.

function askPassword() {
  if (again.open) return;
  again.showModal();
  again.querySelector('[name="password"]').focus();
}

again.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const problem = again.querySelector("[data-again-problem]");
  problem.hidden = true;
  const fields = new URLSearchParams(new FormData(event.target));
  fields.set("csrf_token", token);
  try {
    const answer = await fetch(form.dataset.signIn, {
      method: "POST",
      headers: { "X-CSRFToken": token, "X-Requested-With": "fetch" },
      body: fields,
    });
    const body = await answer.json();
    if (body.csrf_token) token = body.csrf_token;
    if (!answer.ok) throw new Error(body.error);
    form.querySelectorAll('[name="csrf_token"]').forEach((field) => { field.value = token; });
    again.querySelector('[name="password"]').value = "";
    again.close();
    questions.forEach((question) => question.soon(0));
  } catch (error) {
    problem.textContent = error.message || "没有连上服务器，请再试一次。";
    problem.hidden = false;
    again.querySelector('[name="password"]').select();
  }
  delete event.target.dataset.sent;
});

// Two tabs wrote the same answer: the learner decides.

function words(question, draft) {
  if (question.kind === "short" || question.kind === "reply") return draft?.text || "（空）";
  return "（选择不同）";
}

function chooseDraft(question, mine, body) {
  conflict.querySelector("[data-theirs]").textContent = words(question, body.draft);
  conflict.querySelector("[data-mine]").textContent = words(question, mine);
  const settle = (keepMine) => () => {
    question.number = body.number;
    question.blocked = false;
    if (!keepMine) {
      question.show(body.draft);
      question.saved = JSON.stringify(question.draft());
      window.localStorage.removeItem(question.place);
      question.say("已换成另一个窗口保存的内容。");
    }
    conflict.close();
    if (keepMine) question.soon(0);
  };
  conflict.querySelector("[data-keep-mine]").onclick = settle(true);
  conflict.querySelector("[data-take-theirs]").onclick = settle(false);
  if (!conflict.open) conflict.showModal();
}

// The clock: the server decides; this only tells.

function startClock() {
  if (!("left" in form.dataset)) return;
  const shown = form.querySelector("[data-clock]");
  const line = form.querySelector("[data-clock-line]");
  // The seconds that are left were counted when the server answered, not when this script began.
  const answered = performance.getEntriesByType("navigation")[0]?.responseStart ?? performance.now();
  const end = answered + Number(form.dataset.left) * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    shown.textContent = left ? `剩余 ${Math.floor(left / 60)} 分 ${left % 60} 秒` : "时间到，正在提交……";
    shown.classList.toggle("clock-short", left <= 60);
    line.value = left;
    if (left > 0) {
      window.setTimeout(tick, 1000);
    } else if (!sending && !closed) {
      // The server is told that nobody pressed the button, so that it asks nothing back.
      const mark = document.createElement("input");
      Object.assign(mark, { type: "hidden", name: "by_clock", value: "1" });
      form.append(mark);
      form.requestSubmit();
    }
  };
  tick();
}

// Counting and growing boxes.

function prepareText(area) {
  const question = questions.find((one) => one.section.contains(area));
  const count = question.section.querySelector("[data-count]");
  const limit = Number(area.dataset.limit || 5000);
  const update = () => {
    const length = [...area.value.replace(/\s/g, "")].length;
    const over = [...area.value].length - limit;
    if (count) {
      count.textContent = over > 0 ? `超出 ${over} 字，请删减（连空格、换行最多 ${limit} 字）` : `已写 ${length} 字，不算空格和换行`;
      count.classList.toggle("too-long", over > 0);
    }
    if ("grow" in area.dataset) {
      area.style.height = "auto";
      area.style.height = `${area.scrollHeight + 4}px`;
    }
  };
  area.addEventListener("input", update);
  question.section.addEventListener("shown", update);
  update();
}

// Ordering: arrows beside each item; the selects stay the truth.

function prepareOrdering(question) {
  const list = question.section.querySelector(".ordering");
  const renumber = () => {
    [...list.children].forEach((item, place) => {
      item.querySelector("select").value = String(place + 1);
      const [up, down] = item.querySelectorAll(".move");
      up.disabled = place === 0;
      down.disabled = place === list.children.length - 1;
    });
  };
  // Each of these goes to its place, the first place first; two may name the same one.
  const settle = (selects) => {
    const places = selects.map((select) => [select.closest("li"), Number(select.value)]).sort((a, b) => a[1] - b[1]);
    places.forEach(([item]) => item.remove());
    places.forEach(([item, place]) => list.insertBefore(item, list.children[place - 1] ?? null));
    renumber();
  };
  const button = (item, text, label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button move";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", () => {
      act();
      renumber();
      question.agreed.checked = true;
      question.changed();
      // At the first and the last place one of the two arrows is off, and an arrow that is off holds no focus.
      if (made.disabled) item.querySelector(".move:not([disabled])")?.focus();
      else made.focus();
    });
    item.append(made);
  };
  [...list.children].forEach((item) => {
    const words = item.querySelector(".ordering-text").textContent;
    button(item, "↑", `把“${words}”往前移`, () => item.previousElementSibling?.before(item));
    button(item, "↓", `把“${words}”往后移`, () => item.nextElementSibling?.after(item));
    const select = item.querySelector("select");
    select.addEventListener("change", () => {
      const place = Number(select.value) - 1;
      const others = [...list.children].filter((other) => other !== item);
      if (place >= others.length) list.append(item);
      else others[place].before(item);
      renumber();
      question.changed();
      select.focus();
    });
  });
  question.section.addEventListener("shown", () => settle([...list.querySelectorAll("select")]));
  settle(question.moved());
}

function markPicked() {
  form.querySelectorAll(".option").forEach((option) => {
    option.classList.toggle("option-picked", option.querySelector("input").checked);
  });
}

questions.filter((question) => question.kind === "ordering").forEach(prepareOrdering);
form.querySelectorAll("[data-text]").forEach(prepareText);
form.addEventListener("change", markPicked);
markPicked();
progress();
startClock();

// Submitting takes along everything on the page; drafts kept on this device have done their duty.
form.addEventListener("submit", (event) => {
  const byClock = form.querySelector('[name="by_clock"]');
  if (form.querySelector(".too-long") && !byClock) {
    event.preventDefault();
    event.stopImmediatePropagation();
    state.textContent = "答复太长，请删减后再提交。";
    return;
  }
  sending = true;
  questions.forEach((question) => window.clearTimeout(question.timer));
  window.setTimeout(() => { sending = false; }, 5000);
});

window.addEventListener("online", () => questions.forEach((question) => question.dirty && question.soon(0)));
window.addEventListener("beforeunload", (event) => {
  if (!sending && !closed && questions.some((question) => question.dirty)) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") questions.forEach((question) => question.dirty && question.save());
});
