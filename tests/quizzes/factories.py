"""Questions, scenarios and quizzes for tests, small and of every kind."""

from datetime import date
from typing import Any

from literacy.db import db
from literacy.models import State
from quizzes.bodies import normalised, normalised_scenario
from quizzes.models import Kind, Question, QuestionVersion, Quiz, QuizKind, Scenario, ScenarioVersion, Slot
from quizzes.reference.models import Expression, Source

BODIES: dict[str, dict[str, Any]] = {
    "single": {
        "stem": "「蹲一个回复」是什么意思？",
        "options": [
            {"text": "等人回答", "correct": True, "feedback": "对，在等。"},
            {"text": "蹲在地上", "correct": False, "feedback": "字面不通。"},
            {"text": "求人下架", "correct": False, "feedback": "没有这个意思。"},
        ],
    },
    "multiple": {
        "stem": "公开答复里不写什么？",
        "options": [
            {"text": "投诉人的电话", "correct": True, "feedback": "不写。"},
            {"text": "投诉人的病情", "correct": True, "feedback": "不写。"},
            {"text": "办公电话", "correct": False, "feedback": "应当写。"},
            {"text": "办结日期", "correct": False, "feedback": "应当写。"},
        ],
    },
    "truefalse": {
        "stem": "不归本单位管，就不用回复。",
        "answer": False,
        "feedback_true": "接到手里就有责任。",
        "feedback_false": "对，先接住，再移交。",
    },
    "matching": {
        "stem": "连起来",
        "pairs": [
            {"left": "yyds", "right": "看宾语", "feedback": "可能是反话。"},
            {"left": "蹲", "right": "等", "feedback": "在等回音。"},
        ],
        "distractors": ["骂人"],
    },
    "ordering": {
        "stem": "先后",
        "items": [{"text": text, "feedback": ""} for text in ("接住", "核实", "办理", "回访")],
    },
    "short": {
        "stem": "答复群众的期限从哪天算起？",
        "accept": [
            {"any": ["受理之日", "受理那天"], "fraction": 1.0, "feedback": "对。"},
            {"any": ["受理"], "fraction": 0.5, "feedback": "说到受理，还要说是哪一天。"},
        ],
        "otherwise": "想一想工单上的日期。",
    },
    "reply": {"stem": "写一条回复", "scenario": "s-test"},
}
SCENARIO = {
    "channel": "留言板",
    "difficulty": 2,
    "competencies": ["HD2"],
    "role": "您是石榴湾镇党政办值班员",
    "task": "写一条公开答复",
    "post": {
        "author": "桥头人家",
        "title": "桥栏杆断了",
        "text": "村口的桥栏杆断了一个月，没人管？",
        "location": "石榴湾镇",
    },
    "thread": [{"author": "路过", "time": "11月23日", "text": "昨天差点栽下去", "role": "citizen"}],
    "facts": ["镇应急办11月24日在桥两头摆了警示桩。", "村镇建设办电话0000-88104520，11月27日前答复由谁修。"],
    "required_elements": ["acknowledge", "action", "deadline", "contact"],
    "points": [{"id": "safe", "text": "已经摆了警示桩", "any": [["警示桩"]]}],
    "exemplar": "您说得对，桥栏杆断了一个月没人接手，对不起。11月24日镇应急办已在桥两头摆了警示桩。"
    "由谁修，村镇建设办11月27日前答复您，电话0000-88104520。",
    "exemplar_notes": "先护住人。",
    "anti_exemplars": [{"reply": "不归我们管。", "patterns": ["buck_passing"], "why": "推了。"}],
    "discussion": "",
    "traps": [],
}
RIGHT: dict[str, dict[str, Any]] = {
    "single": {"option": 0},
    "multiple": {"options": [0, 1]},
    "truefalse": {"value": False},
    "matching": {"matches": {"0": 0, "1": 1}},
    "ordering": {"order": [0, 1, 2, 3]},
    "short": {"text": "从受理之日起算"},
    "reply": {"text": SCENARIO["exemplar"]},
}


def body(kind: str) -> dict[str, Any]:
    """The body of a question of a kind, as it is stored."""
    return normalised(kind, BODIES[kind])


def make_scenario(slug: str = "s-test", **changes: Any) -> Scenario:
    """A published scenario."""
    scenario = Scenario(slug=slug, title="桥栏杆断了", state=State.PUBLISHED)
    content = normalised_scenario({**SCENARIO, **changes})
    scenario.versions.append(ScenarioVersion(number=1, body=content, content_hash="0"))
    db.session.add(scenario)
    db.session.flush()
    return scenario


def make_question(
    kind: str, slug: str | None = None, scenario: Scenario | None = None, state: State = State.PUBLISHED
) -> Question:
    """A published question of a kind; a reply question gets a scenario."""
    question = Question(slug=slug or f"q-{kind}", title=kind, kind=Kind(kind), state=state, competency="WG1")
    if kind == "reply":
        question.scenario = scenario or make_scenario(f"s-{slug or 'test'}")
    question.versions.append(QuestionVersion(number=1, body=body(kind), content_hash="0"))
    db.session.add(question)
    db.session.flush()
    return question


def make_quiz(*kinds: str, slug: str = "quiz", drill: bool = False, **rules: Any) -> Quiz:
    """A published quiz that asks one question of each kind; every question counts one mark."""
    quiz = Quiz(
        slug=slug,
        title="小测",
        kind=QuizKind.DRILL if drill else QuizKind.QUIZ,
        state=State.PUBLISHED,
        **{"pass_mark": 60, "shuffle_options": True, **rules},
    )
    for position, kind in enumerate(kinds):
        quiz.slots.append(Slot(question=make_question(kind, f"{slug}-{position}-{kind}"), position=position, marks=1.0))
    db.session.add(quiz)
    db.session.flush()
    return quiz


def make_source(title: str, *clauses: str, verified: bool = True, open_clauses: tuple[str, ...] = ()) -> Source:
    """A published law with these clauses, checked unless it is said otherwise."""
    rows = [{"clause": one, "gist": "", "verified": verified and one not in open_clauses} for one in clauses]
    source = Source(
        slug=f"source-{title.encode().hex()[:40]}", title=title, state=State.PUBLISHED, clauses=rows,
        verified=verified, checked_on=date(2026, 11, 24) if verified else None,
    )  # fmt: skip
    db.session.add(source)
    db.session.flush()
    return source


def make_expression(slug: str, *forms: str, **columns: Any) -> Expression:
    """A published expression with these ways of writing."""
    given = {"meaning": f"{forms[0]}的意思", "response": "先问事由", "state": State.PUBLISHED, **columns}
    expression = Expression(slug=slug, title=forms[0], forms="\n".join(forms), **given)
    db.session.add(expression)
    db.session.flush()
    return expression
