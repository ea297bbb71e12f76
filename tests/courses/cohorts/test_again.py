"""Last year's cohort once more, and make-ups with their extra attempts; large cohorts in the background."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from courses.cohorts.models import Cohort, CohortEnrolment, Shortfall
from courses.cohorts.service import copying, courses, life, makeup, members, opening, reminders
from courses.models import Course
from literacy.dates import today
from literacy.db import db, now
from literacy.errors import Refused
from literacy.jobs import service as jobs
from literacy.jobs.models import Job, JobState
from literacy.models import AuditEntry, State, Unit, User
from quizzes.models import ExtraAttempt
from tests.courses.cohorts.conftest import begin, make_cohort, plan_of
from tests.courses.cohorts.test_life import enrolled, members_of
from tests.courses.factories import pass_quiz, read
from tests.working import work_off


def test_a_year_later(
    admin: User, cohort: Cohort, read_course: Course, quiz_course: Course, tree: dict[str, Unit]
) -> None:
    own = cohort.starts_on + timedelta(days=15)
    courses.add_course(admin, cohort, quiz_course.id, own, today())
    members.add_unit(admin, cohort, tree["桥头社区"].id, today(), now())
    members.withdraw(admin, cohort, [members_of(cohort)["sun"].id], "调离", today(), now())
    cohort.name = f"{cohort.year} 年新任班"
    plan = copying.usual(cohort)
    assert plan.name == f"{cohort.year + 1} 年新任班" and plan.starts_on.year == cohort.starts_on.year + 1
    taken = copying.preview(admin, cohort, plan.starts_on, plan.ends_on)
    assert [due for _, due in taken.courses] == [None, own + (plan.starts_on - cohort.starts_on)]
    assert taken.people == 3 and [path for _, path in taken.units] == ["青禾县 / 望舒街道 / 桥头社区"]
    made = copying.copy(admin, cohort, plan, with_units=False, with_people=False, day=today(), moment=now())
    assert not members_of(made) and made.opened_at is None and made.copied_from_id == cohort.id
    both = copying.copy(admin, cohort, plan, with_units=True, with_people=True, day=today(), moment=now())
    assert set(members_of(both)) == {"zhao", "qian", "li"}
    assert [row.course_id for row in both.courses] == [read_course.id, quiz_course.id]


def test_courses_out_of_use_stay_behind(admin: User, cohort: Cohort, read_course: Course) -> None:
    read_course.state = State.RETIRED
    plan = copying.usual(cohort)
    taken = copying.preview(admin, cohort, plan.starts_on, plan.ends_on)
    assert not taken.courses and [row.course_id for row in taken.left_out] == [read_course.id]


@pytest.fixture
def over(admin: User, quiz_course: Course, learners: dict[str, User]) -> Cohort:
    """A cohort that is over: 赵 passed, 钱 failed with no attempt left, 孙 began, 李 did not."""
    people = [learners[name] for name in ("zhao", "qian", "sun", "li")]
    cohort = make_cohort(admin, quiz_course, people=people)
    begin(admin, cohort)
    lesson, quiz = quiz_course.activities[0].lesson, quiz_course.activities[1].quiz
    assert lesson is not None and quiz is not None
    pass_quiz(learners["zhao"], quiz)
    pass_quiz(learners["qian"], quiz, 20)
    read(learners["sun"], lesson)
    rows = enrolled(quiz_course)
    rows["zhao"].completed_at = rows["zhao"].started_at = now()
    rows["qian"].started_at = rows["sun"].started_at = now()
    life.close(admin, cohort, today(), now())
    db.session.commit()
    return cohort


def make_up(admin: User, cohort: Cohort) -> Cohort:
    plan = replace(plan_of(admin), name="补训班", starts_on=today(), ends_on=today() + timedelta(days=50))
    return makeup.make_up(admin, cohort, plan, today(), now())


def test_exactly_those_who_did_not_finish(admin: User, over: Cohort) -> None:
    page = makeup.page_of(over, 1)
    reasons = {one.account: one.reason for one in page.items}
    assert reasons == {"qian": Shortfall.FAILED, "sun": Shortfall.UNFINISHED, "li": Shortfall.NOT_STARTED}
    assert makeup.counts(over) == {Shortfall.FAILED: 1, Shortfall.UNFINISHED: 1, Shortfall.NOT_STARTED: 1}
    made = make_up(admin, over)
    assert {account: row.makes_up for account, row in members_of(made).items()} == reasons
    assert made.makes_up_id == over.id and made.opened_at is None


def test_used_up_attempts_get_one_more(admin: User, over: Cohort, quiz_course: Course) -> None:
    assert makeup.chances(over) == 1
    made = make_up(admin, over)
    assert not db.session.scalars(select(ExtraAttempt)).all(), "given when it begins"
    told = begin(admin, made)
    assert told.extra == 1 and "多给测验机会 1 次" in told.sentence
    given = db.session.scalars(select(ExtraAttempt)).one()
    assert given.reason == "补训：补训班" and given.trainer_id == admin.id
    assert "attempt.granted" in db.session.scalars(select(AuditEntry.action)).all()
    links = db.session.scalars(select(CohortEnrolment).where(CohortEnrolment.extra_attempts == 1)).all()
    assert [link.member.user.account for link in links] == ["qian"]
    assert {row.due_on for account, row in enrolled(quiz_course).items() if account != "zhao"} == {made.ends_on}


def test_who_makes_up_gets_new_dates_where_the_old_are_over(admin: User, over: Cohort, quiz_course: Course) -> None:
    for row in enrolled(quiz_course).values():
        row.due_on = today() - timedelta(days=3)
    made = make_up(admin, over)
    begin(admin, made)
    assert {row.due_on for account, row in enrolled(quiz_course).items() if account != "zhao"} == {made.ends_on}


def test_no_make_up_before_the_end_or_where_all_have_finished(admin: User, over: Cohort, quiz_course: Course) -> None:
    for row in enrolled(quiz_course).values():
        row.completed_at = now()
    with pytest.raises(Refused, match="没有要补训的人"):
        make_up(admin, over)
    life.reopen(admin, over, today())
    with pytest.raises(Refused, match="还没有结束"):
        make_up(admin, over)


# --- in the background


@pytest.fixture
def large(admin: User, read_course: Course, monkeypatch: Any, cohort: Cohort) -> Cohort:
    monkeypatch.setattr(opening, "AT_ONCE", 1)
    monkeypatch.setattr(reminders, "AT_ONCE", 1)
    monkeypatch.setattr("courses.cohorts.working.PART", 2)
    return cohort


def test_a_large_cohort_is_opened_in_the_background(
    app: Any, client: Any, sign_in: Any, admin: User, large: Cohort, read_course: Course
) -> None:
    sign_in(admin)
    answer = client.send(f"/manage/cohorts/{large.id}/open", {"form_key": "k"})
    assert "/jobs/" in answer.location and not enrolled(read_course)
    assert "正在后台报名" in client.get(f"/manage/cohorts/{large.id}").get_data(as_text=True)
    client.send(f"/manage/cohorts/{large.id}/enrol", {"form_key": "l"})
    assert db.session.query(Job).count() == 1, "one job a cohort"
    assert work_off(app) == 1
    job = db.session.scalars(select(Job)).one()
    assert job.state is JobState.DONE and job.done == 3 and "新报名 3 人次" in job.said
    assert len(enrolled(read_course)) == 3
    assert opening.waiting(large) == 0


def test_many_are_reminded_in_the_background(
    app: Any, client: Any, sign_in: Any, admin: User, large: Cohort, read_course: Course, outbox: Any
) -> None:
    begin(admin, large)
    sign_in(admin)
    answer = client.send(f"/manage/cohorts/{large.id}/remind", {"form_key": "k"})
    assert "/jobs/" in answer.location and not outbox
    work_off(app)
    assert {account for account, *_ in outbox} == {"zhao", "qian", "sun"}
    assert "提醒了 3 人" in db.session.scalars(select(Job)).one().said


def test_a_job_goes_on_where_it_was_cut_off(app: Any, admin: User, large: Cohort, read_course: Course) -> None:
    opening.open_cohort(admin, large, today(), now())
    part = opening.next_part(large, 0, 2)
    opening.enrol_part(admin, large, part, today(), now())
    job = jobs.start(admin, opening.JOB, "开班", {"cohort": large.id}, "k")
    job.place = {"after": part[-1].id, "done": 2, "total": 3, "told": [2, 0, 0, 0, 0]}
    work_off(app)
    row = db.session.get_one(Job, job.id)
    assert row.done == 3 and "新报名 3 人次" in row.said and len(enrolled(read_course)) == 3
