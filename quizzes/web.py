"""How quizzes plug into an app."""

from flask import Flask

import quizzes.models  # noqa: F401  the tables must be known
from literacy import audit
from literacy.access import Permission
from literacy.registry import NavItem, Subject, registry
from quizzes import bodies, content, views
from quizzes.service import extra
from quizzes.service.authoring import life
from quizzes.traps import trap_name

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

FIELD_WORDS = {
    r"a(\d+)(?:-\d+)?": "第 {0} 题",
    r"a\d+-(?:asked|agreed)|by_clock|anyway": "",
}
"""What the fields of an attempt are called, should they have to be told (see quizzes.forms.answers)."""


def init_app(app: Flask) -> None:
    """Plug quizzes into the app."""
    app.register_blueprint(views.blueprint)
    offered = registry(app)
    offered.content_checks.append(content.check)
    offered.content_syncs.append(content.sync)
    offered.nav.append(
        NavItem(
            "批阅",
            "quizzes.attempts",
            Permission.MARK,
            "培训",
            90,
            ("quizzes.review", "quizzes.override", "quizzes.extra"),
        )
    )
    audit.ACTIONS.update(life.ACTIONS)
    audit.ACTIONS.update(extra.ACTIONS)
    app.add_template_filter(bodies.competency_name, "competency")
    app.add_template_filter(trap_name, "trap")
    offered.subjects.update(SUBJECTS)
    offered.field_words.update(FIELD_WORDS)
    for order, (label, endpoint, beginning) in enumerate(AUTHORING, start=20):
        offered.nav.append(NavItem(label, endpoint, Permission.AUTHOR, "培训", order, (beginning,)))
