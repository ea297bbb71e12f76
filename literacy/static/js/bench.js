// Judges a reply beside the scenario while either is being written. Without this script the same buttons send the form.

const panel = document.querySelector("[data-bench]");
const form = panel.closest("form");
const reply = form.querySelector("[name='bench_reply']");
const pick = form.querySelector("[name='bench_pick']");
const said = form.querySelector("[data-bench-said]");
const verdict = form.querySelector("[data-bench-verdict]");
const WAIT = 700;

let timer = 0;
let asking = null;

async function ask(act) {
  window.clearTimeout(timer);
  asking?.abort();
  const own = new AbortController();
  asking = own;
  const fields = new FormData(form);
  fields.set("bench", act);
  verdict.classList.add("bench-waits");
  try {
    const answer = await fetch(panel.dataset.bench, {
      method: "POST",
      headers: { "X-Requested-With": "fetch" },
      body: fields,
      signal: own.signal,
    });
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(body.error || "没有评成，请稍后再试。");
    show(act, body);
  } catch (error) {
    if (error.name === "AbortError") return; // a newer question is on its way
    say(error instanceof TypeError ? "没有连上服务器，没有评成。写的都还在，连上后再按“看评议”。" : error.message);
  }
  if (asking === own) verdict.classList.remove("bench-waits");
}

function say(words) {
  said.textContent = words;
}

function show(act, body) {
  if (act === "pick") reply.value = body.text;
  const page = new DOMParser().parseFromString(body.html, "text/html");
  const open = verdict.querySelector(".arithmetic")?.open;
  verdict.replaceChildren(...page.body.childNodes);
  const arithmetic = verdict.querySelector(".arithmetic");
  if (arithmetic && open) arithmetic.open = true;
  verdict.querySelectorAll("[data-verdict]").forEach((one) => {
    document.dispatchEvent(new CustomEvent("verdict", { detail: one }));
  });
  say(body.said || (reply.value.trim() ? "已照现在写的评过。" : ""));
}

// The examples of the form are there to pick before they are saved; kept replies come from the server.
function offer() {
  const text = (field) => field.value.trim();
  const rows = [...form.querySelectorAll("#anti_exemplars [data-row]")].filter((row) => [...row.querySelectorAll("textarea")].some(text));
  const examples = rows.map((row, place) => [row, place + 1]).filter(([row]) => text(row.querySelector("[name$='-reply']")));
  const listed = examples.map(([, number]) => new Option(`反例 ${number}`, `anti_exemplars[${number}]`));
  const exemplar = form.querySelector("[name='exemplar']");
  if (text(exemplar)) listed.unshift(new Option("示范答复", "exemplar"));
  const [own, ...others] = pick.options;
  const kept = others.filter((option) => option.value.startsWith("saved-"));
  const chosen = pick.value;
  pick.replaceChildren(own, ...listed, ...kept);
  pick.value = [...pick.options].some((option) => option.value === chosen) ? chosen : "";
}

if (form.querySelector("[name='exemplar']")) pick.addEventListener("focus", offer);

form.querySelector("button[name='bench'][value='pick']").hidden = true;
pick.addEventListener("change", () => {
  if (pick.value) ask("pick");
});

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name='bench']");
  if (!button) return;
  event.preventDefault();
  ask(button.value);
});

form.addEventListener("input", (event) => {
  if (event.target === pick) return;
  if (event.target === reply) pick.value = "";
  window.clearTimeout(timer);
  timer = window.setTimeout(() => ask("judge"), WAIT);
});

// Rows that were moved or taken out change what is judged, too.
form.addEventListener("click", (event) => {
  if (!event.target.closest("button[name='arrange']")) return;
  window.clearTimeout(timer);
  timer = window.setTimeout(() => ask("judge"), WAIT);
});
