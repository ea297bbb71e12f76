"""Who is in which course, as queries: narrowing, sorting, counting, and how far each person is.

One source for the list of a course, the completion report and its export, so that they cannot disagree.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, select, true

from courses.models import Course, Enrolment, EnrolmentState
from courses.service import parts
from courses.service.parts import state_on, steps_done, steps_total
from courses.service.tree import places
from literacy import dates
from literacy.db import Page, by_pinyin, containing, db, paged
from literacy.models import User
from literacy.service import units


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
    """What narrows the roster. `day` decides who is overdue; 0, "" and None narrow nothing.

    `people` is the condition on User that leaves whom the viewer looks after (see `literacy.service.scope`).
    """

    day: date
    words: str = ""
    course_id: int = 0
    unit_id: int = 0
    user_id: int = 0
    state: str = ""
    dated: Dated = Dated.ENROLLED
    since: date | None = None
    until: date | None = None
    people: ColumnElement[bool] = field(default_factory=true, compare=False)


class Row(NamedTuple):
    """One person in one course. A tuple: a report has a hundred thousand of them."""

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
    done: int | None
    """How many steps are done; None for those who have completed."""
    total: int
    score: float | None
    hours: float | None
    completed_at: datetime | None
    due_on: date | None
    enrolled_at: datetime


_KEYS = (
    "id", "user_id", "name", "account", "unit", "post", "course_id", "course", "state", "progress", "done", "steps",
    "score", "hours", "completed", "due", "enrolled",
)  # fmt: skip
"""The columns of parts that a Row is made of."""


def is_open() -> ColumnElement[bool]:
    """Whether somebody is still to finish: neither completed nor withdrawn."""
    return and_(Enrolment.withdrawn_at.is_(None), Enrolment.completed_at.is_(None))


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
    found = [wanted.people, *_between(wanted)]
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
        "name": User.name_key,
        "account": User.account,
        "unit": tree.c.place,
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
    order = [tree.c.place.asc().nulls_last(), User.name_key, Course.position, Enrolment.id]
    return order if sort == DEFAULT_SORT else [first.nulls_last(), *order]


def _narrowed(wanted: Filter, sort: str) -> Select[Any]:
    tree = places()
    query = parts.enrolments().outerjoin(tree, tree.c.id == User.unit_id)
    return query.where(*conditions(wanted)).order_by(*_order(wanted, sort, tree))


def _read(query: Select[Any], day: date) -> Iterator[Row]:
    for part in parts.read(query, _KEYS, day):
        yield from map(Row._make, part.rows(_KEYS))


def page_of(wanted: Filter, sort: str, page: int, total: int | None = None) -> Page:
    """One page of rows, cut in the database; how far people are is asked for these rows only.

    `total` is how many there are in all, where that is known (`number_in`).
    """
    found = paged(_narrowed(wanted, sort), page, total=total)
    rows = _read(parts.enrolments().where(Enrolment.id.in_(found.items)), wanted.day)
    by_id = {row.id: row for row in rows}
    return replace(found, items=[by_id[row_id] for row_id in found.items if row_id in by_id])


def rows_of(wanted: Filter, sort: str) -> Iterator[Row]:
    """All rows, read from the database in parts as they are asked for."""
    return _read(_narrowed(wanted, sort), wanted.day)


def count(wanted: Filter, *more: ColumnElement[bool]) -> int:
    """How many enrolments the filter leaves."""
    query = select(func.count(Enrolment.id)).outerjoin(User, User.id == Enrolment.user_id)
    return db.session.scalar(query.where(*conditions(wanted), *more)) or 0


def totals(wanted: Filter) -> dict[EnrolmentState, int]:
    """How many enrolments stand in each state. The filter's own state is left aside: the figures lead to the others."""
    state = state_on(wanted.day)
    counts = [func.count().filter(state == one.value) for one in EnrolmentState]
    query = select(*counts).select_from(Enrolment).outerjoin(User, User.id == Enrolment.user_id)
    found = db.session.execute(query.where(*conditions(replace(wanted, state="")))).one()
    return dict(zip(EnrolmentState, found, strict=True))


def number_in(totals: Mapping[EnrolmentState, int], wanted: Filter) -> int:
    """How many rows a filter leaves, by its `totals`."""
    return totals[EnrolmentState(wanted.state)] if wanted.state else sum(totals.values())
