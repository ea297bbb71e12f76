"""A reply cut into stretches, so that each finding can be marked in the learner's own words; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

LEVELS = ("redline", "serious", "minor")
"""From the gravest to the lightest."""


@dataclass(frozen=True)
class Mark:
    """Where a finding stands: places in the reply (characters, end exclusive), its level and its number from 1."""

    start: int
    end: int
    level: str
    number: int


@dataclass(frozen=True)
class Stretch:
    """A piece of the reply with the marks over it, the gravest first; `opening` begin here, `closing` end here."""

    text: str
    marks: tuple[Mark, ...]
    closing: tuple[Mark, ...]
    opening: tuple[Mark, ...] = ()

    @property
    def level(self) -> str:
        """The gravest level over this piece; empty where nothing is marked."""
        return self.marks[0].level if self.marks else ""


def stretches(text: str, marks: Sequence[Mark]) -> list[Stretch]:
    """Cut `text` at every border of a mark.

    The pieces put together give the text again. Marks outside the text are drawn in to its ends; empty ones vanish.
    """
    kept = [mark for mark in marks if min(mark.end, len(text)) > max(mark.start, 0)]
    borders = sorted({0, len(text), *(min(max(at, 0), len(text)) for mark in kept for at in (mark.start, mark.end))})
    pieces = []
    for start, end in pairwise(borders):
        over = [mark for mark in kept if mark.start < end and mark.end > start]
        over.sort(key=lambda mark: (LEVELS.index(mark.level), mark.end - mark.start, mark.number))
        closing = tuple(mark for mark in over if min(mark.end, len(text)) == end)
        opening = tuple(mark for mark in over if max(mark.start, 0) == start)
        pieces.append(Stretch(text[start:end], tuple(over), closing, opening))
    return pieces


def in_reading_order(findings: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Findings as a reader meets them: where they begin, the gravest first at one place; those of no place last."""

    def place(finding: Mapping[str, Any]) -> tuple[bool, int, int, int]:
        placed = finding["end"] > finding["start"]
        return not placed, finding["start"], LEVELS.index(finding["level"]), finding["end"]

    return sorted(findings, key=place)
