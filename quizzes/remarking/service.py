"""Marking again: look at every answer, tell what would change, and change it once a trainer says so.

Both go on in batches that each begin where the last one ended, so that a hundred thousand attempts are no matter and
an interruption loses nothing. What counts is decided by Answer.counted_fraction alone: a trainer's own mark stays
before the machine's, however that changes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, insert, or_, select
from sqlalchemy.orm import joinedload, load_only, selectinload

from literacy import audit
from literacy.db import Page, alone, db, paged
from literacy.errors import Refused, found
from literacy.models import Authored, State, User
from literacy.portions import within
from literacy.text import titled
from quizzes import marking
from quizzes.models import Answer, Attempt, Kind, Question, QuestionVersion, Scenario, Submission
from quizzes.remarking.models import Policy, Remark, Remarking, Stage
from quizzes.remarking.standard import Standard, Subject, handed_in, judged_otherwise, standard_of
from quizzes.service.overrides import settle
from quizzes.signals import attempt_marked, passes_asked

ACTIONS = {"mark.remarked": "重新评分", "mark.remark_finished": "重新评分完成"}
"""What is recorded, for audit.ACTIONS."""
LOOK_AT_ONCE = 500
LOOK_SECONDS = 3.0
"""After this long a batch ends early: replies take longer to judge the more readers hear them."""
APPLY_AT_ONCE = 50


def remarking_for(remarking_id: int, *, writing: bool = False) -> Remarking:
    """A re-marking; raises NotFound. `writing` locks it, so that two pages that go on with it take turns."""
    query = select(Remarking).where(Remarking.id == remarking_id)
    if writing:
        query = query.with_for_update().execution_options(populate_existing=True)
    return found(db.session.scalar(query))


def waiting(subject: Subject) -> int:
    """How many answers were judged by an older wording, scenario or rubric, and were not looked at again since."""
    if subject.state is State.DRAFT:
        return 0
    standard = standard_of(subject)
    seen = select(func.max(Remarking.begun_at)).where(
        _of(subject), Remarking.target == standard.target, Remarking.done_at.is_not(None)
    )
    query = handed_in(subject, func.count(Answer.id)).where(judged_otherwise(standard))
    if since := db.session.scalar(seen):
        query = query.where(Submission.submitted_at > since)
    return db.session.scalar(query) or 0


def _of(subject: Subject) -> ColumnElement[bool]:
    column = Remarking.question_id if isinstance(subject, Question) else Remarking.scenario_id
    return column == subject.id


def remarkings_of(row: Authored) -> Sequence[Remarking]:
    """The re-markings of a question or scenario, the newest first; none of other content."""
    if not isinstance(row, (Question, Scenario)):
        return []
    query = select(Remarking).where(_of(row)).order_by(Remarking.id.desc()).limit(10)
    return db.session.scalars(query.options(joinedload(Remarking.ordered_by))).all()


def remarkings_page(page: int) -> Page:
    """A page of all re-markings, the newest first."""
    whole = (joinedload(Remarking.question), joinedload(Remarking.scenario), joinedload(Remarking.trainer))
    return paged(select(Remarking).order_by(Remarking.id.desc()).options(*whole), page)


def to_look_at(remarking: Remarking) -> int:
    """How many answers a re-marking has to look at in all."""
    return db.session.scalar(handed_in(remarking.subject, func.count(Answer.id))) or 0


# Beginning and going on


def begin(trainer: User, subject: Subject, moment: datetime) -> Remarking:
    """Begin to look at every answer. One that is going on is given back, unless it judges by something older."""
    alone(f"remarking {subject.__tablename__} {subject.id}")
    target = standard_of(subject).target
    going_on = select(Remarking).where(_of(subject), Remarking.done_at.is_(None), Remarking.dropped_at.is_(None))
    for earlier in db.session.scalars(going_on.order_by(Remarking.id.desc())):
        if earlier.target == target or earlier.stage is Stage.APPLYING:
            return earlier
        earlier.drop(moment)
    made = Remarking(
        question=subject if isinstance(subject, Question) else None,
        scenario=subject if isinstance(subject, Scenario) else None,
        trainer=trainer,
        begun_at=moment,
        target=target,
    )
    db.session.add(made)
    db.session.flush()
    return made


def go_on(remarking: Remarking, moment: datetime) -> bool:
    """Do the next batch of whatever is to be done; gives whether anything is left.

    Raises Refused while nobody decided, if it was dropped, or if what is judged by changed meanwhile.
    """
    if remarking.stage is Stage.LOOKING:
        return _look(remarking, moment)
    if remarking.stage is Stage.APPLYING:
        return _apply(remarking, moment)
    return False


def _whole(remarking: Remarking) -> Standard:
    standard = standard_of(remarking.subject)
    if standard.target != remarking.target:
        raise Refused("试评开始以后，题目、情景或者评分准则又改过。请放弃这一次，重新试评。")
    return standard


def _look(remarking: Remarking, moment: datetime) -> bool:
    standard = _whole(remarking)
    query = handed_in(remarking.subject, Answer).where(Answer.id > remarking.cursor).order_by(Answer.id)
    needed = (
        joinedload(Answer.question_version).joinedload(QuestionVersion.question),
        joinedload(Answer.scenario_version),
        selectinload(Answer.overrides),
        selectinload(Answer.remarks),
    )
    answers = db.session.scalars(query.limit(LOOK_AT_ONCE).options(*needed)).all()
    changed: dict[int, dict[str, Any]] = {}
    looked: list[Answer] = []
    for answer in within(LOOK_SECONDS, answers):
        looked.append(answer)
        try:
            row = _judged_now(answer, standard)
        except marking.Unclear:
            remarking.unclear += 1
            continue
        if row is not None:
            changed[answer.id] = row
    _note(remarking, [answer for answer in looked if answer.id in changed], changed)
    remarking.looked += len(looked)
    if looked:
        remarking.cursor = looked[-1].id
    if len(looked) == len(answers) < LOOK_AT_ONCE:
        remarking.looked_at = moment
        if not counts_of(remarking).changed:
            remarking.done_at = moment  # there is nothing to decide
    db.session.flush()
    return remarking.stage is Stage.LOOKING


def _judged_now(answer: Answer, standard: Standard) -> dict[str, Any] | None:
    """The columns of a Remark that say how an answer is judged now; None if its share of the marks stays the same.

    Raises Unclear if the newest wording cannot judge it.
    """
    old, question = answer.judged, answer.question_version.question
    version = standard.questions[question.id]
    row: dict[str, Any] = {
        "question_version_id": version.id,
        "scenario_version_id": None,
        "rubric_version": "",
        "rubric_hash": "",
    }
    if question.kind is Kind.REPLY:
        assert answer.scenario_version is not None  # frozen together with the question
        scenario = standard.scenarios[answer.scenario_version.scenario_id]
        mark = marking.mark_reply(scenario.body, answer.draft, standard.rubric)
        row |= {
            "scenario_version_id": scenario.id,
            **{key: mark.detail[key] for key in ("rubric_version", "rubric_hash")},
        }
    else:
        draft = marking.carried(question.kind, answer.question_version.body, version.body, answer.draft)
        mark = marking.mark(question.kind, version.body, draft)
    if abs(mark.fraction - (old.fraction or 0.0)) < 1e-6:
        return None
    return {
        **row,
        "answer_id": answer.id,
        "fraction": mark.fraction,
        "detail": mark.detail,
        "old_fraction": old.fraction or 0.0,
        "old_question_version_id": old.question_version_id,
        "old_scenario_version_id": old.scenario_version_id,
        "old_rubric_version": old.rubric_version,
        "overridden": answer.override is not None,
    }


def _note(remarking: Remarking, answers: Sequence[Answer], changed: dict[int, dict[str, Any]]) -> None:
    """Store what would change, with what that does to the attempt."""
    if not answers:
        return
    ids = {answer.attempt_id for answer in answers}
    rows = select(Answer.attempt_id, Answer.id, Answer.counted_fraction, Answer.marks).where(Answer.attempt_id.in_(ids))
    counted: dict[int, dict[int, tuple[float, float]]] = {}
    for attempt_id, answer_id, fraction, marks in db.session.execute(rows):
        counted.setdefault(attempt_id, {})[answer_id] = (fraction, marks)
    results = db.session.execute(
        select(Attempt.id, Attempt.pass_mark, Submission.score, Submission.passed)
        .join(Attempt.submission)
        .where(Attempt.id.in_(ids))
    )
    standing = {attempt_id: rest for attempt_id, *rest in results}
    for answer in answers:
        row = changed[answer.id]
        pass_mark, score, passed = standing[answer.attempt_id]
        shares = dict(counted[answer.attempt_id])
        if not row["overridden"]:
            shares[answer.id] = (row["fraction"], answer.marks)
        new = marking.counted_score(list(shares.values()))
        row |= {
            "remarking_id": remarking.id, "old_score": score, "new_score": new,
            "old_passed": passed, "new_passed": new >= pass_mark,
        }  # fmt: skip
    db.session.execute(insert(Remark), list(changed.values()))


# Deciding


@dataclass(frozen=True)
class Counts:
    """What a re-marking found: how many answers change at all, rise, fall, and how many attempts pass or fail by it."""

    changed: int
    rising: int
    falling: int
    overridden: int
    passing: int
    failing: int
    applied: int


def counts_of(remarking: Remarking) -> Counts:
    """What it found, in one query."""

    def how_many(condition: ColumnElement[bool]) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    free = Remark.overridden.is_(False)
    row = db.session.execute(
        select(
            func.count(Remark.id),
            how_many(and_(free, Remark.fraction > Remark.old_fraction)),
            how_many(and_(free, Remark.fraction < Remark.old_fraction)),
            how_many(Remark.overridden.is_(True)),
            how_many(and_(Remark.new_passed, ~Remark.old_passed)),
            how_many(and_(~Remark.new_passed, Remark.old_passed)),
            how_many(Remark.at.is_not(None)),
        ).where(Remark.remarking_id == remarking.id)
    ).one()
    return Counts(*row)


def remarks_page(remarking: Remarking, page: int, *, turning: bool = False) -> Page:
    """A page of what changes, those first whose passing it changes; with `turning`, only these."""
    turns = Remark.old_passed != Remark.new_passed
    query = (
        select(Remark)
        .where(Remark.remarking_id == remarking.id)
        .order_by(case((turns, 0), else_=1), Remark.id)
        .options(
            joinedload(Remark.answer).options(
                load_only(Answer.position, Answer.marks, Answer.attempt_id),
                joinedload(Answer.attempt).options(joinedload(Attempt.user), joinedload(Attempt.quiz)),
            )
        )
    )
    return paged(query.where(turns) if turning else query, page)


def completions(remarking: Remarking) -> list[tuple[str, int]]:
    """How many people would complete what quizzes are part of, as (name of it, people), by passing now."""
    gained = (
        select(Attempt.user_id, Attempt.quiz_id)
        .join(Answer, Answer.attempt_id == Attempt.id)
        .join(Remark, Remark.answer_id == Answer.id)
        .where(Remark.remarking_id == remarking.id, Remark.new_passed, ~Remark.old_passed)
    )
    return [told for _, answer in passes_asked.send(gained) for told in answer or ()]


def order(trainer: User, remarking: Remarking, policy: Policy, reason: str, moment: datetime) -> None:
    """Let what was found become the marks, from now on.

    Raises Refused if it is not at this point, without a reason, or if what is judged by changed meanwhile.
    """
    _whole(remarking)
    remarking.order(trainer, policy, reason, moment)
    counts = counts_of(remarking)
    changing = counts.rising if policy is Policy.RISE else counts.rising + counts.falling
    told = f"{_name(remarking)}：{policy.label}，{changing} 份作答改分。{remarking.reason[:200]}"
    audit.record(trainer, "mark.remarked", remarking.subject, told)
    db.session.flush()


def _name(remarking: Remarking) -> str:
    word = "题目" if remarking.question_id else "情景"
    return f"{word}{titled(remarking.subject.title)}"


def drop(remarking: Remarking, moment: datetime) -> None:
    """Leave all marks as they are; what was found goes. Raises Refused once it was ordered."""
    remarking.drop(moment)
    db.session.execute(Remark.__table__.delete().where(Remark.remarking_id == remarking.id))  # type: ignore[attr-defined]
    db.session.flush()


_COUNTING = (
    load_only(Answer.attempt_id, Answer.position, Answer.marks, Answer.fraction),
    selectinload(Answer.overrides),
    selectinload(Answer.remarks),
)
"""What of an answer is needed to add up an attempt."""


def _apply(remarking: Remarking, moment: datetime) -> bool:
    query = select(Remark).where(Remark.remarking_id == remarking.id, Remark.id > remarking.cursor, Remark.at.is_(None))
    if remarking.policy is Policy.RISE:
        query = query.where(Remark.fraction > Remark.old_fraction)
    remarks = db.session.scalars(
        query.order_by(Remark.id).limit(APPLY_AT_ONCE).options(joinedload(Remark.answer))
    ).all()
    attempts = _attempts(one.answer.attempt_id for one in remarks)
    moved: list[Attempt] = []
    for one in remarks:
        attempt = attempts[one.answer.attempt_id]
        answer = next(answer for answer in attempt.answers if answer.id == one.answer_id)
        # Marked again by another re-marking since it was looked at: that one is the newer.
        if abs((answer.judged.fraction or 0.0) - one.old_fraction) < 1e-6:
            one.at = moment
            remarking.applied += 1
            moved += [attempt] if attempt not in moved else []
    db.session.flush()
    marked = select(Answer).where(Answer.id.in_([one.answer_id for one in remarks])).options(*_COUNTING)
    db.session.scalars(marked.execution_options(populate_existing=True)).all()
    _tell([attempt for attempt in moved if settle(attempt)])
    if remarks:
        remarking.cursor = remarks[-1].id
    if len(remarks) < APPLY_AT_ONCE:
        remarking.done_at = moment
        audit.record(
            remarking.ordered_by, "mark.remark_finished", remarking.subject,
            f"{_name(remarking)}：{remarking.applied} 份作答改了分。",
        )  # fmt: skip
    db.session.flush()
    return remarking.stage is Stage.APPLYING


def _tell(attempts: Sequence[Attempt]) -> None:
    """Let whoever listens know of new results, once for each person and quiz."""
    db.session.flush()
    last = {(attempt.user_id, attempt.quiz_id): attempt for attempt in attempts}
    with db.session.no_autoflush:  # each result is another person's: none has to see what the one before changed
        for attempt in last.values():
            attempt_marked.send(attempt)


def _attempts(ids: Iterable[int]) -> dict[int, Attempt]:
    """These attempts with what is needed to add them up, their submissions locked in one order."""
    wanted = sorted(set(ids))
    db.session.scalars(
        select(Submission).where(Submission.attempt_id.in_(wanted)).order_by(Submission.attempt_id).with_for_update()
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip
    whole = selectinload(Attempt.answers).options(*_COUNTING)
    rows = db.session.scalars(
        select(Attempt).where(Attempt.id.in_(wanted))
        .options(whole, joinedload(Attempt.submission), joinedload(Attempt.user), joinedload(Attempt.quiz))
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip
    return {attempt.id: attempt for attempt in rows}


def unfinished() -> Sequence[int]:
    """The ids of all re-markings in which something is left to do without a decision."""
    going_on = or_(Remarking.looked_at.is_(None), Remarking.ordered_at.is_not(None))
    query = select(Remarking.id).where(Remarking.done_at.is_(None), Remarking.dropped_at.is_(None), going_on)
    return db.session.scalars(query.order_by(Remarking.id)).all()
