"""Answers as a browser without scripts sends them: field names by position, turned into drafts.

`a3` holds the choice, choices or text of question 3; `a3-0`, `a3-1` … hold what belongs to each left side of a
matching question (the index of a right side) or to each item of an ordering question (its place from 1).
"""

from collections.abc import Iterable
from typing import Any

from werkzeug.datastructures import MultiDict

from quizzes.models import Answer, Kind


def drafts_from_form(form: MultiDict[str, str], answers: Iterable[Answer]) -> dict[int, Any]:
    """The raw draft of each question that the form speaks of, by position; to be cleaned by `quizzes.drafts`."""
    found: dict[int, Any] = {}
    for answer in answers:
        question = answer.question_version.question
        raw = _raw(form, f"a{answer.position}", question.kind)
        if raw is not None:
            found[answer.position] = raw
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
        and key.removeprefix(f"{name}-").isdigit()
        and (number := _number(value)) is not None
    }
    if kind is Kind.MATCHING:
        return {"matches": {str(left): right for left, right in rows.items()}}
    # Two items at the same place keep the order in which they were shown.
    return {"order": sorted(rows, key=lambda index: rows[index])} if rows else None


def _number(value: str | None) -> int | None:
    value = (value or "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else None
