"""People are found, ticked and enrolled."""

from datetime import timedelta
from typing import Any

import pytest

from courses.enrolling import (
    Outcome,
)
from courses.models import Course, EnrolmentState
from courses.service import enrolment as service
from literacy.dates import today
from literacy.db import db, now
from literacy.errors import NotFound, Refused
from literacy.models import State, Unit, User
from tests.courses.enrolment.conftest import DAY, enrolled, entries, state_of
from tests.courses.factories import enrol, make_course, make_lesson, read
from tests.filling import fields_of, text_of
from tests.quizzes.test_concurrency import at_once


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
    assert service.overview(today(), None) == []


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
