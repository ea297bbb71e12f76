"""Question banks as tables: whatever is written comes back, and what trainers have is understood or said."""

import io
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from literacy.sheets.archive import zipped
from quizzes.exchange import formats
from quizzes.exchange.examples import EXAMPLES
from quizzes.exchange.item import Bank, Fault, Item
from quizzes.exchange.reading import Asking
from quizzes.exchange.sheet import textfile, workbook
from quizzes.models import Kind
from tests.quizzes.exchange.items import items
from tests.quizzes.factories import body

SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
HEAD = ["题型", "题干", "选项A", "选项B", "选项C", "答案"]


def bare(bank: Bank) -> list[Item]:
    return [replace(item, place="") for item in bank.items]


def book(*rows: Sequence[Any], **sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook as Excel writes one: the rows on a sheet, and other sheets by name."""
    made = openpyxl.Workbook()
    named = {"Sheet1": rows, **sheets} if rows else dict(sheets)
    made.remove(made.active)
    for name, content in named.items():
        sheet = made.create_sheet(name)
        for row in content:
            sheet.append(list(row))
    return saved(made)


def saved(made: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def one(*cells: Any, head: Sequence[str] = HEAD) -> Bank:
    return workbook.read(book(head, cells))


def stops(bank: Bank) -> list[str]:
    return [f"{fault.place}：{fault.sentence}" for fault in bank.faults if fault.stops]


@SLOW
@given(st.lists(items(), max_size=4))
@pytest.mark.parametrize("module", [workbook, textfile])
def test_what_is_written_comes_back(module: Any, given_items: list[Item]) -> None:
    bank = module.read(module.write(given_items))
    if given_items:
        assert not stops(bank)
        assert bare(bank) == given_items


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_are_too_odd(data: bytes) -> None:
    for chosen in formats.FORMATS:
        bank = formats.read(chosen, data)
        assert bank.faults and all(isinstance(fault, Fault) for fault in bank.faults)
    formats.recognised(data, "x.xlsx")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(["题型", "题干", "答案", "选项A", "选项", "单选", "A", "1", "对", "", "=1", "☃"]),
            max_size=6,
        ),
        max_size=6,
    )
)
def test_no_table_is_too_odd(rows: list[list[str]]) -> None:
    bank = workbook.read(book(*rows)) if rows else Bank()
    assert bank.items or bank.faults or isinstance(bank, Asking) or not rows


def test_replies_stay_out_and_are_counted() -> None:
    given_items = [*EXAMPLES, Item(Kind.REPLY, body("reply"))]
    assert bare(workbook.read(workbook.write(given_items))) == list(EXAMPLES)
    assert "1 道答复题" in workbook.lost(given_items)[0].sentence and not workbook.lost(EXAMPLES)


def test_the_template_holds_no_question_and_its_examples_can_be_read() -> None:
    assert stops(workbook.read(workbook.template())) == ["：文件里没有找到题目。"]
    made = openpyxl.load_workbook(io.BytesIO(workbook.template()))
    assert made.sheetnames == ["题目", "例子", "说明"]
    assert made["题目"].freeze_panes and len(made["题目"].data_validations.dataValidation) == 4
    made["例子"].title = "我的题"
    assert bare(workbook.read(saved(made))) == list(EXAMPLES)


@pytest.mark.parametrize(
    "answer", ["ABC", "A、B、C", "A,B,C", "a,b,c", "A|B|C", "ＡＢＣ", "C B A", "1,2,3", "（ABC）", "A、B和C"]
)
def test_answers_in_many_notations(answer: str) -> None:
    bank = one("多选", "问", "甲", "乙", "丙", answer)
    assert not stops(bank) and all(row["correct"] for row in bank.items[0].body["options"])


@pytest.mark.parametrize(
    ("answer", "truth"),
    [(word, True) for word in ("对", "正确", "√", "T", "true", "Ｔ", "是", True)]
    + [(word, False) for word in ("错", "错误", "×", "F", "FALSE", "x", "否", False)],
)
def test_true_and_false_in_many_words(answer: Any, truth: bool) -> None:
    bank = one("判断题", "问", None, None, None, answer)
    assert not stops(bank) and bank.items[0].body["answer"] is truth


@pytest.mark.parametrize("answer", ["A", "1", "0", "也许"])
def test_a_true_or_false_answer_that_is_not_clear_is_not_guessed(answer: str) -> None:
    assert "不清楚" in stops(one("判断题", "问", None, None, None, answer))[0]


def test_true_or_false_with_its_two_options() -> None:
    bank = one("判断题", "问", "错误", "正确", None, "A")
    assert bank.items[0].body["answer"] is False


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("单选", "问", "甲", "乙", "丙", "D"), "没有选项 D"),
        (("单选", "问", "甲", "乙", "丙", "AB"), "恰好一个"),
        (("单选", "问", "甲", "乙", "丙", None), "没有写答案"),
        (("单选", "问", "甲", None, None, "A"), "至少写两个选项"),
        (("单选", None, "甲", "乙", None, "A"), "还没有写题干"),
        (("单选", "问", "甲", "甲", None, "A"), "选项 B：和前面的选项一样"),
        (("单选", "问", "甲", "乙", None, "第一个"), "看不懂"),
        (("单选", "问", "2", "1", None, "1"), "第几个选项"),
        (("论述", "问", None, None, None, "略"), "没有题型“论述”"),
        ((None, "问", None, None, None, "略"), "没有写题型"),
        (("排序", "问", "甲", "乙", "丙", "AB"), "每个选项的字母都写到"),
        (("连线", "问", "甲", "乙", "丙", None), "配对A"),
        (("填空", "从____到____", None, None, None, "甲|乙"), "2 个空"),
        (("简答", "问", "甲", "乙", None, "A=100%；D=50%"), "没有选项 D"),
        (("简答", "问", "甲", "乙", None, "A=100%；B=150%"), "不超过 100%"),
        (("简答", "问", "甲", "乙", None, "甲或乙"), "看不懂"),
    ],
)
def test_what_is_wrong_is_said_with_its_row(cells: Sequence[Any], said: str) -> None:
    found = stops(one(*cells))
    assert len(found) == 1 and found[0].startswith("第 2 行：") and said in found[0]


def test_a_scrambled_ordering_is_put_in_order() -> None:
    bank = one("排序", "问", "乙", "丙", "甲", "CAB")
    assert [row["text"] for row in bank.items[0].body["items"]] == ["甲", "乙", "丙"]


def test_kinds_that_only_one_answer_fits_need_no_word() -> None:
    rows = [
        (None, "问一", "甲", "乙", None, "AB"),
        (None, "问二", None, None, None, "√"),
        (None, "问三", "甲", "乙", None, "A"),
    ]
    bank = workbook.read(book(HEAD, *rows))
    assert [item.kind for item in bank.items] == [Kind.MULTIPLE, Kind.TRUE_FALSE, Kind.SINGLE]
    assert [fault.place for fault in bank.faults] == ["第 4 行"] and bank.sound


def test_codes_are_asked_about() -> None:
    data = book(HEAD, (1, "问一", "甲", "乙", None, "A"), (0, "问二", None, None, None, "对"))
    bank = workbook.read(data)
    assert isinstance(bank, Asking) and list(bank.codes) == ["1", "0"] and "问一" in bank.codes["1"]
    known = workbook.read(data, {"1": Kind.SINGLE, "0": Kind.TRUE_FALSE})
    assert [item.kind for item in known.items] == [Kind.SINGLE, Kind.TRUE_FALSE] and not known.faults


def test_headers_in_other_words_and_lower_down() -> None:
    head = ["序 号", "题目类型（必填）", "试题内容*", "A", "B", "C", "正确答案", "难度等级", "标签", "创建日"]
    data = book(
        ["某某题库"],
        ["填表说明：不要改表头"],
        [],
        head,
        [1, "单 选 题", "问", "甲", "乙", None, "B", "容易", "识语", 5],
        [],
        [None, " "],
    )
    bank = workbook.read(data)
    assert bare(bank)[0].competency == "WG1" and bank.items[0].difficulty == 1 and bank.items[0].place == "第 5 行"
    assert [fault.sentence for fault in bank.faults] == ["这些列不认识，没有读：创建日。"]


def test_all_options_in_one_cell() -> None:
    bank = workbook.read(book(["题型", "题干", "选项", "答案"], ["单选", "问", "A.甲\nB、乙\n（C）丙 D. 丁", "B"]))
    assert [row["text"] for row in bank.items[0].body["options"]] == ["甲", "乙", "丙", "丁"]


def test_a_sheet_for_each_kind() -> None:
    head = ["题干", "选项A", "选项B", "答案"]
    bank = workbook.read(
        book(单选题=[head, ["问", "甲", "乙", "A"]], 判断题=[head, ["问", None, None, "对"]], 备注=[["随便"]])
    )
    assert [item.kind for item in bank.items] == [Kind.SINGLE, Kind.TRUE_FALSE]
    assert [item.place for item in bank.items] == ["“单选题”第 2 行", "“判断题”第 2 行"]
    assert bank.sound and "“备注”" in bank.faults[0].place


def test_a_row_for_each_option() -> None:
    head = ["题目序号", "题目类型", "题目内容", "整体解析", "是否正确项", "选项内容", "选项解析"]
    rows = [
        [1, "单选题", "问一", "因为", 0, "甲", "不是"],
        [1, None, None, None, 1, "乙", "是"],
        [2, "多选题", "问二", None, "是", "丙", None],
        [2, "多选题", "问二", None, "是", "丁", None],
        [None, None, None, None, "否", "戊", None],
    ]
    bank = workbook.read(book(head, *rows))
    assert not bank.faults and [len(item.body["options"]) for item in bank.items] == [2, 3]
    assert bank.items[0].body["options"][1] == {"text": "乙", "correct": True, "feedback": "是"}
    assert bank.items[0].body["explanation"] == "因为" and bank.items[1].place == "第 4 行"


def test_merged_cells_hold_for_all_of_them() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    for row in (
        ["题型", "题干", "选项", None, "答案"],
        [None, None, "A", "B", None],
        ["单选", "问一", "甲", "乙", "A"],
        [None, "问二", "甲", "乙", "B"],
    ):
        sheet.append(row)
    for place in ("A1:A2", "B1:B2", "C1:D1", "E1:E2", "A3:A4"):
        sheet.merge_cells(place)
    bank = workbook.read(saved(made))
    assert not bank.faults and [item.kind for item in bank.items] == [Kind.SINGLE] * 2


def test_numbers_look_as_they_do_in_excel() -> None:
    made = openpyxl.load_workbook(io.BytesIO(book(HEAD, ["单选", 2024, 0.1 + 0.2, 0.5, 3.0, "A"])))
    made.active["D2"].number_format = "0%"
    item = workbook.read(saved(made)).items[0]
    assert item.body["stem"] == "2024" and [row["text"] for row in item.body["options"]] == ["0.3", "50%", "3"]


def _formula(sheet: Any) -> None:
    sheet["C2"] = "=1+1"


def _date(sheet: Any) -> None:
    sheet["C2"] = 45000
    sheet["C2"].number_format = 'm"月"d"日"'


def _error(sheet: Any) -> None:
    sheet["C2"] = "#REF!"


@pytest.mark.parametrize(("spoil", "said"), [(_formula, "公式"), (_date, "日期"), (_error, "错误值")])
def test_cells_that_cannot_be_read_are_said(spoil: Callable[[Any], None], said: str) -> None:
    made = openpyxl.load_workbook(io.BytesIO(book(HEAD, ["单选", "问", "甲", "乙", None, "A"])))
    spoil(made.active)
    found = stops(workbook.read(saved(made)))
    assert len(found) == 1 and found[0].startswith("第 2 行：C 列") and said in found[0]


def test_a_formula_with_its_result_is_read() -> None:
    data = changed(
        book(HEAD, ["单选", "问", "=1+1", "乙", None, "A"]),
        "xl/worksheets/sheet1.xml",
        b"<v />",
        b"<v>2</v>",
        b"<v></v>",
    )
    assert workbook.read(data).items[0].body["options"][0]["text"] == "2"


def test_hidden_sheets_are_not_read_and_that_is_said() -> None:
    made = openpyxl.load_workbook(
        io.BytesIO(book(HEAD, ["单选", "问", "甲", "乙", None, "A"], 旧=[HEAD, ["单选", "旧", "甲", "乙", None, "A"]]))
    )
    made["旧"].sheet_state = "hidden"
    bank = workbook.read(saved(made))
    assert len(bank.items) == 1 and "隐藏" in bank.faults[0].sentence


def changed(data: bytes, name: str, new: bytes, *old: bytes) -> bytes:
    """A zip with one part changed: the last of `old` that occurs becomes `new`'s place."""
    parts: dict[str, Any] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.namelist():
            parts[entry] = archive.read(entry)
    target = old[0]
    parts[name] = parts[name].replace(new, target).replace(old[-1], target)
    return zipped(parts)


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, Any] = {entry: archive.read(entry) for entry in archive.namelist()}
    return zipped({**parts, name: content})


PLAIN = book(HEAD, ["单选", "问", "甲", "乙", None, "A"])
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (with_part(PLAIN, "xl/vbaProject.bin", b"x"), "宏"),
        (with_part(PLAIN, "xl/sharedStrings.xml", BOMB), "实体"),
        (with_part(PLAIN, "xl/sharedStrings.xml", OUTSIDE), "实体"),
        (with_part(PLAIN, "xl/sharedStrings.xml", BOMB.decode().encode("utf-16")), "实体"),
        (with_part(PLAIN, "xl/worksheets/sheet1.xml", b"<a"), "损坏"),
        (with_part(PLAIN, "xl/media/x.bin", bytes(100 * 1024 * 1024)), "太大"),
        (with_part(PLAIN, "xl/worksheets/sheet1.xml", b" " * 50 * 1024 * 1024), "太大"),
        (PLAIN[:-40], "损坏"),
    ],
)
def test_dangerous_and_broken_workbooks_are_refused(data: bytes, said: str) -> None:
    begun = time.monotonic()
    bank = workbook.read(data)
    assert not bank.items and said in bank.faults[0].sentence and time.monotonic() - begun < 3


def test_a_part_that_unfolds_to_more_than_its_entry_says_is_refused() -> None:
    data = bytearray(with_part(PLAIN, "xl/sharedStrings.xml", b"<sst>" + b" " * 5_000_000 + b"</sst>"))
    size = (5_000_011).to_bytes(4, "little")
    assert size in data
    data = data.replace(size, (20).to_bytes(4, "little"))
    bank = workbook.read(bytes(data))
    assert not bank.items and not bank.sound


def test_csv_from_chinese_excel_and_with_other_signs() -> None:
    text = "题型\t题干\t选项A\t选项B\t答案\n单选\t问“甲”\t甲\t'=1+1\tB\n"
    for encoding in ("gb18030", "utf-8-sig", "utf-8"):
        bank = textfile.read(text.encode(encoding))
        assert not bank.faults and bank.items[0].body["options"][1]["text"] == "=1+1"


def test_a_file_is_chosen_by_what_it_holds() -> None:
    def name(data: bytes, file_name: str) -> str:
        chosen = formats.recognised(data, file_name)
        return chosen.sentence if isinstance(chosen, Fault) else chosen.id

    for one_format in formats.FORMATS:
        assert name(formats.write(one_format, EXAMPLES), "随便.bin") == one_format.id
    assert name("题干,答案\n甲,对\n".encode(), "x.xlsx") == "csv"
    assert name(b"<?xml version='1.0'?><quiz><question/></quiz>", "x.csv") == "moodle"
    assert name(zipped({"imsmanifest.xml": "<manifest/>"}), "x.zip") == "qti"
    assert name("天是蓝的。{T}".encode(), "x.txt") == "gift"


def test_too_many_questions_are_refused() -> None:
    rows = [["判断", f"问{number}", None, None, None, "对"] for number in range(5001)]
    assert "一次最多导入 5000 道" in stops(workbook.read(book(HEAD, *rows)))[0]


def test_many_faults_are_counted_not_all_listed() -> None:
    bank = workbook.read(book(HEAD, *[["单选", f"问{number}", "甲", "乙", None, "E"] for number in range(900)]))
    assert len(bank.faults) == 501 and "900 处" in bank.faults[0].sentence


def test_the_same_remark_is_made_once() -> None:
    head = [*HEAD, "知识点", "分值"]
    bank = workbook.read(
        book(head, *[["单选", f"问{number}", "甲", "乙", None, "A", "安全", 2] for number in range(9)])
    )
    assert bank.sound and len(bank.faults) == 2 and bank.faults[0].place.endswith("等 9 处")
