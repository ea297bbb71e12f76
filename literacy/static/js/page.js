// What every page can do: go back, see the first problem, send a form once.

for (const link of document.querySelectorAll("[data-back]")) {
  if (window.history.length > 1) {
    link.hidden = false;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      window.history.back();
    });
  }
}

document.querySelector(".form-errors")?.focus();

// On a phone the menu is wider than the screen: where one is stands in sight.
const menu = document.querySelector(".places ul");
const here = menu?.querySelector("[aria-current]");
if (here && menu.scrollWidth > menu.clientWidth) {
  menu.scrollLeft = here.offsetLeft - (menu.clientWidth - here.offsetWidth) / 2;
}

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// What takes a moment to work out comes after the page; without this script its link leads there.
document.querySelectorAll("[data-fill]").forEach(async (place) => {
  try {
    const answer = await fetch(place.dataset.fill);
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-part]");
    if (answer.ok && part) place.replaceChildren(...part.childNodes);
  } catch {
    // The link stays.
  }
});

// The server forgives a second click (see literacy/once.py); not sending it keeps the page calm.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  window.setTimeout(() => delete form.dataset.sent, 4000);
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});
