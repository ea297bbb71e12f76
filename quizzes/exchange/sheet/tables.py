"""Tables of texts ⇄ questions, whatever file the table stands in; pure."""

from collections.abc import Iterable, Iterator, Sequence

from literacy.sheets.cells import Table
from quizzes.exchange.item import Item
from quizzes.exchange.options import split_options
from quizzes.exchange.reading import Reading
from quizzes.exchange.record import TEXTS, WRITTEN, Record, record_of
from quizzes.exchange.sheet.columns import Header, Row, header_of, headings
from quizzes.exchange.words import kind_of, letter, place_of, plain, truth_of

LEAST_OPTIONS = 8
UNREAD = ("说明", "填写说明", "导入说明", "使用说明", "例子", "示例", "填写示例")
"""Sheets that explain and hold no questions of the trainer's own."""


def take_all(tables: Iterable[Table], reading: Reading) -> None:
    """Read every table that has a header; say which has none."""
    filled = [table for table in tables if any(any(cell.strip() for cell in row) for row in table.rows)]
    filled = [table for table in filled if plain(table.name) not in UNREAD]
    headed = [(table, header) for table in filled if (header := header_of(table.rows))]
    if filled and not headed:
        reading.stop("", "没有找到表头。表头里至少要有“题干”和“答案”，请对照模板。")
    for table in filled:
        if headed and not any(table is known for known, _ in headed):
            reading.note(f"工作表“{table.name}”", "没有找到表头（题干、答案……），这一张没有读。")
    for table, header in headed:
        _take(table, header, f"“{table.name}”" if len(headed) > 1 else "", reading)


def _take(table: Table, header: Header, prefix: str, reading: Reading) -> None:
    if header.unknown:
        reading.note(f"{prefix}第 {header.row + 1} 行", f"这些列不认识，没有读：{'、'.join(header.unknown[:12])}。")
    for (row, column), sentence in table.wrong.items():
        if row > header.row and column in header.columns.values() and any(map(str.strip, table.rows[row])):
            reading.stop(f"{prefix}第 {row + 1} 行", f"{letter(column)} 列：{sentence}")
    if (
        not header.tall
        and "answer" not in header.columns
        and not any(key.startswith("pairs.") for key in header.columns)
    ):
        reading.stop(f"{prefix}第 {header.row + 1} 行", "表头里没有“答案”这一列。")
        return
    named = table.name if kind_of(table.name) else ""
    for record in _tall(table, header) if header.tall else _wide(table, header):
        record.place = prefix + record.place
        record.kind = record.kind or named
        reading.take(record)


def _cell(row: Row, header: Header, field_name: str) -> str:
    place = header.columns.get(field_name)
    return row[place].strip() if place is not None and place < len(row) else ""


def _below(table: Table, header: Header) -> Iterator[tuple[int, Row]]:
    """The rows under the header that hold something, with their numbers as Excel shows them.

    A header that is repeated further down, as for printing, is no question.
    """
    head = [cell.strip() for cell in table.rows[header.row]]
    for number, row in enumerate(table.rows[header.row + 1 :], start=header.row + 2):
        filled = any(cell.strip() for place, cell in enumerate(row) if place in header.columns.values())
        if filled and [cell.strip() for cell in row] != head:
            yield number, row


def _texts(row: Row, header: Header, place: str) -> Record:
    record = Record(place=place)
    for name in TEXTS:
        setattr(record, name, _cell(row, header, name))
    return record


def _wide(table: Table, header: Header) -> Iterator[Record]:
    lettered = [
        (part, name, place) for key, place in header.columns.items() for part, _, name in [key.partition(".")] if name
    ]
    lettered.sort(key=lambda one: (len(one[1]), one[1]))
    for number, row in _below(table, header):
        record = _texts(row, header, f"第 {number} 行")
        for part, name, place in lettered:
            if place < len(row) and row[place].strip():
                getattr(record, part)[name] = row[place]
        if together := _cell(row, header, "choices"):
            record.options |= split_options(together)
        if any((record.stem, record.answer, record.options, record.pairs)):
            yield record


def _tall(table: Table, header: Header) -> Iterator[Record]:
    """Rows of options: the same number is the same question; without numbers, a stem begins a new one."""
    record, last = None, ("", "")
    for number, row in _below(table, header):
        mark = (_cell(row, header, "number"), _cell(row, header, "stem"))
        new = mark[0] != last[0] if mark[0] else bool(mark[1]) and mark[1] != last[1]
        if record is None or new:
            if record is not None:
                yield record
            record, last = _texts(row, header, f"第 {number} 行"), mark
            record.answer = ""
        _add_option(record, row, header)
    if record is not None:
        yield record


def _add_option(record: Record, row: Row, header: Header) -> None:
    text = _cell(row, header, "option")
    right = _cell(row, header, "right")
    if not text:
        return
    name = letter(len(record.options))
    record.options[name] = text
    if reason := _cell(row, header, "reason"):
        record.reasons[name] = reason
    if right in ("1", "1.0") or truth_of(right):
        record.answer += f"、{name}" if record.answer else name


def table_of(items: Sequence[Item]) -> tuple[list[tuple[str, str]], Iterator[list[str]]]:
    """The columns of our table as (field, heading), and its rows. Replies are left out."""
    records = [record_of(item) for item in items if item.kind in WRITTEN]
    used = {name for one in records for name in (*one.options, *one.pairs, *one.reasons)}
    most = max([LEAST_OPTIONS, *(place_of(name) + 1 for name in used)])
    columns = headings(most)
    return columns, (_row(record, columns) for record in records)


def _row(record: Record, columns: Sequence[tuple[str, str]]) -> list[str]:
    cells = []
    for key, _ in columns:
        part, _, name = key.partition(".")
        value = getattr(record, part)
        cells.append(value.get(name, "") if name else value)
    return cells
