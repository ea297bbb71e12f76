"""A trainer goes through a verdict; from what they say the mark follows by the rubric's own arithmetic."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from literacy import audit
from literacy.db import db
from literacy.errors import Refused, found
from literacy.models import User
from quizzes import marking
from quizzes.models import Answer, Attempt, Override, Submission
from quizzes.reviewing.models import Appeal, Rating
from quizzes.reviewing.service import appeals, queue
from quizzes.reviewing.sheet import Difference, difference
from quizzes.rubric import Verdict
from quizzes.rubric.relabel import Labels, highest_grade, labels_of, relabelled
from quizzes.service import overrides
from quizzes.service.learners import check_attempt
from quizzes.standard.in_force import in_force

ACTIONS = {"reply.rated": "逐项批阅"}
CLOSE_ENOUGH = 0.0005
"""Marks nearer to each other than this share are the same mark."""


def answer_to_review(trainer: User | None, answer_id: int) -> Answer:
    """An answer that was handed in, with all that its page needs.

    Raises NotFound where there is none, or of somebody whom the trainer does not look after; Refused while the attempt
    is open.
    """
    whole = joinedload(Answer.attempt).options(joinedload(Attempt.quiz), joinedload(Attempt.submission))
    answer = found(db.session.get(Answer, answer_id, options=[whole]))
    check_attempt(trainer, answer.attempt)
    if answer.attempt.submission is None:
        raise Refused("这次作答还没有提交，提交之后才能批阅。")
    return answer


def seal(answer: Answer) -> str:
    """What was said of an answer so far, as a short text: a form that was opened on another one is behind."""
    newest = [
        db.session.scalar(select(func.max(one.id)).where(one.answer_id == answer.id))
        for one in (Rating, Override, Appeal)
    ]
    answered = db.session.scalar(
        select(func.count()).where(Appeal.answer_id == answer.id, Appeal.resolved_at.is_not(None))
    )
    return "-".join(str(one or 0) for one in (*newest, answered))


def latest_of(answers: Iterable[Answer]) -> Mapping[int, Rating]:
    """The rating that counts of each of these answers that has one, by the answer's id."""
    ids = [answer.id for answer in answers]
    query = select(Rating).where(Rating.answer_id.in_(ids)).order_by(Rating.id).options(joinedload(Rating.trainer))
    return {rating.answer_id: rating for rating in db.session.scalars(query)}


@dataclass(frozen=True)
class Opinion:
    """The rating of a reply that counts, and in what it differs from the machine."""

    rating: Rating
    other: Difference


def opinions_on(answers: Iterable[Answer]) -> Mapping[int, Opinion]:
    """What a trainer said of each of these answers that was gone through, by the answer's id."""
    answers = list(answers)
    latest = latest_of(answers)
    return {
        answer.id: Opinion(one, difference(answer.judged.detail or {}, one.patterns, one.elements, one.points))
        for answer in answers
        if (one := latest.get(answer.id))
    }


def would_be(answer: Answer, labels: Labels, grade: int | None = None) -> Verdict:
    """The verdict that follows from these labels, and from the grade where the trainer gives one.

    Whoever agrees with the machine gets its own verdict, even if the rubric has changed since.
    Raises Refused for a grade that the guidelines do not allow beside the patterns.
    """
    highest = highest_grade(set(labels.patterns))
    if grade is not None and grade > highest:
        why = {0: "有红线问题", 1: "有严重问题", 2: "有问题"}[highest]
        raise Refused(f"标着{why}的答复，最高是 {highest} 级。请改等级，或者改上面的判断。", 422, field="grade")
    assert answer.scenario_version is not None  # only replies are gone through
    verdict = Verdict.from_dict(answer.judged.detail or {})
    if _same(labels, labels_of(answer.judged.detail or {})) and grade in (None, verdict.grade):
        return verdict
    case = marking.reply_case(answer.scenario_version.body, (answer.draft or {}).get("text", ""))
    return relabelled(case, verdict, labels, grade, in_force())


def _same(one: Labels, other: Labels) -> bool:
    return (set(one.places), one.elements, one.points) == (set(other.places), other.elements, other.points)


@dataclass(frozen=True)
class Said:
    """What a trainer says of an answer. Without labels only the mark is spoken of; without `percent` it follows."""

    labels: Labels | None
    grade: int | None
    percent: float | None
    reason: str
    seal: str


def rate(trainer: User, answer_id: int, said: Said, moment: datetime) -> None:
    """Keep what a trainer says; change the mark where it differs, answer an open appeal, take it out of the queue.

    Raises Refused where somebody else said something since the form was opened, where a change or an appeal needs a
    reason, or for a grade that the guidelines do not allow.
    """
    answer = answer_to_review(trainer, answer_id)
    db.session.scalar(select(Submission.id).where(Submission.attempt_id == answer.attempt_id).with_for_update())
    if said.seal != seal(answer):
        raise Refused(
            "您打开这一页之后，别的培训师批阅过，或者学员提了新的异议。您写的还在，没有保存。"
            "请先看上面的新内容，再保存一次。"
        )
    verdict = would_be(answer, said.labels, said.grade) if said.labels is not None else None
    percent = _percent(answer, said, verdict)
    changes_mark = abs(percent / 100 - answer.counted_fraction) > CLOSE_ENOUGH
    appeal = appeals.open_about(answer.id)
    _need_reason(said, changes=changes_mark or _differs(answer, verdict, said), appeal=appeal)
    if verdict is not None and said.labels is not None:
        _keep(trainer, answer, verdict, said, moment)
    if changes_mark:
        overrides.override(trainer, answer.id, percent, said.reason, moment)
    if appeal is not None:
        appeals.answer_appeal(trainer, appeal, said.reason, moment)
    queue.note_look(trainer, answer, moment)


def _percent(answer: Answer, said: Said, verdict: Verdict | None) -> float:
    if said.percent is not None:
        return said.percent
    return float(verdict.score) if verdict is not None else answer.counted_fraction * 100


def _differs(answer: Answer, verdict: Verdict | None, said: Said) -> bool:
    """Whether labels or grade are other than the machine's."""
    if verdict is None or said.labels is None:
        return False
    machine = answer.judged.detail or {}
    return not _same(said.labels, labels_of(machine)) or verdict.grade != machine["grade"]


def _need_reason(said: Said, *, changes: bool, appeal: Appeal | None) -> None:
    if len(said.reason.strip()) >= overrides.MIN_REASON:
        return
    if appeal is not None:
        raise Refused("学员在等您的答复，请写明理由，至少 5 个字。", field="reason")
    if changes:
        raise Refused("您的判断和机器不同，请写明理由，至少 5 个字：学员会看到。", field="reason")


def _keep(trainer: User, answer: Answer, verdict: Verdict, said: Said, moment: datetime) -> None:
    assert said.labels is not None
    rating = Rating(
        answer_id=answer.id,
        trainer_id=trainer.id,
        patterns=[
            {"pattern": one.pattern, "start": one.start, "end": one.end, "text": one.text} for one in verdict.findings
        ],
        elements=[one.id for one in verdict.elements if one.present],
        points=[one.id for one in verdict.points if one.met],
        grade=verdict.grade,
        score=verdict.score,
        reason=said.reason.strip(),
        rubric_version=verdict.rubric_version,
        at=moment,
    )
    db.session.add(rating)
    db.session.flush()
    machine = (answer.judged.detail or {})["grade"]
    names = "、".join(dict.fromkeys(one.name for one in verdict.findings)) or "没有问题"
    audit.record(
        trainer, "reply.rated", answer.attempt, f"{appeals.named(answer)}：{names}", grade=[machine, verdict.grade]
    )
