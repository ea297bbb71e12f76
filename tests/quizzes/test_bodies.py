"""What is wrong with a question or scenario, and its canonical form."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import bodies
from quizzes.models import Kind

RIGHT = {"text": "先道歉，再说补办路径", "correct": True, "feedback": "对"}
WRONG = {"text": "请自行查询", "correct": False, "feedback": "群众还是不知道怎么办"}
QUESTIONS: dict[str, dict[str, Any]] = {
    "single": {"stem": "哪句好？", "options": [RIGHT, WRONG]},
    "multiple": {
        "stem": "哪几句好？",
        "options": [RIGHT, WRONG, {"text": "附电话", "correct": True, "feedback": "对"}],
    },
    "truefalse": {"stem": "转办就是办结。", "answer": False, "feedback_true": "不是", "feedback_false": "对"},
    "matching": {
        "stem": "连起来",
        "pairs": [{"left": "甲", "right": "一"}, {"left": "乙", "right": "二"}],
        "distractors": ["三"],
    },
    "ordering": {"stem": "排序", "items": [{"text": "先核实"}, {"text": "再答复"}]},
    "short": {"stem": "几日内？", "accept": [{"any": ["15日", 15], "fraction": 1.0}], "otherwise": "再想想"},
    "reply": {"scenario": "s27"},
}
SCENARIO: dict[str, Any] = {
    "channel": "留言板",
    "difficulty": 1,
    "competencies": ["WG1"],
    "role": "您是青禾县政务服务中心的值班回复员",
    "task": "请起草一条公开答复",
    "post": {"author": "老李", "location": "青禾县", "time": "11月20日", "title": "证明", "text": "要我证明我是我"},
    "thread": [{"author": "同路人", "time": "11月20日 22:00", "role": "citizen", "text": "我也是"}],
    "facts": ["该证明2024年已取消。"],
    "required_elements": ["restate", "basis"],
    "points": [{"id": "cancelled", "text": "说明证明已取消", "any": [["证明", "取消"], ["不需要", "证明"]]}],
    "traps": ["T05"],
    "exemplar": "对不起，让您白跑了。这份证明已经取消。",
    "exemplar_notes": "先认错",
    "anti_exemplars": [{"reply": "已收悉。", "patterns": ["boilerplate"], "why": "空"}],
    "discussion": "怎么开头？",
}  # fmt: skip


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with one place changed; a path like `options.0.text`."""
    copied: Any = copy.deepcopy(body)
    place, *steps = copied, *path.split(".")
    for step in steps[:-1]:
        place = place[int(step) if isinstance(place, list) else step]
    place[int(steps[-1]) if isinstance(place, list) else steps[-1]] = value
    return copied


def keys(problems: list[tuple[str, str]]) -> list[str]:
    return [key for key, _ in problems]


@pytest.mark.parametrize("kind", list(Kind))
def test_good_questions_have_no_problems(kind: Kind) -> None:
    assert bodies.question_problems(kind, QUESTIONS[kind]) == []
    assert bodies.question_problems(kind, bodies.normalised(kind, QUESTIONS[kind])) == []


def test_the_kinds_are_those_of_the_model() -> None:
    assert list(bodies.KINDS) == [kind.value for kind in Kind]


@pytest.mark.parametrize(
    ("kind", "path", "value", "key"),
    [
        ("single", "stem", " ", "stem"),
        ("single", "options", [RIGHT], "options"),
        ("single", "options.1.correct", True, "options"),
        ("single", "options.0.correct", False, "options"),
        ("single", "options.1.text", "", "options[2].text"),
        ("single", "options.1.text", RIGHT["text"], "options[2].text"),
        ("single", "options.1.correct", "是", "options[2].correct"),
        ("single", "options.1", "文字", "options[2]"),
        ("single", "options", {"a": 1}, "options"),
        ("single", "opions", [], "opions"),
        ("multiple", "options", [WRONG, {"text": "也不对"}], "options"),
        ("truefalse", "answer", None, "answer"),
        ("truefalse", "answer", "true", "answer"),
        ("matching", "pairs", [{"left": "甲", "right": "一"}], "pairs"),
        ("matching", "pairs.1.left", "甲", "pairs[2].left"),
        ("matching", "pairs.1.right", "", "pairs[2].right"),
        ("matching", "distractors", ["一"], "distractors[1]"),
        ("ordering", "items", [{"text": "先核实"}], "items"),
        ("ordering", "items.1.text", "先核实", "items[2].text"),
        ("short", "accept", [], "accept"),
        ("short", "accept.0.any", [], "accept[1].any"),
        ("short", "accept.0.fraction", 0, "accept[1].fraction"),
        ("short", "accept.0.fraction", 1.5, "accept[1].fraction"),
        ("reply", "scenario", "", "scenario"),
        ("reply", "explanation", ["列表"], "explanation"),
    ],
)
def test_each_fault_of_a_question_is_found_at_its_key(kind: str, path: str, value: Any, key: str) -> None:
    problems = bodies.question_problems(kind, changed(QUESTIONS[kind], path, value))
    assert key in keys(problems), problems


def test_a_good_scenario_has_no_problems() -> None:
    assert bodies.scenario_problems(SCENARIO) == []
    assert bodies.scenario_problems(bodies.normalised_scenario(SCENARIO)) == []


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("channel", "贴吧", "channel"),
        ("difficulty", 6, "difficulty"),
        ("difficulty", True, "difficulty"),
        ("competencies", ["WG9"], "competencies"),
        ("role", "", "role"),
        ("task", None, "task"),
        ("post", None, "post.text"),
        ("post.text", "", "post.text"),
        ("post.author", "", "post.author"),
        ("post.likess", 3, "post.likess"),
        ("thread.0.role", "troll", "thread[1].role"),
        ("thread.0.text", "", "thread[1].text"),
        ("facts", [], "facts"),
        ("facts", ["事实"] * 11, "facts"),
        ("required_elements", [], "required_elements"),
        ("required_elements", ["sincerity"], "required_elements"),
        ("required_elements", ["basis", "basis"], "required_elements"),
        ("points", [], "points"),
        ("points.0.id", "已取消", "points[1].id"),
        ("points.0.any", [], "points[1].any"),
        ("points.0.any", [["证明", ""]], "points[1].any"),
        ("points.0.any", ["证明"], "points[1].any"),
        ("exemplar", "", "exemplar"),
        ("anti_exemplars.0.patterns", ["rude"], "anti_exemplars[1].patterns"),
        ("anti_exemplars.0.patterns", [], "anti_exemplars[1].patterns"),
        ("anti_exemplars.0.why", "", "anti_exemplars[1].why"),
        ("traps", ["T99"], "traps"),
        ("hints", "x", "hints"),
    ],
)
def test_each_fault_of_a_scenario_is_found_at_its_key(path: str, value: Any, key: str) -> None:
    problems = bodies.scenario_problems(changed(SCENARIO, path, value))
    assert key in keys(problems), problems


def test_points_need_different_ids() -> None:
    point = SCENARIO["points"][0]
    assert keys(bodies.scenario_problems({**SCENARIO, "points": [point, point]})) == ["points[2].id"]


def test_counts_become_numbers_and_words_stay() -> None:
    post = {**SCENARIO["post"], "likes": "2143", "comments": "2.1万", "reposts": ""}
    done = bodies.normalised_scenario({**SCENARIO, "channel": "微博", "post": post})["post"]
    assert (done["likes"], done["comments"]) == (2143, "2.1万")
    assert "reposts" not in done


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def shaped(example: Any) -> st.SearchStrategy[Any]:
    """Values near an example: each place may hold what belongs there, or anything."""
    if isinstance(example, dict):
        return anything | st.fixed_dictionaries({}, optional={key: shaped(value) for key, value in example.items()})
    if isinstance(example, list):
        return anything | st.lists(shaped(example[0]) if example else anything, max_size=3)
    return anything | st.just(example)


@given(st.sampled_from(bodies.KINDS).flatmap(lambda kind: st.tuples(st.just(kind), shaped(QUESTIONS[kind]))))
def test_normalising_a_question_twice_changes_nothing(case: tuple[str, Any]) -> None:
    kind, body = case
    once = bodies.normalised(kind, body)
    assert bodies.normalised(kind, once) == once
    assert all(isinstance(sentence, str) for _, sentence in bodies.question_problems(kind, body))


@given(shaped(SCENARIO))
def test_normalising_a_scenario_twice_changes_nothing(body: Any) -> None:
    once = bodies.normalised_scenario(body)
    assert bodies.normalised_scenario(once) == once
    bodies.scenario_problems(body)


@given(st.sampled_from(bodies.KINDS).flatmap(lambda kind: st.tuples(st.just(kind), shaped(QUESTIONS[kind]))))
def test_what_has_no_problems_loses_nothing_when_normalised(case: tuple[str, Any]) -> None:
    kind, body = case
    if bodies.question_problems(kind, body) == []:
        assert bodies.question_problems(kind, bodies.normalised(kind, body)) == []
