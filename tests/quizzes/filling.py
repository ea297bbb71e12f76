"""What a browser without scripts sends for the answers of an attempt."""

from collections.abc import Mapping
from typing import Any

from literacy.db import db
from quizzes.forms.answers import on_the_page
from quizzes.models import Attempt
from quizzes.views.showing import Shown, shown


def questions_of(address: str) -> list[Shown]:
    """The questions of the attempt at this address."""
    db.session.expire_all()
    return shown(db.session.get_one(Attempt, int(address.strip("/").split("/")[1])))


def form_of(address: str, drafts: Mapping[int, Any]) -> dict[str, Any]:
    """The whole form of an attempt with these drafts (as they are stored) by position; the rest is left untouched."""
    fields: dict[str, Any] = {}
    for question in questions_of(address):
        name = f"a{question.answer.position}"
        given = on_the_page(drafts.get(question.answer.position), question)
        fields[f"{name}-asked"] = "1"
        fields |= _FILL[question.kind](name, given or {}, question)
    return fields


def _ordering(name: str, given: Mapping[str, Any], question: Shown) -> dict[str, Any]:
    """Every item has a place; untouched, the one at which it is shown."""
    as_shown = [question.base.index(index) for index in question.order]
    order = given.get("order") or as_shown
    meant = {f"{name}-agreed": "1"} if given and order == as_shown else {}
    return {f"{name}-{row}": str(order.index(row) + 1) for row in as_shown} | meant


_FILL: dict[str, Any] = {
    "single": lambda name, given, _: {name: str(given["option"])} if given else {},
    "multiple": lambda name, given, _: {name: [str(row) for row in given.get("options", [])]},
    "truefalse": lambda name, given, _: {name: str(given["value"]).lower()} if given else {},
    "matching": lambda name, given, question: {
        f"{name}-{left}": str(given.get("matches", {}).get(str(left), "")) for left in question.order
    },
    "ordering": _ordering,
    "short": lambda name, given, _: {name: given.get("text", "")},
    "reply": lambda name, given, _: {name: given.get("text", "")},
}
