"""How quizzes plug into an app."""

from collections.abc import Iterator

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from literacy import audit
from literacy.access import Permission
from literacy.db import db
from literacy.registry import CitedText, NavItem, Subject, registry
from literacy.text import titled
from quizzes import bodies, content, views
from quizzes.models import Question, Scenario
from quizzes.reference import service as reference
from quizzes.reference import showing
from quizzes.service import extra
from quizzes.service.authoring import life
from quizzes.traps import trap_name

AUTHORING = (
    ("题目", "quizzes.author_questions", "quizzes.author_question"),
    ("情景", "quizzes.author_scenarios", "quizzes.author_scenario"),
    ("测验", "quizzes.author_quizzes", "quizzes.author_quiz"),
    ("依据", "quizzes.author_sources", "quizzes.author_source"),
    ("网语", "quizzes.author_expressions", "quizzes.author_expression"),
    ("待核对", "quizzes.author_due", "quizzes.author_due"),
)
"""The places where trainers write: label, the list, and the beginning of all endpoints that belong there."""

SUBJECTS = {
    "questions": Subject("题目", "quizzes.author_question", "question_id", Permission.AUTHOR),
    "scenarios": Subject("情景", "quizzes.author_scenario", "scenario_id", Permission.AUTHOR),
    "quizzes": Subject("测验", "quizzes.author_quiz", "quiz_id", Permission.AUTHOR),
    "sources": Subject("依据", "quizzes.author_source", "row_id", Permission.AUTHOR),
    "expressions": Subject("网语", "quizzes.author_expression", "row_id", Permission.AUTHOR),
    "attempts": Subject("作答", "quizzes.review", "attempt_id", Permission.MARK),
}
"""Where what the audit log tells of is looked at."""

FIELD_WORDS = {
    r"a(\d+)(?:-\d+)?": "第 {0} 题",
    r"a\d+-(?:asked|agreed)|by_clock|anyway": "",
}
"""What the fields of an attempt are called, should they have to be told (see quizzes.forms.answers)."""


def cited_texts() -> Iterator[CitedText]:
    """What questions and scenarios say, for whoever asks where a source is cited or an expression named."""
    for question in db.session.scalars(select(Question).options(selectinload(Question.versions))):
        text = f"{question.body}"
        yield CitedText(f"题目{titled(question.title)}", "quizzes.author_question", "question_id", question.id, text)
    for scenario in db.session.scalars(select(Scenario).options(selectinload(Scenario.versions))):
        named = tuple(scenario.body.get("expressions") or ())
        text = f"{scenario.body}"
        yield CitedText(
            f"情景{titled(scenario.title)}", "quizzes.author_scenario", "scenario_id", scenario.id, text, named
        )


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
    offered.nav.append(NavItem("词典", "quizzes.words", Permission.LEARN, "学习", 20, ("quizzes.word",)))
    offered.cited.append(cited_texts)
    audit.ACTIONS.update(life.ACTIONS)
    audit.FIELDS.update(reference.FIELDS)
    audit.ACTIONS.update(extra.ACTIONS)
    app.add_template_filter(bodies.competency_name, "competency")
    app.add_template_filter(trap_name, "trap")
    app.add_template_filter(showing.cited, "cited")
    app.add_template_filter(showing.marked, "terms")
    offered.subjects.update(SUBJECTS)
    offered.field_words.update(FIELD_WORDS)
    for order, (label, endpoint, beginning) in enumerate(AUTHORING, start=20):
        offered.nav.append(NavItem(label, endpoint, Permission.AUTHOR, "培训", order, (beginning,)))
