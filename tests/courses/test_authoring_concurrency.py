"""Two trainers at the same moment: nobody overwrites the other, and no course loses what it offers."""

from typing import Any

import pytest
from flask import Flask

from courses.models import Course, Lesson
from courses.service.authoring import courses as service
from courses.service.authoring import lessons as writing
from literacy.db import db
from literacy.errors import Refused
from literacy.models import State, User
from quizzes.service.authoring import life
from tests.courses.factories import make_course, make_lesson
from tests.quizzes.test_concurrency import at_once


def trainer(user_id: int) -> User:
    return db.session.get_one(User, user_id)


@pytest.mark.parametrize("round_", range(3))
def test_of_two_changes_from_one_page_one_is_refused(round_: int, app: Flask, person: Any) -> None:
    author = person("trainer").id
    course = make_course([make_lesson("l1")])
    lesson_id, course_id, revision = course.activities[0].lesson_id, course.id, course.revision
    written = {name: getattr(course.activities[0].lesson, name) for name in writing.COLUMNS}
    db.session.commit()

    def change_lesson(title: str) -> None:
        row = writing.lesson_for(lesson_id or 0, writing=True)
        writing.change_lesson(trainer(author), row, 1, {**written, "title": title})

    def add_module(title: str) -> None:
        row = service.course_for(course_id, writing=True)
        service.create_module(trainer(author), row, revision, {"title": title})

    for act in (change_lesson, add_module):
        found = at_once(app, [lambda act=act: act("甲"), lambda act=act: act("乙")])
        assert [type(result) for result in found if result is not None] == [Refused], found
    db.session.expire_all()
    assert len(db.session.get_one(Course, course_id).modules) == 2


@pytest.mark.parametrize("round_", range(3))
def test_a_lesson_is_not_retired_while_it_is_put_into_a_published_course(round_: int, app: Flask, person: Any) -> None:
    author = person("trainer").id
    course = make_course([make_lesson("l1")])
    new = make_lesson("l2")
    course_id, module_id, lesson_id, revision = course.id, course.modules[0].id, new.id, course.revision
    db.session.commit()

    def add() -> None:
        module = service.module_of(service.course_for(course_id, writing=True), module_id)
        service.add_activities(trainer(author), module, revision, [("lesson", lesson_id)])

    def retire() -> None:
        life.retire(trainer(author), writing.lesson_for(lesson_id, writing=True))

    found = at_once(app, [add, retire])
    assert [type(result) for result in found if result is not None] == [Refused], found
    db.session.expire_all()
    offered = [activity.lesson_id for activity in db.session.get_one(Course, course_id).activities]
    assert (lesson_id in offered) == (db.session.get_one(Lesson, lesson_id).state is State.PUBLISHED)


@pytest.mark.parametrize("round_", range(3))
def test_two_courses_with_the_same_drafts_are_published_at_once(round_: int, app: Flask, person: Any) -> None:
    author = person("trainer").id
    one, two = make_lesson("l1", state=State.DRAFT), make_lesson("l2", state=State.DRAFT)
    ids = [
        make_course(targets, slug=slug, state=State.DRAFT).id
        for slug, targets in (("a", [one, two]), ("b", [two, one]))
    ]
    db.session.commit()

    def publish(course_id: int) -> None:
        life.publish_with_drafts(trainer(author), service.course_for(course_id, writing=True))

    found = at_once(app, [lambda number=number: publish(number) for number in ids])
    assert found == [None, None], found
    assert {lesson.state for lesson in db.session.query(Lesson)} == {State.PUBLISHED}
