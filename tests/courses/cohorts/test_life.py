"""Making, changing, opening and ending a cohort; its members and what becomes of their enrolments."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from courses.cohorts.calendar import CohortState
from courses.cohorts.models import Cohort, CohortEnrolment, CohortMember, CohortUnit, Origin
from courses.cohorts.service import courses, finding, life, members, opening, standing
from courses.models import Course, Enrolment
from courses.service import enrolment
from literacy.dates import today
from literacy.db import db, now
from literacy.errors import Refused
from literacy.models import AuditEntry, State, Unit, User
from literacy.service import people
from literacy.service.accounts import people_saved
from tests.courses.cohorts.conftest import begin, make_cohort, plan_of
from tests.courses.factories import enrol, read


def enrolled(course: Course) -> dict[str, Enrolment]:
    db.session.expire_all()
    return {row.user.account: row for row in db.session.scalars(select(Enrolment).filter_by(course_id=course.id))}


def members_of(cohort: Cohort) -> dict[str, CohortMember]:
    db.session.expire_all()
    return {row.user.account: row for row in db.session.scalars(select(CohortMember).filter_by(cohort_id=cohort.id))}


def origins(cohort: Cohort) -> dict[str, Origin]:
    query = select(CohortEnrolment).join(CohortEnrolment.member).where(CohortMember.cohort_id == cohort.id)
    return {row.member.user.account: row.origin for row in db.session.scalars(query)}


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


# --- opening


def test_opening_enrols_everybody_and_says_from_where(
    admin: User, cohort: Cohort, read_course: Course, learners: dict[str, User]
) -> None:
    soon = today() + timedelta(days=3)
    enrolment.enrol_people(admin, read_course.id, [learners["qian"].id], soon, now())
    before = enrol(learners["sun"], read_course)
    before.completed_at = now() - timedelta(days=100)
    db.session.commit()
    told = begin(admin, cohort)
    assert (told.new, told.kept, told.before) == (1, 1, 1)
    assert "以前已完成 1 人次" in told.sentence
    assert origins(cohort) == {"zhao": Origin.NEW, "qian": Origin.KEPT, "sun": Origin.COMPLETED_BEFORE}
    rows = enrolled(read_course)
    assert rows["zhao"].due_on == cohort.ends_on
    assert rows["qian"].due_on == soon, "who is enrolled keeps a date that is not over"
    assert rows["sun"].completed_at is not None
    assert begin(admin, cohort) == opening.Opened(), "a second time there is nothing to do"
    assert "cohort.opened" in acts()


@pytest.mark.parametrize("due", [None, -5])
def test_who_has_no_date_or_one_that_is_over_gets_the_cohorts(
    due: int | None, admin: User, cohort: Cohort, read_course: Course, learners: dict[str, User]
) -> None:
    row = enrol(learners["zhao"], read_course)
    row.due_on = None if due is None else today() + timedelta(days=due)
    begin(admin, cohort)
    assert enrolled(read_course)["zhao"].due_on == cohort.ends_on


def test_who_left_the_course_before_comes_back(
    admin: User, cohort: Cohort, read_course: Course, learners: dict[str, User]
) -> None:
    enrol(learners["zhao"], read_course).withdrawn_at = now()
    begin(admin, cohort)
    assert enrolled(read_course)["zhao"].withdrawn_at is None
    assert origins(cohort)["zhao"] is Origin.RESTORED


def test_one_enrolment_serves_two_cohorts(
    admin: User, cohort: Cohort, read_course: Course, learners: dict[str, User]
) -> None:
    begin(admin, cohort)
    other = make_cohort(admin, read_course, people=[learners["zhao"]])
    begin(admin, other)
    assert origins(other) == {"zhao": Origin.KEPT}
    member = members_of(cohort)["zhao"]
    assert members.withdraw(admin, cohort, [member.id], "调到另一班", today(), now()) == 1
    assert enrolled(read_course)["zhao"].withdrawn_at is None, "the other cohort still needs it"


def test_a_cohort_without_courses_or_members_is_not_opened(
    admin: User, read_course: Course, learners: dict[str, User]
) -> None:
    empty = make_cohort(admin)
    with pytest.raises(Refused, match="还没有课程"):
        begin(admin, empty)
    courses.add_course(admin, empty, read_course.id, None, today())
    with pytest.raises(Refused, match="还没有成员"):
        begin(admin, empty)
    members.add_people(admin, empty, [learners["li"].id], today(), now())
    read_course.state = State.RETIRED
    with pytest.raises(Refused, match="已停用"):
        begin(admin, empty)
    read_course.state = State.PUBLISHED
    with pytest.raises(Refused, match="结束日期已经过了"):
        begin(admin, empty, empty.ends_on + timedelta(days=1))


# --- the life


def test_states_and_their_buttons(admin: User, cohort: Cohort) -> None:
    day = today()
    with pytest.raises(Refused):
        life.close(admin, cohort, day, now())
    begin(admin, cohort)
    with pytest.raises(Refused):
        life.archive(admin, cohort, day, now())
    assert life.close(admin, cohort, day, now()) and not life.close(admin, cohort, day, now())
    assert cohort.state_on(day) is CohortState.ENDED
    assert life.reopen(admin, cohort, day) and not life.reopen(admin, cohort, day)
    over = cohort.ends_on + timedelta(days=1)
    assert cohort.state_on(over) is CohortState.ENDED
    with pytest.raises(Refused, match="结束日期"):
        life.reopen(admin, cohort, over)
    assert life.archive(admin, cohort, over, now()) and not life.archive(admin, cohort, over, now())
    with pytest.raises(Refused, match="已归档"):
        members.add_people(admin, cohort, [], day, now())
    assert life.unarchive(admin, cohort) and not life.unarchive(admin, cohort)


@pytest.mark.parametrize("state", list(CohortState))
def test_states_are_the_same_in_the_database(state: CohortState, admin: User, app: Any) -> None:
    cohort = make_cohort(admin)
    cohort.opened_at = None if state is CohortState.PREPARING else now()
    cohort.archived_at = now() if state is CohortState.ARCHIVED else None
    day = cohort.ends_on + timedelta(days=1 if state is CohortState.ENDED else 0)
    db.session.flush()
    found = db.session.scalars(finding.cohort_list(admin, day, state=state.value)).all()
    assert cohort.state_on(day) is state and found == [cohort.id]


def test_a_later_end_takes_due_dates_along(
    admin: User, cohort: Cohort, read_course: Course, learners: dict[str, User]
) -> None:
    begin(admin, cohort)
    row, own = enrolled(read_course)["qian"], today() + timedelta(days=5)
    enrolment.change_due(admin, read_course.id, [row.id], own)
    end = cohort.ends_on + timedelta(days=20)
    life.change(admin, cohort, cohort.revision, plan_of(admin, ends_on=end, unit_id=cohort.unit_id), today())
    rows = enrolled(read_course)
    assert rows["zhao"].due_on == end and rows["qian"].due_on == own, "a date of one's own stays"


def test_changing_is_refused_where_it_does_not_fit(
    admin: User, cohort: Cohort, read_course: Course, tree: dict[str, Unit]
) -> None:
    plan = plan_of(admin, unit_id=cohort.unit_id)
    with pytest.raises(Refused, match="别人改过"):
        life.change(admin, cohort, cohort.revision - 1, plan, today())
    courses.change_due(admin, cohort, read_course.id, cohort.ends_on - timedelta(days=1), today())
    with pytest.raises(Refused, match="截止日期"):
        life.change(admin, cohort, cohort.revision, plan_of(admin, ends_on=today()), today())
    with pytest.raises(Refused, match="有 3 名成员不属于"):
        life.change(admin, cohort, cohort.revision, plan_of(admin, unit_id=tree["桥头社区"].id), today())


def test_a_new_due_date_reaches_who_follows_the_cohort(admin: User, cohort: Cohort, read_course: Course) -> None:
    begin(admin, cohort)
    due = today() + timedelta(days=9)
    assert courses.change_due(admin, cohort, read_course.id, due, today()) == 3
    assert courses.change_due(admin, cohort, read_course.id, due, today()) == 0
    assert {row.due_on for row in enrolled(read_course).values()} == {due}
    with pytest.raises(Refused, match="起止日期"):
        courses.change_due(admin, cohort, read_course.id, cohort.ends_on + timedelta(days=1), today())


def test_a_course_added_later_is_for_everybody(admin: User, cohort: Cohort, quiz_course: Course) -> None:
    begin(admin, cohort)
    courses.add_course(admin, cohort, quiz_course.id, None, today())
    courses.add_course(admin, cohort, quiz_course.id, None, today())
    assert opening.waiting(cohort) == 3
    assert opening.enrol_waiting(admin, cohort, today(), now()).new == 3
    assert courses.remove_course(admin, cohort, quiz_course.id, today())
    assert not courses.remove_course(admin, cohort, quiz_course.id, today())
    assert len(enrolled(quiz_course)) == 3, "who is enrolled stays enrolled"


# --- members


def test_only_people_of_the_cohorts_unit_come_in(admin: User, cohort: Cohort, learners: dict[str, User]) -> None:
    added = members.add_people(admin, cohort, [learners["zhou"].id, learners["li"].id, admin.id], today(), now())
    assert (added.new, added.outside) == (1, 2)
    assert set(members_of(cohort)) == {"zhao", "qian", "sun", "li"}


def test_a_unit_brings_newcomers_in_until_the_cohort_ends(
    admin: User, cohort: Cohort, read_course: Course, tree: dict[str, Unit], person: Any
) -> None:
    assert members.add_unit(admin, cohort, tree["望舒街道"].id, today(), now()) == 1, "only 李 was missing"
    person(account="early", unit=tree["桥头社区"])
    assert "early" in members_of(cohort) and not enrolled(read_course)
    begin(admin, cohort)
    person(account="late", unit=tree["望舒街道"])
    assert enrolled(read_course)["late"].due_on == cohort.ends_on
    assert members_of(cohort)["late"].added_by_id is None
    life.close(admin, cohort, today(), now())
    person(account="over", unit=tree["望舒街道"])
    assert "over" not in members_of(cohort)
    assert "cohort.joined" in acts()


def test_people_of_an_import_join_the_cohorts_of_the_nearest_unit(
    admin: User, cohort: Cohort, read_course: Course, tree: dict[str, Unit], learners: dict[str, User]
) -> None:
    begin(admin, cohort)
    for unit in ("青禾县", "桥头社区"):
        db.session.add(CohortUnit(cohort_id=cohort.id, unit_id=tree[unit].id))
    db.session.commit()
    people_saved.send(None, ids=[user.id for user in learners.values()])
    joined = members_of(cohort)
    assert set(joined) == {"zhao", "qian", "sun", "li"}, "周 is of elsewhere"
    assert joined["li"].unit_id == tree["桥头社区"].id and "li" in enrolled(read_course)


def test_who_was_taken_out_does_not_come_back_with_the_unit(
    admin: User, cohort: Cohort, tree: dict[str, Unit], learners: dict[str, User]
) -> None:
    members.withdraw(admin, cohort, [members_of(cohort)["zhao"].id], "调离", today(), now())
    preview = members.preview_unit(admin, cohort, tree["望舒街道"].id)
    assert (preview.new, preview.already, preview.left) == (1, 2, 1)
    members.add_unit(admin, cohort, tree["望舒街道"].id, today(), now())
    assert members_of(cohort)["zhao"].withdrawn_reason == "调离"


def test_a_unit_of_elsewhere_is_refused(admin: User, cohort: Cohort, tree: dict[str, Unit]) -> None:
    with pytest.raises(Refused, match="不在本班的单位里"):
        members.add_unit(admin, cohort, tree["澜江市"].id, today(), now())


def test_leaving_keeps_what_was_learnt_and_can_be_undone(
    admin: User, cohort: Cohort, read_course: Course, learners: dict[str, User]
) -> None:
    begin(admin, cohort)
    done = enrolled(read_course)["qian"]
    done.completed_at = now()
    db.session.commit()
    people_in = members_of(cohort)
    ids = [people_in["zhao"].id, people_in["qian"].id]
    with pytest.raises(Refused, match="为什么"):
        members.withdraw(admin, cohort, ids, "", today(), now())
    assert members.withdraw(admin, cohort, ids, "调离", today(), now()) == 2
    assert members.withdraw(admin, cohort, ids, "调离", today(), now()) == 0
    left = members_of(cohort)["zhao"]
    assert (left.withdrawn_by_id, left.withdrawn_reason) == (admin.id, "调离")
    rows = enrolled(read_course)
    assert rows["zhao"].withdrawn_at is not None and rows["qian"].withdrawn_at is None, "a completion stays"
    added = members.add_people(admin, cohort, [learners["zhao"].id], today(), now())
    assert added.back == 1 and opening.waiting(cohort) == 1
    opening.enrol_waiting(admin, cohort, today(), now())
    assert enrolled(read_course)["zhao"].withdrawn_at is None and opening.waiting(cohort) == 0


def test_who_was_enrolled_before_stays_enrolled_when_leaving(
    admin: User, cohort: Cohort, read_course: Course, learners: dict[str, User]
) -> None:
    enrol(learners["zhao"], read_course)
    begin(admin, cohort)
    members.withdraw(admin, cohort, [members_of(cohort)["zhao"].id], "调离", today(), now())
    assert enrolled(read_course)["zhao"].withdrawn_at is None


def test_a_deactivated_member_waits_until_let_in_again(
    admin: User, cohort: Cohort, read_course: Course, learners: dict[str, User]
) -> None:
    people.deactivate(admin, learners["zhao"])
    begin(admin, cohort)
    assert set(enrolled(read_course)) == {"qian", "sun"} and opening.waiting(cohort) == 0
    people.reactivate(admin, learners["zhao"])
    assert "zhao" in enrolled(read_course)


# --- figures


def test_figures_and_narrowing_agree(
    admin: User, cohort: Cohort, read_course: Course, learners: dict[str, User]
) -> None:
    begin(admin, cohort)
    read(learners["zhao"], *[activity.lesson for activity in read_course.activities])
    rows = enrolled(read_course)
    rows["zhao"].completed_at = rows["zhao"].started_at = now()
    rows["qian"].due_on = today() - timedelta(days=1)
    db.session.commit()
    figures = standing.figures(cohort, today())
    assert (figures.members, figures.done, figures.withdrawn, figures.waiting) == (3, 1, 0, 0)
    assert figures.courses[0].states == {"completed": 1, "overdue": 1, "not_started": 1}
    for state, expected in {
        "completed": {"zhao"}, "overdue": {"qian"}, "not_started": {"sun"}, "unfinished": {"qian", "sun"},
        "studying": set(), "failed": set(), "waiting": set(), "withdrawn": set(),
    }.items():  # fmt: skip
        wanted = standing.members(cohort, today(), state=state)
        page = standing.page_of(cohort, wanted, today(), "name", 1)
        assert {row.account for row in page.items} == expected, state
        assert {row.account for row in standing.rows_of(cohort, wanted, today(), "-unit")} == expected
