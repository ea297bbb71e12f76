"""Question banks as Word documents and plain text."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from literacy.sheets.archive import zipped
from quizzes.bodies import normalised
from quizzes.exchange.examples import EXAMPLES
from quizzes.exchange.item import Bank, Item
from quizzes.exchange.paper import document, textfile
from quizzes.exchange.paper.document import _W
from quizzes.exchange.paper.lines import LETTERS
from quizzes.models import Kind
from tests.quizzes.exchange.items import anything, items, prose

PAPER = """网感题库（2026年版）

一、单选题（每题2分，共20分）
1、群众留言（ B ）天内答复。
A.3  B.5   C、7
D．10
【解析】看条例。
2．下列说法正确的是
（1）甲
（2）乙
A. （1）
B. （2）
答案：A
知识点：识语
难度：较难
二、判断题
3.不归本单位管，就不用回复。（×）
5. 网上的话也是话。（ ）
【答案】√
三、填空题
6. 期限从____算起。
答案：受理之日|受理那天
多项选择题：
1. 选
A. 甲
甲的第二行
B. 乙
C. 丙
正确答案：A、C
"""


def bare(bank: Bank) -> list[Item]:
    return [replace(item, place="") for item in bank.items]


def read(text: str) -> Bank:
    return textfile.read(text.encode())


def word(*paragraphs: str, **parts: str) -> bytes:
    """A Word document of these paragraphs of XML."""
    body = f'<w:document xmlns:w="{_W}"><w:body>{"".join(paragraphs)}</w:body></w:document>'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": body,
            **{f"word/{name}.xml": part for name, part in parts.items()},
        }
    )


def typed(text: str, looks: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{looks}</w:pPr>' if looks else ''}<w:r><w:t>{text}</w:t></w:r></w:p>"


def rows_of(item: Item) -> list[Any]:
    return item.body.get("options") or item.body.get("items") or []


def test_more_options_than_letters_are_said() -> None:
    options = [{"text": f"选{'一' * number}", "correct": number == 1, "feedback": ""} for number in range(1, 28)]
    many = Item(Kind.SINGLE, normalised("single", {"stem": "选一个", "options": options}))
    few = Item(Kind.SINGLE, normalised("single", {"stem": "选一个", "options": options[:26]}))
    assert [("26" in fault.sentence, fault.stops) for fault in document.lost([many])] == [(True, False)]
    assert document.lost([few]) == ()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(items(prose), min_size=1, max_size=4))
@pytest.mark.parametrize("module", [document, textfile])
def test_what_is_written_comes_back(module: Any, given_items: list[Item]) -> None:
    assume(all(len(rows_of(item)) <= LETTERS for item in given_items))
    bank = module.read(module.write(given_items))
    assert not [fault for fault in bank.faults if fault.stops]
    assert bare(bank) == given_items


@settings(max_examples=60, deadline=None)
@given(st.lists(items(anything), min_size=1, max_size=3))
def test_any_text_can_be_written(given_items: list[Item]) -> None:
    assert zipfile.ZipFile(io.BytesIO(document.write(given_items))).testzip() is None
    document.read(document.write(given_items))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from([*PAPER.splitlines(), "答案：", "A.", "1.", "B讲解：x", "参考答案", "1. B 2. C"])))
def test_no_paper_is_too_odd(lines: Sequence[str]) -> None:
    bank = read("\n".join(lines))
    assert bank.items or bank.faults


def test_a_paper_as_it_comes() -> None:
    bank = read(PAPER)
    assert not [fault for fault in bank.faults if fault.stops]
    kinds = [item.kind for item in bank.items]
    assert kinds == [Kind.SINGLE, Kind.SINGLE, Kind.TRUE_FALSE, Kind.TRUE_FALSE, Kind.SHORT, Kind.MULTIPLE]
    first, second, third, fourth, fifth, sixth = bank.items
    assert first.body["stem"] == "群众留言（\u3000）天内答复。" and first.body["explanation"] == "看条例。"
    assert [(row["text"], row["correct"]) for row in first.body["options"]] == [
        ("3", False), ("5", True), ("7", False), ("10", False),
    ]  # fmt: skip
    assert second.body["stem"] == "下列说法正确的是\n（1）甲\n（2）乙"
    assert (second.competency, second.difficulty) == ("WG1", 4)
    assert third.body["answer"] is False and third.body["stem"].endswith("（\u3000）")
    assert fourth.body["answer"] is True
    assert fifth.body["accept"][0]["any"] == ["受理之日", "受理那天"]
    assert sixth.body["options"][0]["text"] == "甲\n甲的第二行"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("一、单选题\n1. 问\nA. 甲\nB. 乙\n", "没有找到答案"),
        ("一、单选题\n1. 问\nA. 甲\nB. 乙\n答案：C\n", "没有选项 C"),
        ("一、案例分析题\n1. 问\n答案：略\n", "没有题型“案例分析题”"),
        ("1. 问\n答案：一段话\n", "没有写题型"),
        ("只是一篇文章。\n没有题目。", "没有找到题目"),
    ],
)
def test_what_is_wrong_is_said_with_its_number(text: str, said: str) -> None:
    bank = read(text)
    assert said in bank.faults[0].sentence and not bank.sound
    assert bank.faults[0].place == ("" if "找到题目" in said else "第 1 题")


def test_the_kind_may_stand_before_the_stem() -> None:
    bank = read("1. 【多选】问\nA. 甲\nB. 乙\n答案：AB\n2. (判断题) 问\n答案：错")
    assert [item.kind for item in bank.items] == [Kind.MULTIPLE, Kind.TRUE_FALSE]


def test_a_bracket_that_is_no_answer_stays() -> None:
    bank = read("一、单选题\n1. 甲（A）和乙（B）的关系（ ）\nA. 甲\nB. 乙\n答案：A")
    assert bank.items[0].body["stem"] == "甲（A）和乙（B）的关系（ ）"


NUMBERING = f"""<w:numbering xmlns:w="{_W}">
<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/>
<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:start w:val="1"/>
<w:numFmt w:val="upperLetter"/><w:lvlText w:val="%1．"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="9"><w:lvl w:ilvl="0"><w:start w:val="1"/>
<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="8"/>
<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="9"/></w:num></w:numbering>"""


def listed(number: int) -> str:
    return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'


def test_numbers_that_word_writes_by_itself_are_seen() -> None:
    data = word(
        typed("单选题", listed(4)),
        typed("问一", listed(1)), typed("甲", listed(2)), typed("乙", listed(2)), typed("答案：B"),
        typed("问二", listed(1)), typed("丙", listed(3)), typed("丁", listed(3)), typed("答案：A"),
        typed("判断题", listed(4)),
        typed("问三（对）", '<w:pStyle w:val="Q"/>'),
        numbering=NUMBERING,
        styles=f'<w:styles xmlns:w="{_W}"><w:style w:styleId="Q"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
        "</w:style></w:styles>",
    )  # fmt: skip
    bank = document.read(data)
    assert not bank.faults
    assert [(item.kind, item.body["stem"]) for item in bank.items] == [
        (Kind.SINGLE, "问一"), (Kind.SINGLE, "问二"), (Kind.TRUE_FALSE, "问三（\u3000）"),
    ]  # fmt: skip
    assert [row["correct"] for row in bank.items[0].body["options"]] == [False, True]


def test_deleted_text_is_gone_and_pictures_are_told() -> None:
    data = word(
        typed("一、判断题"),
        "<w:p><w:r><w:t>1. 天是</w:t></w:r><w:del><w:r><w:delText>绿</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>蓝</w:t></w:r></w:ins><w:r><w:t>的</w:t><w:drawing/></w:r></w:p>",
        typed("答案：对"),
    )
    bank = document.read(data)
    assert bank.items[0].body["stem"] == "天是蓝的"
    assert "图片" in bank.faults[0].sentence and "天是蓝的" in bank.faults[0].place and bank.sound


def test_questions_within_tables_are_read() -> None:
    data = word(f"<w:tbl><w:tr><w:tc>{typed('一、判断题')}{typed('1. 问')}{typed('答案：错')}</w:tc></w:tr></w:tbl>")
    assert document.read(data).items[0].body["answer"] is False


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (zipped({"word/document.xml": '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'}), "实体"),
        (zipped({"word/document.xml": "<a/>", "word/vbaProject.bin": b"x"}), "宏"),
        (zipped({"word/document.xml": "<a"}), "损坏"),
        (b"PK", "损坏"),
    ],
)
def test_dangerous_and_broken_documents_are_refused(data: bytes, said: str) -> None:
    bank = document.read(data)
    assert not bank.items and said in bank.faults[0].sentence


def test_replies_stay_out_and_are_counted() -> None:
    reply = Item(Kind.REPLY, {"stem": "", "trap": "", "source": "", "explanation": "", "scenario": "s"})
    assert bare(document.read(document.write([*EXAMPLES, reply]))) == list(EXAMPLES)
    assert "1 道答复题" in document.lost([reply])[0].sentence


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(items(anything))
def test_what_does_not_come_back_is_said(given_item: Item) -> None:
    back = [item.body for item in textfile.read(textfile.write([given_item])).items]
    assert textfile.lost([given_item]) or back == [given_item.body]


def test_a_stem_like_an_option_is_a_loss() -> None:
    item = replace(EXAMPLES[2], body={**EXAMPLES[2].body, "stem": "看下面：\nA. 甲\n对不对？"})
    assert "1 道题" in document.lost([item, *EXAMPLES])[0].sentence and not document.lost(EXAMPLES)
