"""Question banks as CSV: tables in text files."""

import csv
import io
from collections.abc import Mapping, Sequence

from literacy.export import harmless
from literacy.sheets.cells import Table
from literacy.sheets.decoding import Unreadable, decoded
from literacy.sheets.textfile import unquoted
from quizzes.exchange.item import Bank, Fault, Item
from quizzes.exchange.reading import Reading
from quizzes.exchange.sheet.columns import SEARCHED, header_of
from quizzes.exchange.sheet.tables import table_of, take_all
from quizzes.exchange.sheet.workbook import lost
from quizzes.models import Kind

__all__ = ["lost", "read", "rows_of", "write"]

_BETWEEN = (",", "\t", ";", "，")


def rows_of(text: str) -> list[list[str]]:
    """The rows of a text, cut by the sign that shows the widest header; an empty list where it is no table."""
    best: list[list[str]] = []
    widest = 0
    for sign in _BETWEEN:
        try:
            rows = list(csv.reader(io.StringIO(text), delimiter=sign))
        except csv.Error:
            continue
        header = header_of(rows[:SEARCHED])
        if header is not None and len(header.columns) > widest:
            best, widest = rows, len(header.columns)
    return best


def read(data: bytes, meanings: Mapping[str, Kind] | None = None) -> Bank:
    """The questions of a CSV file. `meanings` says what its codes of question types stand for."""
    reading = Reading(meanings or {})
    try:
        text = decoded(data)
    except Unreadable as refused:
        return Bank(faults=(Fault("", refused.sentence),))
    rows = [[unquoted(cell) for cell in row] for row in rows_of(text)]
    if text.strip() and not rows:
        reading.stop("", "没有找到表头。第一行要写明“题型”“题干”“答案”等各列的名称，请对照模板。")
    take_all([Table("", rows)], reading)
    return reading.bank()


def write(items: Sequence[Item]) -> bytes:
    """The questions as CSV, with the mark without which Excel garbles Chinese. Replies are left out."""
    columns, rows = table_of(items)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([heading for _, heading in columns])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace")
