"""GIFT: what Moodle and people write is read; what is written is read back the same."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.exchange import gift
from quizzes.exchange.item import Bank, Item
from quizzes.models import Kind
from tests.quizzes.exchange.bodies import banks
from tests.quizzes.factories import body

SAMPLE = (Path(__file__).parent / "samples/bank.gift").read_text("utf-8")


def one(text: str) -> Item:
    bank = gift.read(text.encode())
    assert len(bank.items) == 1, bank.faults
    return bank.items[0]


def sentences(bank: Bank) -> list[str]:
    return [f"{fault.place}{fault.sentence}" for fault in bank.faults]


def test_a_file_of_moodle_is_read_with_everything_in_it() -> None:
    bank = gift.read(SAMPLE.encode())
    assert bank.sound
    single, multiple, truth, match, short, order, alone = bank.items
    assert (single.kind, single.competency, single.difficulty) == (Kind.SINGLE, "WG1", 3)
    assert single.body["stem"] == "“蹲一个”是什么意思？\n选一项" and single.body["trap"] == "T06"
    assert [row["text"] for row in single.body["options"]] == ["等回复", "等一会", "蹲在地上"]
    assert [row["correct"] for row in single.body["options"]] == [True, False, False]
    assert single.body["options"][0]["feedback"] == "对。" and single.body["explanation"] == "看语境"
    assert multiple.kind is Kind.MULTIPLE and multiple.body["stem"] == "公开答复里不写什么:A = B？"
    assert [row["correct"] for row in multiple.body["options"]] == [True, True, False, False]
    assert (truth.body["answer"], truth.body["feedback_true"]) == (False, "接到手里就有责任")
    assert (truth.body["feedback_false"], truth.body["explanation"]) == ("对", "先接住")
    assert [(row["left"], row["right"]) for row in match.body["pairs"]] == [("yyds", "看宾语"), ("蹲", "等")]
    assert match.body["distractors"] == ["骂人"]
    assert short.body["stem"] == "从 _____ 起算。" and short.body["otherwise"] == "想一想工单"
    assert [(row["any"], row["fraction"]) for row in short.body["accept"]] == [
        (["受理", "受理之日"], 1.0), (["登记"], 0.5)
    ]  # fmt: skip
    assert [row["text"] for row in order.body["items"]] == ["接住", "核实", "答复"]
    assert alone.body["stem"] == "单独"
    told = "\n".join(sentences(bank))
    for said in ("部分得分", "只是一段说明", "问答题", "数字题"):
        assert said in told
    assert "第 7 题（第 33 行）" in told


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ("=a ~b -> c", Kind.SINGLE),  # a tilde comes before an arrow
        ("=a -> b =c -> d", Kind.MATCHING),
        ("=a -> b =c", Kind.SHORT),  # one that is no pair makes them all answers
        ("=T", Kind.SHORT),
        ("TRUE", Kind.TRUE_FALSE),
        ("f", Kind.TRUE_FALSE),
        ("T#错了 = 再想#对", Kind.TRUE_FALSE),
        ("=a\\~b", Kind.SHORT),
        ("~%100%a ~b", Kind.MULTIPLE),
        ("=a =b ~c", Kind.MULTIPLE),
        ("> =a =b =c", Kind.ORDERING),
    ],
)
def test_the_first_rule_that_fits_decides(answers: str, kind: Kind) -> None:
    assert one(f"题干 {{{answers}}}").kind is kind


@pytest.mark.parametrize(
    ("text", "stops", "said"),
    [
        ("题干 {=a ~b\n\n另一题 {=c ~d}", True, "第 1 题（第 1 行）花括号没有成对"),
        ("题干 {=a} 和 {=b}", True, "一道题只能有一处花括号"),
        ("题干 {a b}", True, "每个答案前面要写 = 或 ~"),
        ("题干 }", True, "花括号没有成对"),
        ("题干｛＝对～错｝", False, "中文输入法"),
        ("题干 {~a ~b}", False, "至少标出一个正确选项"),
        ("说明", True, "没有一道可以导入"),
        ("", True, "没有一道可以导入"),
        ("题干 {=a*b}", False, "不代表任意文字"),
        ("题干 {=<img src\\='x.png'> ~错}", False, "图片和附件没有读入"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, stops: bool, said: str) -> None:
    bank = gift.read(text.encode())
    assert any(said in sentence for sentence in sentences(bank)), sentences(bank)
    assert bank.sound is not stops


def test_a_blank_line_between_braces_ends_no_question() -> None:
    assert len(one("题干 {\n=a\n\n// 说明\n\n~b\n}").body["options"]) == 2


def test_encodings_are_told_apart() -> None:
    text = "这是题干 {=对 ~错}"
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        assert gift.read(text.encode(encoding)).items[0].body["stem"] == "这是题干"
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        bank = gift.read(text.encode(encoding))
        assert not bank.sound
    assert "UTF-16" in gift.read(text.encode("utf-16")).faults[0].sentence
    assert not gift.read(b"\xff\xff\xff\xff").sound
    assert not gift.read(b"GIF89a\0\0\0").sound


def test_latin_commands_with_a_backslash_stay() -> None:
    assert one(r"\alpha 和 \{x\} {=对 ~错}").body["stem"] == r"\alpha 和 {x}"


@given(banks)
def test_what_is_written_is_read_back(items: list[Item]) -> None:
    bank = gift.read(gift.write(items))
    assert bank.faults == ()
    assert [replace(item, place="") for item in bank.items] == items


@given(st.binary(max_size=200) | st.text(alphabet="{}=~#\\:%->*[]|\n TRUE甲｛｝", max_size=60).map(str.encode))
def test_nothing_is_raised_whatever_the_file_holds(data: bytes) -> None:
    bank = gift.read(data)
    assert bank.items or not bank.sound
    gift.write(bank.items)


def test_what_does_not_fit_is_said() -> None:
    reply = Item(Kind.REPLY, body("reply"))
    match = Item(Kind.MATCHING, body("matching"))
    unfinished = Item(Kind.TRUE_FALSE, {**body("truefalse"), "answer": None})
    sourced = Item(Kind.SINGLE, {**body("single"), "source": "《某法》"})
    short = {**body("short"), "accept": [{"any": ["a->b"], "fraction": 0.42, "feedback": ""}]}
    faults = gift.lost([reply, match, unfinished, sourced, sourced, Item(Kind.SHORT, short)])
    assert not any(fault.stops for fault in faults)
    told = {fault.sentence[:6]: fault.place for fault in faults}
    assert told == {
        "答复题要配着": "第 1 题", "连线题每一对": "第 2 题", "题目还没有写": "第 3 题",
        "依据与出处装": "第 4、5 题", "“->” 在": "第 6 题", "有的答案得分": "第 6 题",
    }  # fmt: skip
    assert len(gift.read(gift.write([reply, match, unfinished, sourced])).items) == 2
