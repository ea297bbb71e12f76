// Remembers the section that is being read, and marks it in the contents rail.

const article = document.querySelector(".lesson");
const headings = [...article.querySelectorAll("h2[id^='section-']")];
const links = new Map(
  [...document.querySelectorAll(".lesson-rail a")].map((link) => [link.hash.slice(1), link]),
);
let kept = article.dataset.resume || "";
let timer = 0;

function keep(section) {
  kept = section;
  fetch(article.dataset.place, {
    method: "POST",
    keepalive: true,
    headers: {
      "Content-Type": "application/json",
      "X-CSRFToken": article.dataset.token,
      "X-Requested-With": "fetch",
    },
    body: JSON.stringify({ section }),
  }).catch(() => {
    kept = ""; // the place is a convenience: without a connection it is tried again at the next section
  });
}

function current() {
  const above = headings.filter((heading) => heading.getBoundingClientRect().top < window.innerHeight / 3);
  return above.length ? above[above.length - 1].id : (headings[0]?.id ?? "");
}

function update() {
  const section = current();
  links.forEach((link, id) => {
    if (id === section) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
  window.clearTimeout(timer);
  // Two seconds on a section is reading; less is scrolling past. Only the place is kept, never the time.
  if (section && section !== kept) timer = window.setTimeout(() => keep(section), 2000);
}

if (headings.length) {
  document.addEventListener("scroll", update, { passive: true });
  update();
}
