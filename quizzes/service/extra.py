"""One more attempt for one person, where the rules of a quiz allow no more."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from literacy import audit
from literacy.db import alone, db
from literacy.errors import Refused
from literacy.models import User
from literacy.text import titled
from quizzes.models import Attempt, ExtraAttempt
from quizzes.service.attempts import Chance, chance_of, history

ACTIONS = {"attempt.granted": "多给一次作答"}
MIN_REASON = 5


def given_to(attempt: Attempt) -> Sequence[ExtraAttempt]:
    """The extra attempts that the person of this attempt was given at its quiz, the first first."""
    query = select(ExtraAttempt).where(ExtraAttempt.user_id == attempt.user_id, ExtraAttempt.quiz_id == attempt.quiz_id)
    return db.session.scalars(query.options(joinedload(ExtraAttempt.trainer)).order_by(ExtraAttempt.id)).all()


def chance_after(attempt: Attempt) -> Chance:
    """What is left to the person of this attempt at its quiz."""
    return chance_of(attempt.user, attempt.quiz, history(attempt.user, attempt.quiz_id))


def grant(trainer: User, attempt: Attempt, reason: str, moment: datetime) -> ExtraAttempt:
    """Give the person of this attempt one more at the same quiz, for a reason.

    Raises Refused while attempts are left (two trainers at once give one), or for a reason too short to be one.
    """
    user, quiz = attempt.user, attempt.quiz
    alone(f"extra attempt {user.id} {quiz.id}")
    left = chance_after(attempt).left
    if quiz.attempts_allowed is None:
        raise Refused("这个测验不限作答次数，不用另给。")
    if left:
        raise Refused(f"{user.name}还有 {left} 次没有用，不用另给。")
    if len(reason.strip()) < MIN_REASON:
        raise Refused("请写明理由，至少 5 个字。", field="reason")
    given = ExtraAttempt(quiz_id=quiz.id, user_id=user.id, trainer=trainer, reason=reason.strip(), at=moment)
    db.session.add(given)
    db.session.flush()
    audit.record(trainer, "attempt.granted", attempt, f"{user.name}{titled(quiz.title)}：{given.reason[:200]}")
    return given
