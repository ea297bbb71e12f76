"""A file of people as lines, one by one, whatever kind of file it is: memory does not grow with the file."""

import csv
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from literacy.intake.columns import HEADINGS, SEARCHED, UNREAD_SHEETS, Header, folded, header_of
from literacy.sheets import textfile
from literacy.sheets.archive import MEBIBYTE, OLD_OFFICE
from literacy.sheets.decoding import Unreadable
from literacy.sheets.workbook import A_FORMULA, Sheet, Workbook, place_of
from literacy.zips import is_zip

MAX_UNFOLDED = 512 * MEBIBYTE
MAX_LINES = 200_000
NO_HEADER = "没有找到表头。表头里至少要有“账号”和“姓名”两列，请对照模板。"
TOO_MANY = f"超过 {MAX_LINES} 行，没有读。请分成几个文件。"
_FORMULAS = ("=", "＝", "@", "＠")


@dataclass(frozen=True)
class Line:
    """A row: its number as Excel shows it, {field: text}, and {field: why its cell cannot be read}."""

    number: int
    cells: Mapping[str, str]
    wrong: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Notes:
    """What is said of the file as a whole, complete when all lines were read."""

    fields: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    merged: dict[int, str] = field(default_factory=dict)
    """{number of a row: what is wrong with merged cells that begin there}."""


def lines(path: Path, notes: Notes) -> Iterator[Line]:
    """The rows under the header that hold something. Raises Unreadable, also half-way."""
    with path.open("rb") as file:
        start = file.read(8)
    if is_zip(start) or start == OLD_OFFICE:
        yield from _limited(_of_workbook(path, notes))
    else:
        yield from _limited(_of_text(path, notes))


def _limited(source: Iterator[Line]) -> Iterator[Line]:
    for count, line in enumerate(source, start=1):
        if count > MAX_LINES:
            raise Unreadable(TOO_MANY)
        yield line


def _note_header(header: Header, notes: Notes) -> None:
    notes.fields = [name for name in HEADINGS if name in header.columns]
    if header.unknown:
        notes.unread.append(f"这些列不认识，没有读：{'、'.join(header.unknown[:12])}。")


def _of_workbook(path: Path, notes: Notes) -> Iterator[Line]:
    with Workbook(path, formulas=False, most=MAX_UNFOLDED) as book:
        chosen: tuple[Sheet, Header] | None = None
        for sheet in book.sheets:
            if not sheet.part or folded(sheet.name) in UNREAD_SHEETS:
                continue
            first = [(row.number, row.cells) for row in itertools.islice(book.rows(sheet), SEARCHED)]
            header = header_of(first)
            if header is None or chosen is not None or sheet.hidden:
                if first:
                    notes.unread.append(f"工作表“{sheet.name}”没有读{'：它是隐藏的' if sheet.hidden else ''}。")
                continue
            sheet.merged.clear()
            chosen = sheet, header
        if chosen is None:
            raise Unreadable(NO_HEADER)
        _note_header(chosen[1], notes)
        yield from _of_sheet(book, *chosen)
        _note_merged(*chosen, notes)


def _of_sheet(book: Workbook, sheet: Sheet, header: Header) -> Iterator[Line]:
    for row in book.rows(sheet):
        if row.number <= header.row:
            continue
        cells = {name: row.cells[place] for name, place in header.columns.items() if row.cells.get(place, "").strip()}
        if cells:
            wrong = {name: row.wrong[place] for name, place in header.columns.items() if place in row.wrong}
            yield Line(row.number + 1, cells, wrong)


def _note_merged(sheet: Sheet, header: Header, notes: Notes) -> None:
    """Only the first of merged cells holds the text; the rows below would silently lose their unit."""
    read = {place: name for name, place in header.columns.items()}
    for reference in sheet.merged:
        start, _, end = reference.partition(":")
        (top, left), (bottom, right) = place_of(start), place_of(end or start)
        touched = [name for place, name in sorted(read.items()) if left <= place <= right]
        if bottom > max(top, header.row) and touched:
            named = "、".join(HEADINGS[name] for name in touched)
            first = max(top, header.row + 1) + 1
            rows = f"第 {first} 行到第 {bottom + 1} 行"
            notes.merged[first] = f"{rows}的“{named}”合并了单元格。请取消合并，每一行都填上。"


def _of_text(path: Path, notes: Notes) -> Iterator[Line]:
    encoding = textfile.encoding_of(path)
    between, header = _cut(path, encoding)
    _note_header(header, notes)
    for number, row in enumerate(textfile.rows(path, encoding, between)):
        if number <= header.row:
            continue
        cells, wrong = {}, {}
        for name, place in header.columns.items():
            raw = row[place] if place < len(row) else ""
            if raw.strip():
                cells[name] = textfile.unquoted(raw)
                if raw.lstrip().startswith(_FORMULAS):
                    wrong[name] = A_FORMULA
        if cells:
            yield Line(number + 1, cells, wrong)


def _cut(path: Path, encoding: str) -> tuple[str, Header]:
    """The sign between the cells that shows the widest header. Raises Unreadable where none shows any."""
    best: tuple[str, Header] | None = None
    for sign in textfile.BETWEEN:
        try:
            reader = csv.reader(textfile.beginning(path, encoding), delimiter=sign)
            first = [(number, dict(enumerate(row))) for number, row in enumerate(itertools.islice(reader, SEARCHED))]
        except csv.Error:
            continue
        header = header_of(first)
        if header is not None and (best is None or len(header.columns) > len(best[1].columns)):
            best = sign, header
    if best is None:
        raise Unreadable(NO_HEADER)
    return best
