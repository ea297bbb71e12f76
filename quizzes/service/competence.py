"""What a person's answers and replies show of each competency."""

from typing import Any

from sqlalchemy import Select, select

from literacy.db import db
from literacy.models import User
from quizzes.competence import Evidence, Standing, standings
from quizzes.competencies import COMPETENCIES
from quizzes.models import Answer, Attempt, Kind, Question, QuestionVersion, ScenarioVersion, Submission


def competencies_of(user: User) -> list[Standing]:
    """Where the person stands in each competency, in two queries whatever they did."""
    return standings([*_answered(user), *_replied(user)], COMPETENCIES)


def _counted(*columns: Any) -> Select[Any]:
    """Answers that were handed in, with the share of the marks that counts: the trainer's before the machine's."""
    return (
        select(*columns, Answer.counted_fraction, Submission.submitted_at)
        .select_from(Answer)
        .join(Answer.attempt)
        .join(Submission, Submission.attempt_id == Attempt.id)
        .join(Answer.question_version)
        .join(QuestionVersion.question)
    )


def _answered(user: User) -> list[Evidence]:
    query = _counted(Question.competency, Question.slug).where(Attempt.user_id == user.id, Question.kind != Kind.REPLY)
    return [Evidence(key, slug, share, at) for key, slug, share, at in db.session.execute(query) if key]


def _replied(user: User) -> list[Evidence]:
    """Replies speak for every competency that their scenario trains."""
    query = (
        _counted(ScenarioVersion.scenario_id, ScenarioVersion.body)
        .join(ScenarioVersion, ScenarioVersion.id == Answer.scenario_version_id)
        .where(Attempt.user_id == user.id, Question.kind == Kind.REPLY)
    )
    return [
        Evidence(key, str(scenario), share, at, int(body.get("difficulty") or 1))
        for scenario, body, share, at in db.session.execute(query)
        for key in body.get("competencies") or ()
    ]
