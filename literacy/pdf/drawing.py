"""Writing on a PDF page. Text is drawn as it is: nothing in it is taken for markup."""

from typing import Literal

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from literacy.pdf import fonts, lines

INK = HexColor("#1d1b18")
FAINT = HexColor("#5c574f")
RULE = HexColor("#b9b2a5")
ACCENT = HexColor("#a8321f")
BOLD = 0.028
"""How thick the outline is that makes a character bold, as a share of its size."""

Align = Literal["left", "center", "right"]


def text(
    canvas: Canvas,
    x: float,
    y: float,
    said: str,
    size: float,
    *,
    face: str = fonts.SANS,
    bold: bool = False,
    align: Align = "left",
    color: HexColor = INK,
) -> float:
    """Write one line with its baseline at y, beginning, centred or ending at x. Gives back how wide it is."""
    wide = fonts.width(said, size, face)
    x -= {"left": 0.0, "center": wide / 2, "right": wide}[align]
    canvas.saveState()  # how characters are filled would go on in whatever is written next
    line = canvas.beginText(x, y)
    line.setFillColor(color)
    if bold:
        canvas.setLineWidth(size * BOLD)
        line.setStrokeColor(color)
        line.setTextRenderMode(2)
    for name, piece in fonts.runs(said, face):
        line.setFont(name, size)
        line.textOut(piece)
    canvas.drawText(line)
    canvas.restoreState()
    return wide


def paragraph(
    canvas: Canvas,
    x: float,
    y: float,
    said: str,
    size: float,
    room: float,
    *,
    face: str = fonts.SANS,
    bold: bool = False,
    align: Align = "left",
    color: HexColor = INK,
    leading: float = 1.6,
) -> float:
    """Write text in lines at most `room` wide, the first with its baseline at y. Gives back the y below the last.

    With align="center" or "right" x is still the left edge of the room.
    """
    x += {"left": 0.0, "center": room / 2, "right": room}[align]
    for line in lines.wrapped(said, room, fonts.measure(size, face)):
        text(canvas, x, y, line, size, face=face, bold=bold, align=align, color=color)
        y -= size * leading
    return y


def rule(canvas: Canvas, x: float, y: float, wide: float, *, thick: float = 0.5, color: HexColor = RULE) -> None:
    """A line from x to the right."""
    canvas.setStrokeColor(color)
    canvas.setLineWidth(thick)
    canvas.line(x, y, x + wide, y)
