"""The learner's pages of courses: what comes next, a lesson where it was left, completion, and who may see what."""

from typing import Any

import pytest
from sqlalchemy import select

from courses.models import Course, Enrolment, Reading
from literacy.db import db, now
from literacy.models import State
from tests.courses.factories import enrol, make_course, make_lesson, pass_quiz
from tests.filling import text_of
from tests.quizzes.factories import make_quiz

TWO_PARTS = "## 第一节\n\n先看一件事。\n\n## 第二节\n\n再讲道理。\n"


@pytest.fixture
def course(app: Any) -> Course:
    """Two lessons and a quiz."""
    return make_course([make_lesson("l1", body=TWO_PARTS), make_lesson("l2"), make_quiz("single")])


@pytest.fixture
def learner(course: Course, sign_in: Any) -> Any:
    """Somebody who is enrolled and signed in."""
    user = sign_in("learner")
    enrol(user, course)
    db.session.commit()
    return user


def lesson_url(course: Course, place: int = 0) -> str:
    return f"/learn/lessons/{course.activities[place].id}"


def the_enrolment() -> Enrolment:
    return db.session.scalars(select(Enrolment)).one()


def test_nobody_enrolled_is_told_whom_to_ask(client: Any, sign_in: Any) -> None:
    sign_in("learner")
    assert "管理员" in text_of(client.get("/learn"))


def test_the_first_page_leads_to_the_first_step_and_then_on(client: Any, course: Course, learner: Any) -> None:
    assert lesson_url(course) in text_of(client.get("/learn"))
    answer = client.send(f"{lesson_url(course)}/finish")
    assert answer.location.endswith(lesson_url(course, 1))
    assert lesson_url(course, 1) in text_of(client.get("/learn"))
    page = text_of(client.get(f"/learn/courses/{course.id}"))
    assert page.count("已完成") >= 1 and "3 步" in page


@pytest.mark.parametrize("section", ["", "section-1", "section-2", "section-99", "<b>"])
def test_a_lesson_opens_wherever_it_was_left(section: str, client: Any, course: Course, learner: Any) -> None:
    client.get(lesson_url(course))
    assert client.fetch(f"{lesson_url(course)}/place", {"section": section}).json == {"kept": True}
    page = client.get(lesson_url(course))
    assert page.status_code == 200
    assert ("上次读到" in text_of(page)) == (section == "section-2")


@pytest.mark.parametrize("payload", [None, [], {"section": 5}, {"section": "x" * 5000}, "text"])
def test_a_strange_place_breaks_nothing(payload: Any, client: Any, course: Course, learner: Any) -> None:
    assert client.fetch(f"{lesson_url(course)}/place", payload).status_code == 200
    assert client.get(lesson_url(course)).status_code == 200


def test_finishing_twice_changes_nothing(client: Any, course: Course, learner: Any) -> None:
    client.send(f"{lesson_url(course)}/finish")
    first = db.session.scalars(select(Reading.finished_at)).one()
    client.send(f"{lesson_url(course)}/finish")
    assert db.session.scalars(select(Reading.finished_at)).one() == first


def test_everything_done_completes_the_course(client: Any, course: Course, learner: Any) -> None:
    pass_quiz(learner, course.activities[2].quiz)
    client.send(f"{lesson_url(course)}/finish")
    assert the_enrolment().completed_at is None
    client.send(f"{lesson_url(course, 1)}/finish")
    enrolment = the_enrolment()
    assert enrolment.completed_at and enrolment.hours == 1 and enrolment.score == 80
    assert "已完成" in text_of(client.get("/learn"))


def test_others_courses_are_not_found(client: Any, course: Course, sign_in: Any) -> None:
    sign_in("learner")
    for url in (f"/learn/courses/{course.id}", lesson_url(course)):
        assert client.get(url).status_code == 404
    assert client.send(f"{lesson_url(course)}/finish").status_code == 404
    assert client.fetch(f"{lesson_url(course)}/place", {"section": "section-1"}).status_code == 404
    assert db.session.scalars(select(Reading)).all() == []


@pytest.mark.parametrize("gone", ["withdrawn", "retired"])
def test_a_course_that_ended_for_somebody_is_not_found(gone: str, client: Any, course: Course, learner: Any) -> None:
    if gone == "withdrawn":
        the_enrolment().withdrawn_at = now()
    else:
        course.state = State.RETIRED
    db.session.commit()
    assert client.get(f"/learn/courses/{course.id}").status_code == 404
    assert course.title not in text_of(client.get("/learn"))


@pytest.mark.parametrize("path", ["wangde/wd-m1-gates.svg", "wanggan/wg-m1-three-ways.svg"])
def test_images_of_lessons_are_shown_and_run_nothing(path: str, client: Any, sign_in: Any) -> None:
    sign_in("learner")
    answer = client.get(f"/media/{path}")
    assert answer.status_code == 200 and answer.mimetype == "image/svg+xml"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["wangde/../course.yaml", "../wangde/x.svg", "wangde/no.svg", "wangde/%2e%2e/course.yaml"]
)
def test_nothing_else_is_served_as_an_image(path: str, client: Any, sign_in: Any) -> None:
    sign_in("learner")
    assert client.get(f"/media/{path}").status_code == 404
