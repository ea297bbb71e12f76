"""How quizzes plug into an app."""

from flask import Flask

import quizzes.models  # noqa: F401  the tables must be known
from literacy import audit
from literacy.access import Permission
from literacy.models import Role
from literacy.registry import NavItem, Subject, registry
from quizzes import content, views
from quizzes.service.authoring import life

AUTHORING = (
    ("题目", "quizzes.author_questions", "quizzes.author_question"),
    ("情景", "quizzes.author_scenarios", "quizzes.author_scenario"),
    ("测验", "quizzes.author_quizzes", "quizzes.author_quiz"),
)
"""The places where trainers write: label, the list, and the beginning of all endpoints that belong there."""

SUBJECTS = {
    "questions": Subject("题目", "quizzes.author_question", "question_id", Permission.AUTHOR),
    "scenarios": Subject("情景", "quizzes.author_scenario", "scenario_id", Permission.AUTHOR),
    "quizzes": Subject("测验", "quizzes.author_quiz", "quiz_id", Permission.AUTHOR),
    "attempts": Subject("作答", "quizzes.review", "attempt_id", Permission.MARK),
}
"""Where what the audit log tells of is looked at."""


def init_app(app: Flask) -> None:
    """Plug quizzes into the app."""
    app.register_blueprint(views.blueprint)
    offered = registry(app)
    offered.content_checks.append(content.check)
    offered.content_syncs.append(content.sync)
    offered.nav.append(
        NavItem("批阅", "quizzes.attempts", Permission.MARK, "培训", 90, ("quizzes.review", "quizzes.override"))
    )
    audit.ACTIONS.update(life.ACTIONS)
    offered.subjects.update(SUBJECTS)
    for order, (label, endpoint, beginning) in enumerate(AUTHORING, start=20):
        offered.nav.append(NavItem(label, endpoint, Permission.AUTHOR, "培训", order, (beginning,)))
    offered.homes[Role.TRAINER] = "quizzes.author_questions"
