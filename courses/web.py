"""How courses plug into an app."""

from collections.abc import Iterator
from typing import Any

from flask import Flask
from sqlalchemy import select

from courses import content, curriculum, demo, personal, views
from courses.certificates import web as certificates
from courses.cohorts import web as cohorts
from courses.exchange import importing
from courses.models import Lesson
from courses.reports import plugging
from courses.service import discussion, enrolment, newcomers, study
from courses.service.authoring import courses as arranging
from courses.service.authoring import kept  # noqa: F401  offers their history
from courses.views.enrol import person_panel
from courses.views.study import surroundings
from literacy import audit
from literacy.access import Permission
from literacy.dates import today
from literacy.db import db, now
from literacy.markdown import PICTURE
from literacy.models import Role, User
from literacy.registry import CitedText, NavItem, Subject, registry
from literacy.service.accounts import people_saved, person_saved
from literacy.settings.kinds import Kind, Setting
from literacy.text import titled
from quizzes.models import Attempt
from quizzes.reference.service import words_in
from quizzes.service.authoring.uses import uses_asked
from quizzes.signals import attempt_marked, passes_asked

AUTHORING = {
    10: ("课程", "courses.author_courses", "courses.author_course"),
    15: ("课文", "courses.author_lessons", "courses.author_lesson"),
}
"""The places where trainers write, by their order: label, the list, and the beginning of all endpoints there."""

SETTINGS = (
    Setting(
        "credit_late",
        "learning",
        "逾期完成也计学时",
        "过了截止日期才完成的课程，计不计学时。只影响以后的完成，已经计的不变。",
        Kind.YES_NO,
        True,
    ),
    Setting(
        "credit_yearly_target",
        "learning",
        "一年要完成多少学时",
        "学员在学习首页看到今年已有多少、目标多少。填 0 就不设目标。",
        Kind.NUMBER,
        0,
        0,
        1000,
        "学时",
    ),
)
"""What administrators set for courses."""


def _note_result(attempt: Attempt, **_: Any) -> None:
    """A marked attempt may complete a course."""
    study.note_result(attempt.user, attempt.quiz, now())


def _follow_unit_rules(user: User, **_: Any) -> None:
    """Whoever comes into a unit that is enrolled is enrolled too."""
    newcomers.follow_rules([user.id], today(), now())


def _follow_unit_rules_of_many(_sender: Any, ids: list[int], **_: Any) -> None:
    """The same for everybody whom an import made or moved."""
    newcomers.follow_rules(ids, today(), now())


def cited_texts() -> Iterator[CitedText]:
    """What lessons say, for whoever asks where a source is cited or an expression named."""
    for lesson in db.session.scalars(select(Lesson).order_by(Lesson.id)):
        text = "\n".join([lesson.body, *lesson.sources])
        yield CitedText(
            f"课文{titled(lesson.title)}", "courses.author_lesson", "lesson_id", lesson.id, text, words_in(lesson.body)
        )


def pictured_texts() -> Iterator[CitedText]:
    """The lessons that show uploaded pictures."""
    for lesson in db.session.scalars(select(Lesson).where(Lesson.body.contains(PICTURE)).order_by(Lesson.id)):
        yield CitedText(f"课文{titled(lesson.title)}", "courses.author_lesson", "lesson_id", lesson.id, lesson.body)


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
            (
                "courses.course",
                "courses.lesson",
                "courses.competencies",
                "quizzes.quiz",
                "quizzes.attempt",
                "quizzes.result",
                "quizzes.compare",
                "quizzes.appeal",
            ),
        )
    )
    offered.homes[Role.LEARNER] = "courses.today"
    offered.settings.extend(SETTINGS)
    offered.surroundings.append(surroundings)
    offered.cited.append(cited_texts)
    offered.personal.extend(personal.PARTS)
    offered.impersonal.update(personal.IMPERSONAL)
    offered.pictured.append(pictured_texts)
    offered.edited["lessons"] = Lesson
    offered.content_checks += [content.check, curriculum.problems]
    offered.content_counts.append(curriculum.counts)
    offered.content_syncs.append(content.sync)
    offered.demo.append(demo.prepare)
    attempt_marked.connect(_note_result)
    passes_asked.connect(study.would_complete)
    offered.nav += [
        NavItem("报表", "courses.reports", Permission.REPORT, "管理", 10, ("courses.report",)),
        NavItem("报名", "courses.enrol", Permission.ENROL, "管理", 21, ("courses.enrol",)),
    ]
    offered.homes[Role.ADMINISTRATOR] = "courses.reports"
    offered.homes[Role.TRAINER] = "courses.author_courses"
    offered.person_panels.append(person_panel)
    offered.nav.append(NavItem("班级", "courses.classroom", Permission.MARK, "培训", 50, ("courses.class_",)))
    for acts in (enrolment, discussion, importing):
        audit.ACTIONS.update(acts.ACTIONS)
    audit.FIELDS.update(enrolment.FIELDS)
    person_saved.connect(_follow_unit_rules)
    people_saved.connect(_follow_unit_rules_of_many)
    for order, (label, endpoint, beginning) in AUTHORING.items():
        offered.nav.append(NavItem(label, endpoint, Permission.AUTHOR, "培训", order, (beginning,)))
    offered.subjects["courses"] = Subject("课程", "courses.author_course", "course_id", Permission.AUTHOR)
    offered.subjects["class_replies"] = Subject("课堂答复")
    offered.subjects["lessons"] = Subject("课文", "courses.author_lesson", "lesson_id", Permission.AUTHOR)
    audit.FIELDS.update(arranging.FIELDS)
    plugging.plug_in(offered)
    uses_asked.connect(arranging.places_of)
    certificates.init_app(app)
    cohorts.init_app(app)
