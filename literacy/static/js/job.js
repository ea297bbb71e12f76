// Shows how far a job is, and loads the page anew when it is over.

const box = document.querySelector("[data-job]");
const bar = box.querySelector("[data-job-bar]");
const said = box.querySelector("[data-job-said]");
const WAIT = 1000;
const RETRY = 5000;

async function look() {
  let wait = WAIT;
  try {
    const answer = await fetch(box.dataset.job, { headers: { "X-Requested-With": "fetch" } });
    const job = await answer.json();
    if (!answer.ok || !job.open) {
      window.location.reload();
      return;
    }
    if (job.total) {
      bar.max = job.total;
      bar.value = job.done;
    }
    if (said.textContent !== job.said) said.textContent = job.said;
  } catch {
    wait = RETRY; // the line is down; the job goes on all the same
  }
  window.setTimeout(look, wait);
}

window.setTimeout(look, WAIT);
