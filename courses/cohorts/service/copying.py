"""Last year's cohort once more: what is taken along, with its dates moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from courses.cohorts import reach
from courses.cohorts.calendar import moved, year_later
from courses.cohorts.models import Cohort, CohortCourse, CohortMember, CohortUnit
from courses.cohorts.service import courses, life, members
from courses.cohorts.service.members import is_learner, units_of
from literacy.db import db
from literacy.models import State, User


@dataclass(frozen=True)
class Taken:
    """What a copy takes along: courses with their new due dates, those left behind, units, and how many people."""

    courses: Sequence[tuple[CohortCourse, date | None]]
    left_out: Sequence[CohortCourse]
    units: Sequence[tuple[CohortUnit, str]]
    people: int


def usual(cohort: Cohort) -> life.Plan:
    """The cohort a year later, under the same name but for the year in it."""
    year = cohort.year + 1
    return life.Plan(
        cohort.name.replace(str(cohort.year), str(year)),
        year,
        cohort.note,
        year_later(cohort.starts_on),
        year_later(cohort.ends_on),
        cohort.unit_id,
        cohort.responsible_id,
        list(cohort.remind_days),
    )


def _people(viewer: User, cohort: Cohort) -> list[int]:
    query = (
        select(User.id)
        .join(CohortMember, CohortMember.user_id == User.id)
        .where(
            CohortMember.cohort_id == cohort.id,
            CohortMember.withdrawn_at.is_(None),
            is_learner(),
            func.coalesce(reach.people(viewer, cohort), False),
        )
    )
    return list(db.session.scalars(query))


def preview(viewer: User, cohort: Cohort, starts_on: date, ends_on: date) -> Taken:
    """What a copy with these dates would take along."""
    by = starts_on - cohort.starts_on
    kept = [row for row in cohort.courses if row.course.state is State.PUBLISHED]
    return Taken(
        [(row, moved(row.due_on, by, starts_on, ends_on)) for row in kept],
        [row for row in cohort.courses if row.course.state is not State.PUBLISHED],
        [(rule, path) for rule, path in units_of(cohort) if rule.unit.active],
        len(_people(viewer, cohort)),
    )


def copy(
    actor: User, cohort: Cohort, plan: life.Plan, *, with_units: bool, with_people: bool, day: date, moment: datetime
) -> Cohort:
    """A new cohort in preparation like this one: its courses, and its units and people as chosen.

    Raises Refused for dates the wrong way round or that are over.
    """
    made = life.create(actor, plan, copied_from_id=cohort.id)
    taken = preview(actor, cohort, plan.starts_on, plan.ends_on)
    for row, due_on in taken.courses:
        courses.add_course(actor, made, row.course_id, due_on, day)
    if with_units:
        for rule, _ in taken.units:
            members.add_unit(actor, made, rule.unit_id, day, moment)
    if with_people:
        members.add_people(actor, made, _people(actor, cohort), day, moment)
    return made
