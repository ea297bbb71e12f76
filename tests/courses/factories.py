"""Lessons and courses for tests, small and published."""

from typing import Any

from courses.models import Activity, ActivityKind, Course, Enrolment, Lesson, Module, Reading
from literacy.db import db, now
from literacy.models import State, User
from quizzes.models import Attempt, Quiz, Submission


def make_lesson(slug: str = "l1", **columns: Any) -> Lesson:
    """A published lesson."""
    given = {"title": f"课文 {slug}", "body": "## 小标题\n\n正文\n", "state": State.PUBLISHED, **columns}
    lesson = Lesson(slug=slug, **given)
    db.session.add(lesson)
    db.session.flush()
    return lesson


def make_course(*modules: list[Lesson | Quiz], slug: str = "kc", state: State = State.PUBLISHED) -> Course:
    """A course with one module for each list of what is done in it."""
    course = Course(slug=slug, title=f"课程 {slug}", state=state)
    for place, targets in enumerate(modules):
        module = Module(slug=f"m{place}", title=f"单元 {place}", position=place, hours=1.0)
        for position, target in enumerate(targets):
            if isinstance(target, Lesson):
                activity = Activity(kind=ActivityKind.LESSON, lesson=target, position=position)
            else:
                activity = Activity(kind=ActivityKind(target.kind.value), quiz=target, position=position)
            module.activities.append(activity)
        course.modules.append(module)
    db.session.add(course)
    db.session.flush()
    return course


def enrol(user: User, course: Course) -> Enrolment:
    """The person in the course."""
    enrolment = Enrolment(user=user, course=course)
    db.session.add(enrolment)
    db.session.flush()
    return enrolment


def read(user: User, *lessons: Lesson) -> None:
    """The person has finished these lessons."""
    db.session.add_all(Reading(user_id=user.id, lesson_id=lesson.id, finished_at=now()) for lesson in lessons)
    db.session.flush()


def pass_quiz(user: User, quiz: Quiz, score: float = 80) -> None:
    """The person has handed in the quiz with this score."""
    attempt = Attempt(quiz=quiz, user=user, number=1, seed=1, pass_mark=quiz.pass_mark)
    passed = score >= quiz.pass_mark
    attempt.submission = Submission(score=score, machine_score=score, passed=passed)
    db.session.add(attempt)
    db.session.flush()
