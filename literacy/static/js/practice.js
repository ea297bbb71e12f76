// A question at the end of a lesson is answered in place. Without a script the whole page comes back with the answer.

async function exchange(form, address, options) {
  const button = form.querySelector("button[type=submit]");
  if (button) button.disabled = true;
  try {
    const answer = await fetch(address, options);
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(form.id);
    form.replaceWith(fresh);
    fresh.focus({ preventScroll: true });
    document.dispatchEvent(new CustomEvent("questions", { detail: fresh }));
  } catch {
    // A lost session or connection: the plain way says what to do.
    if (options) form.submit();
    else window.location.assign(address);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-check]");
  if (!form) return;
  event.preventDefault();
  exchange(form, form.action, { method: "POST", body: new FormData(form), redirect: "follow" });
});

document.addEventListener("click", (event) => {
  const again = event.target.closest(".check-again");
  if (!again) return;
  event.preventDefault();
  exchange(again.closest("[data-check]"), again.href);
});
