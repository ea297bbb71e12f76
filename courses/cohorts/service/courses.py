"""The courses of a cohort and their due dates."""

from datetime import date

from sqlalchemy import select

from courses.cohorts.calendar import CohortState
from courses.cohorts.models import Cohort, CohortCourse, CohortEnrolment, CohortMember
from courses.cohorts.service.finding import fresh
from courses.models import Course, Enrolment
from courses.service import enrolment, roster
from literacy import audit
from literacy.db import db
from literacy.errors import Refused, found
from literacy.models import State, User
from literacy.text import titled


def courses_to_add(cohort: Cohort) -> list[tuple[int, str]]:
    """The published courses that the cohort does not have yet, as (id, title)."""
    there = select(CohortCourse.course_id).where(CohortCourse.cohort_id == cohort.id)
    rows = db.session.execute(
        select(Course.id, Course.title)
        .where(Course.state == State.PUBLISHED, Course.id.not_in(there))
        .order_by(Course.position, Course.id)
    )
    return [(course_id, title) for course_id, title in rows]


def _due_fits(cohort: Cohort, due_on: date | None) -> None:
    if due_on is not None and not cohort.starts_on <= due_on <= cohort.ends_on:
        first, last = cohort.starts_on.isoformat(), cohort.ends_on.isoformat()
        raise Refused(f"截止日期要在培训班的起止日期里：{first} 至 {last}。", field="due_on")


def add_course(actor: User, cohort: Cohort, course_id: int, due_on: date | None, day: date) -> CohortCourse:
    """Give the cohort a course more. Doing it twice adds it once.

    Raises Refused for a course that is not published or a date outside of the cohort's.
    """
    fresh(cohort)
    cohort.must_not_be(day, CohortState.ENDED, CohortState.ARCHIVED)
    there = db.session.scalar(select(CohortCourse).filter_by(cohort_id=cohort.id, course_id=course_id))
    if there is not None:
        return there
    course = found(db.session.get(Course, course_id))
    if course.state is not State.PUBLISHED:
        raise Refused(f"{titled(course.title)}没有发布，不能放进培训班。", field="course")
    _due_fits(cohort, due_on)
    row = CohortCourse(cohort=cohort, course=course, due_on=due_on)
    db.session.add(row)
    db.session.flush()
    said = f"培训班“{cohort.name}”添加课程{titled(course.title)}"
    audit.record(actor, "cohort.course_added", cohort, said, due_on=row.due.isoformat())
    return row


def course_of(cohort: Cohort, course_id: int) -> CohortCourse:
    """A course of the cohort; raises NotFound."""
    return found(db.session.scalar(select(CohortCourse).filter_by(cohort_id=cohort.id, course_id=course_id)))


def remove_course(actor: User, cohort: Cohort, course_id: int, day: date) -> bool:
    """Take a course out of the cohort. Who is enrolled stays enrolled. Gives whether it was there."""
    fresh(cohort)
    cohort.must_not_be(day, CohortState.ENDED, CohortState.ARCHIVED)
    row = db.session.scalar(select(CohortCourse).filter_by(cohort_id=cohort.id, course_id=course_id))
    if row is None:
        return False
    said = f"培训班“{cohort.name}”移除课程{titled(row.course.title)}"
    audit.record(actor, "cohort.course_removed", cohort, said)
    cohort.courses.remove(row)
    db.session.flush()
    return True


def change_due(actor: User, cohort: Cohort, course_id: int, due_on: date | None, day: date) -> int:
    """Give a course of the cohort another due date (None: the cohort's last day).

    It reaches those who are not done and whose date is still the cohort's; gives how many. Raises Refused for a date
    outside of the cohort's.
    """
    fresh(cohort)
    cohort.must_not_be(day, CohortState.ENDED, CohortState.ARCHIVED)
    row = course_of(cohort, course_id)
    _due_fits(cohort, due_on)
    old, row.due_on = row.due, due_on
    if row.due == old:
        return 0
    db.session.flush()
    said = f"培训班“{cohort.name}”课程{titled(row.course.title)}的截止日期"
    audit.record(actor, "cohort.due_changed", cohort, said, due_on=[old.isoformat(), row.due.isoformat()])
    return move_due(actor, row, old, row.due)


def move_due(actor: User, row: CohortCourse, old: date, new: date) -> int:
    """Move the due dates that are still the cohort's old one, of those who are not done; gives how many."""
    ids = db.session.scalars(
        select(CohortEnrolment.enrolment_id)
        .join(CohortEnrolment.member)
        .join(CohortEnrolment.enrolment)
        .where(
            CohortMember.cohort_id == row.cohort_id,
            CohortMember.withdrawn_at.is_(None),
            CohortEnrolment.course_id == row.course_id,
            Enrolment.due_on == old,
            roster.is_open(),
        )
    ).all()
    return enrolment.change_due(actor, row.course_id, ids, new) if ids else 0
