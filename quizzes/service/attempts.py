"""The verbs of taking a quiz: start, keep a draft, hand in, revise.

An attempt is open until a submission stands beside it. Three guards keep answers safe: one UPDATE that changes a
draft only while the attempt is open, a unique key that forbids a second submission, and row locks in between.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, false, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from literacy.db import db
from literacy.errors import NotFound, Refused, found
from literacy.models import State, User
from literacy.portions import within
from quizzes import marking
from quizzes.drafts import clean_draft, open_parts
from quizzes.models import Answer, Attempt, ExtraAttempt, Kind, Question, Quiz, QuizKind, Scenario, Slot, Submission
from quizzes.signals import attempt_marked
from quizzes.standard.in_force import in_force

GRACE = timedelta(seconds=5)
"""What a slow line may take after the clock has run out."""
CLOSE_SECONDS = 2.0
"""How long whoever looks waits for other people's attempts that ran out of time."""


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
        joinedload(Answer.question_version),
        joinedload(Answer.scenario_version),
        selectinload(Answer.overrides),
        selectinload(Answer.remarks),
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


@dataclass(frozen=True)
class Chance:
    """Whether a person may begin another attempt: why not, as a sentence, and how many are left (None: any number)."""

    hindrance: str | None
    left: int | None


def chance(quiz: Quiz, made: int, extra: int = 0, *, passed: bool = False) -> Chance:
    """What is left to somebody who made so many attempts, was given so many extra ones, and passed or did not."""
    allowed = None if quiz.attempts_allowed is None else quiz.attempts_allowed + extra
    left = None if allowed is None else max(0, allowed - made)
    if quiz.state is not State.PUBLISHED:
        return Chance("这个测验已经停用，不能再作答；以前的结果还能看。", 0)
    if left == 0 and passed:
        return Chance(f"可以作答的 {allowed} 次已经用完，取最好的一次。", 0)
    if left == 0:
        return Chance(f"可以作答的 {allowed} 次已经用完，还没有及格。请向培训师说一声，培训师可以再给您一次机会。", 0)
    return Chance(None, left)


def chance_of(user: User, quiz: Quiz, earlier: Sequence[Attempt]) -> Chance:
    """What is left to this person after these attempts of theirs."""
    passed = any(attempt.submission is not None and attempt.submission.passed for attempt in earlier)
    return chance(quiz, len(earlier), extra_attempts(user, quiz), passed=passed)


def extra_attempts(user: User, quiz: Quiz) -> int:
    """How many attempts a trainer gave this person on top of the quiz's rules."""
    query = select(func.count()).where(ExtraAttempt.user_id == user.id, ExtraAttempt.quiz_id == quiz.id)
    return db.session.scalar(query) or 0


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
    if hindrance := chance_of(user, quiz, earlier).hindrance:
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


def answer_for(user: User, attempt_id: int, position: int) -> Answer:
    """One question of the person's own attempt.

    Raises NotFound for anybody else's.
    """
    return found(
        db.session.scalar(
            select(Answer)
            .join(Answer.attempt)
            .where(Attempt.id == attempt_id, Attempt.user_id == user.id, Answer.position == position)
            .options(joinedload(Answer.question_version))
        )
    )


def cleaned(answer: Answer, raw: Any) -> dict[str, Any] | None:
    """What was entered for this answer in the shape in which it is stored. Raises Refused for too long a text."""
    version = answer.question_version
    return clean_draft(version.question.kind, version.body, raw)


def save_draft(
    user: User, attempt_id: int, position: int, raw: Any, number: int, writer: str, moment: datetime
) -> Saved:
    """Replace the draft of one question.

    `number` is the draft that the writer saw last, `writer` names the page that writes. The same page may repeat
    itself after a lost answer; another page that is behind raises NotSaved with what is stored, unless it brings
    these very words (it follows a page that was left while it saved). So does an attempt that was handed in or is
    out of time. Raises NotFound for anybody else's attempt, Refused for too long a text.
    """
    answer = answer_for(user, attempt_id, position)
    draft = cleaned(answer, raw)
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
        refused = _why_not(answer, moment)
        if refused.reason == "conflict" and answer.draft == draft:
            return Saved(answer.draft_number, answer.saved_at or moment)
        raise refused
    return Saved(answer.draft_number, moment)


def _why_not(answer: Answer, moment: datetime) -> NotSaved:
    attempt = db.session.get_one(Attempt, answer.attempt_id, populate_existing=True)
    if attempt.submission is not None or answer.fraction is not None:
        return NotSaved("submitted", "这次作答已经提交，后来写的没有保存。")
    if attempt.ends_at is not None and moment >= attempt.ends_at:
        return NotSaved("out_of_time", "时间已到，后来写的没有保存。")
    return NotSaved("conflict", "这道题在另一个窗口改过，没有保存。", answer.draft, answer.draft_number)


def submit(
    user: User,
    attempt_id: int,
    drafts: Mapping[int, Any],
    moment: datetime,
    *,
    by_clock: bool = False,
    complete: bool = False,
) -> Attempt:
    """Hand an attempt in and mark it; an attempt that was handed in before is given back as it is.

    `drafts` is what stood on the page, by position; after the time has run out only what was saved counts.
    `by_clock` says that the page's clock sent it, which is believed within GRACE of the end. With `complete`, an
    attempt in which something is unanswered is kept open, with these drafts, and given back: the learner is asked.
    Once the time is over nobody is asked. Raises NotFound for anybody else's attempt, Refused for too long a text or
    for a drill without a reply; `field` names the question then, as `a3`, and nothing is changed.
    """
    found(db.session.scalar(select(Attempt.id).where(Attempt.id == attempt_id, Attempt.user_id == user.id)))
    attempt = _locked(attempt_id)
    if attempt.submission is not None:
        return attempt
    over = attempt.ends_at is not None and moment >= attempt.ends_at - (GRACE if by_clock else timedelta(0))
    if attempt.ends_at is None or moment < attempt.ends_at + GRACE:
        _take(attempt, drafts, moment, forgiving=over)
    if not over:
        if attempt.quiz.kind is QuizKind.DRILL and (empty := gaps(attempt)):
            raise Refused("还没有写答复。写好再提交。", 422, field=f"a{empty[0].position}")
        if complete and gaps(attempt):
            db.session.flush()
            return attempt
    _mark_and_close(attempt, moment, by_clock=over)
    return attempt


def _take(attempt: Attempt, drafts: Mapping[int, Any], moment: datetime, *, forgiving: bool) -> None:
    """Replace the drafts by what stood on the page. Forgiving, a text too long leaves the draft that was saved."""
    for answer in attempt.answers:
        if answer.position not in drafts:
            continue
        try:
            draft = cleaned(answer, drafts[answer.position])
        except Refused as refused:
            if forgiving:
                continue
            raise Refused(refused.sentence, refused.status, field=f"a{answer.position}") from None
        if draft != answer.draft:
            answer.draft = draft
            answer.draft_number += 1
            answer.saved_at = moment


@dataclass(frozen=True)
class Gap:
    """A question that is not answered yet: wholly, or but for so many `parts` of it."""

    position: int
    whole: bool
    parts: int


def gaps(attempt: Attempt) -> list[Gap]:
    """The questions of an attempt in which something is still to be answered, in their order."""
    found_gaps = []
    for answer in attempt.answers:
        version = answer.question_version
        if parts := open_parts(version.question.kind, version.body, answer.draft):
            found_gaps.append(Gap(answer.position, not answer.draft, parts))
    return found_gaps


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


def _mark_and_close(attempt: Attempt, moment: datetime, *, by_clock: bool) -> None:
    for answer in attempt.answers:
        _mark_answer(answer)
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
        mark = marking.mark_reply(answer.scenario_version.body, answer.draft, in_force())
        answer.rubric_version, answer.rubric_hash = mark.detail["rubric_version"], mark.detail["rubric_hash"]
    else:
        mark = marking.mark(kind, version.body, answer.draft)
    answer.fraction = mark.fraction
    answer.detail = mark.detail


def close_expired(moment: datetime, user: User | None = None, limit: int = 200) -> int:
    """Hand in what ran out of time, with the drafts that were saved; of one person, or of everybody.

    Gives how many there were. Called when somebody looks, so that no clock has to run in the background. Everybody's
    are closed for CLOSE_SECONDS at most; the next look goes on.
    """
    query = select(Attempt.id).where(
        Attempt.ends_at <= moment - GRACE, ~exists().where(Submission.attempt_id == Attempt.id)
    )
    if user is not None:
        query = query.where(Attempt.user_id == user.id)
    closed = 0
    due = db.session.scalars(query.order_by(Attempt.id).limit(limit)).all()
    for attempt_id in within(CLOSE_SECONDS, due) if user is None else due:
        attempt = _locked(attempt_id)
        if attempt.submission is None:
            _mark_and_close(attempt, moment, by_clock=True)
            closed += 1
    return closed
