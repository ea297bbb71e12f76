"""The report as a workbook and as CSV."""

import csv
import io
import threading
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest

from courses.models import Course, Enrolment
from courses.reports import exporting
from literacy.dates import today
from literacy.db import db
from literacy.models import AuditEntry, Unit, User
from tests.courses.completion.conftest import HEADERS, report_of, sheet_of
from tests.courses.factories import enrol, make_course, make_lesson
from tests.statements import statements


def test_a_workbook_opens_as_it_should(client: Any, sign_in: Any, five: dict[str, Enrolment]) -> None:
    sign_in("administrator")
    answer = client.get("/manage/reports/completion/export/xlsx?sort=state")
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert f"完成情况_{today().isoformat()}.xlsx" in unquote(answer.headers["Content-Disposition"])
    book = openpyxl.load_workbook(io.BytesIO(answer.get_data()))
    sheet = book.active
    assert book.sheetnames == ["说明", "完成情况", "合计"] and sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[1]] == HEADERS
    assert [cell.value for cell in sheet[5]] == [
        "丁完", "ding", "青禾县", "科长", "课程 kc", "已完成", 1, 92.5, 2, datetime(2026, 10, 1, 0, 30)  # noqa: DTZ001  Excel knows no zones
    ]  # fmt: skip
    assert [cell.data_type for cell in sheet[5]] == ["s"] * 6 + ["n", "n", "n", "d"]
    assert sheet["G5"].number_format == "0%" and sheet["J5"].number_format == "yyyy-mm-dd hh:mm"
    studying = [cell.value for cell in sheet[3]]
    assert studying == ["乙学", "yi", "青禾县 / 望舒街道", "科员", "课程 kc", "学习中", 0.5, None, None, None]
    assert sheet.column_dimensions["C"].width > 25


def test_a_csv_opens_in_excel(client: Any, sign_in: Any, five: dict[str, Enrolment]) -> None:
    sign_in("administrator")
    answer = client.get("/manage/reports/completion/export/csv?sort=state&state=completed")
    body = answer.get_data()
    assert body.startswith(b"\xef\xbb\xbf") and answer.mimetype == "text/csv"
    assert f"完成情况_{today().isoformat()}.csv" in unquote(answer.headers["Content-Disposition"])
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert rows == [
        HEADERS,
        ["丁完", "ding", "青禾县", "科长", "课程 kc", "已完成", "100%", "92.5", "2", "2026-10-01 00:30"],
    ]


def test_an_export_is_recorded_with_what_it_holds(client: Any, sign_in: Any, five: dict, county: dict) -> None:
    actor = sign_in("administrator")
    client.get(f"/manage/reports/completion/export/csv?unit={county['青禾县'].id}&state=overdue&since=2026-01-01")
    [entry] = db.session.query(AuditEntry).filter_by(action="export.taken")
    assert entry.actor_id == actor.id
    for said in ("完成情况", "1 行", "CSV", "青禾县", "已逾期", "报名日期：2026-01-01 至 现在"):
        assert said in entry.summary
    assert client.get("/manage/reports/completion/export/doc").status_code == 404


def test_names_cannot_become_formulas(client: Any, sign_in: Any, person: Any) -> None:
    enrol(person(name='=HYPERLINK("http://x")', account="a1", post="+1"), make_course([make_lesson()]))
    sign_in("administrator")
    assert "'=HYPERLINK" in client.get("/manage/reports/completion/export/csv").get_data().decode("utf-8-sig")
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/manage/reports/completion/export/xlsx").get_data())).active
    assert (sheet["A2"].data_type, sheet["D2"].data_type) == ("s", "s")


def test_an_export_holds_all_pages_and_asks_a_fixed_number_of_questions(
    client: Any, sign_in: Any, person: Any, five: dict[str, Enrolment]
) -> None:
    sign_in("administrator")

    def count(url: str) -> int:
        with statements() as asked:
            client.get(url)
        return len(asked)

    urls = (
        "/manage/reports/completion",
        "/manage/reports/completion/export/csv",
        f"/manage/enrolments/{five['甲未'].course_id}",
    )
    before = [count(url) for url in urls]
    course = db.session.get(Course, five["甲未"].course_id)
    hashed = db.session.query(User).first().password_hash
    for number in range(60):
        user = User(account=f"n{number:03}", name=f"人{number:03}", password_hash=hashed)
        db.session.add(Enrolment(user=user, course=course))
    db.session.flush()
    assert [count(url) for url in urls] == before
    assert len(report_of(client.get("/manage/reports/completion"))) == 50
    assert len(report_of(client.get("/manage/reports/completion?page=2"))) == 15
    assert len(sheet_of(client.get("/manage/reports/completion/export/xlsx"))) == 66


def test_others_may_write_while_an_export_is_read(
    app: Any, client: Any, sign_in: Any, five: dict[str, Enrolment], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty thousand rows take seconds; a learner's draft must be saved meanwhile."""
    sign_in("administrator")
    done: list[bool] = []

    def write() -> None:
        with app.app_context():
            db.session.add(Unit(name="同时写的"))
            db.session.commit()
            done.append(True)

    plain = exporting.data

    def slowly(rows: Any) -> Any:
        for number, row in enumerate(rows):
            if number == 2:
                thread = threading.Thread(target=write)
                thread.start()
                thread.join(4)
                assert done, "the export holds the write lock"
            yield row

    monkeypatch.setattr(exporting, "data", lambda asked, rows: plain(asked, slowly(rows)))
    assert client.get("/manage/reports/completion/export/csv").status_code == 200
    assert done
