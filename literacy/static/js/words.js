// A term opens its meaning in place. Without a script, or where the browser knows no popovers, it is a link.

const cards = new Map([...document.querySelectorAll(".word-card")].map((card) => [card.dataset.word, card]));
const GAP = 6;

// In the page's own coordinates: the card goes with its term when the page is scrolled.
function place(card, term) {
  const box = term.getBoundingClientRect();
  const room = document.documentElement.clientWidth - card.offsetWidth - GAP;
  const below = box.bottom + GAP;
  const fits = below + card.offsetHeight <= window.innerHeight || box.top < card.offsetHeight + GAP;
  const top = fits ? below : box.top - GAP - card.offsetHeight;
  card.style.left = `${Math.max(GAP, Math.min(box.left, room)) + window.scrollX}px`;
  card.style.top = `${top + window.scrollY}px`;
}

if (HTMLElement.prototype.showPopover) {
  document.addEventListener("click", (event) => {
    const term = event.target.closest("a.term");
    const card = term && cards.get(new URL(term.href).pathname);
    if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (card.matches(":popover-open")) {
      card.hidePopover();
      return;
    }
    card.showPopover();
    place(card, term);
    card.querySelector("a").focus({ preventScroll: true });
  });
}
