"""What people reached in quizzes, for whoever arranges quizzes into something larger."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from literacy.db import db
from quizzes.models import Attempt, ExtraAttempt, Submission


@dataclass(frozen=True)
class Result:
    """One person's standing in one quiz: best score 0–100 (None before the first submission), and attempts made."""

    score: float | None
    passed: bool
    attempts: int
    """How many were handed in."""
    made: int
    """How many were begun."""
    extra: int
    """How many a trainer gave on top of the quiz's rules."""
    last_at: datetime | None
    open_attempt_id: int | None
    ends_at: datetime | None
    """When the clock of the open attempt runs out."""


def best_results(user_id: int, quiz_ids: Iterable[int]) -> dict[int, Result]:
    """The person's standing in each of these quizzes that they began, by quiz id; one query."""
    extra = (
        select(func.count())
        .where(ExtraAttempt.user_id == user_id, ExtraAttempt.quiz_id == Attempt.quiz_id)
        .correlate(Attempt)
        .scalar_subquery()
    )
    is_open = Submission.id.is_(None)
    rows = db.session.execute(
        select(
            Attempt.quiz_id,
            func.max(Submission.score),
            func.max(func.coalesce(Submission.passed, False).cast(db.Integer)),
            func.count(Submission.id),
            func.count(Attempt.id),
            extra,
            func.max(Submission.submitted_at),
            func.max(Attempt.id).filter(is_open),
            func.max(Attempt.ends_at).filter(is_open),
        )
        .outerjoin(Attempt.submission)
        .where(Attempt.user_id == user_id, Attempt.quiz_id.in_(list(quiz_ids)))
        .group_by(Attempt.quiz_id)
    )
    return {
        quiz_id: Result(score, bool(passed), attempts, made, given, last_at, open_id, ends_at)
        for quiz_id, score, passed, attempts, made, given, last_at, open_id, ends_at in rows
    }
