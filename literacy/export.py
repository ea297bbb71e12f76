"""Every export has one source of headers and rows, and one writer per format.

Cells cannot become formulas: XLSX text is written as text, CSV text that begins like a formula gets a quote.
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
MAX_CELL = 32767
"""Longest text that a cell of Excel holds."""
IN_MEMORY = 4 * 1024 * 1024
BLOCK = 64 * 1024


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


def harmless(cell: Any) -> Any:
    """A CSV cell that no spreadsheet program takes for a formula. Numbers stay numbers."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return "'" + cell
    return cell


def plain(cell: Any, zone: ZoneInfo) -> Any:
    """A cell as CSV text: dates as 2026-11-24, moments as 2026-11-24 09:30 in local time, 2.0 as 2."""
    if isinstance(cell, datetime):
        return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return "" if cell is None else harmless(cell)


def csv_lines(table: Table, zone: ZoneInfo) -> Iterator[bytes]:
    """The table as CSV, a line at a time, with the byte order mark without which Excel garbles Chinese."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)

    def take() -> bytes:
        line = buffer.getvalue().encode("utf-8", "replace")
        buffer.seek(0)
        buffer.truncate()
        return line

    writer.writerow([harmless(header) for header in table.headers])
    yield b"\xef\xbb\xbf" + take()
    for row in table.rows:
        writer.writerow(
            [
                f"{cell:.0%}" if number in table.percents and cell is not None else plain(cell, zone)
                for number, cell in enumerate(row)
            ]
        )
        yield take()


def write_xlsx(table: Table, file: IO[bytes], zone: ZoneInfo, folder: Path | None = None) -> None:
    """Write the table as a workbook of one sheet: frozen bold header, filters, widths, real dates.

    Memory stays constant: rows are written as they come, by way of temporary files in `folder`.
    """
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": str(folder) if folder else None,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    sheet = book.add_worksheet(_sheet_name(table.title))
    head = book.add_format({"bold": True, "bg_color": "#EFEAE0", "bottom": 1})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    percent = book.add_format({"num_format": "0%"})
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for number, header in enumerate(table.headers):
        width = table.widths[number] if number < len(table.widths) else max(10, 2 * len(header) + 2)
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, header, head)
    last = 0
    for last, row in enumerate(table.rows, start=1):
        for number, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(last, number, cell.astimezone(zone).replace(tzinfo=None), moment)
            elif isinstance(cell, date):
                sheet.write_datetime(last, number, cell, day)
            elif isinstance(cell, (int, float)):
                sheet.write_number(last, number, cell, percent if number in table.percents else None)
            elif cell is not None:
                sheet.write_string(last, number, _printable(str(cell)))
    sheet.autofilter(0, 0, max(last, 1), len(table.headers) - 1)
    book.close()


def _sheet_name(title: str) -> str:
    """A name that Excel accepts: without the characters it forbids, at most 31 long."""
    return "".join(character for character in title if character not in "[]:*?/\\'")[:31] or "报表"


def _printable(text: str) -> str:
    """Text without the characters that XML cannot hold, no longer than a cell."""
    kept = "".join(character for character in text if character in "\t\n" or " " <= character not in "\ufffe\uffff")
    return kept.encode("utf-8", "replace").decode()[:MAX_CELL]


def _disposition(name: str) -> str:
    """A download header with a Chinese file name that old and new browsers read."""
    return f"attachment; filename=\"report.{name.rsplit('.', 1)[-1]}\"; filename*=UTF-8''{quote(name)}"


def send(table: Table, form: str, stem: str, zone: ZoneInfo) -> Response:
    """The download of a table as `xlsx` or `csv`; `stem` is the file name without its ending.

    Raises KeyError for another format. The rows are read before this returns, while the database is open; what is
    large waits for the reader in a temporary file of the data folder, not in memory.
    """
    kind = FORMS[form]
    folder = current_app.config["DATA_FOLDER"]
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=folder)  # noqa: SIM115  closed with the answer
    try:
        if form == "csv":
            file.writelines(csv_lines(table, zone))
        else:
            write_xlsx(table, file, zone, folder)
        length = file.seek(0, io.SEEK_END)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    answer = Response(iter(lambda: file.read(BLOCK), b""), content_type=kind)
    answer.headers["Content-Disposition"] = _disposition(f"{stem}.{form}")
    answer.content_length = length
    answer.call_on_close(file.close)
    return answer
