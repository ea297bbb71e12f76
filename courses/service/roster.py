"""Who is in which course, as queries: narrowing, sorting, counting, and how far each person is.

One source for the list of a course, the completion report and its export, so that they cannot disagree.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, exists, func, or_, select

from courses.models import Activity, ActivityKind, Course, Enrolment, EnrolmentState, Module, Reading
from courses.progress import share_done
from courses.service.tree import paths
from literacy import dates
from literacy.db import Page, by_pinyin, containing, db, paged
from literacy.models import User
from literacy.service import units
from quizzes.models import Attempt, Submission

CHUNK = 1000
"""How many rows of a long export are in memory at a time."""


class Dated(StrEnum):
    """Which date of an enrolment a filter looks at."""

    ENROLLED = "enrolled"
    COMPLETED = "completed"
    DUE = "due"

    @property
    def label(self) -> str:
        """The date's name on pages."""
        return {"enrolled": "报名", "completed": "完成", "due": "截止"}[self.value]


@dataclass(frozen=True)
class Filter:
    """What narrows the roster. `day` decides who is overdue; 0, "" and None narrow nothing."""

    day: date
    words: str = ""
    course_id: int = 0
    unit_id: int = 0
    user_id: int = 0
    state: str = ""
    dated: Dated = Dated.ENROLLED
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Row:
    """One person in one course."""

    id: int
    user_id: int
    name: str
    account: str
    unit: str
    post: str
    course_id: int
    course: str
    state: EnrolmentState
    share: float
    done: int
    total: int
    score: float | None
    hours: float | None
    completed_at: datetime | None
    due_on: date | None
    enrolled_at: datetime


def state_on(day: date) -> ColumnElement[str]:
    """`Enrolment.state_on` as SQL."""
    return case(
        (Enrolment.withdrawn_at.is_not(None), EnrolmentState.WITHDRAWN.value),
        (Enrolment.completed_at.is_not(None), EnrolmentState.COMPLETED.value),
        (Enrolment.due_on < day, EnrolmentState.OVERDUE.value),
        (Enrolment.started_at.is_not(None), EnrolmentState.STUDYING.value),
        else_=EnrolmentState.NOT_STARTED.value,
    )


def is_open() -> ColumnElement[bool]:
    """Whether somebody is still to finish: neither completed nor withdrawn."""
    return and_(Enrolment.withdrawn_at.is_(None), Enrolment.completed_at.is_(None))


def _steps(*conditions: ColumnElement[bool]) -> Any:
    """How many activities of the enrolment's course meet the conditions."""
    return (
        select(func.count(Activity.id))
        .join(Module, Module.id == Activity.module_id)
        .where(Module.course_id == Enrolment.course_id, *conditions)
        .correlate(Enrolment)
        .scalar_subquery()
    )


def steps_total() -> Any:
    """How many steps the course has."""
    return _steps()


def steps_done() -> Any:
    """How many of them the person has done: lessons read to the end, quizzes and drills passed (`study.steps_of`)."""
    read = exists().where(
        Reading.user_id == Enrolment.user_id, Reading.lesson_id == Activity.lesson_id, Reading.finished_at.is_not(None)
    )
    passed = exists().where(
        Attempt.user_id == Enrolment.user_id,
        Attempt.quiz_id == Activity.quiz_id,
        Submission.attempt_id == Attempt.id,
        Submission.passed,
    )
    # Two queries out: without saying so, each would look at everybody's readings.
    read, passed = (one.correlate(Activity, Enrolment) for one in (read, passed))
    is_lesson = Activity.kind == ActivityKind.LESSON
    return _steps(or_(and_(is_lesson, read), and_(~is_lesson, passed)))


def _share() -> ColumnElement[float]:
    """The share of steps done, 0–1 (`study.Standing.share`)."""
    return case(
        (Enrolment.completed_at.is_not(None), 1.0),
        else_=func.coalesce(steps_done() * 1.0 / func.nullif(steps_total(), 0), 0.0),
    )


def _between(wanted: Filter) -> list[ColumnElement[bool]]:
    column: Any = {
        Dated.ENROLLED: Enrolment.enrolled_at, Dated.COMPLETED: Enrolment.completed_at, Dated.DUE: Enrolment.due_on
    }[wanted.dated]  # fmt: skip
    if wanted.dated is Dated.DUE:
        return [column >= wanted.since] * bool(wanted.since) + [column <= wanted.until] * bool(wanted.until)
    found = []
    if wanted.since:
        found.append(column >= dates.begins(wanted.since))
    if wanted.until:
        found.append(column < dates.ends(wanted.until))
    return found


def matches(words: str) -> ColumnElement[bool]:
    """Whether a person's name, account or post has these words in it."""
    return containing(words, User.name, User.account, User.post)


def conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    """The filter as conditions on enrolments joined with their people."""
    found = _between(wanted)
    if wanted.words:
        found.append(matches(wanted.words))
    if wanted.course_id:
        found.append(Enrolment.course_id == wanted.course_id)
    if wanted.unit_id:
        found.append(User.unit_id.in_(units.below(wanted.unit_id)))
    if wanted.user_id:
        found.append(Enrolment.user_id == wanted.user_id)
    if wanted.state:
        found.append(state_on(wanted.day) == wanted.state)
    return found


_STATE_ORDER = {state.value: place for place, state in enumerate(EnrolmentState)}


def _sorters(wanted: Filter, tree: CTE) -> dict[str, Any]:
    return {
        "name": by_pinyin(User.name),
        "account": User.account,
        "unit": by_pinyin(tree.c.path),
        "post": by_pinyin(func.nullif(User.post, "")),
        "course": by_pinyin(Course.title),
        "state": case(_STATE_ORDER, value=state_on(wanted.day)),
        "progress": _share(),
        "hours": Enrolment.hours,
        "completed": Enrolment.completed_at,
        "due": Enrolment.due_on,
    }


SORTS = ("name", "account", "unit", "post", "course", "state", "progress", "hours", "completed", "due")
"""What the roster can be sorted by; with a minus before it, the other way round. Not by score: nobody is ranked."""
DEFAULT_SORT = "unit"


def _order(wanted: Filter, sort: str, tree: CTE) -> list[Any]:
    """What stands nowhere comes last either way: the two databases disagree about it when not told."""
    column = _sorters(wanted, tree)[sort.removeprefix("-")]
    first = column.desc() if sort.startswith("-") else column.asc()
    unit = by_pinyin(tree.c.path).asc().nulls_last()
    return [first.nulls_last(), unit, by_pinyin(User.name), Course.position, Enrolment.id]


def _joined(columns: Sequence[Any], tree: CTE) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Enrolment)
        .join(User, User.id == Enrolment.user_id)
        .join(Course, Course.id == Enrolment.course_id)
        .outerjoin(tree, tree.c.id == User.unit_id)
    )


def _full(day: date, tree: CTE) -> Select[Any]:
    """Everything that a Row holds, in the order of its fields; `share` is worked out from what is done."""
    done, total = steps_done(), steps_total()
    columns = (
        Enrolment.id, User.id, User.name, User.account, tree.c.path, User.post, Course.id, Course.title, state_on(day),
        done, total, Enrolment.score, Enrolment.hours, Enrolment.completed_at, Enrolment.due_on, Enrolment.enrolled_at,
    )  # fmt: skip
    return _joined(columns, tree)


def _row(found: Any) -> Row:
    (row_id, user_id, name, account, unit, post, course_id, course, state) = found[:9]
    (done, total, score, hours, completed_at, due_on, enrolled_at) = found[9:]
    return Row(
        row_id, user_id, name, account, unit or "", post, course_id, course, EnrolmentState(state),
        1.0 if completed_at else share_done(done, total), done, total, score,
        hours if completed_at else None, completed_at, due_on, enrolled_at,
    )  # fmt: skip


def page_of(wanted: Filter, sort: str, page: int) -> Page:
    """One page of rows, cut in the database; how far people are is asked for these rows only."""
    tree = paths()
    ids = _joined([Enrolment.id], tree).where(*conditions(wanted)).order_by(*_order(wanted, sort, tree))
    found = paged(ids, page)
    tree = paths()
    rows = db.session.execute(_full(wanted.day, tree).where(Enrolment.id.in_(found.items)))
    by_id = {row[0]: _row(row) for row in rows}
    return replace(found, items=[by_id[row_id] for row_id in found.items if row_id in by_id])


def rows_of(wanted: Filter, sort: str) -> Iterator[Row]:
    """All rows, read from the database in chunks as they are asked for."""
    tree = paths()
    query = _full(wanted.day, tree).where(*conditions(wanted)).order_by(*_order(wanted, sort, tree))
    for found in db.session.execute(query, execution_options={"yield_per": CHUNK}):
        yield _row(found)


def count(wanted: Filter, *more: ColumnElement[bool]) -> int:
    """How many enrolments the filter leaves."""
    query = select(func.count(Enrolment.id)).join(User, User.id == Enrolment.user_id)
    return db.session.scalar(query.where(*conditions(wanted), *more)) or 0


def totals(wanted: Filter) -> dict[EnrolmentState, int]:
    """How many enrolments stand in each state. The filter's own state is left aside: the figures lead to the others."""
    states = (
        select(state_on(wanted.day).label("state"))
        .select_from(Enrolment)
        .join(User, User.id == Enrolment.user_id)
        .where(*conditions(replace(wanted, state="")))
        .subquery()
    )
    counted = db.session.execute(select(states.c.state, func.count()).group_by(states.c.state))
    found: dict[str, int] = dict(counted.all())
    return {state: found.get(state.value, 0) for state in EnrolmentState}
