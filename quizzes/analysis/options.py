"""What can be chosen in a question, and what was chosen in a draft (see `quizzes.drafts`); pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizzes.analysis.sums import EMPTY

CHOSEN = ("single", "multiple", "truefalse")
"""Kinds of questions whose options are counted."""


@dataclass(frozen=True)
class Option:
    """What a question offers: its text, and whether it is right."""

    text: str
    correct: bool


def options_of(kind: str, body: Mapping[str, Any]) -> dict[str, Option]:
    """What can be chosen, by the name under which it is counted, in the author's order; nothing in other kinds."""
    if kind == "truefalse":
        return {"true": Option("对", body["answer"] is True), "false": Option("错", body["answer"] is False)}
    if kind in CHOSEN:
        return {str(n): Option(option["text"], bool(option["correct"])) for n, option in enumerate(body["options"])}
    return {}


def chosen_in(kind: str, draft: Mapping[str, Any] | None) -> tuple[str, ...]:
    """What a draft chooses, by the names of `options_of`; (EMPTY,) for nothing, () where nothing can be chosen."""
    if kind not in CHOSEN:
        return ()
    if not draft:
        return (EMPTY,)
    if kind == "truefalse":
        return ("true" if draft["value"] else "false",)
    return tuple(str(n) for n in (draft["options"] if kind == "multiple" else [draft["option"]]))


def one_right(kind: str) -> bool:
    """Whether exactly one of the options is right, so that blind guessing has a share."""
    return kind in ("single", "truefalse")
