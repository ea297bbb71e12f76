"""A learner objects; a trainer answers; the learner hears of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from literacy import audit
from literacy.db import alone, db
from literacy.errors import Refused
from literacy.models import User
from literacy.text import titled
from quizzes.models import Answer, Attempt, Kind
from quizzes.reviewing import about
from quizzes.reviewing.models import Appeal
from quizzes.service.attempts import answer_for

ACTIONS = {"appeal.made": "提出异议", "appeal.answered": "答复异议"}
MIN_REASON = 5
APPEALED = (Kind.REPLY, Kind.SHORT)
"""Kinds of questions about which there can be two opinions; the others have a key."""


def named(answer: Answer) -> str:
    """An answer as the audit log says it."""
    attempt = answer.attempt
    return f"{attempt.user.name}{titled(attempt.quiz.title)}第 {attempt.number} 次第 {answer.position} 题"


def appealable(user: User, attempt_id: int, position: int) -> Answer:
    """The person's own answer, if it can be appealed against.

    Raises NotFound for anybody else's, Refused before it was handed in or for a question with a key.
    """
    answer = answer_for(user, attempt_id, position)
    if answer.attempt.submission is None:
        raise Refused("这次作答还没有提交，提交并看到评议之后才能提。")
    if answer.question_version.question.kind not in APPEALED:
        raise Refused("这道题有固定答案。觉得题目本身有问题，请直接告诉培训师。")
    return answer


def make(user: User, answer: Answer, key: str, reason: str, moment: datetime) -> Appeal:
    """Object to what was judged, for a reason; `key` names what (see `quizzes.reviewing.about`).

    Raises Refused while an earlier appeal about the same answer is open, for a reason too short to be understood, or
    for something that the verdict does not hold.
    """
    alone(f"appeal {answer.id}")
    if open_about(answer.id) is not None:
        raise Refused("您已经提过，培训师还没有答复。答复之后可以再提。")
    if len(reason.strip()) < MIN_REASON:
        raise Refused("请写明理由，至少 5 个字，培训师才知道该看哪里。", field="reason")
    try:
        subject = about.stored(key, answer.judged.detail or {})
    except KeyError:
        raise Refused("请从列表里选一项。", field="about") from None
    appeal = Appeal(answer_id=answer.id, about=subject, reason=reason.strip(), at=moment)
    db.session.add(appeal)
    db.session.flush()
    audit.record(user, "appeal.made", answer.attempt, f"{named(answer)}，{about.words(subject)}")
    return appeal


def open_about(answer_id: int) -> Appeal | None:
    """The appeal about an answer that waits for a trainer, if there is one."""
    return db.session.scalar(select(Appeal).where(Appeal.answer_id == answer_id, Appeal.resolved_at.is_(None)))


def of_answers(answers: Iterable[Answer]) -> Mapping[int, Sequence[Appeal]]:
    """The appeals about these answers, by the answer's id, the first first."""
    found: dict[int, list[Appeal]] = {answer.id: [] for answer in answers}
    query = select(Appeal).where(Appeal.answer_id.in_(found)).order_by(Appeal.id).options(joinedload(Appeal.trainer))
    for appeal in db.session.scalars(query):
        found[appeal.answer_id].append(appeal)
    return found


def answer_appeal(trainer: User, appeal: Appeal, reply: str, moment: datetime) -> None:
    """Tell the learner what a trainer thinks of it.

    Raises Refused for an appeal that was answered, or for too few words.
    """
    if not appeal.is_open:
        raise Refused("这条异议刚刚已经有人答复了。")
    if len(reply.strip()) < MIN_REASON:
        raise Refused("学员在等您的答复，请写明理由，至少 5 个字。", field="reason")
    appeal.resolved_at, appeal.trainer_id, appeal.reply = moment, trainer.id, reply.strip()
    db.session.flush()
    audit.record(trainer, "appeal.answered", appeal.answer.attempt, f"{named(appeal.answer)}：{appeal.reply[:200]}")


def news_for(user: User) -> Sequence[Appeal]:
    """The person's appeals that were answered and whose answer they have not seen, the newest first."""
    query = (
        select(Appeal)
        .join(Appeal.answer)
        .join(Answer.attempt)
        .where(Attempt.user_id == user.id, Appeal.resolved_at.is_not(None), Appeal.seen_at.is_(None))
        .order_by(Appeal.resolved_at.desc())
        .options(joinedload(Appeal.answer).joinedload(Answer.attempt).joinedload(Attempt.quiz))
    )
    return db.session.scalars(query).all()


def note_seen(attempt: Attempt, moment: datetime) -> bool:
    """Note that the learner opened the page with the answers. Whether there was any that they had not seen."""
    mine = select(Answer.id).where(Answer.attempt_id == attempt.id)
    noted = db.session.execute(
        update(Appeal)
        .where(Appeal.answer_id.in_(mine), Appeal.resolved_at.is_not(None), Appeal.seen_at.is_(None))
        .values(seen_at=moment)
        .execution_options(synchronize_session=False)
    )
    return bool(noted.rowcount)  # type: ignore[attr-defined]
