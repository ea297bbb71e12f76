"""A document of pages with a header and a footer, which says page n of m.

How many pages there are is known only at the end; each page shows a drawing that is filled in then, so that finished
pages need not be kept apart until the end.
"""

from pathlib import Path
from typing import IO

from reportlab.lib.pagesizes import A4, landscape, portrait
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from literacy.dates import zone
from literacy.db import now
from literacy.pdf import drawing, fonts, lines
from literacy.settings import value

MARGIN = 15 * mm
HEAD = 9.0
FOOT = 8.0
TOTAL = "pages"
PLACE = 7 * mm
"""The place kept for how many pages there are."""


def issued() -> str:
    """What stands beside the title of every printed page: whose paper it is, and of when."""
    return f"{value('school_name')}　{now().astimezone(zone()):%Y-%m-%d %H:%M}"


class Paper:
    """Pages in order. What is drawn goes to `canvas`; `y` is where the next thing may begin, counted from below.

    `title` stands at the head of each page and in the file's properties, `beside` at the right of it, `foot` at the
    left of the footer. `target` is a path or an open file.
    """

    def __init__(
        self, target: Path | IO[bytes], title: str, *, beside: str = "", foot: str = "", wide: bool = False
    ) -> None:
        size = landscape(A4) if wide else portrait(A4)
        self.width, self.height = size
        self.canvas = Canvas(str(target) if isinstance(target, Path) else target, pagesize=size, pageCompression=1)
        self.canvas.setTitle(title)
        self.canvas.setCreator("善答")
        self.title, self.beside, self.foot = title, beside, foot
        self.left, self.room = MARGIN, self.width - 2 * MARGIN
        self.bottom = MARGIN + 6 * mm
        self.number = 0
        self.y = 0.0
        self._begin()

    def _begin(self) -> None:
        self.number += 1
        top = self.height - MARGIN
        beside = fonts.width(self.beside, HEAD)
        head = lines.shortened(self.title, self.room - beside - 5 * mm, fonts.measure(HEAD))
        drawing.text(self.canvas, self.left, top, head, HEAD, color=drawing.FAINT)
        right = self.left + self.room
        drawing.text(self.canvas, right, top, self.beside, HEAD, align="right", color=drawing.FAINT)
        drawing.rule(self.canvas, self.left, top - 2 * mm, self.room)
        self._footer()
        self.y = top - 10 * mm

    def _footer(self) -> None:
        y = MARGIN - 2 * mm
        foot = lines.shortened(self.foot, self.room - 40 * mm, fonts.measure(FOOT))
        drawing.text(self.canvas, self.left, y, foot, FOOT, color=drawing.FAINT)
        x = self.left + self.room - PLACE
        drawing.text(self.canvas, x, y, f"第 {self.number} 页，共 ", FOOT, align="right", color=drawing.FAINT)
        self.canvas.saveState()
        self.canvas.translate(x, y)
        self.canvas.doForm(TOTAL)
        self.canvas.restoreState()

    @property
    def left_over(self) -> float:
        """How much height is left on this page."""
        return self.y - self.bottom

    def turn(self) -> None:
        """End this page and begin the next."""
        self.canvas.showPage()
        self._begin()

    def need(self, height: float) -> bool:
        """Turn the page unless so much height is left; says whether it turned."""
        if self.left_over >= height:
            return False
        self.turn()
        return True

    def space(self, height: float) -> None:
        """Leave some height empty."""
        self.y -= height

    def heading(self, said: str, size: float = 16, *, align: drawing.Align = "left") -> None:
        """A heading over the whole width, kept together with what follows it."""
        self.need(size * 4)
        self.y = drawing.paragraph(
            self.canvas, self.left, self.y - size, said, size, self.room, bold=True, align=align, leading=1.4
        )
        self.y += size * 0.6

    def say(self, said: str, size: float = 10, *, faint: bool = False, indent: float = 0) -> None:
        """A paragraph over the whole width, on as many pages as it needs."""
        color = drawing.FAINT if faint else drawing.INK
        for line in lines.wrapped(said, self.room - indent, fonts.measure(size)):
            self.need(size * 1.6)
            self.y -= size * 1.6
            drawing.text(self.canvas, self.left + indent, self.y + size * 0.4, line, size, color=color)

    def close(self) -> None:
        """End the last page, fill in how many there are, and write the file."""
        self.canvas.showPage()
        self.canvas.beginForm(TOTAL, lowerx=0, lowery=-4, upperx=80, uppery=12)
        drawing.text(self.canvas, 0, 0, f"{self.number} 页", FOOT, color=drawing.FAINT)
        self.canvas.endForm()
        self.canvas.save()
