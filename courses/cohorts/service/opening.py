"""Opening a cohort: its members are enrolled in its courses, by the same verbs as everybody.

An enrolment is one person in one course, whatever cohorts they are in. Who is enrolled already keeps that enrolment
with its due date, unless it has none or it is over: then the cohort's counts. Who makes up gets the later date, that
is what making up is for. Who completed the course before stays
completed; it is only noted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, select
from sqlalchemy.orm import joinedload

from courses.cohorts.calendar import CohortState
from courses.cohorts.models import Cohort, CohortCourse, CohortEnrolment, CohortMember, Origin
from courses.cohorts.service import second_chances
from courses.cohorts.service.finding import fresh, running
from courses.cohorts.service.members import PARTS, follow_units, is_learner, parts
from courses.enrolling import due_of_newcomer
from courses.models import Course, Enrolment
from courses.service import enrolment
from literacy import audit
from literacy.db import db
from literacy.errors import Refused
from literacy.models import State, User
from literacy.text import titled

AT_ONCE = 200
"""Fewer members than these are enrolled while the button waits; others in a job."""
JOB = "cohort_open"


@dataclass(frozen=True)
class Opened:
    """How many places in courses were given, by what was found."""

    new: int = 0
    restored: int = 0
    kept: int = 0
    before: int = 0
    extra: int = 0

    def __add__(self, other: "Opened") -> "Opened":
        return Opened(
            self.new + other.new,
            self.restored + other.restored,
            self.kept + other.kept,
            self.before + other.before,
            self.extra + other.extra,
        )

    @property
    def sentence(self) -> str:
        """The numbers in words. They count places: a person in two courses is two."""
        told = [
            f"{word} {count} 人次"
            for count, word in (
                (self.new, "新报名"),
                (self.restored, "恢复报名"),
                (self.kept, "早已报名"),
                (self.before, "以前已完成"),
            )
            if count
        ]
        if self.extra:
            told.append(f"多给测验机会 {self.extra} 次")
        return ("，".join(told) or "没有要报名的人") + "。"


def open_cohort(actor: User, cohort: Cohort, day: date, moment: datetime) -> bool:
    """Let a cohort begin. The caller enrols its members then. Gives whether anything changed.

    Raises Refused for one without courses or members, with a course that is not published, or that is over.
    """
    fresh(cohort)
    if cohort.opened_at is not None and cohort.archived_at is None:
        return False
    cohort.must_not_be(day, CohortState.ARCHIVED)
    if not cohort.courses:
        raise Refused("还没有课程。请先添加课程，再开班。")
    for row in cohort.courses:
        if row.course.state is not State.PUBLISHED:
            raise Refused(
                f"课程{titled(row.course.title)}{row.course.state.label}，不能开班。请先移除它，或者请培训师发布。"
            )
    if cohort.ends_on < day:
        raise Refused("结束日期已经过了。请先改结束日期，再开班。")
    here = select(func.count(CohortMember.id)).where(CohortMember.cohort_id == cohort.id)
    count = db.session.scalar(here.where(CohortMember.withdrawn_at.is_(None))) or 0
    if not count:
        raise Refused("还没有成员。请先添加成员，再开班。")
    cohort.opened_at = moment
    cohort.revision += 1
    db.session.flush()
    audit.record(actor, "cohort.opened", cohort, f"培训班“{cohort.name}”开班，{count} 人")
    return True


def waits() -> ColumnElement[bool]:
    """A condition on members joined with their person: a course of the cohort still lacks them."""
    there = (
        exists()
        .where(
            CohortEnrolment.member_id == CohortMember.id,
            CohortEnrolment.course_id == CohortCourse.course_id,
            CohortEnrolment.at >= CohortMember.added_at,
        )
        .correlate(CohortMember, CohortCourse)
    )
    lacking = (
        exists()
        .where(
            CohortCourse.cohort_id == CohortMember.cohort_id,
            Course.id == CohortCourse.course_id,
            Course.state == State.PUBLISHED,
            ~there,
        )
        .correlate(CohortMember)
    )
    return and_(CohortMember.withdrawn_at.is_(None), is_learner(), lacking)


def waiting(cohort: Cohort) -> int:
    """How many members still have to be enrolled somewhere."""
    query = select(func.count(CohortMember.id)).join(CohortMember.user).where(CohortMember.cohort_id == cohort.id)
    return db.session.scalar(query.where(waits())) or 0


def next_part(cohort: Cohort, after: int = 0, most: int = PARTS) -> list[CohortMember]:
    """The next members that have to be enrolled, behind the one with this id."""
    query = select(CohortMember).join(CohortMember.user)
    query = query.where(CohortMember.cohort_id == cohort.id, CohortMember.id > after, waits())
    return list(db.session.scalars(query.order_by(CohortMember.id).limit(most)))


def enrol_waiting(actor: User | None, cohort: Cohort, day: date, moment: datetime) -> Opened:
    """Enrol all members that wait, now. For few; many are a job's work."""
    done, after = Opened(), 0
    while members := next_part(cohort, after):
        after = members[-1].id
        done += enrol_part(actor, cohort, members, day, moment)
    return done


def follow(user_ids: Sequence[int], day: date, moment: datetime) -> None:
    """People were made, moved, given a role or let in again: they join their units' cohorts and are enrolled there."""
    follow_units(user_ids, day, moment)
    query = select(CohortMember).join(CohortMember.user).join(CohortMember.cohort).where(running(day), waits())
    for part in parts(sorted(set(user_ids))):
        waiting_here = db.session.scalars(
            query.where(CohortMember.user_id.in_(part)).options(joinedload(CohortMember.cohort))
        ).all()
        for cohort in {member.cohort for member in waiting_here}:
            enrol_part(None, cohort, [member for member in waiting_here if member.cohort is cohort], day, moment)


def enrol_part(
    actor: User | None, cohort: Cohort, members: Sequence[CohortMember], day: date, moment: datetime
) -> Opened:
    """Enrol these members in every published course of the cohort. Doing it again changes nothing."""
    done = Opened()
    rows = db.session.scalars(
        select(CohortCourse)
        .join(CohortCourse.course)
        .where(CohortCourse.cohort_id == cohort.id, Course.state == State.PUBLISHED)
        .order_by(CohortCourse.id)
    ).all()
    # A moment of our own clock that is behind another server's must not leave a member waiting for ever.
    at = max([moment, *(member.added_at for member in members)])
    # Read once: the verbs below write to many rows at once, after which each member would be read anew by itself.
    people = {one.user_id: _Waiting(one.id, one.added_at, one.makes_up is not None) for one in members}
    for row in rows:
        done += _enrol_in(actor, row, people, day, at)
    db.session.flush()
    return done


@dataclass(frozen=True)
class _Waiting:
    """A member who is to be enrolled."""

    member_id: int
    added_at: datetime
    makes_up: bool


def _enrol_in(
    actor: User | None, row: CohortCourse, people: dict[int, _Waiting], day: date, moment: datetime
) -> Opened:
    course_id, due_on = row.course_id, due_of_newcomer(row.due, day)
    added = {member.member_id: member.added_at for member in people.values()}
    there = {member_id for member_id, at in _links(list(added), course_id) if at >= added[member_id]}
    lacking = {user_id: member for user_id, member in people.items() if member.member_id not in there}
    before = {user_id: _origin(one) for user_id, one in _enrolments(course_id, list(lacking)).items()}
    if not lacking:
        return Opened()
    enrolment.enrol_people(actor, course_id, sorted(lacking), due_on, moment)
    after = _enrolments(course_id, list(lacking))
    kept = {user_id: after[user_id] for user_id in before if before[user_id] is Origin.KEPT}
    _give_dates(actor, course_id, kept, {one for one in kept if lacking[one].makes_up}, due_on, day)
    extra = second_chances.give(actor, row, [one for one in after if lacking[one].makes_up], moment)
    links = [
        {
            "member_id": lacking[user_id].member_id,
            "course_id": course_id,
            "enrolment_id": one.id,
            "origin": before.get(user_id, Origin.NEW),
            "extra_attempts": extra.get(user_id, 0),
            "at": moment,
        }
        for user_id, one in sorted(after.items())
    ]
    if links:
        # The rows as parameters, so that the statement is compiled once and not anew for each part.
        statement = enrolment.insert_into(CohortEnrolment.__table__)
        # Who comes back: what was found the first time stays on record.
        changed = {"at": statement.excluded.at, "enrolment_id": statement.excluded.enrolment_id}
        statement = statement.on_conflict_do_update(index_elements=["member_id", "course_id"], set_=changed)
        db.session.connection().execute(statement, links)
    origins = [link["origin"] for link in links]
    return Opened(
        origins.count(Origin.NEW),
        origins.count(Origin.RESTORED),
        origins.count(Origin.KEPT),
        origins.count(Origin.COMPLETED_BEFORE),
        sum(extra.values()),
    )


def _links(member_ids: Sequence[int], course_id: int) -> list[tuple[int, datetime]]:
    found: list[tuple[int, datetime]] = []
    for part in parts(member_ids):
        query = select(CohortEnrolment.member_id, CohortEnrolment.at)
        rows = db.session.execute(
            query.where(CohortEnrolment.course_id == course_id, CohortEnrolment.member_id.in_(part))
        )
        found += [(member_id, at) for member_id, at in rows]
    return found


def _enrolments(course_id: int, user_ids: Sequence[int]) -> dict[int, Row[Any]]:
    """Where these people stand in the course: id, user_id, due_on, withdrawn_at, completed_at, by person."""
    columns = (
        Enrolment.id, Enrolment.user_id, Enrolment.due_on, Enrolment.withdrawn_at, Enrolment.completed_at
    )  # fmt: skip
    found: dict[int, Row[Any]] = {}
    for part in parts(user_ids):
        query = select(*columns).where(Enrolment.course_id == course_id, Enrolment.user_id.in_(part))
        found.update({row.user_id: row for row in db.session.execute(query)})
    return found


def _origin(found: Row[Any]) -> Origin:
    """What the cohort finds where a person is in the course already."""
    if found.withdrawn_at is not None:
        return Origin.RESTORED
    return Origin.COMPLETED_BEFORE if found.completed_at is not None else Origin.KEPT


def _give_dates(
    actor: User | None, course_id: int, kept: dict[int, Row[Any]], makes_up: set[int], due_on: date | None, day: date
) -> None:
    """Who is enrolled without a due date, or with one that is over, gets the cohort's; who makes up, a later one."""
    if due_on is None:
        return
    ids = [
        one.id
        for user_id, one in kept.items()
        if one.due_on is None or one.due_on < (due_on if user_id in makes_up else day)
    ]
    if ids:
        enrolment.change_due(actor, course_id, ids, due_on)
