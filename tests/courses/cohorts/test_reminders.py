"""Who is reminded when, once a day, and what was said is known."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from courses.cohorts import working
from courses.cohorts.models import Cohort, Reminder
from courses.cohorts.service import courses, life, members, reminders
from courses.models import Course, Enrolment
from literacy.dates import today
from literacy.db import db, now
from literacy.errors import Refused
from literacy.models import User
from tests.courses.cohorts.conftest import begin, make_cohort
from tests.courses.cohorts.test_life import enrolled, members_of

Outbox = list[tuple[str, str, str, str]]


def due(course: Course, days: int, *accounts: str) -> None:
    """Everybody's due date (or these people's) is so many days ahead."""
    for account, row in enrolled(course).items():
        if not accounts or account in accounts:
            row.due_on = today() + timedelta(days=days)
    db.session.commit()


def run(monkeypatch: Any, day: date, hour: int = 9) -> None:
    """The periodic task on another day."""
    moment = now().replace(hour=(hour - 8) % 24, minute=30)
    monkeypatch.setattr(working, "today", lambda: day)
    monkeypatch.setattr(working, "now", lambda: moment)
    working.remind()
    db.session.expire_all()


@pytest.fixture
def running(admin: User, cohort: Cohort) -> Cohort:
    begin(admin, cohort)
    return cohort


def test_the_days_before_and_the_day_after(
    running: Cohort, read_course: Course, outbox: Outbox, monkeypatch: Any
) -> None:
    due(read_course, 7)
    last = today() + timedelta(days=7)
    for day in range(-2, 12):
        run(monkeypatch, today() + timedelta(days=day))
        run(monkeypatch, today() + timedelta(days=day))
    days = {key.removeprefix("cohort-") for account, key, _, _ in outbox if account == "zhao"}
    assert days == {str(today()), str(last - timedelta(days=1)), str(last + timedelta(days=1))}
    assert len([1 for account, *_ in outbox if account == "zhao"]) == 3
    summary = [body for account, _, _, body in outbox if account == "guanli"]
    assert summary[0] == "培训班“新任回复员班”今天提醒了：快到截止日期 3 人。全班还有 3 人没有全部完成。"
    assert "刚过截止日期 3 人" in summary[-1]


def test_nobody_is_reminded_at_night(running: Cohort, read_course: Course, outbox: Outbox, monkeypatch: Any) -> None:
    due(read_course, 7)
    run(monkeypatch, today(), hour=7)
    assert not outbox
    run(monkeypatch, today(), hour=8)
    assert outbox


def test_one_message_a_day_over_all_cohorts(
    admin: User, running: Cohort, read_course: Course, quiz_course: Course, learners: dict[str, User],
    outbox: Outbox, monkeypatch: Any,
) -> None:  # fmt: skip
    other = make_cohort(admin, read_course, quiz_course, people=[learners["zhao"]], name="骨干班")
    begin(admin, other)
    due(read_course, 7)
    due(quiz_course, 1)
    run(monkeypatch, today())
    mine = [(title, body) for account, _, title, body in outbox if account == "zhao"]
    assert len(mine) == 1
    assert mine[0][0] == "学习提醒：2 门课程" and mine[0][1].count("课程 read") == 1
    with pytest.raises(Refused):
        reminders.ask(admin, make_cohort(admin), today())
    plan = reminders.ask(admin, other, today())
    assert reminders.deliver(sorted(plan), plan, {}, today(), now()) == 0, "who had one today is left in peace"


@pytest.mark.parametrize("why", ["done", "left", "deactivated", "closed"])
def test_who_need_not_be_reminded(
    why: str, admin: User, running: Cohort, read_course: Course, learners: dict[str, User],
    outbox: Outbox, monkeypatch: Any,
) -> None:  # fmt: skip
    due(read_course, 7)
    if why == "done":
        enrolled(read_course)["zhao"].completed_at = now()
    elif why == "left":
        members.withdraw(admin, running, [members_of(running)["zhao"].id], "调离", today(), now())
    elif why == "deactivated":
        learners["zhao"].active = False
    else:
        life.close(admin, running, today(), now())
    db.session.commit()
    run(monkeypatch, today())
    assert ("zhao" in {account for account, *_ in outbox}) is False
    assert bool(outbox) is (why != "closed")


def test_a_new_due_date_is_a_new_occasion(
    admin: User, running: Cohort, read_course: Course, outbox: Outbox, monkeypatch: Any
) -> None:
    due(read_course, 7)
    run(monkeypatch, today())
    later = today() + timedelta(days=27)
    for row in enrolled(read_course).values():
        row.due_on = later
    db.session.commit()
    run(monkeypatch, later - timedelta(days=7))
    assert len([1 for account, *_ in outbox if account == "zhao"]) == 2


def test_by_hand_once_a_day(admin: User, running: Cohort, read_course: Course, outbox: Outbox) -> None:
    enrolled(read_course)["sun"].completed_at = now()
    plan = reminders.ask(admin, running, today())
    assert reminders.deliver(sorted(plan), plan, {}, today(), now()) == 2
    with pytest.raises(Refused, match="今天已经提醒过"):
        reminders.ask(admin, running, today())
    sent = reminders.sent(running, 1)
    assert {(row[1].account, row[3].partition(":")[0]) for row in sent.items} == {("zhao", "asked"), ("qian", "asked")}
    assert reminders.by_day(running) == [(today(), 2)]
    assert db.session.query(Reminder).count() == 2


def test_without_days_there_is_only_the_word_after(
    admin: User, read_course: Course, learners: dict[str, User], outbox: Outbox, monkeypatch: Any
) -> None:
    cohort = make_cohort(admin, read_course, people=[learners["zhao"]], remind_days=[])
    begin(admin, cohort)
    courses.change_due(admin, cohort, read_course.id, today(), today())
    db.session.commit()
    run(monkeypatch, today())
    assert not outbox
    run(monkeypatch, today() + timedelta(days=1))
    assert {account for account, *_ in outbox} == {"zhao", "guanli"}


def test_the_unique_keys_hold(running: Cohort, read_course: Course, outbox: Outbox, monkeypatch: Any) -> None:
    """Even two tasks at once: what one of them planned, the other has said."""
    due(read_course, 7)
    plan = reminders.scheduled(today())
    run(monkeypatch, today())
    count = len(outbox)
    assert reminders.deliver(sorted(plan), plan, {}, today(), now()) == 0 and len(outbox) == count
    assert db.session.scalars(select(Enrolment)).first() is not None
