"""Two drafts of a reply side by side: what changed in the words, and what that changed in the verdict; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

_WORDS = re.compile(r"[A-Za-z]+|\d+(?:[.:\-]\d+)*|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """A piece of a draft; `changed` if the other draft does not have it."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Gains:
    """What became better and worse from one verdict to the next, in names that a learner knows."""

    score_before: int
    score_after: int
    mended: tuple[str, ...]
    remaining: tuple[str, ...]
    new: tuple[str, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def side_by_side(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """The two drafts in pieces. The pieces of each side put together give that draft again."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        changed = kind != "equal"
        if b > a:
            left.append(Piece("".join(old[a:b]), changed))
        if d > c:
            right.append(Piece("".join(new[c:d]), changed))
    return left, right


def gains(before: Mapping[str, Any], after: Mapping[str, Any]) -> Gains:
    """Compare two stored verdicts (`Verdict.as_dict`)."""
    old, new = _names(before), _names(after)
    had, has = _present(before), _present(after)
    return Gains(
        before["score"],
        after["score"],
        mended=tuple(name for id_, name in old.items() if id_ not in new),
        remaining=tuple(name for id_, name in new.items() if id_ in old),
        new=tuple(name for id_, name in new.items() if id_ not in old),
        gained=tuple(name for id_, name in has.items() if id_ not in had),
        lost=tuple(name for id_, name in had.items() if id_ not in has),
    )


def _names(verdict: Mapping[str, Any]) -> dict[str, str]:
    return {finding["pattern"]: finding["name"] for finding in verdict["findings"]}


def _present(verdict: Mapping[str, Any]) -> dict[str, str]:
    elements = {element["id"]: element["name"] for element in verdict["elements"] if element["present"]}
    points = {f"point:{point['id']}": point["text"] for point in verdict["points"] if point["met"]}
    return elements | points
