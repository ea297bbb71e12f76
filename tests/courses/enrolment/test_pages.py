"""The pages of enrolment, and who may open them."""

from datetime import timedelta
from typing import Any

import pytest

from courses.models import Course, Enrolment
from literacy.dates import today
from literacy.db import db
from literacy.models import State, Unit, User
from tests.courses.factories import make_course, make_lesson
from tests.filling import text_of
from tests.statements import statements


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
