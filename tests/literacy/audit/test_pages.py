"""The record of who did what: readable, narrowable, exported as it is shown, never changed."""

import io
import re
from datetime import UTC, datetime
from functools import partial
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from literacy import audit
from literacy.audit import sealing, working
from literacy.db import db, paged_newest
from literacy.models import AuditEntry, User
from literacy.registry import Subject, registry
from literacy.service import records, units
from tests.filling import text_of
from tests.working import work_off


@pytest.fixture
def admin(sign_in: Any, person: Any) -> User:
    return sign_in(person("administrator", account="admin", name="管理人"))


@pytest.fixture
def log(admin: User, person: Any) -> dict[str, Any]:
    """Some acts at known moments; 16:30 UTC is half past midnight of the next day in China."""
    unit = units.create_unit(admin, name="青禾县")
    user = person("learner", account="lier", name="李二")
    moved = audit.record(admin, "user.changed", user, "修改李二（lier）的资料", unit=["", "青禾县"], roles=["学员", ""])
    moved.at = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
    moved.address = "10.0.0.8"
    locked = audit.record(None, "sign_in.locked", user, "账号 lier 连续登录失败，暂时锁定")
    locked.at = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
    db.session.commit()
    return {"unit": unit, "user": user}


def test_an_entry_is_told_in_words(client: Any, log: Any) -> None:
    page = text_of(client.get("/manage/audit?action=user.changed"))
    assert "3月2日 00:30" in page and "管理人" in page and "修改账号" in page and "10.0.0.8" in page
    assert "<del>空</del> → <ins>青禾县</ins>" in page and "角色</span> <del>学员</del> → <ins>空</ins>" in page
    assert f'href="/manage/people/{log["user"].id}"' in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("action=user.changed", 1), ("action=sign_in.locked", 1), ("who=系统&action=sign_in.locked", 1),
        ("who=ADMIN&action=unit.created", 1), ("who=管理人&action=unit.created", 1), ("who=没有", 0),
        ("since=2026-03-02&until=2026-03-02", 1), ("since=2026-03-01&until=2026-03-01", 0),
        ("since=2026-03-02&until=2026-03-05", 2), ("until=2026-03-04", 1), ("words=连续登录", 1), ("words=%25", 0),
        ("about=units:UNIT", 1), ("about=users:USER", 3), ("address=10.0.0.8", 1), ("address=10.0.0", 0),
        ("words=青禾", 2), ("about=nonsense&action=user.changed", 1),
    ],
)  # fmt: skip
def test_entries_are_narrowed(query: str, count: int, client: Any, log: Any) -> None:
    query = query.replace("UNIT", str(log["unit"].id)).replace("USER", str(log["user"].id))
    page = text_of(client.get(f"/manage/audit?{query}"))
    assert page.count('data-label="内容"') == count
    assert count or "没有符合条件的记录" in page
    answer = client.get(f"/manage/audit/export/csv?{query}")
    assert len(answer.get_data().decode("utf-8-sig").splitlines()) == count + 1


@pytest.mark.parametrize(
    "query",
    ["page=-3", "page=9999999999", "action=none", "since=yesterday", "since=0001-01-01", "until=9999-12-31",
     "about=users:99999999999999999999", "about=%00", "who=%00", "words=" + "长" * 3000,
     "since=2026-03-05&until=2026-03-01", "endpoint=x&_external=1"],
)  # fmt: skip
def test_filters_bear_any_address(query: str, client: Any, log: Any) -> None:
    assert client.get(f"/manage/audit?{query}").status_code == 200
    assert client.get(f"/manage/audit/export/xlsx?{query}").status_code == 200


def test_what_is_wrong_with_a_date_is_said_beside_it(client: Any, log: Any) -> None:
    assert "请写成 2026-11-24 这样的日期" in text_of(client.get("/manage/audit?since=gestern"))
    assert "结束日期早于开始日期" in text_of(client.get("/manage/audit?since=2026-03-05&until=2026-03-01"))


def test_the_workbook_holds_what_is_filtered_and_taking_it_is_recorded(client: Any, log: Any) -> None:
    answer = client.get("/manage/audit/export/xlsx?action=user.changed")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("时间", "操作人", "账号", "操作", "内容", "变化", "来源地址")
    assert rows[1:] == [
        (datetime.fromisoformat("2026-03-02 00:30"), "管理人", "admin", "修改账号", "修改李二（lier）的资料",
         "单位：空 → 青禾县；角色：学员 → 空", "10.0.0.8"),
    ]  # fmt: skip
    [taken] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.taken"))
    assert taken.summary == "下载操作记录 1 行（XLSX），筛选：操作：修改账号"
    assert (taken.actor_name, taken.address) == ("管理人", "127.0.0.1")
    assert client.get("/manage/audit/export/docx").status_code == 404


def test_cells_are_no_formulas(client: Any, log: Any, admin: User) -> None:
    audit.record(admin, "user.changed", None, "=HYPERLINK(1)")
    db.session.commit()
    assert "'=HYPERLINK(1)" in client.get("/manage/audit/export/csv?words=HYPER").get_data().decode("utf-8-sig")


def test_the_log_offers_nothing_that_changes_it(client: Any, log: Any, app: Any) -> None:
    writing = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/manage/audit") and rule.methods - {"GET", "HEAD", "OPTIONS"}
    ]
    assert writing == ["literacy.audit_verify"], "which only reads"


def test_a_long_log_is_cut_into_pages(client: Any, log: Any) -> None:
    for number in range(60):
        audit.record(None, "user.changed", None, f"第 {number} 件")
    db.session.commit()
    page = text_of(client.get("/manage/audit?words=第&page=2"))
    assert "第 2 / 2 页" in page and page.count('data-label="内容"') == 10


def test_a_log_without_end_is_counted_no_further_than_needed(app: Any) -> None:
    for number in range(12):
        audit.record(None, "unit.changed", None, f"第 {number} 件")
    db.session.commit()
    page = paged_newest(records.record_list(action="unit.changed", reader=None), 9, most=10, per_page=4)
    assert (page.total, page.more, page.page, page.pages) == (10, True, 3, 3)
    assert [one.summary for one in page.items] == ["第 3 件", "第 2 件", "第 1 件", "第 0 件"]
    everything = paged_newest(records.record_list(reader=None), 1, most=12)
    assert (everything.total, everything.more) == (12, False)


def test_a_long_export_is_written_by_a_job(client: Any, admin: User, app: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("literacy.views.audit.paged_newest", partial(paged_newest, most=3))
    for number in range(5):
        audit.record(None, "unit.changed", None, f"第 {number} 件")
    answer = client.get("/manage/audit/export/csv?action=unit.changed&since=2026-01-01")
    again = client.get("/manage/audit/export/csv?action=unit.changed&since=2026-01-01")
    assert answer.status_code == 303 and answer.location == again.location
    work_off(app)
    page = text_of(client.get(answer.location))
    assert "写好了，共 5 行" in page
    file = client.get(re.search(r'href="([^"]+)" download', page)[1])
    assert len(file.get_data().decode("utf-8-sig").splitlines()) == 6
    [taken] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.taken"))
    assert taken.summary == "下载操作记录 5 行（CSV），筛选：操作：修改单位，从：2026-01-01"


def test_the_page_says_whether_the_record_is_whole(client: Any, admin: User, app: Any) -> None:
    assert "还没有核对过" in text_of(client.get("/manage/audit"))
    answer = client.send("/manage/audit/verify")
    work_off(app)
    assert "完整，没有缺，也没有改" in text_of(client.get(answer.location))
    assert "记录完整，没有被改过；今天" in text_of(client.get("/manage/audit"))
    with db.engine.begin() as connection, sealing.opened(connection, "x"):
        connection.execute(update(AuditEntry).where(AuditEntry.number == 1).values(summary="没这回事"))
    working.verify_daily()
    page = text_of(client.get("/manage/audit"))
    assert "记录不完整" in page and "没这回事）被改过" in page


def test_subjects_lead_only_where_the_reader_may_go(client: Any, admin: User, app: Any, monkeypatch: Any) -> None:
    """A content row has a page for trainers; an administrator who is none sees no link that would answer 403."""
    monkeypatch.setitem(
        registry(app).subjects, "units", Subject("题目", "quizzes.author_question", "question_id", "author")
    )
    units.create_unit(admin, name="青禾县")
    db.session.commit()
    page = text_of(client.get("/manage/audit?action=unit.created"))
    assert "青禾县" in page and "看题目" not in page


def test_an_unnamed_action_is_refused() -> None:
    with pytest.raises(KeyError):
        audit.record(None, "something.else", None, "x")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=4))
def test_whatever_was_recorded_can_be_read(changes: dict[str, Any]) -> None:
    told = audit.in_words(changes)
    assert len(told) == len(changes)
    for _, before, after in told:
        assert before is None or isinstance(before, str)
        assert isinstance(after, str)


def test_words_for_changes() -> None:
    assert audit.in_words({"name": ["旧", "新"], "unheard": [True, False], "score": [61.0, 72.5], "count": 3}) == [
        ("姓名", "旧", "新"),
        ("unheard", "是", "否"),
        ("得分", "61", "72.5"),
        ("count", None, "3"),
    ]
