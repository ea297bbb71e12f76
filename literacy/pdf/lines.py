"""Breaking text into lines as Chinese is broken. Pure.

No line begins with a closing mark or ends with an opening one; a number, an account or a Latin word stays whole.
"""

import re
from collections.abc import Callable

CORNERS = [chr(code) for code in range(0x300C, 0x3010)]
"""Quotation marks of 繁體 and of quoted laws, opening and closing in turn; our own sentences do not use them."""
NEVER_FIRST = CORNERS[1] + CORNERS[3] + "，。、；：？！）》】〕〉”’…—～·%‰℃,.;:?!)]}°"
NEVER_LAST = CORNERS[0] + CORNERS[2] + "（《【〔〈“‘￥$([{#"
WORD = r"[A-Za-z0-9\u00c0-\u017f_@&+*'\"/.,:\-]*[A-Za-z0-9\u00c0-\u017f_@&+*'\"/\-]"
"""A run that is not broken: an account, a date, an amount. A comma or a stop at its end stays with it as a mark."""
ATOM = re.compile(rf"[{re.escape(NEVER_LAST)}]*(?:{WORD}|[^\s])[{re.escape(NEVER_FIRST)}]*[^\S\n]*|[^\S\n]+", re.DOTALL)

Measure = Callable[[str], float]


def wrapped(text: str, room: float, measure: Measure) -> list[str]:
    """The text as lines that are at most `room` wide; its own line ends stay. At least one line, even of nothing.

    What is wider than a line in one piece is broken anywhere. A single character wider than `room` stands alone.
    """
    return [line for part in text.splitlines() or [""] for line in _one(part, room, measure)]


def _one(text: str, room: float, measure: Measure) -> list[str]:
    if measure(text) <= room:
        return [text.rstrip()]
    lines: list[str] = []
    line, used = "", 0.0
    for atom in ATOM.findall(text):
        wide = measure(atom.rstrip())
        if line and used + wide > room:
            lines.append(line.rstrip())
            line, used = "", 0.0
            if not atom.strip():
                continue
        if wide > room:
            *full, atom = _forced(atom, room, measure)
            lines += full
        line, used = line + atom, used + measure(atom)
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _forced(atom: str, room: float, measure: Measure) -> list[str]:
    """An atom that is wider than a line, cut where the line is full."""
    pieces, piece = [], ""
    for character in atom:
        if piece and measure((piece + character).rstrip()) > room:
            pieces.append(piece)
            piece = ""
        piece += character
    return [*pieces, piece]


def shortened(text: str, room: float, measure: Measure) -> str:
    """The text on one line, with “…” for what does not fit."""
    text = " ".join(text.split())
    if measure(text) <= room:
        return text
    while text and measure(text + "…") > room:
        text = text[:-1]
    return text + "…"
