"""补训: from a cohort that is over, a new one with exactly those who did not finish it, each with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from courses.cohorts.calendar import CohortState
from courses.cohorts.models import Cohort, CohortCourse, CohortEnrolment, CohortMember, Shortfall
from courses.cohorts.service import courses, life, members
from courses.cohorts.service.finding import cohort_for
from courses.cohorts.service.members import is_learner
from courses.cohorts.service.second_chances import used_up
from courses.cohorts.service.standing import quiz_failed
from courses.models import Course, Enrolment
from courses.service import roster
from courses.service.tree import paths
from literacy.db import Page, by_pinyin, db, paged
from literacy.errors import Refused
from literacy.models import State, User

RANKS = list(Shortfall)
"""The gravest first."""


@dataclass(frozen=True)
class Short:
    """Somebody who did not finish, and the gravest reason."""

    user_id: int
    name: str
    account: str
    unit: str
    reason: Shortfall


def _rank() -> ColumnElement[int]:
    return case((quiz_failed(), 0), (Enrolment.started_at.is_not(None), 1), else_=2)


def _short(cohort: Cohort, *columns: Any) -> Select[Any]:
    """The open enrolments of the members who are still there, in courses that are still offered."""
    return (
        select(*columns)
        .select_from(CohortEnrolment)
        .join(CohortMember, CohortMember.id == CohortEnrolment.member_id)
        .join(User, User.id == CohortMember.user_id)
        .join(Course, Course.id == CohortEnrolment.course_id)
        .join(
            CohortCourse,
            (CohortCourse.cohort_id == CohortMember.cohort_id) & (CohortCourse.course_id == CohortEnrolment.course_id),
        )
        .join(Enrolment, Enrolment.id == CohortEnrolment.enrolment_id)
        .where(
            CohortMember.cohort_id == cohort.id,
            CohortMember.withdrawn_at.is_(None),
            Course.state == State.PUBLISHED,
            roster.is_open(),
            is_learner(),
        )
    )


def page_of(cohort: Cohort, page: int) -> Page:
    """One page of those who did not finish, by unit and name, each as a Short."""
    worst = _short(cohort, CohortMember.user_id, func.min(_rank()).label("rank")).group_by(CohortMember.user_id)
    short, tree = worst.subquery(), paths()
    query = (
        select(User.id, User.name, User.account, func.coalesce(tree.c.path, ""), short.c.rank)
        .join(short, short.c.user_id == User.id)
        .outerjoin(tree, tree.c.id == User.unit_id)
        .order_by(by_pinyin(tree.c.path).asc().nulls_last(), by_pinyin(User.name), User.id)
    )
    cut = paged(query, page, scalars=False)
    found: Sequence[Any] = cut.items
    return Page([Short(*(*one[:4], RANKS[one[4]])) for one in found], cut.page, cut.total, cut.per_page)


def reasons(cohort: Cohort) -> dict[int, Shortfall]:
    """Everybody who did not finish, with the gravest reason: {person: reason}."""
    rows = db.session.execute(_short(cohort, CohortMember.user_id, func.min(_rank())).group_by(CohortMember.user_id))
    return {user_id: RANKS[rank] for user_id, rank in rows}


def counts(cohort: Cohort) -> dict[Shortfall, int]:
    """How many there are of each reason."""
    found = list(reasons(cohort).values())
    return {reason: found.count(reason) for reason in Shortfall}


def courses_left(cohort: Cohort) -> list[CohortCourse]:
    """The courses that somebody did not finish."""
    ids = set(db.session.scalars(_short(cohort, CohortEnrolment.course_id).distinct()))
    return [row for row in cohort.courses if row.course_id in ids]


def chances(cohort: Cohort) -> int:
    """How many extra attempts opening the new cohort would give."""
    people = sorted(reasons(cohort))
    return sum(
        len(db.session.scalars(used_up(row.course_id, part)).all())
        for row in courses_left(cohort)
        for part in members.parts(people)
    )


def must_be_over(cohort: Cohort, day: date) -> None:
    """Raise Refused while the cohort is not over: until then there is time to finish."""
    if cohort.state_on(day) not in (CohortState.ENDED, CohortState.ARCHIVED) or cohort.opened_at is None:
        raise Refused("培训班还没有结束，还不能办补训。结束以后再来。")


def make_up(actor: User, cohort: Cohort, plan: life.Plan, day: date, moment: datetime) -> Cohort:
    """A new cohort, in preparation, of those who did not finish this one, with the courses that were left.

    Raises Refused while the cohort is not over or where everybody has finished.
    """
    cohort_for(actor, cohort.id)
    must_be_over(cohort, day)
    short = reasons(cohort)
    if not short:
        raise Refused("没有要补训的人：在班的人都完成了。")
    made = life.create(actor, plan, makes_up_id=cohort.id)
    for row in courses_left(cohort):
        courses.add_course(actor, made, row.course_id, None, day)
    for reason in Shortfall:
        people = [user_id for user_id, one in short.items() if one is reason]
        if people:
            members.add_people(actor, made, people, day, moment, makes_up=reason)
    return made
