"""Where the learner's pages lead when a clock runs, and when a step cannot be attempted any more."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from courses.progress import Step, next_step, running_step
from literacy.db import db, now
from literacy.models import State
from quizzes.models import Attempt, Quiz
from quizzes.service import attempts, extra
from tests.courses.factories import enrol, make_course, make_lesson, pass_quiz, read
from tests.filling import text_of
from tests.quizzes.factories import RIGHT, make_quiz

HOUR = timedelta(hours=1)


def fail(user: Any, quiz: Quiz) -> Attempt:
    attempt = attempts.start(user, quiz.id, now())
    return attempts.submit(user, attempt.id, {1: {"option": 1}}, now())


def test_a_step_that_is_closed_leads_nowhere() -> None:
    closed = Step("1", False, True, closed="次数用完了")
    assert next_step([Step("0", True), closed, Step("2", False)]).activity == "2"
    assert next_step([Step("0", True), closed]) is None


def test_a_running_clock_comes_first_even_where_the_step_is_done() -> None:
    begun, later = Step("0", False, True), Step("2", True, True, ends_at=now() + HOUR)
    assert next_step([begun, Step("1", False), later]).activity == "2"
    sooner = replace(later, activity="3", ends_at=now())
    assert running_step([later, sooner]).activity == "3"
    assert running_step([begun]) is None


def test_after_the_last_failure_the_pages_lead_on_and_say_whom_to_ask(client: Any, sign_in: Any, person: Any) -> None:
    learner = sign_in("learner")
    quiz, lesson = make_quiz("single", attempts_allowed=1), make_lesson("l9")
    course = make_course([quiz, lesson])
    enrol(learner, course)
    failed = fail(learner, quiz)
    db.session.commit()
    page = text_of(client.get("/learn"))
    assert f"/learn/lessons/{course.activities[1].id}" in page and f'href="/quizzes/{quiz.id}"' not in page
    outline = text_of(client.get(f"/learn/courses/{course.id}"))
    assert "请向培训师说一声" in outline and "不能再做" in outline

    read(learner, lesson)
    db.session.commit()
    page = text_of(client.get("/learn"))
    assert "请向培训师说一声" in page and "继续" not in page and "还没有完成的课程" in page
    assert "button-primary" not in text_of(client.get(f"/learn/courses/{course.id}"))

    extra.grant(person("trainer"), failed, "补学了第二单元", now())
    db.session.commit()
    assert f'<a class="button button-primary" href="/quizzes/{quiz.id}">' in text_of(client.get("/learn"))


def test_a_lesson_that_was_read_says_when(client: Any, sign_in: Any) -> None:
    learner = sign_in("learner")
    lesson = make_lesson()
    course = make_course([lesson])
    enrol(learner, course)
    read(learner, lesson)
    page = text_of(client.get(f"/learn/lessons/{course.activities[0].id}"))
    assert re.search(r"您今天 \d\d:\d\d 学完了这一课", page)


@pytest.mark.parametrize(("kind", "drill", "again"), [("single", False, "再做一次"), ("reply", True, "改一稿")])
def test_after_passing_the_next_step_is_the_first_thing_to_do(
    kind: str, drill: bool, again: str, client: Any, sign_in: Any
) -> None:
    learner = sign_in("learner")
    quiz = make_quiz(kind, drill=drill)
    course = make_course([quiz, make_lesson()])
    enrol(learner, course)
    attempt = attempts.start(learner, quiz.id, now())
    attempts.submit(learner, attempt.id, {1: RIGHT[kind]}, now())
    page = text_of(client.get(f"/attempts/{attempt.id}/result"))
    assert f'<a class="button button-primary" href="/learn/lessons/{course.activities[1].id}">' in page
    assert f'<button class="button" type="submit">{again}</button>' in page


def test_a_quiz_out_of_use_is_no_next_step(client: Any, sign_in: Any) -> None:
    learner = sign_in("learner")
    quiz = make_quiz("single")
    enrol(learner, make_course([quiz]))
    quiz.state = State.RETIRED
    assert "已经停用" in text_of(client.get("/learn"))


def test_a_running_clock_of_any_course_is_offered_first(client: Any, sign_in: Any) -> None:
    learner = sign_in("learner")
    timed = make_quiz("single", slug="timed", time_limit_minutes=10)
    enrol(learner, make_course([make_lesson("first")], slug="a"))
    done = enrol(learner, make_course([timed], slug="b"))
    pass_quiz(learner, timed)
    done.completed_at = now()
    attempt = attempts.start(learner, timed.id, now())
    db.session.commit()
    address = f'<a class="button button-primary" href="/attempts/{attempt.id}">接着答</a>'
    page = text_of(client.get("/learn"))
    assert address in page and "正在计时，还剩 9 分" in page
    assert f'href="/attempts/{attempt.id}">' in text_of(client.get(f"/learn/courses/{done.course_id}"))

    attempt.ends_at = now() - timedelta(minutes=1)
    page = text_of(client.get("/learn"))
    assert address not in page and "正在计时" not in page
    db.session.expire_all()
    assert attempt.submission.by_clock


def test_an_open_attempt_without_a_clock_waits(client: Any, sign_in: Any) -> None:
    learner = sign_in("learner")
    calm = make_quiz("single", slug="calm", attempts_allowed=1)
    enrol(learner, make_course([calm]))
    attempts.start(learner, calm.id, now())
    page = text_of(client.get("/learn"))
    assert f'href="/quizzes/{calm.id}">继续</a>' in page and "正在计时" not in page
