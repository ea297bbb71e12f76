"""What trainers do with attempts: look, and put their own mark in place of the machine's."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import joinedload

from literacy import audit
from literacy.db import Page, by_pinyin, containing, db, paged
from literacy.errors import Refused, found
from literacy.models import User
from literacy.text import titled
from quizzes import marking
from quizzes.models import Answer, Attempt, Override, Quiz, Submission
from quizzes.service.learners import attempts_of
from quizzes.signals import attempt_marked

audit.ACTIONS["mark.overridden"] = "改分"
MIN_REASON = 5


def override(trainer: User, answer_id: int, percent: float, reason: str, moment: datetime) -> Override:
    """Give an answer `percent` (0–100) of its marks, for a reason; the machine's mark stays beside it.

    Raises Refused for an attempt that is still open, a mark outside 0–100 or a reason too short to be one.
    """
    answer = found(db.session.get(Answer, answer_id))
    attempt = answer.attempt
    submission = db.session.scalar(select(Submission).where(Submission.attempt_id == attempt.id).with_for_update())
    if submission is None:
        raise Refused("这次作答还没有提交，提交之后才能改分。")
    if not 0 <= percent <= 100:
        raise Refused("请填 0 到 100 的数。")
    if len(reason.strip()) < MIN_REASON:
        raise Refused("请写明理由，至少 5 个字：学员和别的培训师都会看到。")
    before = submission.score
    given = Override(answer=answer, trainer_id=trainer.id, fraction=percent / 100, reason=reason.strip(), at=moment)
    db.session.add(given)
    db.session.flush()
    db.session.refresh(answer, ["overrides"])
    settle(attempt)
    which = f"{attempt.user.name}{titled(attempt.quiz.title)}第 {attempt.number} 次第 {answer.position} 题"
    summary = f"{which}：{reason.strip()[:200]}"
    audit.record(trainer, "mark.overridden", attempt, summary, score=[before, submission.score])
    db.session.flush()
    attempt_marked.send(attempt)
    return given


def settle(attempt: Attempt) -> bool:
    """Add an attempt up again, by what counts of each answer now; gives whether its score or its passing changed."""
    submission = found(attempt.submission)
    before = (submission.score, submission.passed)
    submission.score = marking.counted_score([(one.counted_fraction, one.marks) for one in attempt.answers])
    submission.passed = submission.score >= attempt.pass_mark
    return before != (submission.score, submission.passed)


def attempts_page(page: int, quiz: int = 0, name: str = "", state: str = "", *, trainer: User | None = None) -> Page:
    """A page of attempts of those whom the trainer looks after, the newest first, narrowed by whatever is given.

    `quiz` is an id, `name` part of a person's name or account; `state` is submitted, open or overridden.
    """
    mine = select(Attempt).where(attempts_of(trainer)).order_by(Attempt.id.desc())
    query = _narrowed(mine, quiz, name, state)
    query = query.options(
        joinedload(Attempt.quiz), joinedload(Attempt.submission), joinedload(Attempt.user).joinedload(User.unit)
    )
    return paged(query, page)


def neighbours(
    attempt: Attempt, quiz: int = 0, name: str = "", state: str = "", *, trainer: User | None = None
) -> tuple[int | None, int | None]:
    """The ids of the attempts above and below in the list that is narrowed so; only what was handed in counts."""
    there = and_(exists().where(Submission.attempt_id == Attempt.id), attempts_of(trainer))
    above = select(func.min(Attempt.id)).where(there, Attempt.id > attempt.id)
    below = select(func.max(Attempt.id)).where(there, Attempt.id < attempt.id)
    first, second = (db.session.scalar(_narrowed(one, quiz, name, state)) for one in (above, below))
    return first, second


def _narrowed(query: Select[Any], quiz: int, name: str, state: str) -> Select[Any]:
    query = query.join(Attempt.user)
    if quiz:
        query = query.where(Attempt.quiz_id == quiz)
    if name:
        query = query.where(containing(name, User.name, User.account))
    handed_in = exists().where(Submission.attempt_id == Attempt.id)
    overridden = exists().where(Override.answer_id == Answer.id, Answer.attempt_id == Attempt.id)
    conditions = {"submitted": handed_in, "open": ~handed_in, "overridden": overridden}
    if state in conditions:
        query = query.where(conditions[state])
    return query


def quizzes_with_attempts() -> list[tuple[int, str]]:
    """(id, title) of every quiz that somebody took, by title."""
    rows = db.session.execute(
        select(Quiz.id, Quiz.title).where(exists().where(Attempt.quiz_id == Quiz.id)).order_by(by_pinyin(Quiz.title))
    )
    return [(quiz_id, title) for quiz_id, title in rows]
