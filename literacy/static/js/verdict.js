// A mark and its note light up together; a click opens the note without losing the reply from sight.

function prepare(verdict) {
  const marks = [...verdict.querySelectorAll(".mark")];
  const notesOf = (mark) => mark.dataset.notes.trim().split(/\s+/);

  const light = (ids) => {
    marks.forEach((mark) => mark.classList.toggle("mark-lit", notesOf(mark).some((id) => ids.includes(id))));
    verdict.querySelectorAll(".finding").forEach((note) => note.classList.toggle("finding-lit", ids.includes(note.id)));
  };

  marks.forEach((mark) => {
    mark.addEventListener("mouseenter", () => light(notesOf(mark)));
    mark.addEventListener("focus", () => light(notesOf(mark)));
    mark.addEventListener("click", (event) => {
      event.preventDefault();
      const ids = notesOf(mark);
      light(ids);
      const note = document.getElementById(ids[0]);
      const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      note.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
      note.focus({ preventScroll: true });
    });
  });
  verdict.querySelectorAll(".back-to-mark").forEach((back) => {
    back.addEventListener("click", (event) => {
      event.preventDefault();
      const note = back.closest(".finding");
      const mark = marks.find((one) => notesOf(one).includes(note.id));
      light([note.id]);
      const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      mark.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
      mark.focus({ preventScroll: true });
      light([note.id]);
    });
  });
  verdict.querySelectorAll(".finding").forEach((note) => {
    note.addEventListener("mouseenter", () => light([note.id]));
    note.addEventListener("focus", () => light([note.id]));
  });
}

document.querySelectorAll("[data-verdict]").forEach(prepare);
// A verdict that came later, such as beside a scenario that is being written.
document.addEventListener("verdict", (event) => prepare(event.detail));
