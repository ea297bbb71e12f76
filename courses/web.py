"""How courses plug into an app."""

from collections.abc import Iterator
from typing import Any

from flask import Flask
from sqlalchemy import select

from courses import content, curriculum, demo, views
from courses.models import Lesson
from courses.service import enrolment, study
from courses.service.authoring import courses as arranging
from courses.views.enrol import person_panel
from courses.views.study import surroundings
from literacy import audit
from literacy.access import Permission
from literacy.dates import today
from literacy.db import db, now
from literacy.models import Role, User
from literacy.registry import CitedText, NavItem, Subject, registry
from literacy.service.accounts import person_saved
from literacy.text import titled
from quizzes.models import Attempt
from quizzes.reference.service import words_in
from quizzes.service.authoring.uses import uses_asked
from quizzes.signals import attempt_marked

AUTHORING = {
    10: ("课程", "courses.author_courses", "courses.author_course"),
    15: ("课文", "courses.author_lessons", "courses.author_lesson"),
}
"""The places where trainers write, by their order: label, the list, and the beginning of all endpoints there."""


def _note_result(attempt: Attempt, **_: Any) -> None:
    """A marked attempt may complete a course."""
    study.note_result(attempt.user, attempt.quiz, now())


def _follow_unit_rules(user: User, **_: Any) -> None:
    """Whoever comes into a unit that is enrolled is enrolled too."""
    enrolment.follow_rules(user, today(), now())


def cited_texts() -> Iterator[CitedText]:
    """What lessons say, for whoever asks where a source is cited or an expression named."""
    for lesson in db.session.scalars(select(Lesson)):
        text = "\n".join([lesson.body, *lesson.sources])
        yield CitedText(
            f"课文{titled(lesson.title)}", "courses.author_lesson", "lesson_id", lesson.id, text, words_in(lesson.body)
        )


def init_app(app: Flask) -> None:
    """Plug courses into the app."""
    app.register_blueprint(views.blueprint)
    offered = registry(app)
    offered.nav.append(
        NavItem(
            "学习",
            "courses.today",
            Permission.LEARN,
            "学习",
            1,
            ("courses.course", "courses.lesson", "courses.competencies", "quizzes.quiz", "quizzes.attempt"),
        )
    )
    offered.homes[Role.LEARNER] = "courses.today"
    offered.surroundings.append(surroundings)
    offered.cited.append(cited_texts)
    offered.content_checks += [content.check, curriculum.problems]
    offered.content_counts.append(curriculum.counts)
    offered.content_syncs.append(content.sync)
    offered.demo.append(demo.prepare)
    attempt_marked.connect(_note_result)
    offered.nav += [
        NavItem("完成情况", "courses.report", Permission.REPORT, "管理", 10),
        NavItem("报名", "courses.enrol", Permission.ENROL, "管理", 20, ("courses.enrol",)),
    ]
    offered.homes[Role.ADMINISTRATOR] = "courses.report"
    offered.homes[Role.TRAINER] = "courses.author_courses"
    offered.person_panels.append(person_panel)
    audit.ACTIONS.update(enrolment.ACTIONS)
    audit.FIELDS.update(enrolment.FIELDS)
    person_saved.connect(_follow_unit_rules)
    for order, (label, endpoint, beginning) in AUTHORING.items():
        offered.nav.append(NavItem(label, endpoint, Permission.AUTHOR, "培训", order, (beginning,)))
    offered.subjects["courses"] = Subject("课程", "courses.author_course", "course_id", Permission.AUTHOR)
    offered.subjects["lessons"] = Subject("课文", "courses.author_lesson", "lesson_id", Permission.AUTHOR)
    audit.FIELDS.update(arranging.FIELDS)
    uses_asked.connect(arranging.places_of)
