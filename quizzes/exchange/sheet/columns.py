"""What the columns of a question table are called, and where its header stands; pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quizzes.exchange.record import TEXTS
from quizzes.exchange.words import letter

Row = Sequence[str]

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "number": ("序号", "题号", "编号", "题目序号", "试题编号"),
    "kind": ("题型", "题目类型", "试题类型", "类型", "题类"),
    "stem": (
        "题干",
        "题目",
        "题目内容",
        "试题",
        "试题内容",
        "题目描述",
        "问题",
        "问题描述",
        "题目题干",
        "试题题干",
        "内容",
    ),
    "answer": ("答案", "正确答案", "正确选项", "参考答案", "标准答案", "试题答案"),
    "explanation": ("解析", "题目解析", "整体解析", "答案解析", "试题解析", "总解析", "详解"),
    "marks": ("分值", "分数", "得分", "题目分数", "题目分值"),
    "level": ("难度", "题目难度", "难度等级", "试题难度", "难易度", "难易程度", "难度系数"),
    "competency": ("知识点", "知识点名称", "标签", "章节", "分类", "能力", "考查的能力", "所属知识点"),
    "source": ("依据", "来源", "出处", "法规依据"),
    "trap": ("陷阱", "针对的陷阱"),
    "otherwise": ("没答到时的话", "没答到时看到的话"),
    "option": ("选项内容",),
    "right": ("是否正确项", "是否正确", "是否正确答案", "是否为正确选项"),
    "reason": ("选项解析", "选项讲解"),
    "": ("题库", "所属题库", "科目", "题目图片", "题目视频", "选项图片", "备注", "创建时间", "创建人"),
}
_FIELDS = {name: key for key, names in _SYNONYMS.items() for name in names}
_CHOICES = ("选项", "备选项", "备选答案", "候选项", "全部选项")
"""Headings of columns that hold options without naming a letter."""
_NUMERALS = {character: number for number, character in enumerate("一二三四五六七八九十")}
_LETTERED = re.compile(r"(选项|配对)?([A-Z]{1,2}|\d{1,2}|[一二三四五六七八九十])(选项)?(讲解|解析|反馈|的讲解|的解析)?")
_MARKS = re.compile(r"[\s*：:]|[(（\[【].*?[)）\]】]|必填|选填|可选$")
SEARCHED = 20
"""So many rows are looked through for the header."""


@dataclass(frozen=True)
class Header:
    """Where a table's header stands, and which field each of its columns holds."""

    row: int
    columns: Mapping[str, int]
    """{field: number of the column}; of lettered ones `options.A`, `pairs.A`, `reasons.A`; `choices` for all in one."""
    unknown: tuple[str, ...]
    """Headings that nobody here reads."""

    @property
    def tall(self) -> bool:
        """Whether each row holds one option, not one question."""
        return "option" in self.columns and "right" in self.columns


def field_of(heading: str) -> str | None:
    """The field that a heading names; empty for a known one that is not read, None for a stranger."""
    word = _MARKS.sub("", unicodedata.normalize("NFKC", heading)).upper()
    if word in _FIELDS:
        return _FIELDS[word]
    if word in _CHOICES:
        return "choices"
    match = _LETTERED.fullmatch(word)
    if match is None or not (match[1] or match[3] or match[4] or len(match[2]) == 1):
        return None
    name, part = match[2], "pairs" if match[1] == "配对" else "options"
    if name in _NUMERALS or name.isdigit():
        if not (match[1] or match[3]):
            return None
        name = letter(_NUMERALS[name] if name in _NUMERALS else max(0, int(name) - 1))
    return f"{'reasons' if match[4] else part}.{name}"


def header_of(rows: Sequence[Row]) -> Header | None:
    """The header: the row that names the most fields, among them the stem. None if there is none.

    It need not be the first: titles and instructions often stand above it.
    """
    best: Header | None = None
    for number, row in enumerate(rows[:SEARCHED]):
        header = _header(number, row)
        if "stem" not in header.columns or len(header.columns) < 2:
            continue
        # Of a header in two rows, merged into one another, the lower one names the letters.
        more = len(header.columns) - len(best.columns) if best else 1
        if more > 0 or (best is not None and more == 0 and number == best.row + 1):
            best = header
    return best


def _header(number: int, row: Row) -> Header:
    columns: dict[str, int] = {}
    choices: list[int] = []
    unknown = []
    for place, heading in enumerate(row):
        field = field_of(heading) if heading.strip() else ""
        if field == "choices":
            choices.append(place)
        elif field is None or field in columns:
            unknown.append(heading.strip())
        elif field:
            columns[field] = place
    if len(choices) == 1:
        columns["choices"] = choices[0]
    elif not any(key.startswith("options.") for key in columns):
        columns |= {f"options.{letter(order)}": place for order, place in enumerate(choices)}
    return Header(number, columns, tuple(dict.fromkeys(unknown)))


def headings(options: int) -> list[tuple[str, str]]:
    """The columns of our own table as (field, heading), with so many options."""
    names = [letter(number) for number in range(options)]
    first = [(key, TEXTS[key]) for key in ("kind", "stem")]
    last = [(key, TEXTS[key]) for key in ("answer", "explanation", "marks", "level", "competency", "source", "trap")]
    return [
        *first,
        *((f"options.{name}", f"选项{name}") for name in names),
        *last,
        *((f"reasons.{name}", f"选项{name}讲解") for name in names),
        *((f"pairs.{name}", f"配对{name}") for name in names),
        ("otherwise", TEXTS["otherwise"]),
    ]
