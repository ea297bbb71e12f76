"""How quizzes plug into an app."""

from collections.abc import Iterator

from flask import Flask
from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.orm import selectinload

from literacy import audit
from literacy.access import Permission
from literacy.db import db
from literacy.registry import CitedText, NavItem, Subject, registry
from literacy.settings.kinds import Kind as SettingKind
from literacy.settings.kinds import Setting
from literacy.text import titled
from quizzes import content, personal, views
from quizzes.competencies import competency_name
from quizzes.expected import Expected, in_words
from quizzes.history import service as history
from quizzes.models import Kind, Question, QuestionVersion, Scenario
from quizzes.reference import service as reference
from quizzes.reference import showing
from quizzes.remarking import service as remarking
from quizzes.remarking import working as remarking_work
from quizzes.reviewing.service import agreement, appeals, queue, ratings
from quizzes.seconding import service as seconding
from quizzes.service import exchange, extra
from quizzes.service.authoring import life
from quizzes.standard import service as standard
from quizzes.traps import trap_name

AUTHORING = (
    (20, "题目", "quizzes.author_questions", "quizzes.author_question"),
    (21, "情景", "quizzes.author_scenarios", "quizzes.author_scenario"),
    (22, "测验", "quizzes.author_quizzes", "quizzes.author_quiz"),
    (30, "依据", "quizzes.author_sources", "quizzes.author_source"),
    (31, "网语", "quizzes.author_expressions", "quizzes.author_expression"),
    (32, "待核对", "quizzes.author_due", "quizzes.author_due"),
    (40, "准则", "quizzes.rubric", "quizzes.rubric_"),
    (41, "待审", "quizzes.author_reviews", "quizzes.author_review"),
)
"""The places where trainers write: order, label, the list, and the beginning of all endpoints that belong there."""

SUBJECTS = {
    "questions": Subject("题目", "quizzes.author_question", "question_id", Permission.AUTHOR),
    "scenarios": Subject("情景", "quizzes.author_scenario", "scenario_id", Permission.AUTHOR),
    "quizzes": Subject("测验", "quizzes.author_quiz", "quiz_id", Permission.AUTHOR),
    "sources": Subject("依据", "quizzes.author_source", "row_id", Permission.AUTHOR),
    "expressions": Subject("网语", "quizzes.author_expression", "row_id", Permission.AUTHOR),
    "rubric_versions": Subject("评分准则", "quizzes.rubric_version", "version_id", Permission.AUTHOR),
    "question_imports": Subject("导入"),
    "attempts": Subject("作答", "quizzes.review", "attempt_id", Permission.MARK),
}
"""Where what the audit log tells of is looked at."""

SETTINGS = (
    Setting(
        "pass_mark",
        "learning",
        "新测验的及格线",
        "新建测验时先填好的数，每个测验还可以自己改。已有的测验不变。",
        SettingKind.NUMBER,
        60,
        1,
        100,
        "%",
    ),
    Setting(
        "second_eyes",
        "authoring",
        "两个人看过才发布",
        "写的人不能自己发布；已发布的题目、情景、课文改了，先存着等人审。",
        SettingKind.YES_NO,
        False,
        env="LITERACY_SECOND_EYES",
    ),
)
"""What administrators set for quizzes and for writing."""

FIELD_WORDS = {
    r"a(\d+)(?:-\d+)?": "第 {0} 题",
    r"a\d+-(?:asked|agreed)|by_clock|anyway": "",
    r"f\d+|e-\w+|p-\d+|seal|preview|next": "",
}
"""What the fields of an attempt and of a review are called, should they have to be told (see quizzes.forms.answers)."""


def cited_texts() -> Iterator[CitedText]:
    """What questions and scenarios say, for whoever asks where a source is cited or an expression named.

    Of the questions, of which there may be very many, only those that cite anything.
    """
    said = cast(QuestionVersion.body, Text)
    newest = select(func.max(QuestionVersion.id)).group_by(QuestionVersion.question_id)
    citing = (
        select(Question.id, Question.title, QuestionVersion.body)
        .join(QuestionVersion.question)
        # As PostgreSQL tells JSON, and as it is written in SQLite.
        .where(QuestionVersion.id.in_(newest), or_(said.contains("《"), said.contains("\\u300a")))
        .order_by(Question.id)
    )
    for question_id, title, body in db.session.execute(citing):
        yield CitedText(f"题目{titled(title)}", "quizzes.author_question", "question_id", question_id, f"{body}")
    for scenario in db.session.scalars(select(Scenario).options(selectinload(Scenario.versions)).order_by(Scenario.id)):
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
    offered.settings.extend(SETTINGS)
    offered.content_syncs.append(content.sync)
    offered.nav.append(
        NavItem(
            "批阅",
            "quizzes.review_queue",
            Permission.MARK,
            "培训",
            51,
            (
                "quizzes.review",
                "quizzes.attempts",
                "quizzes.override",
                "quizzes.extra",
                "quizzes.agreement",
                "quizzes.remark",
            ),
        )
    )
    offered.nav.append(NavItem("词典", "quizzes.words", Permission.LEARN, "学习", 2, ("quizzes.word",)))
    offered.jobs[remarking_work.KIND] = remarking_work.work
    offered.cited.append(cited_texts)
    offered.edited |= {"scenarios": Scenario, "questions": Question}
    offered.edited |= {f"questions-{kind.value}": Question for kind in Kind}
    audit.ACTIONS.update(life.ACTIONS)
    for acts in (history, remarking, seconding, extra, exchange, standard, appeals, queue, ratings, agreement):
        audit.ACTIONS.update(acts.ACTIONS)
    for told in (life, reference, standard):
        audit.FIELDS.update(told.FIELDS)
    audit.FIELDS.update({"competency": "能力", "difficulty": "难度", "grade": "等级", "note": "说明"})
    app.add_template_filter(competency_name, "competency")
    app.add_template_filter(trap_name, "trap")
    app.add_template_filter(lambda stored, points: in_words(Expected.from_dict(stored), points), "expected")
    app.add_template_filter(showing.cited, "cited")
    app.add_template_filter(showing.marked, "terms")
    offered.subjects.update(SUBJECTS)
    offered.personal.extend(personal.PARTS)
    offered.impersonal.update(personal.IMPERSONAL)
    offered.retention.extend(personal.RULES)
    offered.field_words.update(FIELD_WORDS)
    for order, label, endpoint, beginning in AUTHORING:
        offered.nav.append(NavItem(label, endpoint, Permission.AUTHOR, "培训", order, (beginning,)))
