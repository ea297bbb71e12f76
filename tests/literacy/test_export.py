"""Tables as files: what Excel opens is what was written, and no cell becomes a formula."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy.export import FORMULA_STARTS, MAX_CELL, Table, csv_lines, harmless, send, write_xlsx

SHANGHAI = ZoneInfo("Asia/Shanghai")
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def as_csv(table: Table) -> bytes:
    return b"".join(csv_lines(table, SHANGHAI))


def as_sheet(table: Table) -> Any:
    file = io.BytesIO()
    write_xlsx(table, file, SHANGHAI)
    return openpyxl.load_workbook(file).active


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_what_looks_like_a_formula_gets_a_quote(start: str) -> None:
    assert harmless(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize("cell", ["赵晴", "", "a=1", 3, -2.5, None])
def test_everything_else_stays(cell: Any) -> None:
    assert harmless(cell) == cell


@given(ANYTHING)
def test_no_text_stays_a_formula_and_none_is_lost(text: str) -> None:
    shown = harmless(text)
    assert not shown.startswith(FORMULA_STARTS)
    assert shown.removeprefix("'") == text.removeprefix("'")


@given(st.lists(st.tuples(ANYTHING, ANYTHING), max_size=5))
def test_csv_comes_back_as_it_went(rows: list[tuple[str, str]]) -> None:
    written = as_csv(Table("表", ["一", "二"], rows))
    assert written.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert read == [["一", "二"], *[[harmless(cell) for cell in row] for row in rows]]


@given(st.text(max_size=40))
def test_any_text_makes_a_sound_workbook(text: str) -> None:
    """Controls, lone surrogates, formulas: the file opens, and the cell is text."""
    cell = as_sheet(Table("表", ["一"], [[text], ["完"]]))["A2"]
    assert cell.data_type in ("s", "n") and (cell.value is None or isinstance(cell.value, str))


def test_csv_writes_dates_and_shares_as_people_read_them() -> None:
    moment = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
    table = Table("表", list("甲乙丙丁"), [[moment, date(2026, 11, 24), 0.4286, None]], percents=frozenset({2}))
    assert as_csv(table).decode("utf-8-sig").splitlines()[1] == "2026-11-24 09:30,2026-11-24,43%,"


def test_a_workbook_has_types_widths_and_a_frozen_head() -> None:
    moment = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
    rows = [["=1+1", 85.5, 0.4286, moment, date(2026, 11, 24), None]]
    sheet = as_sheet(Table("表：[一]", list("甲乙丙丁戊己"), rows, [12, 8], frozenset({2})))
    assert sheet.title == "表：一" and sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:F2"
    text, number, share, at, day, nothing = sheet[2]
    assert (text.value, text.data_type) == ("=1+1", "s")
    assert (number.value, number.data_type) == (85.5, "n")
    assert share.value == 0.4286 and share.number_format == "0%"
    assert at.value.isoformat() == "2026-11-24T09:30:00" and at.number_format == "yyyy-mm-dd hh:mm"
    assert day.value.isoformat() == "2026-11-24T00:00:00" and day.number_format == "yyyy-mm-dd"
    assert nothing.value is None
    assert sheet["A1"].font.bold
    assert 12 <= sheet.column_dimensions["A"].width < 13 and 8 <= sheet.column_dimensions["B"].width < 9
    assert sheet.print_title_rows == "$1:$1" and sheet.page_setup.orientation == "landscape"


def test_a_cell_takes_no_more_than_excel_holds() -> None:
    assert len(as_sheet(Table("表", ["一"], [["长" * (MAX_CELL + 5)]]))["A2"].value) == MAX_CELL


@pytest.mark.parametrize("title", ["", "[]:*?/\\'", "很长" * 30])
def test_any_title_makes_a_sheet(title: str) -> None:
    assert 1 <= len(as_sheet(Table(title, ["一"], [])).title) <= 31


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_download_has_a_chinese_name_and_its_length(app: Any, form: str) -> None:
    before = set(app.config["DATA_FOLDER"].rglob("*"))
    answer = send(Table("表", ["一"], [["二"]]), form, "完成情况_2026-11-25", SHANGHAI)
    assert f"完成情况_2026-11-25.{form}" in unquote(answer.headers["Content-Disposition"])
    assert answer.content_length == len(answer.get_data())
    answer.close()
    assert set(app.config["DATA_FOLDER"].rglob("*")) == before, "temporary files stay behind"


def test_another_format_is_no_format(app: Any) -> None:
    with pytest.raises(KeyError):
        send(Table("表", ["一"], []), "pdf", "x", SHANGHAI)


def test_a_large_table_is_read_as_it_is_written(app: Any) -> None:
    """Rows come from a generator that is never held whole; the file waits on disk, not in memory."""
    rows = ([number, "很长的单位名称" * 4] for number in range(50_000))
    answer = send(Table("表", ["序号", "单位"], rows), "csv", "x", SHANGHAI)
    body = b"".join(answer.response)  # type: ignore[arg-type]
    assert len(body) > 4 * 1024 * 1024 and body.count(b"\r\n") == 50_001
