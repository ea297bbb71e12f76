"""The numbers that Word puts before paragraphs by itself: 1. A. 一、; pure."""

import re
from collections import defaultdict
from collections.abc import Callable
from xml.etree.ElementTree import Element

from literacy.sheets.archive import attribute, below, child, value_of
from quizzes.exchange.words import letter

_NUMERALS = "〇一二三四五六七八九"


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    if number < 10 or tens > 9:
        return "".join(_NUMERALS[int(digit)] for digit in str(number))
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")


_SHOWN: dict[str, Callable[[int], str]] = {
    "upperLetter": lambda number: letter(number - 1),
    "lowerLetter": lambda number: letter(number - 1).lower(),
    "decimal": str,
    "decimalZero": str,
    "decimalFullWidth": str,
    "decimalEnclosedParen": lambda number: f"({number})",
    "decimalEnclosedFullstop": lambda number: f"{number}.",
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "ideographTraditional": _chinese,
}


class Numbering:
    """Counts as Word does, a paragraph after the other."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        """{number of a list: {level: (kind of numbers, text around them, first number)}}"""
        self._list_of: dict[str, str] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._read(numbering)
        for style in below(styles, "style"):
            if (found := _named(child(style, "pPr"))) is not None:
                self._styles[attribute(style, "styleId")] = found

    def _read(self, numbering: Element | None) -> None:
        kinds = {
            attribute(one, "abstractNumId"): {
                _number(attribute(level, "ilvl")): _level(level) for level in below(one, "lvl")
            }
            for one in below(numbering, "abstractNum")
        }
        for one in below(numbering, "num"):
            name, kind = attribute(one, "numId"), value_of(one, "abstractNumId")
            levels = dict(kinds.get(kind, {}))
            restarted = False
            for change in below(one, "lvlOverride"):
                place = _number(attribute(change, "ilvl"))
                if (level := child(change, "lvl")) is not None:
                    levels[place] = _level(level)
                if (start := value_of(change, "startOverride")) and place in levels:
                    levels[place] = (*levels[place][:2], _number(start))
                    restarted = True
            self._levels[name] = levels
            # Lists of one kind count on together, unless one of them begins anew.
            self._list_of[name] = f"list {name}" if restarted else f"kind {kind}"

    def label(self, paragraph: Element) -> str:
        """The number before this paragraph, with a blank; empty where Word shows none or only a bullet."""
        looks = child(paragraph, "pPr")
        found = _named(looks) or self._styles.get(value_of(looks, "pStyle"))
        if found is None or found[0] == "0":
            return ""
        name, level = found
        levels = self._levels.get(name, {})
        if level not in levels:
            return ""
        counts = self._counts[self._list_of[name]]
        counts[level] = counts.get(level, levels[level][2] - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        return self._shown(levels, counts, level)

    def _shown(self, levels: dict[int, tuple[str, str, int]], counts: dict[int, int], level: int) -> str:
        def number(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            kind, _, start = levels.get(place, ("", "", 1))
            return _SHOWN.get(kind, lambda _: "")(counts.get(place, start))

        if levels[level][0] not in _SHOWN:
            return ""
        return re.sub(r"%([1-9])", number, levels[level][1]) + " "


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _level(level: Element) -> tuple[str, str, int]:
    start = value_of(level, "start")
    return value_of(level, "numFmt"), value_of(level, "lvlText"), _number(start) if start else 1


def _named(looks: Element | None) -> tuple[str, int] | None:
    """The list and level that a paragraph or style belongs to."""
    name = value_of(looks, "numPr", "numId")
    return (name, _number(value_of(looks, "numPr", "ilvl"))) if name else None
