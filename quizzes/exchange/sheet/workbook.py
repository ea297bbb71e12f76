"""Question banks as Excel workbooks."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from literacy.export import MAX_CELL, printable
from literacy.sheets.cells import sheets_of
from literacy.sheets.decoding import Unreadable
from quizzes.competencies import COMPETENCIES, competency_name
from quizzes.exchange.examples import EXAMPLES
from quizzes.exchange.item import Bank, Fault, Item
from quizzes.exchange.reading import MAX_QUESTIONS, Reading
from quizzes.exchange.sheet.columns import header_of
from quizzes.exchange.sheet.guide import GUIDE
from quizzes.exchange.sheet.tables import UNREAD, table_of, take_all
from quizzes.exchange.words import plain
from quizzes.models import Kind
from quizzes.traps import TRAPS, trap_name

_CHOICES = {
    "kind": [kind.label for kind in Kind if kind is not Kind.REPLY],
    "level": ["1", "2", "3", "4", "5"],
    "competency": [competency_name(key) for key in COMPETENCIES],
    "trap": [trap_name(key) for key in TRAPS],
}
_WIDTHS = {"stem": 44, "explanation": 36, "competency": 14, "source": 20, "trap": 16, "otherwise": 24}


def read(data: bytes, meanings: Mapping[str, Kind] | None = None) -> Bank:
    """The questions of a workbook. `meanings` says what its codes of question types stand for."""
    reading = Reading(meanings or {})
    try:
        tables = []
        for table, hidden in sheets_of(data):
            if not hidden:
                tables.append(table)
            elif plain(table.name) not in UNREAD and header_of(table.rows):
                reading.note(f"工作表“{table.name}”", "是隐藏的，没有读。")
        take_all(tables, reading)
    except Unreadable as refused:
        return Bank(faults=(Fault("", refused.sentence),))
    return reading.bank()


def write(items: Sequence[Item]) -> bytes:
    """The questions as a workbook in our own layout, with a sheet that explains it. Replies are left out."""
    return _book(("题目", items))


def template() -> bytes:
    """The empty table to fill in, with examples and explanations."""
    return _book(("题目", ()), ("例子", EXAMPLES))


def _book(*sheets: tuple[str, Sequence[Item]]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    looks = {
        "head": book.add_format({"bold": True, "bg_color": "#EFEAE0", "bottom": 1, "num_format": "@"}),
        # As text, so that Excel makes no dates of options such as 3-5.
        "text": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
    }
    for name, items in sheets:
        _questions(book.add_worksheet(name), items, looks)
    _explain(book.add_worksheet("说明"), looks)
    book.close()
    return buffer.getvalue()


def _questions(sheet: Any, items: Sequence[Item], looks: Mapping[str, Any]) -> None:
    columns, rows = table_of(items)
    sheet.freeze_panes(1, 2)
    for number, (key, heading) in enumerate(columns):
        part = key.partition(".")[0]
        sheet.set_column(number, number, 24 if "." in key else _WIDTHS.get(part, 10), looks["text"])
        sheet.write_string(0, number, heading, looks["head"])
        if part in _CHOICES:
            sheet.data_validation(
                1,
                number,
                MAX_QUESTIONS,
                number,
                {"validate": "list", "source": _CHOICES[part], "error_type": "warning", "ignore_blank": True},
            )
    for row, cells in enumerate(rows, start=1):
        for number, cell in enumerate(cells):
            if cell:
                sheet.write_string(row, number, printable(cell), looks["text"])


def _explain(sheet: Any, looks: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 16, looks["text"])
    sheet.set_column(1, 1, 90, looks["text"])
    for row, (heading, sentence) in enumerate(GUIDE):
        sheet.write_string(row, 0, heading, looks["head"])
        sheet.write_string(row, 1, sentence, looks["text"])


def lost(items: Sequence[Item]) -> tuple[Fault, ...]:
    """What a table cannot carry of these questions."""
    found = []
    if replies := sum(item.kind is Kind.REPLY for item in items):
        found.append(f"{replies} 道答复题要配着情景做，不写进表格。")
    if long := sum(any(len(cell) > MAX_CELL for cell in row) for row in table_of(items)[1]):
        found.append(f"{long} 道题有超过 {MAX_CELL} 字的文字，一格装不下，后面的会截掉。")
    return tuple(Fault("", sentence, stops=False) for sentence in found)
