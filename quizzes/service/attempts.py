"""The verbs of taking a quiz: start, keep a draft, hand in, revise.

An attempt is open until a submission stands beside it. Three guards keep answers safe: one UPDATE that changes a
draft only while the attempt is open, a unique key that forbids a second submission, and row locks in between.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, false, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from literacy.db import db
from literacy.errors import NotFound, Refused, found
from literacy.models import State, User
from quizzes import marking
from quizzes.drafts import clean_draft
from quizzes.models import Answer, Attempt, Kind, Question, Quiz, QuizKind, Scenario, Slot, Submission
from quizzes.signals import attempt_marked

GRACE = timedelta(seconds=5)
"""What a slow line may take after the clock has run out."""


class NotSaved(Refused):
    """A draft was not taken. `reason` is submitted, out_of_time or conflict; on a conflict the stored draft is told."""

    def __init__(self, reason: str, sentence: str, draft: Any = None, number: int | None = None) -> None:
        super().__init__(sentence, 409)
        self.reason = reason
        self.draft = draft
        self.number = number


@dataclass(frozen=True)
class Saved:
    """A draft that was taken: its number, to be sent with the next one, and when."""

    number: int
    saved_at: datetime


_WHOLE = (
    joinedload(Attempt.quiz),
    joinedload(Attempt.submission),
    selectinload(Attempt.answers).options(
        joinedload(Answer.question_version), joinedload(Answer.scenario_version), selectinload(Answer.overrides)
    ),
)


def quiz_for(user: User, quiz_id: int) -> Quiz:
    """A quiz that this person may see: it is offered, or they took it before it was retired.

    Raises NotFound otherwise.
    """
    quiz = found(db.session.get(Quiz, quiz_id))
    if quiz.state is not State.PUBLISHED and not history(user, quiz_id):
        raise NotFound
    return quiz


def history(user: User, quiz_id: int) -> list[Attempt]:
    """The person's attempts at a quiz, the first first."""
    query = select(Attempt).where(Attempt.user_id == user.id, Attempt.quiz_id == quiz_id).order_by(Attempt.number)
    return list(db.session.scalars(query.options(joinedload(Attempt.submission))))


def may_start(quiz: Quiz, earlier: Sequence[Attempt]) -> str | None:
    """Why nobody with these earlier attempts can begin another, as a sentence; None if they can."""
    if quiz.state is not State.PUBLISHED:
        return "这个测验已经停用，不能再作答；以前的结果还能看。"
    if quiz.attempts_allowed is not None and len(earlier) >= quiz.attempts_allowed:
        return f"可以作答的 {quiz.attempts_allowed} 次已经用完，取最好的一次。"
    return None


def attempt_for(user: User, attempt_id: int) -> Attempt:
    """One of the person's own attempts, with everything that its pages need.

    Raises NotFound for anybody else's.
    """
    query = select(Attempt).where(Attempt.id == attempt_id, Attempt.user_id == user.id).options(*_WHOLE)
    return found(db.session.scalar(query))


def start(user: User, quiz_id: int, moment: datetime) -> Attempt:
    """Begin an attempt, or give the one that is open: a double click begins one.

    Raises NotFound for a quiz that is not offered, Refused if the attempts are used up.
    """
    close_expired(moment, user)
    return _begin(user, quiz_for(user, quiz_id), moment)


def revise(user: User, attempt_id: int, moment: datetime) -> Attempt:
    """Begin a second draft of a reply that was handed in, with the first as its beginning.

    Raises Refused for anything but a drill that was handed in, or if the attempts are used up.
    """
    first = attempt_for(user, attempt_id)
    if first.quiz.kind is not QuizKind.DRILL:
        raise Refused("测验不能改稿，可以再做一次。")
    if first.submission is None:
        raise Refused("这一稿还没有提交，提交之后才能改。")
    return _begin(user, first.quiz, moment, first)


def _begin(user: User, quiz: Quiz, moment: datetime, revises: Attempt | None = None) -> Attempt:
    earlier = history(user, quiz.id)
    if earlier and earlier[-1].submission is None:
        return earlier[-1]
    if hindrance := may_start(quiz, earlier):
        raise Refused(hindrance)
    try:
        with db.session.begin_nested():
            attempt = _new_attempt(user, quiz, earlier[-1].number + 1 if earlier else 1, moment, revises)
            db.session.add(attempt)
    except IntegrityError:  # another request began the same number a moment ago
        return history(user, quiz.id)[-1]
    return attempt


def _new_attempt(user: User, quiz: Quiz, number: int, moment: datetime, revises: Attempt | None) -> Attempt:
    limit = quiz.time_limit_minutes
    attempt = Attempt(
        quiz=quiz,
        user=user,
        number=number,
        seed=secrets.randbelow(2**31),
        started_at=moment,
        ends_at=moment + timedelta(minutes=limit) if limit else None,
        pass_mark=quiz.pass_mark,
        revises_id=revises.id if revises else None,
    )
    attempt.answers = [_new_answer(slot, position) for position, slot in enumerate(_slots(quiz), start=1)]
    if revises:
        attempt.answers[0].draft = revises.answers[0].draft
    return attempt


def _slots(quiz: Quiz) -> Sequence[Slot]:
    versions = joinedload(Slot.question).options(
        selectinload(Question.versions), joinedload(Question.scenario).selectinload(Scenario.versions)
    )
    return db.session.scalars(
        select(Slot).where(Slot.quiz_id == quiz.id).order_by(Slot.position).options(versions)
    ).all()


def _new_answer(slot: Slot, position: int) -> Answer:
    scenario = slot.question.scenario
    return Answer(
        position=position,
        question_version=slot.question.latest,
        scenario_version=scenario.latest if scenario else None,
        marks=slot.marks,
    )


def save_draft(
    user: User, attempt_id: int, position: int, raw: Any, number: int, writer: str, moment: datetime
) -> Saved:
    """Replace the draft of one question.

    `number` is the draft that the writer saw last, `writer` names the page that writes. The same page may repeat
    itself after a lost answer; another page that is behind raises NotSaved with what is stored. So does an attempt
    that was handed in or is out of time. Raises NotFound for anybody else's attempt, Refused for too long a text.
    """
    answer = found(
        db.session.scalar(
            select(Answer)
            .join(Answer.attempt)
            .where(Attempt.id == attempt_id, Attempt.user_id == user.id, Answer.position == position)
            .options(joinedload(Answer.question_version))
        )
    )
    version = answer.question_version
    draft = clean_draft(version.question.kind, version.body, raw)
    open_attempt = select(Attempt.id).where(
        Attempt.id == Answer.attempt_id, or_(Attempt.ends_at.is_(None), Attempt.ends_at > moment - GRACE)
    )
    same_page = Answer.draft_writer == writer if writer else false()
    taken = db.session.execute(
        update(Answer)
        .where(
            Answer.id == answer.id,
            # Marking writes the fraction. A row that a submission is just marking is waited for and then seen as
            # marked, which a look at the submissions alone would miss.
            Answer.fraction.is_(None),
            ~exists().where(Submission.attempt_id == Answer.attempt_id),
            exists(open_attempt.correlate(Answer)),
            or_(Answer.draft_number == number, same_page),
        )
        .values(draft=draft, draft_number=Answer.draft_number + 1, draft_writer=writer, saved_at=moment)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(answer)
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise _why_not(answer, moment)
    return Saved(answer.draft_number, moment)


def _why_not(answer: Answer, moment: datetime) -> NotSaved:
    attempt = db.session.get_one(Attempt, answer.attempt_id, populate_existing=True)
    if attempt.submission is not None or answer.fraction is not None:
        return NotSaved("submitted", "这次作答已经提交，后来写的没有保存。")
    if attempt.ends_at is not None and moment >= attempt.ends_at:
        return NotSaved("out_of_time", "时间已到，后来写的没有保存。")
    return NotSaved("conflict", "这道题在另一个窗口改过，没有保存。", answer.draft, answer.draft_number)


def submit(user: User, attempt_id: int, drafts: Mapping[int, Any], moment: datetime) -> Attempt:
    """Hand an attempt in and mark it; an attempt that was handed in before is given back as it is.

    `drafts` is what stood on the page, by position; after the time has run out only what was saved counts.
    Raises NotFound for anybody else's attempt, Refused for too long a text (nothing is changed then).
    """
    found(db.session.scalar(select(Attempt.id).where(Attempt.id == attempt_id, Attempt.user_id == user.id)))
    attempt = _locked(attempt_id)
    if attempt.submission is not None:
        return attempt
    if attempt.ends_at is None or moment < attempt.ends_at + GRACE:
        for answer in attempt.answers:
            if answer.position in drafts:
                version = answer.question_version
                answer.draft = clean_draft(version.question.kind, version.body, drafts[answer.position])
                answer.saved_at = moment
    _mark_and_close(attempt, moment)
    return attempt


def _locked(attempt_id: int) -> Attempt:
    """The attempt and its answers as they are now, locked against drafts and a second submission."""
    attempt = db.session.scalars(
        select(Attempt).where(Attempt.id == attempt_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    db.session.scalars(
        select(Answer)
        .where(Answer.attempt_id == attempt_id)
        .order_by(Answer.position)
        .with_for_update(of=Answer)
        .execution_options(populate_existing=True)
    ).all()
    db.session.refresh(attempt, ["submission", "answers"])
    return attempt


def _mark_and_close(attempt: Attempt, moment: datetime) -> None:
    for answer in attempt.answers:
        _mark_answer(answer)
    by_clock = attempt.ends_at is not None and moment >= attempt.ends_at
    score = marking.counted_score([(answer.fraction or 0.0, answer.marks) for answer in attempt.answers])
    attempt.submission = Submission(
        submitted_at=min(moment, attempt.ends_at) if attempt.ends_at else moment,
        by_clock=by_clock,
        score=score,
        machine_score=score,
        passed=score >= attempt.pass_mark,
    )
    db.session.flush()
    attempt_marked.send(attempt)


def _mark_answer(answer: Answer) -> None:
    version = answer.question_version
    kind = version.question.kind
    if kind is Kind.REPLY:
        assert answer.scenario_version is not None  # frozen together with the question
        mark = marking.mark_reply(answer.scenario_version.body, answer.draft)
        answer.rubric_version = mark.detail["rubric_version"]
        answer.rubric_hash = mark.detail["rubric_hash"]
    else:
        mark = marking.mark(kind, version.body, answer.draft)
    answer.fraction = mark.fraction
    answer.detail = mark.detail


def close_expired(moment: datetime, user: User | None = None, limit: int = 200) -> int:
    """Hand in what ran out of time, with the drafts that were saved; of one person, or of everybody.

    Gives how many there were. Called when somebody looks, so that no clock has to run in the background.
    """
    query = select(Attempt.id).where(
        Attempt.ends_at <= moment - GRACE, ~exists().where(Submission.attempt_id == Attempt.id)
    )
    if user is not None:
        query = query.where(Attempt.user_id == user.id)
    closed = 0
    for attempt_id in db.session.scalars(query.order_by(Attempt.id).limit(limit)).all():
        attempt = _locked(attempt_id)
        if attempt.submission is None:
            _mark_and_close(attempt, moment)
            closed += 1
    return closed
