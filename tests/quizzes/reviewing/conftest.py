"""Replies that were handed in, and the forms of those who mark them."""

from typing import Any

import pytest

from literacy.db import db, now
from quizzes.models import Answer, Quiz
from quizzes.reviewing.service import ratings
from quizzes.reviewing.service.ratings import Said
from quizzes.rubric.relabel import Labels, labels_of
from quizzes.service import attempts as taking
from tests.quizzes.factories import RIGHT, make_quiz

BRUSH_OFF = "这事不归我们管，您再问问别处。"
THREAT = "再发就让派出所找你，你孩子还在镇上念书呢，自己掂量。"
GOOD = RIGHT["reply"]["text"]


@pytest.fixture
def drill(app: Any) -> Quiz:
    """A drill on the broken railing."""
    quiz = make_quiz("reply", drill=True, slug="drill")
    db.session.commit()
    return quiz


@pytest.fixture
def hand_in(person: Any) -> Any:
    """An answer that somebody handed in: hand_in(quiz, text, user=…)."""

    def make(quiz: Quiz, text: str = BRUSH_OFF, user: Any = None) -> Answer:
        user = user or person("learner", name="陈雨")
        attempt = taking.start(user, quiz.id, now())
        taking.submit(user, attempt.id, {1: {"text": text}}, now())
        db.session.commit()
        return attempt.answers[0]

    return make


@pytest.fixture
def become(client: Any, sign_in: Any) -> Any:
    """Sign out whoever is there and sign in as somebody else."""

    def change(*who: Any) -> Any:
        if client.signed_in:
            client.send("/sign-out")
            client.signed_in = None
        return sign_in(*who)

    return change


def machine(answer: Answer) -> Labels:
    """What the machine said."""
    return labels_of(answer.detail or {})


def said(answer: Answer, labels: Labels | None = None, **given: Any) -> Said:
    """What a trainer says, on top of all that was said before."""
    values: dict[str, Any] = {"grade": None, "percent": None, "reason": "", "seal": ratings.seal(answer)}
    return Said(labels if labels is not None else machine(answer), **{**values, **given})


def without_findings(answer: Answer) -> Labels:
    """The machine's labels with every finding withdrawn."""
    own = machine(answer)
    return Labels((), own.elements, own.points)
