"""Administrators put people and units into courses, change due dates, take people out and bring them back."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from courses.enrolling import (
    Admission,
    Candidate,
    Outcome,
    due_of_newcomer,
    names_in_words,
    outcome_of,
)
from courses.models import Course, Enrolment, EnrolmentState, UnitEnrolment
from courses.service import enrolment as service
from courses.service import roster
from literacy.dates import today
from literacy.db import db, now
from literacy.errors import NotFound, Refused
from literacy.models import AuditEntry, Role, RoleGrant, State, Unit, User
from literacy.service import accounts, people
from tests.courses.factories import enrol, make_course, make_lesson, read
from tests.courses.test_report import statements
from tests.filling import fields_of, text_of
from tests.quizzes.test_concurrency import at_once

DAY = date(2026, 11, 25)


def one_of(**who: bool) -> Candidate:
    return Candidate(1, "赵晴", "zhaoqing", **{"active": True, "learner": True, **who})


def entries(action: str) -> list[AuditEntry]:
    db.session.expire_all()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == f"enrolment.{action}")))


def enrolled(course: Course) -> dict[str, Enrolment]:
    """Everybody who is or was in a course, by account."""
    db.session.expire_all()
    return {row.user.account: row for row in db.session.scalars(select(Enrolment).filter_by(course_id=course.id))}


def state_of(row: Enrolment) -> EnrolmentState:
    return row.state_on(today())


@pytest.fixture
def tree(app: Any) -> dict[str, Unit]:
    """青禾县 over 望舒街道 over 桥头社区; 澜江市 apart."""
    county = Unit(name="青禾县")
    street = Unit(name="望舒街道", parent=county)
    db.session.add_all([county, street, Unit(name="桥头社区", parent=street), Unit(name="澜江市")])
    db.session.commit()
    return {unit.name: unit for unit in db.session.scalars(select(Unit))}


@pytest.fixture
def course(app: Any) -> Course:
    """A published course of two lessons."""
    made = make_course([make_lesson("a"), make_lesson("b")])
    db.session.commit()
    return made


@pytest.fixture
def admin(person: Any) -> User:
    """Somebody who may enrol."""
    return person("administrator", name="何平")


# --- pure


@pytest.mark.parametrize(
    ("candidate", "admission"),
    [
        (one_of(), Admission.NEW),
        (one_of(enrolled=True), Admission.ALREADY),
        (one_of(enrolled=True, active=False), Admission.ALREADY),
        (one_of(enrolled=True, withdrawn=True), Admission.LEFT),
        (one_of(enrolled=True, withdrawn=True, active=False), Admission.INACTIVE),
        (one_of(active=False), Admission.INACTIVE),
        (one_of(learner=False), Admission.NO_LEARNER),
    ],
)
def test_what_enrolling_somebody_would_do(candidate: Candidate, admission: Admission) -> None:
    assert candidate.admission is admission


@given(st.lists(st.builds(one_of, **dict.fromkeys(("active", "learner", "enrolled", "withdrawn"), st.booleans()))))
def test_everybody_is_counted_once(candidates: list[Candidate]) -> None:
    for restoring in (True, False):
        told = outcome_of(candidates, restoring=restoring)
        counts = (told.new, told.restored, told.already, told.left, told.inactive, told.no_learner)
        assert sum(counts) == len(candidates)
        assert not (told.left if restoring else told.restored)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome(new=3), "报名 3 人。"),
        (Outcome(new=2, restored=1, already=4), "报名 2 人，恢复报名 1 人；4 人早已报名。"),
        (Outcome(inactive=1, no_learner=2), "没有新报名的人；1 人账号已停用，没有报名；2 人没有学员角色，没有报名。"),
        (Outcome(new=1, left=1), "报名 1 人；1 人退出过，没有自动恢复。"),
    ],
)
def test_the_outcome_in_words(outcome: Outcome, said: str) -> None:
    assert outcome.sentence == said


def test_names_are_told_as_far_as_they_can_be_read() -> None:
    assert names_in_words(["甲", "乙"]) == "甲、乙"
    assert names_in_words(["甲"] * 30, 2) == "甲、甲等 30 人"


@pytest.mark.parametrize(("rule", "due"), [(None, None), (DAY, DAY), (DAY - timedelta(days=1), None)])
def test_nobody_begins_overdue(rule: date | None, due: date | None) -> None:
    assert due_of_newcomer(rule, DAY) == due


# --- people


def test_people_are_found_ticked_and_enrolled(client: Any, sign_in: Any, person: Any, course: Course) -> None:
    zhao, qian = person(account="zhao", name="赵晴"), person(account="qian", name="钱多")
    person(account="sun", name="孙立")
    admin = sign_in("administrator")
    url, due = f"/manage/enrolments/{course.id}/people", today() + timedelta(days=30)
    page = client.get(url)
    assert "赵晴" in text_of(page) and "孙立" in text_of(page)
    assert "孙立" not in text_of(client.get(f"{url}?words=ZHAO"))
    form = {**fields_of(page, "due_on"), "person": [str(zhao.id), str(qian.id)], "due_on": due.isoformat()}
    answer = client.send(url, form)
    assert answer.status_code == 303
    assert "报名 2 人。" in text_of(client.get(answer.location))
    rows = enrolled(course)
    assert set(rows) == {"zhao", "qian"}
    assert {(row.due_on, row.enrolled_by_id) for row in rows.values()} == {(due, admin.id)}
    [entry] = entries("added")
    assert entry.actor_id == admin.id and "2 人" in entry.summary and "赵晴" in entry.summary
    assert due.isoformat() in entry.summary and set(entry.changes["accounts"].split("、")) == {"zhao", "qian"}


def test_the_same_form_twice_changes_nothing(client: Any, sign_in: Any, person: Any, course: Course) -> None:
    user = person(account="zhao")
    sign_in("administrator")
    url = f"/manage/enrolments/{course.id}/people"
    form = {**fields_of(client.get(url), "due_on"), "person": str(user.id), "due_on": ""}
    first, second = client.send(url, form), client.send(url, form)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert len(enrolled(course)) == 1 and len(entries("added")) == 1


def test_who_is_in_keeps_the_due_date(admin: User, person: Any, course: Course) -> None:
    user = person(account="zhao")
    service.enrol_people(admin, course.id, [user.id], DAY, now())
    again = service.enrol_people(admin, course.id, [user.id], None, now())
    assert (again.new, again.already) == (0, 1)
    assert enrolled(course)["zhao"].due_on == DAY and len(entries("added")) == 1


def test_deactivated_people_and_others_are_left_out_and_it_says_so(
    client: Any, sign_in: Any, person: Any, course: Course
) -> None:
    gone, trainer, fine = person(account="gone", name="已离开"), person("trainer", account="tr"), person(account="fine")
    gone.active = False
    sign_in("administrator")
    url = f"/manage/enrolments/{course.id}/people"
    page = client.get(url)
    assert "账号已停用" in text_of(page) and "没有学员角色" in text_of(page)
    assert f'value="{gone.id}"' not in text_of(page)
    ids = [str(user.id) for user in (gone, trainer, fine)]
    answer = client.send(url, {**fields_of(page, "due_on"), "person": ids})
    said = text_of(client.get(answer.location))
    assert "报名 1 人；1 人账号已停用，没有报名；1 人没有学员角色，没有报名。" in said
    assert set(enrolled(course)) == {"fine"}


@pytest.mark.parametrize("value", ["2020-01-01", "morgen", "2026-02-30", "99999-01-01"])
def test_a_due_date_that_will_not_do_is_said_beside_it(
    value: str, client: Any, sign_in: Any, person: Any, course: Course
) -> None:
    user = person(account="zhao")
    sign_in("administrator")
    url = f"/manage/enrolments/{course.id}/people"
    answer = client.send(url, {**fields_of(client.get(url), "due_on"), "person": str(user.id), "due_on": value})
    assert answer.status_code == 422 and 'id="due_on-error"' in text_of(answer)
    assert f'value="{user.id}" checked' in text_of(answer) and not enrolled(course)


@pytest.mark.parametrize("state", [State.RETIRED, State.DRAFT])
def test_only_into_published_courses(
    state: State, admin: User, client: Any, sign_in: Any, person: Any, course: Course, tree: dict[str, Unit]
) -> None:
    user = person(account="zhao", unit=tree["青禾县"])
    row = enrol(person(account="left"), course)
    row.withdrawn_at = now()
    course.state = state
    db.session.commit()
    for act in (
        lambda: service.enrol_people(admin, course.id, [user.id], None, now()),
        lambda: service.enrol_unit(admin, course.id, tree["青禾县"].id, None, now()),
        lambda: service.restore(admin, course.id, [row.id], today(), now()),
    ):
        with pytest.raises(Refused, match="现在不能报名"):
            act()
    sign_in(admin)
    answer = client.send(f"/manage/enrolments/{course.id}/people", {"person": str(user.id), "form_key": "k"})
    assert answer.status_code == 409 and "现在不能报名" in text_of(answer)
    assert "报名单位</a>" not in text_of(client.get(f"/manage/enrolments/{course.id}"))


def test_a_draft_that_nobody_is_in_is_not_there(app: Any) -> None:
    draft = make_course([make_lesson("d")], slug="draft", state=State.DRAFT)
    with pytest.raises(NotFound):
        service.course_for(draft.id)
    assert service.overview(today()) == []


def test_what_was_read_before_counts_at_once(admin: User, person: Any, course: Course) -> None:
    """Lessons may stand in two courses: who has read them all is through, without another click."""
    lessons = [activity.lesson for activity in course.activities]
    one, both = person(account="one"), person(account="both")
    read(one, lessons[0])
    read(both, *lessons)
    service.enrol_people(admin, course.id, [one.id, both.id], None, now())
    rows = enrolled(course)
    assert state_of(rows["one"]) is EnrolmentState.STUDYING
    assert state_of(rows["both"]) is EnrolmentState.COMPLETED and rows["both"].hours == 1.0


def test_two_administrators_at_once_enrol_each_person_once(app: Any, admin: User, person: Any, course: Course) -> None:
    ids = [person().id for _ in range(8)]
    admin_id, course_id = admin.id, course.id
    db.session.commit()
    outcomes = at_once(
        app,
        [lambda: service.enrol_people(db.session.get_one(User, admin_id), course_id, ids, None, now())] * 4,
    )
    assert all(isinstance(outcome, Outcome) for outcome in outcomes), outcomes
    assert sum(outcome.new for outcome in outcomes) == 8 and len(enrolled(course)) == 8
    assert len(entries("added")) == 1


# --- units


def test_a_unit_is_looked_at_first_and_then_enrolled(
    client: Any, sign_in: Any, person: Any, course: Course, tree: dict[str, Unit]
) -> None:
    for account, unit in (("a", "青禾县"), ("b", "望舒街道"), ("c", "桥头社区"), ("d", "澜江市")):
        person(account=account, unit=tree[unit])
    person("trainer", account="tr", unit=tree["青禾县"])
    enrol(accounts.find_by_account("a"), course)
    gone = person(account="gone", unit=tree["桥头社区"])
    gone.active = False
    sign_in("administrator")
    url, due = f"/manage/enrolments/{course.id}/unit", (today() + timedelta(days=9)).isoformat()
    page = client.get(f"{url}?unit={tree['青禾县'].id}&due_on={due}")
    text = text_of(page)
    for said in ("报名 2 人", "1 人已经报名", "1 人账号已停用", "1 人没有学员角色"):
        assert said in text, said
    assert set(enrolled(course)) == {"a"}, "looking must not enrol"
    answer = client.send(url, {"unit": str(tree["青禾县"].id), "due_on": due, "form_key": "k"})
    assert "报名 2 人；1 人早已报名；1 人账号已停用" in text_of(client.get(answer.location))
    rows = enrolled(course)
    assert set(rows) == {"a", "b", "c"} and rows["a"].due_on is None and rows["c"].due_on.isoformat() == due
    [entry] = entries("unit_added")
    assert "青禾县" in entry.summary and "2 人" in entry.summary
    assert client.send(url, {"unit": str(tree["青禾县"].id), "due_on": due, "form_key": "k"}).status_code == 303
    assert len(entries("unit_added")) == 1


def test_a_unit_has_to_be_chosen(client: Any, sign_in: Any, course: Course, tree: dict[str, Unit]) -> None:
    sign_in("administrator")
    url = f"/manage/enrolments/{course.id}/unit"
    assert "请选一个单位。" in text_of(client.get(f"{url}?unit=0"))
    answer = client.send(url, {"unit": "77", "form_key": "k"})
    assert answer.status_code == 422 and 'id="unit-error"' in text_of(answer)


def test_whoever_joins_the_unit_later_is_enrolled(
    admin: User, person: Any, course: Course, tree: dict[str, Unit]
) -> None:
    """New, moved there, active again, or newly a learner."""
    due = today() + timedelta(days=9)
    service.enrol_unit(admin, course.id, tree["青禾县"].id, due, now())
    person(account="new", unit=tree["桥头社区"])
    person(account="elsewhere", unit=tree["澜江市"])
    person("trainer", account="tr", unit=tree["望舒街道"])
    moved = person(account="moved")
    moved.unit = tree["望舒街道"]
    db.session.flush()
    accounts.person_saved.send(moved)
    back = person(account="back")
    back.unit, back.active = tree["望舒街道"], False
    db.session.flush()
    accounts.person_saved.send(back)
    assert set(enrolled(course)) == {"new", "moved"}
    people.reactivate(admin, back)
    rows = enrolled(course)
    assert set(rows) == {"new", "moved", "back"} and {row.due_on for row in rows.values()} == {due}
    assert len(entries("joined")) == 3 and all(entry.actor_name == "系统" for entry in entries("joined"))
    accounts.person_saved.send(back)
    assert len(entries("joined")) == 3
    trainer = accounts.find_by_account("tr")
    people.change_person(
        admin, trainer, people.stamp(trainer), account="tr", name="测试人", post="", unit_id=trainer.unit_id,
        roles=[Role.TRAINER, Role.LEARNER],
    )  # fmt: skip
    assert "tr" in enrolled(course)


def test_the_nearest_rule_counts_and_an_old_date_does_not(
    admin: User, person: Any, course: Course, tree: dict[str, Unit]
) -> None:
    far, near = today() + timedelta(days=90), today() + timedelta(days=9)
    service.enrol_unit(admin, course.id, tree["青禾县"].id, far, now())
    service.enrol_unit(admin, course.id, tree["望舒街道"].id, near, now())
    person(account="near", unit=tree["桥头社区"])
    person(account="far", unit=tree["青禾县"])
    service.enrol_unit(admin, course.id, tree["望舒街道"].id, today() - timedelta(days=1), now())
    person(account="late", unit=tree["望舒街道"])
    rows = enrolled(course)
    assert {account: row.due_on for account, row in rows.items()} == {"near": near, "far": far, "late": None}
    assert db.session.query(UnitEnrolment).count() == 2


def test_a_rule_can_be_ended(
    client: Any, sign_in: Any, admin: User, person: Any, course: Course, tree: dict[str, Unit]
) -> None:
    person(account="early", unit=tree["青禾县"])
    service.enrol_unit(admin, course.id, tree["青禾县"].id, None, now())
    rule = db.session.scalars(select(UnitEnrolment)).one().id
    sign_in(admin)
    assert "停止自动报名" in text_of(client.get(f"/manage/enrolments/{course.id}"))
    other = make_course([make_lesson("x")], slug="other")
    assert client.send(f"/manage/enrolments/{other.id}/rules/{rule}/end").status_code == 404
    answer = client.send(f"/manage/enrolments/{course.id}/rules/{rule}/end", {"form_key": "k"})
    assert "不再自动报名" in text_of(client.get(answer.location))
    person(account="later", unit=tree["青禾县"])
    assert set(enrolled(course)) == {"early"} and len(entries("unit_ended")) == 1
    assert client.send(f"/manage/enrolments/{course.id}/rules/{rule}/end", {"form_key": "k"}).status_code == 303


def test_two_at_once_make_one_rule(app: Any, admin: User, person: Any, course: Course, tree: dict[str, Unit]) -> None:
    person(account="a", unit=tree["青禾县"])
    admin_id, course_id, unit_id = admin.id, course.id, tree["青禾县"].id
    db.session.commit()
    outcomes = at_once(
        app, [lambda: service.enrol_unit(db.session.get_one(User, admin_id), course_id, unit_id, None, now())] * 4
    )
    assert sorted(outcome.new for outcome in outcomes) == [0, 0, 0, 1]
    assert db.session.query(UnitEnrolment).count() == 1


# --- changing


@pytest.fixture
def class_of(person: Any, course: Course) -> dict[str, Enrolment]:
    """Four people: two to finish, one through, one who left."""
    rows = {name: enrol(person(account=name, name=f"学员{name}"), course) for name in ("new", "begun", "done", "left")}
    rows["begun"].started_at = now()
    rows["done"].completed_at, rows["done"].hours = now(), 1.0
    rows["left"].withdrawn_at = now()
    db.session.commit()
    return rows


def change(client: Any, course: Course, act: str, *rows: Enrolment, query: str = "", **more: str) -> Any:
    url = f"/manage/enrolments/{course.id}"
    form = fields_of(client.get(url), "due_on")
    ids = [str(row.id) for row in rows]
    return client.send(f"{url}/change{query}", {**form, "enrolment": ids, "act": act, **more})


def test_a_due_date_is_changed_for_those_who_are_ticked(
    client: Any, sign_in: Any, course: Course, class_of: dict[str, Enrolment]
) -> None:
    sign_in("administrator")
    due = today() + timedelta(days=5)
    answer = change(client, course, "due", *class_of.values(), due_on=due.isoformat(), query="?state=studying")
    assert answer.location.endswith(f"/manage/enrolments/{course.id}?state=studying")
    assert "2 人的截止日期已改。" in text_of(client.get(answer.location))
    dues = {account: row.due_on for account, row in enrolled(course).items()}
    assert dues == {"new": due, "begun": due, "done": None, "left": None}
    [entry] = entries("due_changed")
    assert "2 人" in entry.summary and due.isoformat() in entry.summary
    change(client, course, "due", class_of["new"], due_on=due.isoformat())
    assert len(entries("due_changed")) == 1, "the same date is no change"
    change(client, course, "no_due", class_of["new"])
    assert enrolled(course)["new"].due_on is None


@pytest.mark.parametrize("value", ["", "2020-01-01", "bald"])
def test_a_bad_date_keeps_the_ticks(
    value: str, client: Any, sign_in: Any, course: Course, class_of: dict[str, Enrolment]
) -> None:
    sign_in("administrator")
    answer = change(client, course, "due", class_of["begun"], due_on=value)
    text = text_of(answer)
    assert answer.status_code == 422 and 'id="due_on-error"' in text
    assert f'value="{class_of["begun"].id}" aria-label="学员begun（begun）" checked' in text
    assert not entries("due_changed")


def test_nothing_ticked_says_what_to_do(
    client: Any, sign_in: Any, course: Course, class_of: dict[str, Enrolment]
) -> None:
    sign_in("administrator")
    answer = change(client, course, "withdraw")
    assert "还没有勾选任何人" in text_of(client.get(answer.location))
    assert client.send(f"/manage/enrolments/{course.id}/people", {"form_key": "k"}).status_code == 303
    assert change(client, course, "explode", class_of["new"]).status_code == 404


def test_everybody_who_is_narrowed_to_gets_a_date(
    client: Any, sign_in: Any, course: Course, class_of: dict[str, Enrolment]
) -> None:
    sign_in("administrator")
    url, due = f"/manage/enrolments/{course.id}/due", today() + timedelta(days=5)
    assert "给 2 人改截止日期" in text_of(client.get(url))
    page = client.get(f"{url}?words=begun")
    assert "给 1 人改截止日期" in text_of(page) and "begun" in text_of(page)
    for wrong in ({}, {"due_on": due.isoformat(), "no_due": "y"}, {"due_on": "2020-01-01"}):
        answer = client.send(f"{url}?words=begun", {**fields_of(page), **wrong})
        assert answer.status_code == 422 and 'id="due_on-error"' in text_of(answer)
    assert client.send(f"{url}?words=begun", {**fields_of(page), "due_on": due.isoformat()}).status_code == 303
    assert {account for account, row in enrolled(course).items() if row.due_on == due} == {"begun"}
    client.send(url, {**fields_of(client.get(url)), "due_on": due.isoformat()})
    assert {account for account, row in enrolled(course).items() if row.due_on == due} == {"begun", "new"}
    client.send(url, {**fields_of(client.get(url)), "no_due": "y"})
    assert not any(row.due_on for row in enrolled(course).values())
    assert "没有要改的人" in text_of(client.get(f"{url}?state=completed"))


def test_leaving_keeps_the_record_and_coming_back_goes_on(
    client: Any, sign_in: Any, course: Course, class_of: dict[str, Enrolment]
) -> None:
    sign_in("administrator")
    begun = class_of["begun"]
    read(begun.user, course.activities[0].lesson)
    begun.due_on = today() - timedelta(days=3)
    db.session.commit()
    change(client, course, "withdraw", begun, class_of["done"], class_of["left"])
    rows = enrolled(course)
    assert state_of(rows["begun"]) is EnrolmentState.WITHDRAWN and rows["begun"].started_at
    assert state_of(rows["done"]) is EnrolmentState.COMPLETED, "a completion is not taken back"
    assert [entry.summary.count("1 人") for entry in entries("withdrawn")] == [1]
    sign_in(rows["begun"].user)
    assert client.get(f"/learn/courses/{course.id}").status_code == 404
    sign_in("administrator")
    change(client, course, "restore", *class_of.values())
    rows = enrolled(course)
    assert state_of(rows["begun"]) is EnrolmentState.STUDYING and rows["begun"].due_on is None
    assert state_of(rows["left"]) is EnrolmentState.NOT_STARTED
    [entry] = entries("restored")
    assert "2 人" in entry.summary


def test_enrolling_a_unit_again_does_not_bring_back_who_left(
    admin: User, person: Any, course: Course, tree: dict[str, Unit]
) -> None:
    user = person(account="left", unit=tree["青禾县"])
    service.enrol_unit(admin, course.id, tree["青禾县"].id, None, now())
    service.withdraw(admin, course.id, [enrolled(course)["left"].id], now())
    again = service.enrol_unit(admin, course.id, tree["青禾县"].id, None, now())
    accounts.person_saved.send(db.session.get(User, user.id))
    assert (again.new, again.left) == (0, 1) and enrolled(course)["left"].withdrawn_at
    back = service.enrol_people(admin, course.id, [user.id], DAY, now())
    assert back.restored == 1 and enrolled(course)["left"].withdrawn_at is None
    assert enrolled(course)["left"].due_on == DAY


def test_a_deactivated_person_is_not_brought_back(admin: User, course: Course, class_of: dict[str, Enrolment]) -> None:
    class_of["left"].user.active = False
    db.session.commit()
    assert service.restore(admin, course.id, [class_of["left"].id], today(), now()) == 0


def test_ids_of_another_course_change_nothing(admin: User, person: Any, course: Course) -> None:
    other = make_course([make_lesson("x")], slug="other")
    row = enrol(person(), other)
    assert service.change_due(admin, course.id, [row.id], DAY) == 0
    assert service.withdraw(admin, course.id, [row.id], now()) == 0


def test_many_people_are_taken_in_parts(
    admin: User, course: Course, tree: dict[str, Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PARTS", 7)
    hashed = admin.password_hash
    for number in range(30):
        user = User(account=f"n{number}", name=f"人{number}", unit=tree["青禾县"], password_hash=hashed)
        user.grants.append(RoleGrant(role=Role.LEARNER.value))
        db.session.add(user)
    db.session.flush()
    assert service.enrol_unit(admin, course.id, tree["青禾县"].id, None, now()).new == 30
    wanted = roster.Filter(today(), course_id=course.id)
    assert service.change_due(admin, course.id, [], DAY, wanted) == 30
    [entry] = entries("due_changed")
    assert "等 30 人" in entry.summary


# --- pages


def test_courses_are_listed_with_their_figures(
    client: Any, sign_in: Any, course: Course, class_of: dict[str, Enrolment]
) -> None:
    class_of["begun"].due_on = today() - timedelta(days=1)
    make_course([make_lesson("d")], slug="draft", state=State.DRAFT)
    sign_in("administrator")
    text = text_of(client.get("/manage/enrolments"))
    assert "课程 kc" in text and "课程 draft" not in text
    assert "3 人" in text and text.count("1 人") == 2


def test_empty_pages_teach_the_first_step(client: Any, sign_in: Any) -> None:
    sign_in("administrator")
    assert "还没有可以报名的课程" in text_of(client.get("/manage/enrolments"))
    course = make_course([make_lesson()])
    assert "还没有人报名" in text_of(client.get(f"/manage/enrolments/{course.id}"))
    assert "还没有单位" in text_of(client.get(f"/manage/enrolments/{course.id}/unit"))
    assert "没有找到这样的人" in text_of(client.get(f"/manage/enrolments/{course.id}/people?words=x"))


def test_searching_people_asks_a_fixed_number_of_questions(
    client: Any, sign_in: Any, course: Course, tree: dict[str, Unit]
) -> None:
    admin = sign_in("administrator")
    counts, hashed = [], admin.password_hash
    for size in (3, 30):
        db.session.add_all(
            User(account=f"n{size}-{number}", name="人", unit=tree["桥头社区"], password_hash=hashed)
            for number in range(size)
        )
        db.session.commit()
        with statements() as asked:
            client.get(f"/manage/enrolments/{course.id}/people")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_person_page_shows_their_courses(
    client: Any, sign_in: Any, course: Course, class_of: dict[str, Enrolment]
) -> None:
    sign_in("administrator")
    text = text_of(client.get(f"/manage/people/{class_of['done'].user_id}"))
    assert f"/manage/enrolments/{course.id}?words=done" in text and "已完成" in text and "1 学时" in text


URLS = [
    ("GET", "/manage/enrolments"),
    ("GET", "/manage/enrolments/{}"),
    ("POST", "/manage/enrolments/{}/change"),
    ("GET", "/manage/enrolments/{}/people"),
    ("POST", "/manage/enrolments/{}/people"),
    ("GET", "/manage/enrolments/{}/unit"),
    ("POST", "/manage/enrolments/{}/unit"),
    ("GET", "/manage/enrolments/{}/due"),
    ("POST", "/manage/enrolments/{}/due"),
    ("POST", "/manage/enrolments/{}/rules/1/end"),
]


@pytest.mark.parametrize("role", ["learner", "trainer"])
@pytest.mark.parametrize(("method", "url"), URLS)
def test_others_may_not_enrol(method: str, url: str, role: str, client: Any, sign_in: Any, course: Course) -> None:
    sign_in(role)
    url = url.format(course.id)
    answer = client.get(url) if method == "GET" else client.send(url, {"person": "1", "enrolment": "1"})
    assert answer.status_code == 403


@pytest.mark.parametrize(("method", "url"), URLS)
def test_nobody_is_asked_to_sign_in(method: str, url: str, client: Any, course: Course) -> None:
    url = url.format(course.id)
    answer = client.get(url) if method == "GET" else client.send(url)
    assert answer.status_code == (303 if method == "GET" else 401)


@pytest.mark.parametrize(("method", "url"), URLS[1:])
def test_a_course_that_is_not_there_is_not_found(method: str, url: str, client: Any, sign_in: Any) -> None:
    sign_in("administrator")
    url = url.format(999)
    form = {"person": "1", "enrolment": "1", "form_key": "k"}
    assert (client.get(url) if method == "GET" else client.send(url, form)).status_code == 404
