"""The sheets of an Excel workbook as whole tables, for readers that look at them more than once; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from literacy.sheets.decoding import Unreadable
from literacy.sheets.workbook import MAX_COLUMNS, Sheet, Workbook, place_of

MAX_ROWS = 60000


@dataclass(frozen=True)
class Table:
    """A sheet: its name, its rows of texts, and cells that could not be read, as {(row, column): why}."""

    name: str
    rows: Sequence[Sequence[str]]
    wrong: Mapping[tuple[int, int], str] = field(default_factory=dict)


def sheets_of(data: bytes) -> Iterator[tuple[Table, bool]]:
    """Each sheet of a workbook, and whether it is hidden. Raises Unreadable for what is none, and for macros."""
    with Workbook(data) as book:
        for sheet in book.sheets:
            if sheet.part:
                yield _table(book, sheet), sheet.hidden


def _table(book: Workbook, sheet: Sheet) -> Table:
    rows: dict[int, dict[int, str]] = {}
    wrong: dict[tuple[int, int], str] = {}
    for row in book.rows(sheet):
        if row.number >= MAX_ROWS:
            raise Unreadable(f"工作表“{sheet.name}”超过 {MAX_ROWS} 行，没有读。请删掉多余的行，或者分成几个文件。")
        rows.setdefault(row.number, {}).update(row.cells)
        wrong |= {(row.number, column): why for column, why in row.wrong.items()}
    _fill_merged(rows, sheet)
    last = max(rows, default=-1)
    return Table(sheet.name, [_listed(rows.get(place, {})) for place in range(last + 1)], wrong)


def _listed(row: dict[int, str]) -> list[str]:
    return [row.get(place, "") for place in range(max(row, default=-1) + 1)]


def _fill_merged(rows: dict[int, dict[int, str]], sheet: Sheet) -> None:
    """Merged cells hold their text in the first of them; here each of them gets it."""
    last = max(rows, default=-1)
    budget = 200_000
    for reference in sheet.merged:
        start, _, end = reference.partition(":")
        (top, left), (bottom, right) = place_of(start), place_of(end or start)
        text = rows.get(top, {}).get(left, "")
        deep, wide = min(bottom, last) - top + 1, min(right, MAX_COLUMNS) - left + 1
        budget -= max(0, deep) * max(0, wide)
        if not text or top < 0 or budget < 0:
            continue
        for row in range(top, top + deep):
            for column in range(left, left + wide):
                rows.setdefault(row, {}).setdefault(column, text)
