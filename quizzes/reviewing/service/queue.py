"""What needs a person's look, why, and in which order; no list of persons.

Nothing is put into the queue: it is asked for. An answer waits while an appeal about it is open, or while there is a
reason and nobody has looked at it, rated it or changed its mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true, union
from sqlalchemy.orm import contains_eager, joinedload

from literacy import audit
from literacy.db import Page, alone, by_pinyin, db, paged
from literacy.errors import Refused
from literacy.models import User
from quizzes.models import Answer, Attempt, Override, Quiz, Submission
from quizzes.reviewing.models import Appeal, Look, Rating
from quizzes.reviewing.service.appeals import named, open_about
from quizzes.service.learners import attempts_of

ACTIONS = {"reply.looked": "看过答复"}
UNSURE = 0.4
"""Doubt of a verdict (see `quizzes.rubric.doubt`) from which somebody should look."""
NEAR = 4
"""Points from the pass mark within which somebody should look."""


class Reason(StrEnum):
    """Why an answer is in the queue, the most urgent first."""

    APPEAL = "appeal"
    REDLINE = "redline"
    UNSURE = "unsure"
    NEAR = "near"

    @property
    def label(self) -> str:
        """The reason in a few words."""
        return {
            "appeal": "学员有异议",
            "redline": "机器判为红线",
            "unsure": "机器拿不准",
            "near": "接近及格线",
        }[self.value]


@dataclass(frozen=True)
class Waiting:
    """An answer of the queue, and why it is there."""

    answer: Answer
    reasons: Sequence[Reason]
    appeal: Appeal | None


_open_appeal = exists().where(Appeal.answer_id == Answer.id, Appeal.resolved_at.is_(None))
_settled = or_(
    exists().where(Look.answer_id == Answer.id),
    exists().where(Rating.answer_id == Answer.id),
    exists().where(Override.answer_id == Answer.id),
)
# "> 0" and not "is not null": only so does SQLite go by the index, past all answers that are no replies.
_near = and_(Answer.scenario_version_id > 0, func.abs(Submission.machine_score - Attempt.pass_mark) <= NEAR)
_OF_THE_MACHINE: dict[Reason, ColumnElement[bool]] = {
    Reason.REDLINE: Answer.grade == 0,
    # Verdicts that were stored before doubt was measured have none, and are not doubted.
    Reason.UNSURE: Answer.doubt >= UNSURE,
    Reason.NEAR: _near,
}
_FINDS: dict[Reason, Select[Any]] = {
    Reason.REDLINE: select(Answer.id).where(Answer.grade == 0),
    Reason.UNSURE: select(Answer.id).where(Answer.doubt >= UNSURE),
    Reason.NEAR: select(Answer.id).join(Answer.attempt).join(Attempt.submission).where(_near),
}
"""The same, each by way of its own index: a row with a long verdict is only read if there is a reason to."""


def _candidates(*, waiting: bool, reason: str = "") -> ColumnElement[bool]:
    """Answers with a reason, or with this one. Of what was looked at every appeal counts, answered or not."""
    appealed = select(Appeal.answer_id).where(Appeal.resolved_at.is_(None) if waiting else true())
    finds = {Reason.APPEAL: appealed, **_FINDS}
    return Answer.id.in_(finds[Reason(reason)] if reason else union(*finds.values()))


def _rank() -> ColumnElement[int]:
    """How urgent an answer is, 0 most."""
    conditions = {Reason.APPEAL: _open_appeal, **_OF_THE_MACHINE}
    return case(*((conditions[reason], place) for place, reason in enumerate(Reason)), else_=len(Reason))


def _narrowed(
    query: Select[Any], reason: str = "", quiz: int = 0, state: str = "", trainer: User | None = None
) -> Select[Any]:
    waiting = state != "seen"
    query = query.select_from(Answer).join(Answer.attempt).join(Attempt.submission)
    query = query.where(_candidates(waiting=waiting, reason=reason), attempts_of(trainer))
    query = query.where(or_(_open_appeal, ~_settled) if waiting else and_(~_open_appeal, _settled))
    return query.where(Attempt.quiz_id == quiz) if quiz else query


def page_of(page: int, reason: str = "", quiz: int = 0, state: str = "", *, trainer: User | None = None) -> Page:
    """A page of the trainer's queue, as `Waiting`: the most urgent first, of those the oldest.

    What was looked at comes newest first.
    `reason` is one of `Reason`, `quiz` an id, `state` is "seen" for what was looked at.
    """
    query = _narrowed(select(Answer), reason, quiz, state, trainer)
    order = (Answer.id.desc(),) if state == "seen" else (_rank(), Submission.submitted_at, Answer.id)
    query = query.order_by(*order).options(
        contains_eager(Answer.attempt).options(joinedload(Attempt.quiz), contains_eager(Attempt.submission))
    )
    found = paged(query, page)
    return Page(_with_reasons(found.items), found.page, found.total, found.per_page)


def _with_reasons(answers: Sequence[Answer]) -> list[Waiting]:
    """Why each of these is there, in one more query."""
    ids = [answer.id for answer in answers]
    query = select(Appeal).where(Appeal.answer_id.in_(ids)).order_by(Appeal.resolved_at.is_(None), Appeal.id)
    appeals = {appeal.answer_id: appeal for appeal in db.session.scalars(query)}
    return [Waiting(answer, reasons_of(answer, appeals.get(answer.id)), appeals.get(answer.id)) for answer in answers]


def reasons_of(answer: Answer, appeal: Appeal | None) -> list[Reason]:
    """The reasons for which an answer is, or was, in the queue; as the conditions of the database say it."""
    found = [Reason.APPEAL] if appeal is not None else []
    submission = answer.attempt.submission
    if answer.scenario_version_id is None or submission is None:
        return found
    detail = answer.judged.detail or {}
    if detail.get("grade") == 0:
        found.append(Reason.REDLINE)
    if detail.get("doubt", 0) >= UNSURE:
        found.append(Reason.UNSURE)
    if abs(submission.machine_score - answer.attempt.pass_mark) <= NEAR:
        found.append(Reason.NEAR)
    return found


def counts(quiz: int = 0, *, trainer: User | None = None) -> dict[Reason, int]:
    """How many answers of the trainer's queue wait for each reason; one answer may have several."""
    conditions = {Reason.APPEAL: _open_appeal, **_OF_THE_MACHINE}
    sums = [func.sum(case((condition, 1), else_=0)) for condition in conditions.values()]
    row = db.session.execute(_narrowed(select(*sums), quiz=quiz, trainer=trainer)).one()
    return {reason: int(value or 0) for reason, value in zip(conditions, row, strict=True)}


def following(
    answer: Answer, reason: str = "", quiz: int = 0, state: str = "", *, trainer: User | None = None
) -> int | None:
    """The id of the answer that comes after this one in the trainer's queue, narrowed so.

    From the end on, the first again.
    """
    query = _narrowed(select(Answer.id), reason, quiz, state, trainer).where(Answer.id != answer.id)
    if state == "seen":
        return db.session.scalar(query.where(Answer.id < answer.id).order_by(Answer.id.desc()).limit(1))
    rank, at = _place(answer)
    ordered = query.order_by(_rank(), Submission.submitted_at, Answer.id).limit(1)
    behind = or_(
        _rank() > rank,
        and_(_rank() == rank, Submission.submitted_at > at),
        and_(_rank() == rank, Submission.submitted_at == at, Answer.id > answer.id),
    )
    return db.session.scalar(ordered.where(behind)) or db.session.scalar(ordered)


def _place(answer: Answer) -> tuple[int, datetime]:
    reasons = reasons_of(answer, open_about(answer.id))
    assert answer.attempt.submission is not None
    rank = list(Reason).index(reasons[0]) if reasons else len(Reason)
    return rank, answer.attempt.submission.submitted_at


def quizzes_in_queue() -> list[tuple[int, str]]:
    """(id, title) of every quiz with an answer that waits or was looked at, by title."""
    there = [_narrowed(select(Attempt.quiz_id), state=state) for state in ("", "seen")]
    query = select(Quiz.id, Quiz.title).where(or_(*(Quiz.id.in_(one) for one in there)))
    return [(quiz_id, title) for quiz_id, title in db.session.execute(query.order_by(by_pinyin(Quiz.title)))]


def look(trainer: User, answer: Answer, moment: datetime) -> None:
    """Note that somebody looked and has nothing to change. A second time changes nothing.

    Raises Refused while an appeal is open: the learner waits for words.
    """
    if open_about(answer.id) is not None:
        raise Refused("学员对这道题有异议，请先答复，再移出名单。")
    if note_look(trainer, answer, moment):
        audit.record(trainer, "reply.looked", answer.attempt, named(answer))


def note_look(trainer: User, answer: Answer, moment: datetime) -> bool:
    """Put down that it was looked at; False if somebody had before."""
    alone(f"look {answer.id}")
    if db.session.scalar(select(Look.id).where(Look.answer_id == answer.id)):
        return False
    db.session.add(Look(answer_id=answer.id, trainer_id=trainer.id, at=moment))
    db.session.flush()
    return True


def look_at(answer: Answer) -> Look | None:
    """Who looked at it and when, if somebody did."""
    return db.session.scalar(select(Look).where(Look.answer_id == answer.id).options(joinedload(Look.trainer)))
