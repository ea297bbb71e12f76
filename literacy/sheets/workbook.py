"""An Excel workbook, read row by row from its XML: nothing in it is evaluated, and memory stays the same."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Self
from xml.etree.ElementTree import Element

from literacy.sheets.archive import DAMAGED, MACROS, MAX_UNFOLDED, TOO_LARGE, Archive, attribute, below, child
from literacy.sheets.decoding import Unreadable
from literacy.sheets.strings import Runs, Strings, parsed

MAX_COLUMNS = 1000
MAX_CELLS = 4_000_000
MAX_MERGED = 20_000
NO_RESULT = "这一格是公式，没有算出来的结果。请在 Excel 里把它改成文字（复制，再“选择性粘贴：数值”）。"
A_FORMULA = "这一格是公式，没有读。请在 Excel 里把它改成文字（复制，再“选择性粘贴：数值”）。"
A_DATE = "这一格被 Excel 当成了日期或时间。请把单元格的格式改成“文本”，再照原样填一次。"
AN_ERROR = "这一格是 Excel 的错误值，请改正。"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_PERCENT_FORMATS = {9, 10}
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


@dataclass(frozen=True)
class Row:
    """A row that holds something: its number from 0, {column: text}, and {column: why it cannot be read}."""

    number: int
    cells: dict[int, str]
    wrong: dict[int, str]

    def listed(self) -> list[str]:
        """The texts in order, empty where nothing stands."""
        return [self.cells.get(place, "") for place in range(max(self.cells, default=-1) + 1)]


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, whether it is hidden, and where in the file it stands."""

    name: str
    hidden: bool
    part: str
    merged: list[str] = field(default_factory=list)
    """The ranges of merged cells such as A1:B2, known when all rows were read."""


class Workbook:
    """A workbook that is open for reading; a context manager."""

    def __init__(self, source: bytes | Path, *, formulas: bool = True, most: int = MAX_UNFOLDED) -> None:
        """`source` is the file or where it lies. Without `formulas`, a cell with one is wrong even if it has a result.

        Raises Unreadable for what is no workbook, for macros, and for what unfolds to more than `most` bytes.
        """
        self._archive = Archive(source, most)
        if self._archive.has_macros():
            raise Unreadable(MACROS)
        book = self._archive.xml("xl/workbook.xml")
        if book is None:
            raise Unreadable(DAMAGED)
        self._formulas = formulas
        self._shared = Strings(self._archive.blocks("xl/sharedStrings.xml"))
        self._formats = _formats(self._archive.xml("xl/styles.xml"))
        targets = {
            attribute(one, "Id"): posixpath.normpath(posixpath.join("/xl", attribute(one, "Target"))).lstrip("/")
            for one in below(self._archive.xml("xl/_rels/workbook.xml.rels"), "Relationship")
        }
        self.sheets = [
            Sheet(
                attribute(one, "name"),
                attribute(one, "state") not in ("", "visible"),
                targets.get(attribute(one, "id"), ""),
            )
            for one in below(book, "sheet")
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._shared.close()
        self._archive.close()

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """The rows that hold something, in the order of the file; none of a chart. Raises Unreadable as they come."""
        reader = _Reader(self._shared, self._formats, self._formulas, sheet)
        for _ in parsed(self._archive.blocks(sheet.part), reader.start, reader.end, reader.text):
            yield from reader.taken()


def unescaped(text: str) -> str:
    """Text without Excel's own way to write control characters (_x000D_)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _formats(styles: Element | None) -> list[str]:
    """What the numbers of each style are: `date`, `percent`, or empty."""
    if styles is None:
        return []
    own = {attribute(one, "numFmtId"): attribute(one, "formatCode") for one in below(styles, "numFmt")}
    found = []
    for one in below(child(styles, "cellXfs"), "xf"):
        number = attribute(one, "numFmtId")
        code = _QUOTED.sub("", own.get(number, "")).lower()
        known = int(number) if number.isdecimal() and len(number) < 6 else 0
        if known in _DATE_FORMATS or re.search(r"[ydhs]|m", code.replace("general", "")):
            found.append("date")
        else:
            found.append("percent" if known in _PERCENT_FORMATS or "%" in code else "")
    return found


def place_of(reference: str) -> tuple[int, int]:
    """B3 as (row, column) from 0; (-1, -1) for nonsense."""
    match = _REFERENCE.fullmatch(reference.replace("$", ""))
    if match is None:
        return -1, -1
    column = 0
    for character in match[1]:
        column = 26 * column + ord(character) - 64
    return int(match[2]) - 1, column - 1


def number_text(raw: str, *, percent: bool) -> str:
    """A number as Excel shows it: 2, not 2.0; 0.3, not 0.30000000000000004; 50%, not 0.5."""
    if raw.isdecimal() and len(raw) < 15 and not percent:
        return raw
    try:
        value = Decimal(raw)
        if not value.is_finite() or abs(value.adjusted()) > 30:
            return raw
        value = Decimal(f"{value:.15g}") * (100 if percent else 1)
    except InvalidOperation:
        return raw
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + ("%" if percent else "")


class _Reader:
    """Takes the events of a sheet's XML and makes rows of them."""

    def __init__(self, shared: Strings, formats: list[str], formulas: bool, sheet: Sheet) -> None:
        self._shared, self._formats, self._formulas, self._sheet = shared, formats, formulas, sheet
        self._rows: list[Row] = []
        self._data = False
        self._worksheet: bool | None = None
        self._number = self._column = -1
        self._count = 0
        self._row = Row(-1, {}, {})
        self._cell: dict[str, str] | None = None
        self._inline = self._has_formula = False
        self._value = ""
        self._in_value = False
        self._runs = Runs()

    def taken(self) -> list[Row]:
        """The rows that are complete."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""
        name = name.rpartition(":")[2]
        if self._worksheet is None:
            self._worksheet = name == "worksheet"
        elif not self._worksheet:
            return
        elif self._cell is not None:
            self._start_within(name)
        elif name == "c" and self._data:
            self._start_cell(given)
        elif name == "row" and self._data:
            number = given.get("r", "")
            self._number = int(number) - 1 if number.isdecimal() and len(number) < 8 else self._number + 1
            self._row, self._column = Row(self._number, {}, {}), -1
        elif name == "sheetData":
            self._data = True
        elif name == "mergeCell" and len(self._sheet.merged) < MAX_MERGED:
            self._sheet.merged.append(given.get("ref", ""))

    def _start_cell(self, given: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_CELLS:
            raise Unreadable(TOO_LARGE)
        _, column = place_of(given.get("r", ""))
        self._column = column if column >= 0 else self._column + 1
        self._cell, self._value, self._inline, self._has_formula = given, "", False, False
        self._runs.clear()

    def _start_within(self, name: str) -> None:
        if name == "v":
            self._in_value = True
            self._runs.clear()
            self._runs.collecting = True
        elif name == "f":
            self._has_formula = True
        elif name == "is":
            self._inline = True
            self._runs.clear()
        elif self._inline:
            self._runs.start(name)

    def end(self, name: str) -> None:
        """An element ends."""
        name = name.rpartition(":")[2]
        if self._cell is not None:
            if name == "c":
                self._end_cell(self._cell)
                self._cell = None
            elif name == "v":
                self._in_value = self._runs.collecting = False
                self._value = self._runs.whole()
            elif self._inline:
                self._runs.end(name)
        elif name == "row" and self._data:
            if self._row.cells:
                self._rows.append(self._row)
        elif name == "sheetData":
            self._data = False

    def text(self, piece: str) -> None:
        """A piece of text."""
        if self._runs.collecting:
            self._runs.text(piece)

    def _end_cell(self, given: dict[str, str]) -> None:
        if self._column >= MAX_COLUMNS:
            return
        text, wrong = self._shown(given)
        if self._has_formula and not self._formulas:
            text, wrong = text, A_FORMULA
        if text or wrong:
            self._row.cells[self._column] = text or "？"
        if wrong:
            self._row.wrong[self._column] = wrong

    def _shown(self, given: dict[str, str]) -> tuple[str, str]:
        """What a cell shows, and why it cannot be read; one of them is empty."""
        kind, raw = given.get("t", ""), self._value
        if self._inline:
            return unescaped(self._runs.whole()), ""
        if not raw:
            return "", NO_RESULT if self._has_formula and kind != "str" else ""
        if kind == "s":
            known = raw.isdecimal() and len(raw) < 10 and int(raw) < len(self._shared)
            return (unescaped(self._shared[int(raw)]), "") if known else ("", DAMAGED)
        if kind == "str":
            return unescaped(raw), ""
        if kind == "b":
            return "TRUE" if raw == "1" else "FALSE", ""
        if kind == "e":
            return "", AN_ERROR
        style = given.get("s", "")
        shown = self._formats[int(style)] if style.isdecimal() and int(style) < len(self._formats) else ""
        if kind == "d" or shown == "date":
            return "", A_DATE
        return number_text(raw, percent=shown == "percent"), ""
