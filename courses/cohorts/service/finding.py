"""Finding cohorts: the list as a query, one cohort, and conditions that others need."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select

from courses.cohorts import reach
from courses.cohorts.calendar import CohortState
from courses.cohorts.models import Cohort, CohortCourse, CohortEnrolment, CohortMember
from courses.models import Enrolment
from courses.service.tree import paths
from literacy.db import Page, alone, by_pinyin, containing, db, paged
from literacy.errors import found
from literacy.models import Role, RoleGrant, User
from literacy.service import scope, units

SORTS = ("name", "year", "unit", "starts", "ends", "members", "done", "state")
DEFAULT_SORT = "state"


@dataclass(frozen=True)
class Line:
    """A cohort in the list: where it stands, how many are in it, and how many of them have done everything."""

    cohort: Cohort
    state: CohortState
    members: int
    done: int


def state_on(day: date) -> ColumnElement[str]:
    """`Cohort.state_on` as SQL."""
    return case(
        (Cohort.archived_at.is_not(None), CohortState.ARCHIVED.value),
        (Cohort.opened_at.is_(None), CohortState.PREPARING.value),
        (Cohort.closed_at.is_not(None), CohortState.ENDED.value),
        (Cohort.ends_on < day, CohortState.ENDED.value),
        else_=CohortState.RUNNING.value,
    )


def running(day: date) -> ColumnElement[bool]:
    """A condition: the cohort runs."""
    return state_on(day) == CohortState.RUNNING.value


def members_of_cohort() -> Any:
    """How many are in the cohort of the row."""
    query = select(func.count(CohortMember.id)).where(
        CohortMember.cohort_id == Cohort.id, CohortMember.withdrawn_at.is_(None)
    )
    return query.correlate(Cohort).scalar_subquery()


def all_done() -> ColumnElement[bool]:
    """Whether a member has completed every course of their cohort; nobody has in one without courses."""
    mine = (
        exists()
        .where(
            CohortEnrolment.member_id == CohortMember.id,
            CohortEnrolment.course_id == CohortCourse.course_id,
            Enrolment.id == CohortEnrolment.enrolment_id,
            Enrolment.completed_at.is_not(None),
            Enrolment.withdrawn_at.is_(None),
        )
        .correlate(CohortMember, CohortCourse)
    )
    asked = exists().where(CohortCourse.cohort_id == CohortMember.cohort_id).correlate(CohortMember)
    left = exists().where(CohortCourse.cohort_id == CohortMember.cohort_id, ~mine).correlate(CohortMember)
    return asked & ~left


def _done_in_cohort() -> Any:
    query = select(func.count(CohortMember.id)).where(
        CohortMember.cohort_id == Cohort.id, CohortMember.withdrawn_at.is_(None), all_done()
    )
    return query.correlate(Cohort).scalar_subquery()


def cohort_list(
    viewer: User, day: date, words: str = "", year: int = 0, unit: int = 0, state: str = "", mine: bool = False
) -> Select[Any]:
    """The ids of the cohorts that the viewer sees, narrowed by whatever is given. `mine`: responsible for them."""
    query = select(Cohort.id).where(reach.cohorts(viewer))
    if words:
        query = query.where(containing(words, Cohort.name, Cohort.note))
    if year:
        query = query.where(Cohort.year == year)
    if unit:
        query = query.where(Cohort.unit_id.in_(units.below(unit)))
    if mine:
        query = query.where(Cohort.responsible_id == viewer.id)
    if state:
        return query.where(state_on(day) == state)
    return query


def page_of(query: Select[Any], day: date, sort: str, page: int) -> Page:
    """One page of the list, each as a Line; members are counted for these rows only, unless they are sorted by."""
    cut = paged(query.order_by(*_order(day, sort)), page)
    rows = db.session.execute(
        select(Cohort, state_on(day), members_of_cohort(), _done_in_cohort()).where(Cohort.id.in_(cut.items))
    )
    by_id = {row[0].id: Line(row[0], CohortState(row[1]), row[2], row[3]) for row in rows}
    return Page([by_id[row_id] for row_id in cut.items], cut.page, cut.total, cut.per_page)


def _order(day: date, sort: str) -> list[Any]:
    tree = paths()
    unit = select(tree.c.path).where(tree.c.id == Cohort.unit_id).scalar_subquery()
    places = {"running": 0, "preparing": 1, "ended": 2, "archived": 3}
    column: Any = {
        "name": by_pinyin(Cohort.name),
        "year": Cohort.year,
        "unit": by_pinyin(unit),
        "starts": Cohort.starts_on,
        "ends": Cohort.ends_on,
        "members": members_of_cohort(),
        "done": _done_in_cohort(),
        "state": case(places, value=state_on(day)),
    }[sort.removeprefix("-")]
    first = column.desc() if sort.startswith("-") else column.asc()
    return [first.nulls_last(), Cohort.starts_on.desc(), Cohort.id.desc()]


def years() -> list[int]:
    """The years that there are cohorts of, the newest first."""
    return list(db.session.scalars(select(Cohort.year).distinct().order_by(Cohort.year.desc())))


def cohort_for(viewer: User, cohort_id: int) -> Cohort:
    """A cohort that the viewer sees; raises NotFound."""
    return found(db.session.scalar(select(Cohort).where(Cohort.id == cohort_id, reach.cohorts(viewer))))


def responsible_people(viewer: User) -> list[tuple[int, str]]:
    """Who may be responsible for a cohort: administrators in use whom the viewer looks after, as (id, name)."""
    holds = exists().where(RoleGrant.user_id == User.id, RoleGrant.role == Role.ADMINISTRATOR.value)
    mine = or_(scope.people(viewer), User.id == viewer.id)
    rows = db.session.execute(
        select(User.id, User.name, User.account).where(User.active, holds, mine).order_by(by_pinyin(User.name), User.id)
    )
    return [(user_id, f"{name}（{account}）") for user_id, name, account in rows]


def fresh(cohort: Cohort) -> None:
    """Wait until nobody else changes the cohort, and see it as it is then."""
    alone(f"cohort {cohort.id}")
    db.session.refresh(cohort)
