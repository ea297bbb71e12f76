// Long work done batch by batch: asks for the next batch until all is done, then shows the result.

const work = document.querySelector("[data-steps]");

const wait = (milliseconds) => new Promise((done) => window.setTimeout(done, milliseconds));

async function carryOn() {
  const bar = work.querySelector("progress");
  const said = bar.parentElement.querySelector("span");
  const note = work.querySelector("[data-steps-note]");
  work.querySelector("[data-steps-button]").hidden = true;
  let failures = 0;
  while (failures < 5) {
    try {
      const answer = await fetch(work.dataset.steps, {
        method: "POST",
        headers: { "X-CSRFToken": work.dataset.token, "X-Requested-With": "fetch" },
      });
      const body = await answer.json();
      if (!answer.ok) {
        note.textContent = body.error;
        break;
      }
      failures = 0;
      bar.max = body.total;
      bar.value = body.done;
      said.textContent = `测了 ${body.done} / ${body.total}`;
      if (body.finished) {
        window.location.reload();
        return;
      }
    } catch {
      failures += 1;
      note.textContent = "没有连上服务器，过一会儿再试。";
      await wait(2000 * failures);
    }
  }
  work.querySelector("[data-steps-button]").hidden = false;
}

if (work) carryOn();
