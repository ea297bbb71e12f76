"""Reports that come by themselves: when they are due, who may still have them, what their owner is told."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from courses.reports.scheduled import running, service
from courses.reports.scheduled.models import ScheduledReport
from courses.reports.scheduled.rhythm import Plan, Rhythm
from literacy.db import db, now
from literacy.errors import Refused
from literacy.jobs.models import Job, JobState
from literacy.messages.models import Message
from literacy.models import AuditEntry, User
from literacy.registry import registry
from literacy.service import accounts
from tests.filling import fields_of, text_of
from tests.working import work_off

ZONE = ZoneInfo("Asia/Shanghai")
MONTHLY = Plan(Rhythm.MONTHLY, day=1)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


# when


@pytest.mark.parametrize(
    ("plan", "after", "then"),
    [
        (Plan(Rhythm.WEEKLY, weekday=1), "2026-11-26 09:00", "2026-11-30 06:00"),
        (Plan(Rhythm.WEEKLY, weekday=4), "2026-11-26 05:59", "2026-11-26 06:00"),
        (Plan(Rhythm.WEEKLY, weekday=4), "2026-11-26 06:00", "2026-12-03 06:00"),
        (Plan(Rhythm.MONTHLY, day=1), "2026-11-26 09:00", "2026-12-01 06:00"),
        (Plan(Rhythm.MONTHLY, day=31), "2027-01-31 06:00", "2027-02-28 06:00"),
        (Plan(Rhythm.MONTHLY, day=30), "2028-02-01 06:00", "2028-02-29 06:00"),
        (Plan(Rhythm.MONTHLY, day=15), "2026-12-15 06:00", "2027-01-15 06:00"),
    ],
)
def test_the_next_time(plan: Plan, after: str, then: str) -> None:
    assert plan.next_after(local(after), ZONE) == local(then)


@settings(deadline=None)
@given(
    st.builds(Plan, st.sampled_from(Rhythm), st.integers(1, 7), st.integers(1, 31)),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001  the zone is put to it below
)
def test_it_always_comes_again_within_its_period(plan: Plan, moment: datetime) -> None:
    after = moment.replace(tzinfo=UTC)
    then = plan.next_after(after, ZONE)
    assert after < then <= after + timedelta(days=7 if plan.rhythm is Rhythm.WEEKLY else 31, hours=1)
    assert then.astimezone(ZONE).hour == 6
    if plan.rhythm is Rhythm.WEEKLY:
        assert then.astimezone(ZONE).isoweekday() == plan.weekday


# making


@pytest.fixture
def admin(sign_in: Any, person: Any) -> User:
    """An administrator who is signed in."""
    return sign_in(person("administrator", account="admin", name="管理人"))


def scheduled(owner: User, form: str = "csv", plan: Plan = MONTHLY) -> ScheduledReport:
    row = service.make(owner, "activity", {}, name="月报", form=form, plan=plan)
    db.session.commit()
    return row


def rows() -> list[ScheduledReport]:
    db.session.expire_all()
    return list(db.session.scalars(select(ScheduledReport).order_by(ScheduledReport.id)))


def told() -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def test_a_report_is_scheduled_from_its_page_as_it_is_narrowed(client: Any, admin: User) -> None:
    page = text_of(client.get("/manage/reports/completion?state=overdue"))
    assert "/manage/reports/completion/schedule?state=overdue" in page
    address = "/manage/reports/completion/schedule?state=overdue"
    form = fields_of(client.get(address), "rhythm")
    answer = client.send(address, {**form, "name": "逾期的人", "rhythm": "weekly", "weekday": "5", "form": "pdf"})
    assert answer.status_code == 303
    (row,) = rows()
    assert (row.query, row.form, row.plan.in_words()) == ({"state": ["overdue"]}, "pdf", "每周五")
    page = text_of(client.get(answer.location))
    assert "逾期的人" in page and "每周五" in page


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "请填写"),
        ("day", "32", "1 到 31"),
        ("day", "", "请填写"),
        ("rhythm", "daily", "从列表里选"),
        ("form", "exe", "从列表里选"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    field: str, typed: str, sentence: str, client: Any, admin: User
) -> None:
    address = "/manage/reports/completion/schedule"
    answer = client.send(address, {**fields_of(client.get(address), "rhythm"), field: typed})
    assert answer.status_code == 422 and sentence in text_of(answer) and rows() == []


def test_there_is_an_end_to_how_many_one_has(app: Any, person: Any) -> None:
    admin = person("administrator")
    for _ in range(service.MOST):
        scheduled(admin)
    with pytest.raises(Refused, match="最多设 20"):
        scheduled(admin)


# coming


def test_it_comes_when_it_is_due_and_its_owner_is_told(app: Any, client: Any, admin: User) -> None:
    row = scheduled(admin)
    run = registry(app).periodic["scheduled_reports"].run
    run()
    assert db.session.scalar(select(Job.id)) is None, "not before its time"
    with time_machine.travel(row.next_at + timedelta(minutes=5), tick=False):
        run()
        run()
        assert work_off(app) == 1
        (message,) = told()
        assert message.title == "报表“月报”做好了" and message.user_id == admin.id
        job = db.session.scalars(select(Job)).one()
        assert job.state is JobState.DONE and message.url == f"/jobs/{job.id}"
        (row,) = rows()
        assert row.next_at > now() and row.last_at == now()


def test_what_was_missed_for_months_is_made_once(app: Any, person: Any) -> None:
    row = scheduled(person("administrator"))
    with time_machine.travel(row.next_at + timedelta(days=200), tick=False):
        running.run_due()
        assert work_off(app) == 1
        running.run_due()
        assert work_off(app) == 0
        assert [one.title for one in told()] == ["报表“月报”做好了"] and rows()[0].next_at > now()


@pytest.mark.parametrize("lost", ["deactivated", "no longer administrator"])
def test_whoever_may_see_none_any_more_gets_none(lost: str, app: Any, person: Any) -> None:
    owner = person("administrator")
    row = scheduled(owner)
    if lost == "deactivated":
        owner.active = False
    else:
        accounts.grant_roles(owner, [])
    db.session.commit()
    with time_machine.travel(row.next_at, tick=False):
        running.run_due()
        assert work_off(app) == 0
    assert not rows()[0].active and rows()[0].paused_for == service.NO_RIGHT and told() == []
    assert db.session.scalar(select(AuditEntry).where(AuditEntry.action == "report.paused"))


def test_rights_lost_between_start_and_work_count_too(app: Any, person: Any) -> None:
    owner = person("administrator")
    service.make_now(scheduled(owner))
    db.session.flush()
    accounts.grant_roles(owner, [])
    work_off(app)
    assert db.session.scalars(select(Job)).one().state is JobState.FAILED
    assert [one.title for one in told()] == ["报表“月报”没有做成"]


def test_what_is_paused_does_not_come(app: Any, client: Any, admin: User) -> None:
    row = scheduled(admin)
    client.send(f"/manage/reports/scheduled/{row.id}/pause", {"form_key": "a"})
    with time_machine.travel(row.next_at + timedelta(days=1), tick=False):
        running.run_due()
        assert work_off(app) == 0
    again = client.send(f"/manage/reports/scheduled/{row.id}/pause", {"form_key": "b"})
    assert "已经停着" in text_of(client.get(again.location))
    client.send(f"/manage/reports/scheduled/{row.id}/resume", {"form_key": "c"})
    assert rows()[0].active and rows()[0].next_at > now()


def test_one_is_made_now_and_one_is_deleted(app: Any, client: Any, admin: User) -> None:
    row = scheduled(admin, form="xlsx")
    answer = client.send(f"/manage/reports/scheduled/{row.id}/now", {"form_key": "a"})
    assert work_off(app) == 1
    assert "月报" in text_of(client.get(answer.location))
    assert [one.title for one in told()] == ["报表“月报”做好了"]
    client.send(f"/manage/reports/scheduled/{row.id}/delete", {"form_key": "b"})
    assert rows() == []


@pytest.mark.parametrize("act", ["pause", "resume", "delete", "now"])
def test_nobody_touches_somebody_elses(act: str, client: Any, admin: User, person: Any) -> None:
    row = scheduled(person("administrator", account="other"))
    assert client.send(f"/manage/reports/scheduled/{row.id}/{act}").status_code == 404
    assert "月报" not in text_of(client.get("/manage/reports/scheduled"))


def test_trainers_and_learners_have_none(client: Any, sign_in: Any) -> None:
    sign_in("trainer", "learner")
    assert client.get("/manage/reports/scheduled").status_code == 403
    assert client.get("/manage/reports/completion/schedule").status_code == 403
