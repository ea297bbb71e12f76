"""The completion report: who stands where, narrowed and sorted."""

import re
from typing import Any

import pytest

from courses.models import Enrolment
from literacy.dates import today
from literacy.db import db
from literacy.models import AuditEntry, Unit
from tests.courses.completion.conftest import figures_of, report_of, sheet_of
from tests.courses.factories import enrol, make_course, make_lesson
from tests.filling import text_of


def test_the_report_says_who_stands_where(client: Any, sign_in: Any, five: dict[str, Enrolment]) -> None:
    sign_in("administrator")
    answer = client.get("/manage/reports/completion")
    text = text_of(answer)
    assert figures_of(answer) == {"全部": 5, "未开始": 1, "学习中": 1, "已逾期": 1, "已完成": 1, "已退出": 1}
    for shown in ("青禾县 / 望舒街道", "50%", "1 / 2 步", "92.5", "10月1日 00:30"):
        assert shown in text
    assert set(report_of(answer)) == set(five)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("words=甲", "甲未"), ("words=DING", "丁完"), ("words=科员", "乙学 戊退"), ("words=%25", ""),
        ("words=没有", ""),
        ("state=overdue", "丙逾"), ("state=completed", "丁完"), ("state=withdrawn", "戊退"), ("state=studying", "乙学"),
        ("state=not_started", "甲未"), ("unit={青禾县}", "丁完 丙逾 乙学 甲未"), ("unit={望舒街道}", "乙学 甲未"),
        ("unit={澜江市}", ""), ("course={course}", "丁完 丙逾 乙学 戊退 甲未"),
        ("unit={望舒街道}&state=studying", "乙学"),
        ("dated=completed&since=2026-10-01&until=2026-10-01", "丁完"), ("dated=completed&until=2026-09-30", ""),
        ("dated=due&since={day}&until={day}", "甲未"), ("dated=enrolled&until=2020-01-01", ""),
        ("dated=enrolled&since={day}", "丁完 丙逾 乙学 戊退 甲未"),
    ],
)  # fmt: skip
def test_each_filter_narrows(
    query: str, names: str, client: Any, sign_in: Any, five: dict[str, Enrolment], county: dict[str, Unit]
) -> None:
    sign_in("administrator")
    ids = {name: unit.id for name, unit in county.items()}
    query = query.format(course=five["甲未"].course_id, day=today().isoformat(), **ids)
    answer = client.get(f"/manage/reports/completion?{query}")
    assert sorted(report_of(answer)) == sorted(names.split())
    exported = sheet_of(client.get(f"/manage/reports/completion/export/xlsx?{query}"))
    assert sorted(row[0] for row in exported[1:]) == sorted(names.split())


def test_totals_follow_every_filter_but_the_state(client: Any, sign_in: Any, five: dict, county: dict) -> None:
    sign_in("administrator")
    answer = client.get(f"/manage/reports/completion?unit={county['望舒街道'].id}&state=studying")
    assert report_of(answer) == ["乙学"]
    assert figures_of(answer) == {"全部": 2, "未开始": 1, "学习中": 1, "已逾期": 0, "已完成": 0, "已退出": 0}


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("account", "丙逾 丁完 甲未 戊退 乙学"), ("-account", "乙学 戊退 甲未 丁完 丙逾"),
        ("state", "甲未 乙学 丙逾 丁完 戊退"), ("-state", "戊退 丁完 丙逾 乙学 甲未"),
        ("-progress", "丁完"), ("hours", "丁完"), ("-hours", "丁完"),
        ("completed", "丁完"), ("-completed", "丁完"),
    ],
)  # fmt: skip
def test_each_column_sorts_and_what_is_empty_comes_last(
    sort: str, names: str, client: Any, sign_in: Any, five: dict[str, Enrolment]
) -> None:
    sign_in("administrator")
    shown = report_of(client.get(f"/manage/reports/completion?sort={sort}"))
    assert shown[: len(names.split())] == names.split()
    exported = sheet_of(client.get(f"/manage/reports/completion/export/xlsx?sort={sort}"))
    assert [row[0] for row in exported[1:]] == shown


@pytest.mark.parametrize("sort", ["score", "-score"])
def test_nobody_is_ranked_by_score(sort: str, client: Any, sign_in: Any, five: dict[str, Enrolment]) -> None:
    """The score is shown, but neither the report, nor its file, nor the list of a course can be ordered by it."""
    sign_in("administrator")
    course = f"/manage/enrolments/{five['甲未'].course_id}"
    for url in ("/manage/reports/completion", course):
        text = text_of(client.get(url))
        assert "得分" in text and "sort=score" not in text and "sort=-score" not in text
        assert report_of(client.get(f"{url}?sort={sort}")) == report_of(client.get(url))
    plain = sheet_of(client.get("/manage/reports/completion/export/xlsx"))
    assert sheet_of(client.get(f"/manage/reports/completion/export/xlsx?sort={sort}")) == plain


def test_names_sort_by_pinyin(client: Any, sign_in: Any, person: Any) -> None:
    course = make_course([make_lesson()])
    names = ["安宁", "曹雨", "陈晨", "何平", "林晓", "吕燕", "欧阳青", "沈清", "王芳", "张伟", "周敏"]
    for name in sorted(names):  # by code point: another order
        enrol(person(name=name), course)
    sign_in("administrator")
    assert report_of(client.get("/manage/reports/completion?sort=name")) == names
    assert report_of(client.get("/manage/reports/completion?sort=-name")) == names[::-1]


def test_progress_begins_with_who_has_done_least(client: Any, sign_in: Any, five: dict[str, Enrolment]) -> None:
    sign_in("administrator")
    assert "sort=progress" in text_of(client.get("/manage/reports/completion"))
    shown = report_of(client.get("/manage/reports/completion?sort=progress"))
    assert shown[-1] == "丁完" and set(shown[:2]) == {"甲未", "戊退"}


@pytest.mark.parametrize("sort", ["unit", "-unit", "post", "-post"])
def test_people_without_unit_or_post_come_last_either_way(
    sort: str, client: Any, sign_in: Any, five: dict[str, Enrolment]
) -> None:
    sign_in("administrator")
    last = "戊退" if "unit" in sort else "丙逾"
    assert report_of(client.get(f"/manage/reports/completion?sort={sort}"))[-1] == last


def test_headers_sort_and_turn_round(client: Any, sign_in: Any, five: dict[str, Enrolment]) -> None:
    sign_in("administrator")
    text = text_of(client.get("/manage/reports/completion?sort=name&state=studying"))
    assert 'aria-sort="ascending"' in text and "sort=-name" in text
    assert re.search(r'href="[^"]*state=studying[^"]*sort=-name|href="[^"]*sort=-name[^"]*state=studying', text)
    assert 'aria-sort="descending"' in text_of(client.get("/manage/reports/completion?sort=-name"))


@pytest.mark.parametrize(
    "query",
    [
        "page=-1", "page=999999999999999999999", "page=x", "sort=password_hash", "sort=-", "sort=--name", "state=gone",
        "unit=999999999999", "unit=-1", "unit=a", "course=%00", "words=%00%ff", "since=0001-01-01", "until=9999-12-31",
        "since=abc", "since=2026-02-30", "dated=born", "since=2026-05-02&until=2026-05-01", "endpoint=x&_external=1",
        "words=" + "长" * 300, "course_id=1&form=csv&words=%F0%9F%98%80",
    ],
)  # fmt: skip
def test_any_query_is_borne(query: str, client: Any, sign_in: Any, five: dict[str, Enrolment]) -> None:
    sign_in("administrator")
    course = five["甲未"].course_id
    for url in ("/manage/reports/completion", f"/manage/enrolments/{course}", f"/manage/enrolments/{course}/people"):
        assert client.get(f"{url}?{query}").status_code == 200
    for url in (f"/manage/enrolments/{course}/due", f"/manage/enrolments/{course}/unit"):
        assert client.get(f"{url}?{query}").status_code in (200, 303)
    assert client.get(f"/manage/reports/completion/export/csv?{query}").status_code in (200, 303)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=abc", "请写成 2026-11-24 这样的日期。"),
        ("since=2026-05-02&until=2026-05-01", "“到”不能早于“从”。"),
        ("course=77", "请从列表里选一项。"),
    ],
)
def test_a_filter_that_is_not_understood_is_said_and_exports_nothing(
    query: str, said: str, client: Any, sign_in: Any, five: dict[str, Enrolment]
) -> None:
    sign_in("administrator")
    assert said in text_of(client.get(f"/manage/reports/completion?{query}"))
    answer = client.get(f"/manage/reports/completion/export/xlsx?{query}")
    assert answer.status_code == 303 and answer.location.startswith("/manage/reports/completion?")
    assert db.session.query(AuditEntry).filter_by(action="export.taken").count() == 0
