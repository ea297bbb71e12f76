"""One more attempt for those who make up and have used theirs: else there would be no way to pass."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from courses.cohorts.models import CohortCourse
from courses.cohorts.service.members import parts
from courses.service.classroom import quizzes_in
from literacy.db import db
from literacy.errors import Refused
from literacy.models import State, User
from quizzes.models import Attempt, ExtraAttempt, Quiz, Submission
from quizzes.service import extra


def used_up(course_id: int, user_ids: Sequence[int]) -> Select[Any]:
    """The last attempts of these people at quizzes of a course that they may not try again and never passed."""
    given = (
        select(func.count(ExtraAttempt.id))
        .where(ExtraAttempt.user_id == Attempt.user_id, ExtraAttempt.quiz_id == Attempt.quiz_id)
        .correlate(Attempt)
        .scalar_subquery()
    )
    return (
        select(func.max(Attempt.id))
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Submission, Submission.attempt_id == Attempt.id, isouter=True)
        .where(
            Attempt.user_id.in_(user_ids),
            Attempt.quiz_id.in_(quizzes_in(course_id)),
            Quiz.state == State.PUBLISHED,
            Quiz.attempts_allowed.is_not(None),
        )
        .group_by(Attempt.user_id, Attempt.quiz_id, Quiz.attempts_allowed)
        .having(
            func.max(func.coalesce(Submission.passed, False).cast(db.Integer)) == 0,
            func.count(Attempt.id) == func.count(Submission.id),
            func.count(Attempt.id) >= Quiz.attempts_allowed + given,
        )
    )


def give(actor: User | None, row: CohortCourse, user_ids: Sequence[int], moment: datetime) -> dict[int, int]:
    """Give these people one more attempt at each quiz of the course where they have none left: {person: how many}."""
    giver = actor or row.cohort.responsible
    given: Counter[int] = Counter()
    for part in parts(sorted(user_ids)):
        attempts = db.session.scalars(select(Attempt).where(Attempt.id.in_(used_up(row.course_id, part))))
        for attempt in attempts.all():
            try:
                extra.grant(giver, attempt, f"补训：{row.cohort.name}", moment)
            except Refused:
                continue  # somebody else gave one meanwhile
            given[attempt.user_id] += 1
    return dict(given)
