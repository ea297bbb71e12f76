"""Moodle XML: what Moodle exports is read; what is written is read back the same; nothing dangerous is opened."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.exchange import moodle
from quizzes.exchange.item import Item
from quizzes.models import Kind
from tests.quizzes.exchange.bodies import banks
from tests.quizzes.factories import body

MOODLE = (Path(__file__).parent / "samples/moodle.xml").read_text("utf-8")
LAUGHS = '<!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><quiz><question type="essay">&b;</question></quiz>'
OUTSIDE = '<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>'


def test_a_bank_of_moodle_is_read_with_everything_in_it() -> None:
    bank = moodle.read(MOODLE.encode())
    assert bank.sound
    single, multiple, truth, match, short, order = bank.items
    assert [item.competency for item in bank.items] == ["WD2"] * 6
    assert (single.kind, single.difficulty, multiple.difficulty) == (Kind.SINGLE, 4, 2)
    assert single.body["stem"] == "公开答复里 不写什么？\n看这张图：（图片：工单）"
    assert single.body["explanation"] == "能不写就不写"
    assert single.body["options"] == [
        {"text": "办公电话", "feedback": "要写", "correct": False},
        {"text": "群众 <手机号>", "feedback": "对。\n不写。", "correct": True},
    ]
    assert multiple.body["stem"] == "选**两个**：a < b"
    assert [row["correct"] for row in multiple.body["options"]] == [True, True, False]
    assert multiple.body["options"][2]["text"] == "丙]]>"
    assert (truth.body["answer"], truth.body["feedback_true"], truth.body["feedback_false"]) == (
        False, "接到就有责任", "对"
    )  # fmt: skip
    assert match.body["pairs"][0] == {"left": "蹲", "right": "等 & 看", "feedback": ""}
    assert match.body["distractors"] == ["骂人"]
    assert [row["any"] for row in short.body["accept"]] == [["受理之日"], ["受理"]]
    assert short.body["otherwise"] == "看工单"
    assert [row["text"] for row in order.body["items"]] == ["接住", "核实", "回访"]
    told = "\n".join(f"{fault.place}{fault.sentence}" for fault in bank.faults)
    for said in (
        "第 1 题图片和附件",
        "第 5 题不得分",
        "第 7 题是问答题",
        "第 8 题是完形",
        "第 9 题是“formulas”",
    ):
        assert said in told
    assert "整题" not in told  # stock sentences of Moodle are nobody's feedback


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030", "utf-8-sig", "utf-16"])
def test_encodings_of_xml_are_told_apart(encoding: str) -> None:
    named = {"utf-8-sig": "utf-8", "gb18030": "GB2312"}.get(encoding, encoding)
    data = MOODLE.replace("&nbsp;", " ").replace('encoding="UTF-8"', f'encoding="{named}"').encode(encoding)
    assert moodle.read(data).items[2].body["stem"] == "不归我管就不用回。"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LAUGHS, "定义了实体"),
        (OUTSIDE, "定义了实体"),
        ("<quiz><question></quiz>", "第 1 行读不下去"),
        ("<quiz>&nbsp;</quiz>", "第 1 行"),
        ("<quiz/>", "没有一道可以导入"),
        ("<html/>", "不是 Moodle 题库"),
        ("", "不是完整的 XML"),
        ("<quiz>" + "<a>" * 200 + "</a>" * 200 + "</quiz>", "太深或者太大"),
    ],
)
def test_what_cannot_be_opened_is_said(text: str, said: str) -> None:
    bank = moodle.read(text.encode())
    assert not bank.sound and said in bank.faults[0].sentence


def test_a_file_of_a_hundred_thousand_levels_does_no_harm() -> None:
    assert not moodle.read(b"<quiz>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</quiz>").sound


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('<answer fraction="0" format="html">', '<answer fraction="100" format="html">', "已按多选题读入"),
        ('fraction="-100"', 'fraction="很多"', "不是数字"),
        ("Your answer is correct.", "太好了", "整题“答对、答错时”"),
    ],
)
def test_what_changes_on_the_way_in_is_said(old: str, new: str, said: str) -> None:
    assert old in MOODLE
    bank = moodle.read(MOODLE.replace(old, new, 1).encode())
    told = "\n".join(fault.sentence for fault in bank.faults)
    assert said in told


def test_an_option_that_earns_most_is_the_right_one() -> None:
    bank = moodle.read(MOODLE.replace('fraction="100" format="html"', 'fraction="60" format="html"', 1).encode())
    assert [row["correct"] for row in bank.items[0].body["options"]] == [False, True]


@given(banks)
def test_what_is_written_is_read_back(items: list[Item]) -> None:
    data = moodle.write(items)
    bank = moodle.read(data)
    assert bank.faults == ()
    assert [replace(item, place="") for item in bank.items] == items


@given(st.text(alphabet='<>&;/"= quiztexonaswer!DOCTYPEN[]CA-\n', max_size=80).map(str.encode) | st.binary(max_size=80))
def test_nothing_is_raised_whatever_the_file_holds(data: bytes) -> None:
    assert not moodle.read(data).sound
    assert not moodle.read(b"<quiz>" + data).sound


def test_what_is_written_has_the_parts_that_moodle_wants() -> None:
    items = [Item(Kind(kind), body(kind), "WG1") for kind in ("single", "multiple", "truefalse", "short", "ordering")]
    root = ElementTree.fromstring(moodle.write(items))
    first, *rest = root
    assert first.findtext("category/text") == "$course$/top/WG1 识语"
    assert [row.get("type") for row in rest] == ["multichoice", "multichoice", "truefalse", "shortanswer", "ordering"]
    for row in rest:
        assert row.findtext("name/text") and row.find("questiontext").get("format") == "plain_text"
    assert {row.get("fraction") for row in rest[1].iterfind("answer")} == {"50", "-50"}
    assert [row.findtext("text") for row in rest[3].iterfind("answer")][-1] == "*"


def test_what_does_not_fit_is_said() -> None:
    sourced = Item(Kind.MATCHING, {**body("matching"), "source": "《某法》"})
    faults = moodle.lost([Item(Kind.REPLY, body("reply")), sourced])
    assert [fault.place for fault in faults] == ["第 1 题", "第 2 题", "第 2 题"]
    assert not any(fault.stops for fault in faults)
