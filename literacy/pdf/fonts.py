"""The fonts of PDF files, and which of them draws which character.

All are TrueType and embedded, so that a file looks and prints the same everywhere (see literacy/fonts/README.md).
Where the wished font lacks a character, the next one that has it draws it: rare characters of names.
"""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

SANS = "ShandaSans"
SERIF = "ShandaSerif"
RARE = "DroidSansFallback"
FILES = {SANS: "ShandaSans-Regular.ttf", SERIF: "ShandaSerif-Regular.ttf", RARE: "DroidSansFallbackFull.ttf"}
ORDER = {SANS: (SANS, RARE), SERIF: (SERIF, SANS, RARE)}
"""For each font that can be wished for, all that are asked for a character, in this order."""
UNKNOWN = "□"
"""Drawn for a character that no font has: a gap is seen and asked about, nothing at all is not."""
FOLDER = Path(__file__).parent.parent / "fonts"


@cache
def _loaded(name: str) -> TTFont:
    """A font, read and made known to ReportLab the first time that it is needed."""
    font = TTFont(name, FOLDER / FILES[name])
    pdfmetrics.registerFont(font)
    return font


@cache
def _drawn_by(character: str, face: str) -> tuple[str, str]:
    """Which font draws a character where this face is wished for, and what it draws."""
    for name in ORDER[face]:
        if ord(character) in _loaded(name).face.charToGlyph:
            return name, character
    return face, UNKNOWN


@cache
def _advance(character: str, face: str) -> float:
    """How wide a character is at size 1."""
    name, drawn = _drawn_by(character, face)
    return _loaded(name).stringWidth(drawn, 1)


def runs(text: str, face: str = SANS) -> Iterator[tuple[str, str]]:
    """The text in pieces as (name of the font, piece), each drawn with one font.

    `face` is SANS or SERIF. Raises KeyError for another.
    """
    for name, drawn in groupby((_drawn_by(character, face) for character in text), key=lambda one: one[0]):
        yield name, "".join(character for _, character in drawn)


def width(text: str, size: float, face: str = SANS) -> float:
    """How wide the text is in points."""
    return size * sum(_advance(character, face) for character in text)


def measure(size: float, face: str = SANS) -> Callable[[str], float]:
    """`width` for one size and face, as `lines.wrapped` takes it."""
    return lambda text: width(text, size, face)
