"""Answers as a browser sends them, turned into drafts, and back.

`a3` holds the choice, choices or text of question 3; `a3-0`, `a3-1` … hold what belongs to each left side of a
matching question (a right side) or to each item of an ordering question (its place from 1).

A browser names options, right sides and items by the place at which they were first shown, never by the author's
index: an author writes items in their right order and each right side beside its left, so that a look at the page's
source would tell the answers. What is stored holds the author's indexes (see `quizzes.drafts`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from werkzeug.datastructures import MultiDict

from quizzes.models import Answer, Kind


class Asked(Protocol):
    """A question as it is shown: `base` and `rights` hold the author's indexes in the order of first showing."""

    @property
    def answer(self) -> Answer:
        """Where it stands in its attempt."""

    @property
    def kind(self) -> Kind:
        """How it asks."""

    @property
    def base(self) -> list[int]:
        """Options, left sides or items."""

    @property
    def rights(self) -> list[int]:
        """Right sides of a matching question."""


def drafts_from_form(form: MultiDict[str, str], questions: Iterable[Asked]) -> dict[int, Any]:
    """The raw draft of each question that the form speaks of, by position; to be cleaned by `quizzes.drafts`."""
    found: dict[int, Any] = {}
    for question in questions:
        position = question.answer.position
        raw = _raw(form, f"a{position}", question.kind)
        if raw is not None:
            found[position] = stored(raw, question)
    return found


def _raw(form: MultiDict[str, str], name: str, kind: Kind) -> dict[str, Any] | None:
    if kind in (Kind.SHORT, Kind.REPLY):
        return {"text": form[name]} if name in form else None
    if f"{name}-asked" not in form:
        return None  # the page did not hold this question
    if kind is Kind.SINGLE:
        return {"option": _number(form.get(name))}
    if kind is Kind.MULTIPLE:
        return {"options": [_number(value) for value in form.getlist(name)]}
    if kind is Kind.TRUE_FALSE:
        return {"value": {"true": True, "false": False}.get(form.get(name, ""))}
    rows = {
        int(key.removeprefix(f"{name}-")): number
        for key, value in form.items()
        if key.startswith(f"{name}-")
        and _number(key.removeprefix(f"{name}-")) is not None
        and (number := _number(value)) is not None
    }
    if kind is Kind.MATCHING:
        return {"matches": {str(left): right for left, right in rows.items()}}
    return {"order": _order(rows, agreed=f"{name}-agreed" in form)}


def _order(rows: Mapping[int, int], *, agreed: bool) -> list[int] | None:
    """The order that the places make; two items at the same place keep the order in which they were shown.

    A browser sends the items as they were shown. Whoever moved none of them and did not say that they stand rightly
    has not answered: the order that was shown is not theirs.
    """
    shown = list(rows)
    order = sorted(shown, key=lambda item: rows[item])
    return order if agreed or order != shown else None


def _number(value: str | None) -> int | None:
    value = (value or "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else None


def stored(raw: Any, question: Asked) -> Any:
    """A draft that speaks of shown places, as one that speaks of the author's indexes. Nonsense finds no index."""
    if not isinstance(raw, Mapping):
        return None
    return _renamed(
        raw, question.kind, lambda place: _at(question.base, place), lambda place: _at(question.rights, place)
    )


def on_the_page(draft: Mapping[str, Any] | None, question: Asked) -> dict[str, Any] | None:
    """A stored draft as the page's script knows it: the other way round."""
    if draft is None:
        return None
    return _renamed(draft, question.kind, question.base.index, question.rights.index)


def _renamed(draft: Mapping[str, Any], kind: Kind, row: Any, right: Any) -> dict[str, Any]:
    if kind is Kind.SINGLE:
        return {"option": row(draft.get("option"))}
    if kind in (Kind.MULTIPLE, Kind.ORDERING):
        key = "options" if kind is Kind.MULTIPLE else "order"
        given = draft.get(key)
        return {key: [row(one) for one in given] if isinstance(given, list) else None}
    if kind is Kind.MATCHING:
        given = draft.get("matches")
        return {"matches": {left: right(one) for left, one in given.items()} if isinstance(given, Mapping) else None}
    return dict(draft)


def _at(row: Sequence[int], place: Any) -> int | None:
    is_number = isinstance(place, int) and not isinstance(place, bool)
    return row[place] if is_number and 0 <= place < len(row) else None
