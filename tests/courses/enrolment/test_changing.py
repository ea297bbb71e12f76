"""Due dates are changed, and people leave and come back."""

from datetime import timedelta
from typing import Any

import pytest

from courses.models import Course, Enrolment, EnrolmentState
from courses.service import enrolment as service
from courses.service import roster
from literacy.dates import today
from literacy.db import db, now
from literacy.models import Role, RoleGrant, Unit, User
from literacy.service import accounts
from tests.courses.enrolment.conftest import DAY, enrolled, entries, state_of
from tests.courses.factories import enrol, make_course, make_lesson, read
from tests.filling import fields_of, text_of


def change(client: Any, course: Course, act: str, *rows: Enrolment, query: str = "", **more: str) -> Any:
    url = f"/manage/enrolments/{course.id}"
    form = fields_of(client.get(url), "due_on")
    ids = [str(row.id) for row in rows]
    return client.send(f"{url}/change{query}", {**form, "enrolment": ids, "act": act, **more})


def test_a_due_date_is_changed_for_those_who_are_ticked(
    client: Any, sign_in: Any, course: Course, class_of: dict[str, Enrolment]
) -> None:
    boss = sign_in("administrator")
    due = today() + timedelta(days=5)
    answer = change(client, course, "due", *class_of.values(), due_on=due.isoformat(), query="?state=studying")
    assert answer.location.endswith(f"/manage/enrolments/{course.id}?state=studying")
    assert "2 人的截止日期已改。" in text_of(client.get(answer.location))
    dues = {account: row.due_on for account, row in enrolled(course).items()}
    assert dues == {"new": due, "begun": due, "done": None, "left": None}
    [entry] = entries("due_changed")
    assert "2 人" in entry.summary and due.isoformat() in entry.summary
    assert service.change_due(boss, course.id, [class_of["new"].id], due) == 0
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
