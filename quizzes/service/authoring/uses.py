"""Where content is used, so that nothing disappears from under a learner."""

from dataclasses import dataclass
from typing import Any

from blinker import Signal
from sqlalchemy import select

from literacy.db import by_pinyin, db
from literacy.models import Authored, State
from literacy.text import titled
from quizzes.models import Question, Quiz, Scenario, Slot

uses_asked = Signal()
"""Sent with a quiz, or with content of packages above; whoever arranges such into something larger answers with a list
of Use."""


@dataclass(frozen=True)
class Use:
    """A place where a piece of content is used, in words, and whether learners can see that place."""

    label: str
    offered: bool


def uses_of(row: Authored) -> list[Use]:
    """The places where a piece of content is used."""
    if not isinstance(row, (Question, Scenario)):
        return [use for _, answer in uses_asked.send(row) for use in answer or ()]
    users: Any = []
    if isinstance(row, Question):
        held = select(Quiz).join(Quiz.slots).where(Slot.question_id == row.id)
        users = db.session.scalars(held.order_by(by_pinyin(Quiz.title)))
    if isinstance(row, Scenario):
        asked = select(Question).where(Question.scenario_id == row.id)
        users = db.session.scalars(asked.order_by(by_pinyin(Question.title)))
    return [Use(f"{_name(user)}{titled(user.title)}", user.state is State.PUBLISHED) for user in users]


def _name(user: Question | Quiz) -> str:
    return user.kind.label
