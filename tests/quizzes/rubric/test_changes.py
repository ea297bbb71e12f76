"""A trainer's changes over the rule files, and rules told in words."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric import ReplyCase, load_rubric, score_reply
from quizzes.rubric.changes import (
    FIGURES,
    base_cues,
    changed_rubric,
    compiled,
    conditions_for,
    cue_faults,
    faults,
    figure,
    keyed,
    lay,
    plain,
    value_at,
)
from quizzes.rubric.conditions import _CONDITIONS
from quizzes.rubric.instances import instances, touched
from quizzes.rubric.phrase_tree import fault, read_phrase
from quizzes.rubric.phrases import PhraseError, compile_phrase
from quizzes.rubric.rules import RuleError, load_rule_data
from quizzes.rubric.shapes import SHAPES
from quizzes.rubric.wording import CONDITION_WORDS, ELEMENT_WORDS, SHAPE_WORDS, condition_words, cue_words, phrase_words

DATA = load_rule_data()
ALL = [(owner, key, cue) for owner, cues in base_cues(DATA).items() for key, cue in cues.items()]


def new(owner: str, **cue: Any) -> dict[str, Any]:
    return {f"cues.{owner}.n1": {"was": None, "now": cue}}


def test_without_changes_it_is_the_shipped_rubric() -> None:
    assert changed_rubric({}).content_hash == load_rubric().content_hash == DATA.digest


def test_only_what_is_touched_is_compiled_again() -> None:
    made = changed_rubric(new("insult", say=["榆木脑袋"]), "1+1")
    assert made.patterns["threat"] is load_rubric().patterns["threat"]
    assert len(made.patterns["insult"].cues) == len(load_rubric().patterns["insult"].cues) + 1
    assert made.version == "1+1" and made.content_hash != DATA.digest


def test_the_hash_tells_contents_apart_and_not_their_order() -> None:
    first, second = new("insult", say=["甲乙丙"]), {"figures.base": {"was": 20, "now": 10}}
    assert changed_rubric({**first, **second}).content_hash == changed_rubric({**second, **first}).content_hash
    assert changed_rubric(first).content_hash != changed_rubric(second).content_hash


def test_a_new_cue_finds_and_a_cue_switched_off_does_not() -> None:
    case = ReplyCase(post="路灯坏了", reply="您这位搅局精也该歇歇了。路灯今晚18点前修好，请您放心。")
    assert "labeling" not in score_reply(case).patterns
    assert "labeling" in score_reply(case, changed_rubric(new("labeling", say=["搅局精"], sure=True))).patterns
    told = ReplyCase(post="路灯坏了", reply="这事不归我们管。")
    key = next(key for key, cue in base_cues(DATA)["buck_passing"].items() if "作办结处理" in cue["say"])
    off = {f"cues.buck_passing.{key}": {"was": base_cues(DATA)["buck_passing"][key], "now": None}}
    before, after = score_reply(told), score_reply(told, changed_rubric(off))
    assert "buck_passing" in before.patterns and before.findings != after.findings


def test_figures_change_the_arithmetic() -> None:
    case = ReplyCase(post="路灯坏了", reply="这事不归我们管。")
    cap = changed_rubric({"figures.caps.serious": {"was": 54, "now": 40}})
    assert cap.grading.caps["serious"] == 40 and load_rubric().grading.caps["serious"] == 54
    assert score_reply(case, cap).grade == score_reply(case).grade


def test_a_release_that_moves_on_is_told() -> None:
    key, cue = next(iter(base_cues(DATA)["threat"].items()))
    changes = {
        f"cues.threat.{key}": {"was": cue, "now": {**cue, "whole": True}},
        "patterns.insult.reason": {"was": DATA.patterns["insult"]["reason"], "now": "我的理由"},
        "patterns.insult.name": {"was": DATA.patterns["insult"]["name"], "now": "骂人"},
        **new("insult", say=["榆木脑袋"]),
    }
    assert lay(changes, DATA).conflicts == ()
    moved = replace(
        DATA,
        patterns={**DATA.patterns, "insult": {**DATA.patterns["insult"], "reason": "新的理由"}},
        cues={**DATA.cues, "threat": ({"say": "新写的线索"}, *DATA.cues["threat"][1:])},
        digest="moved",
    )
    laid = lay(changes, moved)
    assert {one.at for one in laid.conflicts} == {f"cues.threat.{key}", "patterns.insult.reason"}
    assert laid.data.patterns["insult"]["reason"] == "我的理由", "the trainer's words stay"
    assert len(laid.data.cues["threat"]) == len(DATA.cues["threat"]) + 1, "both stand: the new one and the trainer's"
    assert compiled(changes, moved, load_rubric(), "x").patterns["insult"].name == "骂人"


def test_a_pattern_that_is_gone_is_told_and_breaks_nothing() -> None:
    less = replace(DATA, patterns={k: v for k, v in DATA.patterns.items() if k != "insult"},
                   cues={k: v for k, v in DATA.cues.items() if k != "insult"}, digest="less")  # fmt: skip
    laid = lay({**new("insult", say=["甲乙"]), "patterns.insult.name": {"was": "辱骂讥讽", "now": "骂人"}}, less)
    assert [one.at for one in laid.conflicts] == ["cues.insult.n1", "patterns.insult.name"]


def test_what_cannot_be_compiled_is_no_crash() -> None:
    with pytest.raises(RuleError):
        changed_rubric(new("insult", say=["{没有这组词}"]))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (new("insult", say=["甲"]), ""),
        (new("nobody", say=["甲"]), "没有这一类"),
        (new("insult", say=[]), "至少写一行"),
        (new("insult", say="甲"), "一行一条"),
        (new("insult", say=["甲"], near=["(乙"]), "第 1 行第 1 个字起"),
        (new("insult", say=["甲"], when=["nonsense"]), "不能用"),
        (new("deadline", say=["甲"], when=["way_out"]), "不能用"),
        (new("insult", say=["甲"], extra=1), "不认识"),
        ({"cues.insult.n1": {"was": None, "now": "甲"}}, "不是一条线索"),
        ({"figures.bands": {"was": 1, "now": 2}}, "不能改"),
        ({"figures.costs.minor": {"was": 10, "now": 99}}, "之间的整数"),
        ({"figures.costs.minor": {"was": 10, "now": True}}, "之间的整数"),
        ({"patterns.insult.level": {"was": "redline", "now": "minor"}}, "不能改"),
        ({"patterns.insult.name": {"was": "", "now": ""}}, "个字的文字"),
        ({"elements.deadline.reason": {"was": "", "now": "甲"}}, "不能改"),
        ({"nonsense": {"was": 1, "now": 2}}, "不认识这个位置"),
        ({"patterns.insult.name": 3}, "was"),
        ([], "没有改动"),
    ],
)
def test_change_sets_from_files_are_checked(changes: Any, said: str) -> None:
    found = faults(changes, DATA)
    assert (said in found[0][1]) if said else not found


def test_shipped_figures_lie_within_the_limits() -> None:
    assert all(low <= figure(DATA.head, name) <= high for name, (_, low, high) in FIGURES.items())


def test_every_shipped_cue_passes_the_checks_and_reads_as_words() -> None:
    for owner, key, cue in ALL:
        assert cue_faults(owner, cue, DATA) == [], (owner, key)
        words = cue_words(cue, DATA.sets)
        assert len(words.phrases) == len(cue["say"])
        for said in (*words.phrases, *words.conditions):
            assert said.strip() and not re.search(r"[~{}^$|]", said), said
        assert not re.search(r"[a-z]+_[a-z]+|has:|post:", "".join(words.conditions)), "a name that is no word"


def test_keys_are_of_the_content_alone() -> None:
    assert keyed(["甲", {"say": ["甲"]}, {"say": "乙", "weak": False, "denial": True}]).values()
    assert plain("甲") == plain({"say": "甲", "denial": True, "near": []}) == {"say": ["甲"]}
    assert list(keyed(["甲"])) == list(keyed([{"say": ["甲"]}]))
    assert len(keyed(["甲", "甲"])) == 2
    assert value_at("figures.costs.redline", DATA) == 40


def test_every_condition_and_shape_has_words() -> None:
    assert set(CONDITION_WORDS) == set(_CONDITIONS)
    assert set(SHAPE_WORDS) == set(SHAPES)
    assert set(ELEMENT_WORDS) == set(DATA.elements)
    for owner in ("insult", "deadline"):
        for name in conditions_for(owner, DATA):
            assert not re.search(r"[a-z]{3}", condition_words(name)), name


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("无可奉告", "“无可奉告”"),
        ("甲|乙", "“甲”或“乙”"),
        ("(不|无)可奉告", "“不可奉告”或“无可奉告”"),
        ("不归我[们]管", "“不归我们管”或“不归我管”"),
        ("(尽快|适时)~6(处理|答复)", "“尽快”或“适时”，后面 6 个字以内有“处理”或“答复”"),
        ("甲~乙", "“甲”，后面 6 个字以内有“乙”"),
        ("甲~12", "“甲”，再往后最多 12 个字"),
        ("{你}的电话", "〔你〕紧接着“的电话”"),
        ("{电话}", "〔电话号码〕"),
        ("^好的$", "小句开头的“好的”（说到这里小句就完了）"),
        (r"\(无\)", "“(无)”"),
    ],
)
def test_phrases_in_words(source: str, words: str) -> None:
    assert phrase_words(source, DATA.sets) == words


@pytest.mark.parametrize(
    ("source", "at", "said"),
    [
        ("(甲", 0, "没有收尾"),
        ("甲[乙", 1, "没有收尾"),
        ("甲{你", 1, "没有收尾"),
        ("甲)", 1, "放错了地方"),
        ("甲~40乙", 1, "最多 30 个字"),
        ("甲~99999999999999乙", 1, "最多 30 个字"),
        ("{没有}甲", 0, "没有叫这个名字"),
        ("[甲]", 0, "什么话都算"),
        ("甲|", 0, "什么话都算"),
        ("~6", 0, "什么话都算"),
        ("^", 0, "什么话都算"),
        ("(甲|)", 0, "什么话都算"),
        ("甲" * 500, 400, "太长"),
        ("甲~30乙~30丙~30丁~30戊", 1, "拖慢"),
        ("(" * 12 + "甲" + ")" * 12, 8, "太深"),
    ],
)
def test_phrases_that_cannot_be_taken(source: str, at: int, said: str) -> None:
    found = fault(source, DATA.sets, DATA.choices)
    assert found is not None and said in found[1] and found[0] == at


@given(st.text(alphabet="甲乙丙(|)[]{}~^$\\6你 ", max_size=24))
def test_reader_and_compiler_agree(source: str) -> None:
    """Whatever is typed: nothing crashes, and what the checks let through compiles and reads as words."""
    try:
        read_phrase(source, DATA.sets)
        readable = True
    except PhraseError:
        readable = False
    if fault(source, DATA.sets, DATA.choices) is None:
        assert readable
        compile_phrase(source, DATA.choices, SHAPES)
        assert phrase_words(source, DATA.sets)


def record(id_: str, reply: str, *patterns: str) -> dict[str, Any]:
    return {"id": id_, "post": "路灯坏了", "facts": [], "reply": reply, "patterns": list(patterns), "elements": [],
            "grade": 1, "spans": [], "channel": "微博"}  # fmt: skip


def test_where_a_cue_fires() -> None:
    made = changed_rubric(new("labeling", say=["搅局精"], not_near=["道歉"]))
    cue = made.patterns["labeling"].cues[-1]
    records = [
        record("a", "您是搅局精。", "labeling"),
        record("b", "有个叫搅局精的节目今晚播。"),
        record("c", "说您是搅局精的同事已经道歉。"),
        record("d", "今晚修好。"),
    ]
    found = instances({"k": ("labeling", cue)}, records, made)["k"]
    assert (found.right, found.false, found.near) == (1, 1, 1)
    assert found.shown["right"] == [("a", "您是搅局精", "搅局精")]
    assert touched([cue], records) == ["a", "b", "c"]


def test_what_holds_the_models_back_reads_as_words() -> None:
    for pattern in load_rubric().patterns.values():
        for name in (*pattern.unheard, *pattern.surer):
            assert not re.search(r"[a-z]{3}", condition_words(name)), name
