"""Every export has one source of headers and rows, and one writer per format.

Cells cannot become formulas: XLSX text is written as text, CSV text that begins like a formula gets a quote.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import xlsxwriter
from flask import Response, current_app

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}
"""What a table can be sent as, with the content type."""
# The full-width forms too: Chinese and Japanese input methods type them, and Excel takes them for the same.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MOST_ROWS = 1_000_000
"""Rows of a sheet. Excel holds 48,575 more, but a round number is easier to count with."""
MAX_CELL = 32767
"""Longest text that a cell of Excel holds."""
TOLD_EVERY = 1000
"""Rows after which it is told how many were written."""
AT_A_TIME = 1000
"""Rows that are turned into CSV together."""
IN_MEMORY = 4 * 1024 * 1024
BLOCK = 64 * 1024


class Counted:
    """Passes rows on and counts them, and calls `tell` with how many there were, time and again.

    What `tell` raises ends the reading.
    """

    def __init__(self, rows: Iterable[Any], tell: Callable[[int], Any] | None = None) -> None:
        self.rows, self.tell, self.count = rows, tell, 0

    def __iter__(self) -> Iterator[Any]:
        for row in self.rows:
            self.count += 1
            if self.tell and self.count % TOLD_EVERY == 0:
                self.tell(self.count)
            yield row


@dataclass(frozen=True)
class Table:
    """What is exported: a title (sheet and file name), column headers, and rows in the same order.

    Cells are str, int, float, date, aware datetime or None. `widths` are in characters; `percents` are the
    numbers of columns (from 0) whose values 0–1 are shown as percentages.
    """

    title: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int] = ()
    percents: frozenset[int] = frozenset()
    filtered: bool = True
    """Whether its sheet offers filters; one that explains is prose."""


def harmless(cell: Any) -> Any:
    """A CSV cell that no spreadsheet program takes for a formula. Numbers stay numbers.

    A text that looks like one made harmless gets the sign too, so that `literacy.sheets.textfile.unquoted` takes back
    what was put there and nothing else.
    """
    if isinstance(cell, str) and cell.lstrip("'").startswith(FORMULA_STARTS):
        return "'" + cell
    return cell


def plain(cell: Any, zone: ZoneInfo) -> Any:
    """A cell as CSV text: dates as 2026-11-24, moments as 2026-11-24 09:30 in local time, 2.0 as 2."""
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, datetime):
        return cell.astimezone(zone).isoformat(" ", "minutes")[:16]
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return "" if cell is None else cell


def csv_lines(table: Table, zone: ZoneInfo) -> Iterator[bytes]:
    """The table as CSV, many lines at a time, with the byte order mark without which Excel garbles Chinese."""
    yield b"\xef\xbb\xbf" + _csv([[harmless(header) for header in table.headers]])
    rows = iter(table.rows)
    while part := list(islice(rows, AT_A_TIME)):
        columns = zip(*part, strict=True)
        said = [_column(column, zone, number in table.percents) for number, column in enumerate(columns)]
        yield _csv(zip(*said, strict=True))


def _csv(rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


def _column(cells: Sequence[Any], zone: ZoneInfo, percent: bool) -> Iterable[Any]:
    """The cells of a column as CSV text; most columns say the same few things over and over."""
    said = {
        cell: _share(cell) if percent and isinstance(cell, (int, float)) else plain(cell, zone) for cell in set(cells)
    }
    return map(said.__getitem__, cells)


def _share(value: float) -> str:
    return f"{value:.0%}"


def write_xlsx(table: Table, file: IO[bytes], zone: ZoneInfo, folder: Path | None = None) -> None:
    """Write the table as a workbook of one sheet: frozen bold header, filters, widths, real dates."""
    write_book([table], file, zone, folder)


def write_book(
    tables: Sequence[Table], file: IO[bytes] | Path, zone: ZoneInfo, folder: Path | None = None, *, open_at: int = 0
) -> None:
    """Write a workbook with a sheet for each table, in order; it opens at the sheet numbered `open_at`.

    Memory stays constant: rows are written as they come, by way of temporary files in `folder`, of which none stays
    even where the rows break off. A table with more rows than a sheet holds goes on in further sheets.
    """
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        book = xlsxwriter.Workbook(
            str(file) if isinstance(file, Path) else file,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "tmpdir": scratch,
                "default_date_format": "yyyy-mm-dd",
            },
        )
        written = _Book(book, zone)
        for number, table in enumerate(tables):
            written.add(table, first=number == open_at)
        book.close()


class _Book:
    """A workbook that is being written: its formats, and the names of its sheets."""

    def __init__(self, book: Any, zone: ZoneInfo) -> None:
        self.book, self.zone = book, zone
        self.head = book.add_format({"bold": True, "bg_color": "#EFEAE0", "bottom": 1, "text_wrap": True})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.percent = book.add_format({"num_format": "0%"})
        self.prose = book.add_format({"text_wrap": True, "valign": "top"})
        self.names: set[str] = set()

    def add(self, table: Table, *, first: bool) -> None:
        """A sheet for a table, and more where one is full."""
        rows = iter(table.rows)
        sheet, count, full = self._sheet(table, first=first), 0, False
        for row in rows:
            if full:
                sheet, count = self._sheet(table, first=False), 0
            count += 1
            self._row(sheet, count, row, table)
            full = count >= MOST_ROWS
            if full:
                self._end(sheet, table, count)
        if not full:
            self._end(sheet, table, count)

    def _sheet(self, table: Table, *, first: bool) -> Any:
        sheet = self.book.add_worksheet(self._name(table.title))
        if first:
            sheet.activate()
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        for number, header in enumerate(table.headers):
            width = table.widths[number] if number < len(table.widths) else max(10, 2 * len(header) + 2)
            sheet.set_column(number, number, width)
            sheet.write_string(0, number, printable(header), self.head)
        return sheet

    def _end(self, sheet: Any, table: Table, count: int) -> None:
        if table.filtered:
            sheet.autofilter(0, 0, max(count, 1), len(table.headers) - 1)

    def _name(self, title: str) -> str:
        """A name for a sheet that no other has; Excel takes names that differ in case only for the same."""
        name, number = _sheet_name(title), 1
        while name.lower() in self.names:
            number += 1
            ending = f"（{number}）"
            name = _sheet_name(title)[: 31 - len(ending)] + ending
        self.names.add(name.lower())
        return name

    def _row(self, sheet: Any, place: int, row: Sequence[Any], table: Table) -> None:
        for number, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(place, number, cell.astimezone(self.zone).replace(tzinfo=None), self.moment)
            elif isinstance(cell, date):
                sheet.write_datetime(place, number, cell, self.day)
            elif isinstance(cell, (int, float)):
                sheet.write_number(place, number, cell, self.percent if number in table.percents else None)
            elif cell is not None:
                sheet.write_string(place, number, printable(str(cell)), None if table.filtered else self.prose)


def _sheet_name(title: str) -> str:
    """A name that Excel accepts: without the characters it forbids, at most 31 long."""
    return "".join(character for character in title if character not in "[]:*?/\\'")[:31] or "报表"


def printable(text: str) -> str:
    """Text without the characters that XML cannot hold, no longer than a cell."""
    if text.isprintable():  # nearly every cell: nothing has to be looked at one by one
        return text[:MAX_CELL]
    kept = "".join(character for character in text if character in "\t\n" or " " <= character not in "\ufffe\uffff")
    return kept.encode("utf-8", "replace").decode()[:MAX_CELL]


def disposition(name: str) -> str:
    """A download header with a Chinese file name that old and new browsers read."""
    return f"attachment; filename=\"report.{name.rsplit('.', 1)[-1]}\"; filename*=UTF-8''{quote(name)}"


def send(table: Table, form: str, stem: str, zone: ZoneInfo) -> Response:
    """The download of a table as `xlsx` or `csv`; `stem` is the file name without its ending.

    Raises KeyError for another format. The rows are read before this returns, while the database is open; what is
    large waits for the reader in a temporary file of the data folder, not in memory.
    """
    kind = FORMS[form]
    folder = current_app.config["DATA_FOLDER"]

    def write(file: IO[bytes]) -> None:
        if form == "csv":
            file.writelines(csv_lines(table, zone))
        else:
            write_xlsx(table, file, zone, folder)

    return answered(write, kind, f"{stem}.{form}")


def answered(write: Callable[[IO[bytes]], Any], kind: str, name: str) -> Response:
    """The download of whatever `write` writes, of this content type and under this name.

    It is written before this returns, while the database is open; what is large waits for the reader in a temporary
    file of the data folder, not in memory.
    """
    folder = current_app.config["DATA_FOLDER"]
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=folder)  # noqa: SIM115  closed with the answer
    try:
        write(file)
        length = file.seek(0, io.SEEK_END)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    answer = Response(iter(lambda: file.read(BLOCK), b""), content_type=kind)
    answer.headers["Content-Disposition"] = disposition(name)
    answer.content_length = length
    answer.call_on_close(file.close)
    return answer
