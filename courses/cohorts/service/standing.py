"""Where the members of a cohort stand: figures, pages of people, the table for downloads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select

from courses.cohorts.models import Cohort, CohortCourse, CohortEnrolment, CohortMember, Origin, Shortfall
from courses.cohorts.service.finding import all_done
from courses.cohorts.service.opening import waits
from courses.models import Activity, Course, Enrolment, EnrolmentState, Module
from courses.service import roster
from courses.service.tree import paths
from literacy.db import Page, by_pinyin, db, paged
from literacy.export import Table
from literacy.models import Unit, User
from literacy.service import units
from quizzes.models import Attempt, Submission

CHUNK = 500
SORTS = ("name", "account", "unit", "post", "added")
DEFAULT_SORT = "unit"
STATES = {
    "not_started": "有课程未开始",
    "studying": "有课程学习中",
    "overdue": "有课程已逾期",
    "failed": "有测验没通过",
    "unfinished": "没有全部完成",
    "completed": "全部完成",
    "waiting": "还没有报上名",
    "withdrawn": "已移出",
}
"""What the list of members can be narrowed to."""


@dataclass(frozen=True)
class CourseFigures:
    """A course of a cohort with how many members stand where; `failed` are among those who study or are overdue."""

    row: CohortCourse
    states: dict[str, int] = field(default_factory=dict)
    failed: int = 0
    before: int = 0

    @property
    def enrolled(self) -> int:
        """How many are in the course."""
        return sum(count for state, count in self.states.items() if state != "withdrawn")

    @property
    def share(self) -> float:
        """The share who completed it, 0–1."""
        return self.states.get("completed", 0) / self.enrolled if self.enrolled else 0.0


@dataclass(frozen=True)
class Figures:
    """How many are in a cohort, how many completed everything, left, or wait; and each course."""

    members: int
    done: int
    withdrawn: int
    waiting: int
    courses: Sequence[CourseFigures]

    @property
    def share(self) -> float:
        """The share who completed everything, 0–1."""
        return self.done / self.members if self.members else 0.0


@dataclass(frozen=True)
class Place:
    """A member's standing in one course. `state` is None while they are not enrolled."""

    course_id: int
    title: str
    state: EnrolmentState | None = None
    before: bool = False
    """Whether it was completed before the cohort began."""
    failed: bool = False
    due_on: date | None = None
    completed_at: datetime | None = None
    done: int = 0
    total: int = 0
    extra: int = 0

    @property
    def label(self) -> str:
        """The standing in words."""
        if self.state is None:
            return "还没有报名"
        if self.before and self.state is EnrolmentState.COMPLETED:
            return "已完成（之前）"
        return self.state.label + ("，测验没通过" if self.failed else "")


@dataclass(frozen=True)
class Row:
    """A member with their standing in every course of the cohort."""

    member_id: int
    user_id: int
    name: str
    account: str
    active: bool
    unit: str
    post: str
    added_at: datetime
    with_unit: str
    makes_up: Shortfall | None
    withdrawn_at: datetime | None
    withdrawn_by: str
    reason: str
    places: Sequence[Place] = ()


def quiz_failed() -> ColumnElement[bool]:
    """Whether an open enrolment has a quiz that was handed in and not passed."""
    tried, passed = (
        exists()
        .where(
            Submission.attempt_id == Attempt.id,
            Attempt.user_id == Enrolment.user_id,
            Attempt.quiz_id == Activity.quiz_id,
            *more,
        )
        .correlate(Activity, Enrolment)
        for more in ((), (Submission.passed,))
    )
    failed = exists().where(
        Activity.module_id == Module.id,
        Module.course_id == Enrolment.course_id,
        Activity.quiz_id.is_not(None),
        tried,
        ~passed,
    )
    return and_(roster.is_open(), failed.correlate(Enrolment))


def _enrolled(*columns: Any) -> Select[Any]:
    """The enrolments of a cohort's members in its courses."""
    return (
        select(*columns)
        .select_from(CohortEnrolment)
        .join(CohortMember, CohortMember.id == CohortEnrolment.member_id)
        .join(
            CohortCourse,
            and_(CohortCourse.cohort_id == CohortMember.cohort_id, CohortCourse.course_id == CohortEnrolment.course_id),
        )
        .join(Enrolment, Enrolment.id == CohortEnrolment.enrolment_id)
    )


def _has(*conditions: ColumnElement[bool], course_id: int = 0) -> ColumnElement[bool]:
    """Whether a member has an enrolment in one of the cohort's courses that meets the conditions."""
    query = (
        select(CohortEnrolment.id)
        .join(
            CohortCourse,
            and_(CohortCourse.cohort_id == CohortMember.cohort_id, CohortCourse.course_id == CohortEnrolment.course_id),
        )
        .join(Enrolment, Enrolment.id == CohortEnrolment.enrolment_id)
        .where(CohortEnrolment.member_id == CohortMember.id, *conditions)
        .correlate(CohortMember)
    )
    if course_id:
        query = query.where(CohortEnrolment.course_id == course_id)
    return query.exists()


def narrowed(state: str, day: date, course_id: int) -> list[ColumnElement[bool]]:
    """A state of the list as conditions on members joined with their person."""
    stays = CohortMember.withdrawn_at.is_(None)
    if state == "withdrawn":
        return [~stays]
    found: list[ColumnElement[bool]] = [stays] if state else []
    if state in ("not_started", "studying", "overdue"):
        found.append(_has(roster.state_on(day) == state, course_id=course_id))
    elif state == "failed":
        found.append(_has(quiz_failed(), course_id=course_id))
    elif state == "completed":
        found.append(_has(Enrolment.completed_at.is_not(None), course_id=course_id) if course_id else all_done())
    elif state == "unfinished":
        found.append(_has(roster.is_open(), course_id=course_id) if course_id else ~all_done())
    elif state == "waiting":
        found.append(waits())
    return found


def members(
    cohort: Cohort, day: date, words: str = "", unit: int = 0, course: int = 0, state: str = ""
) -> list[ColumnElement[bool]]:
    """The members of a cohort narrowed by whatever is given, as conditions on members joined with their person."""
    found = [CohortMember.cohort_id == cohort.id, *narrowed(state, day, course)]
    if words:
        found.append(roster.matches(words))
    if unit:
        found.append(User.unit_id.in_(units.below(unit)))
    return found


def _ordered(conditions: Sequence[ColumnElement[bool]], sort: str) -> Select[Any]:
    tree = paths()
    column: Any = {
        "name": by_pinyin(User.name),
        "account": User.account,
        "unit": by_pinyin(tree.c.path),
        "post": by_pinyin(func.nullif(User.post, "")),
        "added": CohortMember.added_at,
    }[sort.removeprefix("-")]
    first = column.desc() if sort.startswith("-") else column.asc()
    return (
        select(CohortMember.id)
        .join(CohortMember.user)
        .outerjoin(tree, tree.c.id == User.unit_id)
        .where(*conditions)
        .order_by(
            CohortMember.withdrawn_at.is_not(None), first.nulls_last(), by_pinyin(tree.c.path).asc().nulls_last(),
            by_pinyin(User.name), CohortMember.id,
        )
    )  # fmt: skip


def page_of(cohort: Cohort, conditions: Sequence[ColumnElement[bool]], day: date, sort: str, page: int) -> Page:
    """One page of members, each as a Row; who left comes last. How far they are is asked for these rows only."""
    cut = paged(_ordered(conditions, sort), page)
    return Page(_rows(cohort, cut.items, day), cut.page, cut.total, cut.per_page)


def rows_of(cohort: Cohort, conditions: Sequence[ColumnElement[bool]], day: date, sort: str) -> Iterator[Row]:
    """All members, read in chunks as they are asked for."""
    ids = db.session.scalars(_ordered(conditions, sort)).all()
    for start in range(0, len(ids), CHUNK):
        yield from _rows(cohort, ids[start : start + CHUNK], day)


def _rows(cohort: Cohort, ids: Sequence[int], day: date) -> list[Row]:
    tree, by = paths(), db.aliased(User)
    found = db.session.execute(
        select(
            CohortMember.id, User.id, User.name, User.account, User.active, func.coalesce(tree.c.path, ""), User.post,
            CohortMember.added_at, func.coalesce(Unit.name, ""), CohortMember.makes_up, CohortMember.withdrawn_at,
            func.coalesce(by.name, ""), CohortMember.withdrawn_reason,
        )
        .join(User, User.id == CohortMember.user_id)
        .outerjoin(tree, tree.c.id == User.unit_id)
        .outerjoin(Unit, Unit.id == CohortMember.unit_id)
        .outerjoin(by, by.id == CohortMember.withdrawn_by_id)
        .where(CohortMember.id.in_(ids))
    )  # fmt: skip
    rows: dict[int, Any] = {one[0]: one for one in found}
    places = _places(cohort, ids, day)
    return [Row(*(*rows[one], places[one])) for one in ids if one in rows]


def _places(cohort: Cohort, ids: Sequence[int], day: date) -> dict[int, list[Place]]:
    """Every member's standing in every course of the cohort, in the cohort's order of courses."""
    rows = db.session.execute(
        _enrolled(
            CohortEnrolment.member_id, CohortEnrolment.course_id, roster.state_on(day), CohortEnrolment.origin,
            quiz_failed(), Enrolment.due_on, Enrolment.completed_at, roster.steps_done(), roster.steps_total(),
            CohortEnrolment.extra_attempts,
        ).where(CohortEnrolment.member_id.in_(ids))
    )  # fmt: skip
    titles = {row.course_id: row.course.title for row in cohort.courses}
    known: dict[tuple[int, int], Place] = {}
    rest: Any
    for member_id, course_id, state, origin, *rest in rows:
        before = origin is Origin.COMPLETED_BEFORE
        known[member_id, course_id] = Place(course_id, titles[course_id], EnrolmentState(state), before, *rest)
    return {
        member_id: [known.get((member_id, course_id)) or Place(course_id, titles[course_id]) for course_id in titles]
        for member_id in ids
    }


def figures(cohort: Cohort, day: date) -> Figures:
    """The figures of a cohort, in a fixed number of queries."""
    stays = CohortMember.withdrawn_at.is_(None)
    here = select(func.count(CohortMember.id)).where(CohortMember.cohort_id == cohort.id)
    # Named first and counted then: PostgreSQL does not see that two expressions with parameters are the same.
    one = (
        _enrolled(
            CohortEnrolment.course_id.label("course_id"),
            roster.state_on(day).label("state"),
            case((quiz_failed(), 1), else_=0).label("failed"),
            case((CohortEnrolment.origin == Origin.COMPLETED_BEFORE, 1), else_=0).label("before"),
        )
        .where(CohortMember.cohort_id == cohort.id, stays)
        .subquery()
        .c
    )
    counted = db.session.execute(
        select(one.course_id, one.state, func.count(), func.sum(one.failed), func.sum(one.before)).group_by(
            one.course_id, one.state
        )
    )
    states: dict[int, dict[str, int]] = {}
    failed: dict[int, int] = {}
    before: dict[int, int] = {}
    for course_id, state, count, not_passed, earlier in counted:
        states.setdefault(course_id, {})[state] = count
        failed[course_id] = failed.get(course_id, 0) + not_passed
        before[course_id] = before.get(course_id, 0) + earlier
    return Figures(
        members=db.session.scalar(here.where(stays)) or 0,
        done=db.session.scalar(here.where(stays, all_done())) or 0,
        withdrawn=db.session.scalar(here.where(~stays)) or 0,
        waiting=db.session.scalar(here.join(CohortMember.user).where(waits())) or 0 if cohort.opened_at else 0,
        courses=[
            CourseFigures(
                row, states.get(row.course_id, {}), failed.get(row.course_id, 0), before.get(row.course_id, 0)
            )
            for row in cohort.courses
        ],
    )


def table(cohort: Cohort, rows: Iterator[Row]) -> Table:
    """The members as they are exported: one line each, four columns for every course."""
    headers = ["姓名", "账号", "单位", "职务", "加入时间", "怎么加入的", "在班"]
    widths = [12, 18, 30, 20, 17, 20, 24]
    percents = set()
    for row in cohort.courses:
        percents.add(len(headers) + 1)
        title = row.course.title
        headers += [f"{title}：状态", f"{title}：进度", f"{title}：截止日期", f"{title}：完成时间"]
        widths += [18, 10, 12, 17]
    return Table(f"培训班_{cohort.name}", headers, (_cells(row) for row in rows), widths, frozenset(percents))


def _cells(row: Row) -> list[Any]:
    came = (
        f"随单位（{row.with_unit}）" if row.with_unit else f"补训：{row.makes_up.label}" if row.makes_up else "单独添加"
    )
    there = f"已移出：{row.reason}" if row.withdrawn_at else "在班" if row.active else "在班，账号已停用"
    cells: list[Any] = [row.name, row.account, row.unit, row.post, row.added_at, came, there]
    for one in row.places:
        share = None if one.state is None else 1.0 if one.completed_at else one.done / one.total if one.total else 0.0
        cells += [one.label, share, one.due_on, one.completed_at]
    return cells


# --- for other pages


def cohorts_of(user: User, *conditions: ColumnElement[bool]) -> list[tuple[Cohort, CohortMember]]:
    """The cohorts of a person with their place in each, the newest first."""
    rows = db.session.execute(
        select(Cohort, CohortMember)
        .join(CohortMember, CohortMember.cohort_id == Cohort.id)
        .where(CohortMember.user_id == user.id, *conditions)
        .order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    )
    return [(cohort, member) for cohort, member in rows]


def running_by_course(user: User, running: ColumnElement[bool]) -> dict[int, list[Cohort]]:
    """The running cohorts in which a person takes each of their courses: {course id: cohorts}."""
    rows = db.session.execute(
        _enrolled(CohortEnrolment.course_id, Cohort)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .where(CohortMember.user_id == user.id, CohortMember.withdrawn_at.is_(None), running)
        .order_by(Cohort.ends_on, Cohort.id)
    )
    found: dict[int, list[Cohort]] = {}
    for course_id, cohort in rows:
        found.setdefault(course_id, []).append(cohort)
    return found


def opened() -> list[tuple[int, str]]:
    """The cohorts that were opened, as (id, name), the newest first."""
    query = select(Cohort.id, Cohort.name, Cohort.year).where(Cohort.opened_at.is_not(None))
    rows = db.session.execute(query.order_by(Cohort.year.desc(), Cohort.id.desc()))
    return [(cohort_id, f"{name}（{year}）") for cohort_id, name, year in rows]


def course_titles(cohort: Cohort) -> list[tuple[int, str]]:
    """The courses of a cohort as (id, title)."""
    rows = db.session.execute(
        select(Course.id, Course.title)
        .join(CohortCourse, CohortCourse.course_id == Course.id)
        .where(CohortCourse.cohort_id == cohort.id)
        .order_by(CohortCourse.id)
    )
    return [(course_id, title) for course_id, title in rows]
