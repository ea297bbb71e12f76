"""A certificate as a PDF: one sheet of A4 across. Pure: the same certificate gives the same bytes.

Everything is drawn as it is; the fonts are embedded, and a rare character of a name is drawn by the font that has it.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from literacy.pdf import fonts, lines
from literacy.pdf.drawing import ACCENT, FAINT, INK, RULE, text

WIDTH, HEIGHT = landscape(A4)
MIDDLE = WIDTH / 2
EDGE = 11 * mm
INSET = 4.2 * mm
CORNER = 9 * mm
LEFT, RIGHT = 46 * mm, WIDTH - 46 * mm
FOOT = 28 * mm
"""The baseline of the lowest line."""
SEAL = 40 * mm
"""A unit's round seal measures 40 to 42 millimetres."""
CODE = 25 * mm
SAMPLE = HexColor("#e7d9d3")
_SEAM = re.compile(r"(?<=[\u3400-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[\u3400-\u9fff])")


@dataclass(frozen=True)
class Sheet:
    """What stands on a certificate, ready to be drawn."""

    title: str
    school: str
    text: str
    """With its placeholders filled; its first line is the salutation if more follow."""
    issuer: str
    signer: str
    date: str
    serial: str
    code: str
    """Grouped, as it is read aloud."""
    address: str
    """What the QR code leads to."""
    where: str
    """Where a reader types the code, in words."""
    valid: str = ""
    seal: bytes = b""
    sample: bool = False
    """Whether it is a specimen of nobody."""


def pdf_of(sheet: Sheet) -> bytes:
    """The certificate as a file."""
    out = io.BytesIO()
    fonts.width(sheet.title, 1, fonts.SERIF)  # loads the face that the page begins with; no other is named unembedded
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), pageCompression=1, invariant=1, initialFontName=fonts.SERIF)
    canvas.setTitle(f"{sheet.title} {sheet.serial}")
    canvas.setAuthor(sheet.school or sheet.issuer)
    canvas.setSubject(f"校验码 {sheet.code}")
    canvas.setCreator("善答")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    if sheet.sample:
        _specimen(canvas)
    _frame(canvas)
    _head(canvas, sheet)
    _body(canvas, sheet)
    _check(canvas, sheet)
    _signature(canvas, sheet)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _frame(canvas: Canvas) -> None:
    """A line of ink inside a line of vermilion, turned inward at the corners."""
    canvas.setStrokeColor(ACCENT)
    canvas.setLineWidth(1.6)
    canvas.rect(EDGE, EDGE, WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE)
    canvas.setLineWidth(0.5)
    inner, turn = EDGE + INSET, CORNER
    path = canvas.beginPath()
    for sideways, upward in ((1, 1), (-1, 1), (-1, -1), (1, -1)):
        x = inner if sideways > 0 else WIDTH - inner
        y = inner if upward > 0 else HEIGHT - inner
        points = ((0, turn), (turn, turn), (turn, 0))
        if sideways * upward < 0:
            points = points[::-1]
        for number, (across, up) in enumerate(points):
            place = (x + sideways * across, y + upward * up)
            path.moveTo(*place) if (sideways, upward, number) == (1, 1, 0) else path.lineTo(*place)
    path.close()
    canvas.drawPath(path)
    canvas.setFillColor(ACCENT)
    for x in (inner + turn / 2 - 1.1 * mm, WIDTH - inner - turn / 2 - 1.1 * mm):
        for y in (inner + turn / 2 - 1.1 * mm, HEIGHT - inner - turn / 2 - 1.1 * mm):
            canvas.setLineWidth(0.5)
            canvas.rect(x - 1 * mm, y - 1 * mm, 4.2 * mm, 4.2 * mm)
            canvas.rect(x, y, 2.2 * mm, 2.2 * mm, stroke=0, fill=1)


def _spaced(canvas: Canvas, y: float, said: str, size: float, gap: float, **given: Any) -> float:
    """A line in the middle with air between its characters; gives back its width. Shrinks to fit."""
    room = RIGHT - LEFT
    wide = fonts.width(said, size, fonts.SERIF) + gap * (len(said) - 1)
    if wide > room:
        size, gap = size * room / wide, gap * room / wide
        wide = room
    x = MIDDLE - wide / 2
    for character in said:
        x += text(canvas, x, y, character, size, face=fonts.SERIF, **given) + gap
    return wide


def _head(canvas: Canvas, sheet: Sheet) -> None:
    _spaced(canvas, HEIGHT - 37 * mm, sheet.school, 15, 4.0, color=FAINT)
    title = sheet.title
    wide = _spaced(canvas, HEIGHT - 58 * mm, title, 40, 18 if len(title) < 7 else 6, bold=True, color=ACCENT)
    y = HEIGHT - 53.5 * mm
    reach = min(34 * mm, (RIGHT - LEFT - wide) / 2 - 8 * mm)
    if reach > 8 * mm:
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.6)
        for start, way in ((MIDDLE - wide / 2 - 8 * mm, -1), (MIDDLE + wide / 2 + 8 * mm, 1)):
            canvas.line(start, y, start + way * reach, y)
            canvas.setFillColor(ACCENT)
            canvas.circle(start, y, 1.3, stroke=0, fill=1)


def _body(canvas: Canvas, sheet: Sheet) -> None:
    """The salutation and the text, set as large as the room between title and signature allows."""
    first, _, rest = sheet.text.strip().partition("\n")
    salutation, told = (first.strip(), rest.strip()) if rest.strip() else ("", first.strip())
    top, bottom = HEIGHT - 79 * mm, FOOT + CODE + 15 * mm
    for size in (20.0, 18.0, 16.0, 14.5, 13.0, 11.5, 10.0, 9.0):
        leading = size * 1.95
        indented = [part for part in ("\u3000\u3000" + line.strip() for line in told.splitlines()) if part.strip()]
        body = [one for part in indented for one in _lines(part, size)]
        greeting = lines.wrapped(salutation, RIGHT - LEFT, fonts.measure(size * 1.3, fonts.SERIF)) if salutation else []
        height = len(body) * leading + len(greeting) * leading * 1.25
        if top - height >= bottom:
            break
    y = top - max(0.0, (top - bottom - height) / 2.3)
    for line in greeting:
        text(canvas, LEFT, y, line, size * 1.3, face=fonts.SERIF, bold=True)
        y -= leading * 1.25
    for line in body:
        _write(canvas, LEFT, y, line, size)
        y -= leading


def _write(canvas: Canvas, x: float, y: float, line: str, size: float) -> None:
    """A line of text with a little air between Chinese and figures."""
    for piece in _SEAM.split(line):
        x += text(canvas, x, y, piece, size, face=fonts.SERIF) + size * 0.14


def _lines(told: str, size: float) -> list[str]:
    """A paragraph in lines; its indent is kept, which breaking lines would take for a blank."""
    measure = fonts.measure(size, fonts.SERIF)
    blank = measure("\u3000\u3000")
    words = told.strip()
    first = lines.wrapped(words, RIGHT - LEFT - blank, measure)[0]
    rest = words[len(first) :].lstrip()
    return ["\u3000\u3000" + first, *(lines.wrapped(rest, RIGHT - LEFT, measure) if rest else [])]


def _check(canvas: Canvas, sheet: Sheet) -> None:
    """How anybody checks it: the QR code and the same in words."""
    x, y = EDGE + INSET + CORNER + 6 * mm, FOOT - 3 * mm
    _qr(canvas, sheet.address, x, y, CODE)
    said = [
        ("证书编号", sheet.serial),
        ("校验码", sheet.code),
        ("有效期", sheet.valid or "长期有效"),
        ("查验", f"扫码，或打开 {sheet.where} 输入校验码"),
    ]
    x += CODE + 5 * mm
    y += CODE - 4.2 * mm
    room = MIDDLE + 14 * mm - x - 17 * mm
    for label, value in said:
        text(canvas, x, y, label, 8.5, color=FAINT)
        fitting = min(9.5, 9.5 * room / max(1.0, fonts.width(value, 9.5)))
        if fitting >= 7:
            text(canvas, x + 17 * mm, y, value, fitting, color=INK)
        else:
            for line in lines.wrapped(value, room, fonts.measure(7.5)):
                text(canvas, x + 17 * mm, y, line, 7.5, color=INK)
                y -= 3.6 * mm
        y -= 5.9 * mm


def _qr(canvas: Canvas, address: str, x: float, y: float, side: float) -> None:
    """The code, each row as bars that touch: no hairlines between the dots."""
    matrix = segno.make_qr(address, error="m").matrix
    dot = side / len(matrix)
    canvas.setFillColor(INK)
    path = canvas.beginPath()
    for row, dots in enumerate(matrix):
        start = None
        for place, dark in enumerate([*dots, 0]):
            if dark and start is None:
                start = place
            elif not dark and start is not None:
                path.rect(x + start * dot, y + side - (row + 1) * dot, (place - start) * dot, dot * 1.01)
                start = None
    canvas.drawPath(path, stroke=0, fill=1)


def _signature(canvas: Canvas, sheet: Sheet) -> None:
    """Who issues, who signs, when; the seal over them as on paper, where ink lets the print show through."""
    right = WIDTH - EDGE - INSET - CORNER - 10 * mm
    written = [line for line in (sheet.issuer, sheet.signer, sheet.date) if line]
    size, leading = 14.0, 8.6 * mm
    room = right - MIDDLE - 22 * mm
    wide = max(min(room, fonts.width(line, size, fonts.SERIF)) for line in written)
    middle = right - max(wide, SEAL) / 2
    y = FOOT + (len(written) - 1) * leading
    if sheet.seal:
        image = ImageReader(io.BytesIO(sheet.seal))
        across, up = image.getSize()
        scale = SEAL / max(across, up)
        centre = FOOT + (len(written) - 1) * leading / 2 + 1.5 * mm
        canvas.drawImage(
            image, middle - across * scale / 2, centre - up * scale / 2, across * scale, up * scale, mask="auto"
        )
    for line in written:
        fitting = min(size, size * room / max(1.0, fonts.width(line, size, fonts.SERIF)))
        text(canvas, middle, y, line, fitting, face=fonts.SERIF, align="center")
        y -= leading


def _specimen(canvas: Canvas) -> None:
    """Said across the sheet, so that a specimen is never taken for a certificate."""
    canvas.saveState()
    canvas.translate(MIDDLE, HEIGHT / 2)
    canvas.rotate(24)
    text(canvas, 0, -45, "样 张", 150, face=fonts.SERIF, align="center", color=SAMPLE)
    canvas.restoreState()


def sheet_of(printed: Mapping[str, Any], *, serial: str, code: str, address: str, where: str, seal: bytes) -> Sheet:
    """The sheet of what was kept as printed (see `snapshot`)."""
    return Sheet(
        title=printed["title"],
        school=printed["school"],
        text=printed["text"],
        issuer=printed["issuer"],
        signer=printed["signer"],
        date=printed["issued_in_words"],
        serial=serial,
        code=code,
        address=address,
        where=where,
        valid=printed["valid_in_words"],
        seal=seal,
        sample=bool(printed.get("sample")),
    )
