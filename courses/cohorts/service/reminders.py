"""Reminders: who is reminded of what today, and what was said to whom. One message per person and day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, func, select

from courses.cohorts.calendar import CATCH_UP, LONGEST_AHEAD, CohortState, stage_of
from courses.cohorts.models import Cohort, CohortCourse, CohortEnrolment, CohortMember, Reminder, ReminderReason
from courses.cohorts.service.finding import all_done, fresh, running
from courses.cohorts.service.members import PARTS, parts
from courses.cohorts.wording import ASKED, Item, message_to, occasion_of, summary_of
from courses.models import Course, Enrolment
from courses.service import roster
from courses.service.enrolment import insert_into
from literacy import audit
from literacy.db import Page, db, paged
from literacy.errors import Refused
from literacy.messages import service as messages
from literacy.models import State, User

JOB = "cohort_remind"
AT_ONCE = 200
"""Fewer people than these are reminded while the button waits; others in a job."""

Plan = Mapping[int, Sequence[Item]]
"""Whom to remind of what: {person: items}."""


def _unfinished(*conditions: ColumnElement[bool]) -> Select[Any]:
    """What members of cohorts have not finished, with everything that an Item holds."""
    responsible = db.aliased(User)
    columns: tuple[Any, ...] = (
        CohortMember.user_id, Cohort.id, Cohort.name, responsible.name, Enrolment.id, Course.title, Enrolment.due_on,
        Cohort.remind_days,
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(CohortEnrolment)
        .join(CohortMember, CohortMember.id == CohortEnrolment.member_id)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .join(
            CohortCourse,
            (CohortCourse.cohort_id == Cohort.id) & (CohortCourse.course_id == CohortEnrolment.course_id),
        )
        .join(Enrolment, Enrolment.id == CohortEnrolment.enrolment_id)
        .join(Course, Course.id == CohortEnrolment.course_id)
        .join(User, User.id == CohortMember.user_id)
        .join(responsible, responsible.id == Cohort.responsible_id)
        .where(
            CohortMember.withdrawn_at.is_(None),
            User.active,
            Course.state == State.PUBLISHED,
            roster.is_open(),
            *conditions,
        )
        .order_by(CohortMember.user_id, Enrolment.due_on, Cohort.id, CohortEnrolment.id)
    )


def _unless_said(items: Iterable[Item]) -> Plan:
    """The items that were not said before, by person; an enrolment in two cohorts is said once."""
    listed = list(items)
    said: set[tuple[int, str]] = set()
    for part in parts(sorted({item.enrolment_id for item in listed})):
        query = select(ReminderReason.enrolment_id, ReminderReason.occasion)
        said.update(
            (one, occasion) for one, occasion in db.session.execute(query.where(ReminderReason.enrolment_id.in_(part)))
        )
    plan: defaultdict[int, list[Item]] = defaultdict(list)
    for item in listed:
        if (item.enrolment_id, item.occasion) not in said:
            said.add((item.enrolment_id, item.occasion))
            plan[item.user_id].append(item)
    return plan


def scheduled(day: date) -> Plan:
    """Whom to remind today, over all running cohorts, because of the dates."""
    near = Enrolment.due_on.between(day - timedelta(days=1 + CATCH_UP), day + timedelta(days=LONGEST_AHEAD))
    # A cohort that ended with its last day still tells its people the day after that something is left.
    just_over = (
        Cohort.opened_at.is_not(None)
        & Cohort.closed_at.is_(None)
        & Cohort.archived_at.is_(None)
        & (Cohort.ends_on >= day - timedelta(days=1 + CATCH_UP))
    )
    items = []
    row: Any
    for row in db.session.execute(_unfinished(near, just_over)):
        due_on, chosen = row[6:]
        stage = stage_of((due_on - day).days, chosen)
        if stage is not None:
            items.append(Item(*(*row[:7], occasion_of(stage, due_on, day))))
    return _unless_said(items)


def summaries(plan: Plan, day: date) -> dict[int, list[str]]:
    """What the responsible administrators read of the cohorts whose people are reminded today: {person: lines}."""
    people: defaultdict[int, dict[bool, set[int]]] = defaultdict(lambda: {False: set(), True: set()})
    for user_id, items in plan.items():
        for item in items:
            people[item.cohort_id][item.occasion.startswith("overdue")].add(user_id)
    for cohort_id, user_id, occasion in db.session.execute(
        select(ReminderReason.cohort_id, Reminder.user_id, ReminderReason.occasion)
        .join(ReminderReason.reminder)
        .where(
            Reminder.day == day, ReminderReason.enrolment_id.is_not(None), ~ReminderReason.occasion.startswith(ASKED)
        )
    ):
        people[cohort_id][occasion.startswith("overdue")].add(user_id)
    found: defaultdict[int, list[str]] = defaultdict(list)
    for cohort in db.session.scalars(select(Cohort).where(Cohort.id.in_(people)).order_by(Cohort.id)):
        here = people[cohort.id]
        soon, late = len(here[False] - here[True]), len(here[True])
        found[cohort.responsible_id].append(summary_of(cohort.name, soon, late, unfinished(cohort)))
    return found


def unfinished(cohort: Cohort) -> int:
    """How many members have not completed everything."""
    query = select(func.count(CohortMember.id)).where(
        CohortMember.cohort_id == cohort.id, CohortMember.withdrawn_at.is_(None), ~all_done()
    )
    return db.session.scalar(query) or 0


def _target(items: Sequence[Item]) -> str:
    """Where the message leads to: the learner's own page, or the list of cohorts."""
    return current_app.url_map.bind("localhost").build("courses.today" if items else "courses.cohorts")


def deliver(user_ids: Sequence[int], plan: Plan, told: Mapping[int, Sequence[str]], day: date, moment: datetime) -> int:
    """Send these people their one message of the day; gives how many it reached. Who had one today is left in peace."""
    people = db.session.scalars(select(User).where(User.id.in_(user_ids), User.active).order_by(User.id)).all()
    if not people:
        return 0
    rows = [{"user_id": user.id, "day": day, "at": moment} for user in people]
    statement = insert_into(Reminder).values(rows).on_conflict_do_nothing(index_elements=["user_id", "day"])
    new: dict[int, int] = dict(db.session.execute(statement.returning(Reminder.user_id, Reminder.id)).all())
    reasons = [
        {
            "reminder_id": new[user_id],
            "cohort_id": one.cohort_id,
            "enrolment_id": one.enrolment_id,
            "occasion": one.occasion,
        }
        for user_id in sorted(new)
        for one in plan.get(user_id, ())
    ]
    for start in range(0, len(reasons), PARTS):
        said = insert_into(ReminderReason).values(reasons[start : start + PARTS])
        db.session.execute(said.on_conflict_do_nothing(index_elements=["enrolment_id", "occasion"]))
    for user in people:
        if user.id in new:
            items = plan.get(user.id, ())
            title, body = message_to(items, told.get(user.id, ()), day)
            messages.send(user, key=f"cohort-{day.isoformat()}", title=title, body=body, url=_target(items))
    return len(new)


# --- by hand


def ask(actor: User, cohort: Cohort, day: date) -> Plan:
    """Who has to be reminded because the administrator asks for it, once a day.

    Raises Refused while the cohort does not run, a second time on one day, or where nobody is left to remind.
    """
    fresh(cohort)
    cohort.must_not_be(day, CohortState.PREPARING, CohortState.ENDED, CohortState.ARCHIVED)
    if cohort.asked_on == day:
        raise Refused("今天已经提醒过一次。每天最多提醒一次，明天可以再提醒。")
    plan = asked(cohort, day)
    if not plan:
        raise Refused("没有要提醒的人：在班的人都完成了，或者还没有报上名。")
    cohort.asked_on = day
    db.session.flush()
    audit.record(actor, "cohort.reminded", cohort, f"培训班“{cohort.name}”：提醒还没完成的 {len(plan)} 人")
    return plan


def asked(cohort: Cohort, day: date) -> Plan:
    """Everybody of a cohort who has not finished. What is due to be said today counts as said."""
    items: list[Item] = []
    row: Any
    for row in db.session.execute(_unfinished(Cohort.id == cohort.id, running(day))):
        due_on, chosen = row[6:]
        stage = stage_of((due_on - day).days, chosen) if due_on else None
        items.append(Item(*(*row[:7], occasion_of(stage, due_on, day))))
    plan: defaultdict[int, list[Item]] = defaultdict(list)
    for item in items:
        plan[item.user_id].append(item)
    return plan


# --- what went out


def sent(cohort: Cohort, page: int) -> Page:
    """A page of what went out to the members of a cohort, the newest first: (reminder, person, course, occasion)."""
    columns: tuple[Any, ...] = (Reminder.at, User, Course.title, ReminderReason.occasion)
    query = (
        select(*columns)
        .select_from(ReminderReason)
        .join(ReminderReason.reminder)
        .join(Reminder.user)
        .join(Enrolment, Enrolment.id == ReminderReason.enrolment_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(ReminderReason.cohort_id == cohort.id)
        .order_by(Reminder.day.desc(), Reminder.id.desc(), ReminderReason.id)
    )
    return paged(query, page, scalars=False)


def by_day(cohort: Cohort, most: int = 5) -> list[tuple[date, int]]:
    """On which days how many people of a cohort were reminded, the newest first."""
    rows = db.session.execute(
        select(Reminder.day, func.count(Reminder.user_id.distinct()))
        .join(Reminder.reasons)
        .where(ReminderReason.cohort_id == cohort.id)
        .group_by(Reminder.day)
        .order_by(Reminder.day.desc())
        .limit(most)
    )
    return [(day, count) for day, count in rows]
