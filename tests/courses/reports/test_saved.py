"""Views are kept, shared in a unit, opened with, renamed and deleted; headers follow a mapping."""

import io
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from courses.reports import headers
from courses.reports.models import SavedView
from literacy.db import db
from literacy.errors import Refused
from literacy.models import Unit
from tests.filling import text_of

BASE = "/manage/reports/completion"


@pytest.fixture
def office(app: Any) -> Unit:
    unit = Unit(name="培训科")
    db.session.add(unit)
    db.session.flush()
    return unit


def kept(client: Any, name: str = "逾期的人", **more: str) -> SavedView:
    client.send(f"{BASE}/views/new?state=overdue&columns=name&sort=name", {"name": name, **more})
    return db.session.scalars(select(SavedView).where(SavedView.name == name)).one()


def test_a_view_keeps_filter_sort_and_columns(client: Any, sign_in: Any) -> None:
    sign_in("administrator")
    view = kept(client)
    assert view.query == {"state": ["overdue"], "columns": ["name"], "sort": ["name"]}
    text = text_of(client.get(BASE))
    assert "逾期的人" in text and f"view={view.id}" in text


def test_a_report_opens_with_the_default_view(client: Any, sign_in: Any) -> None:
    sign_in("administrator")
    view = kept(client, default="y")
    assert f"view={view.id}" in client.get(BASE).location and "state=overdue" in client.get(BASE).location
    assert client.get(f"{BASE}?all=1").status_code == 200  # everything can still be seen
    client.send(f"/manage/reports/views/{view.id}/open-with")
    assert client.get(BASE).status_code == 200


def test_a_name_is_used_once(client: Any, sign_in: Any) -> None:
    sign_in("administrator")
    kept(client)
    answer = client.send(f"{BASE}/views/new", {"name": "逾期的人"})
    assert answer.status_code == 409 or "已经有一个叫" in text_of(answer)
    assert "请填写这一项" in text_of(client.send(f"{BASE}/views/new", {"name": " "}))


def test_a_view_is_renamed_and_deleted(client: Any, sign_in: Any) -> None:
    sign_in("administrator")
    view = kept(client, default="y")
    url = f"/manage/reports/views/{view.id}"
    assert client.get(f"{url}/edit").status_code == 200
    client.send(f"{url}/edit", {"name": "要提醒的人"})
    db.session.refresh(view)
    assert view.name == "要提醒的人" and client.get(BASE).status_code == 200  # no default any more
    client.send(f"{url}/delete")
    assert db.session.scalars(select(SavedView)).all() == []


def test_views_are_shared_within_a_unit_only(client: Any, sign_in: Any, person: Any, office: Unit) -> None:
    mate = person("administrator", unit=office)
    stranger = person("administrator")
    sign_in(person("administrator", unit=office))
    own, shared = kept(client, "自己的"), kept(client, "大家的", shared="y")
    for user, sees in ((mate, True), (stranger, False)):
        client.send("/sign-out")
        client.signed_in = None
        sign_in(user)
        text = text_of(client.get(BASE))
        assert ("大家的" in text, "自己的" in text) == (sees, False)
        assert client.get(f"/manage/reports/views/{shared.id}/edit").status_code == 404
        assert client.send(f"/manage/reports/views/{shared.id}/delete").status_code == 404
        assert client.send(f"/manage/reports/views/{own.id}/open-with").status_code == 404


def heads(client: Any) -> list[str]:
    answer = client.get(f"{BASE}/export/xlsx?all=1")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data()))["完成情况"]
    return [cell.value for cell in sheet[1]]


def test_a_shipped_mapping_renames_the_columns_of_files(client: Any, sign_in: Any) -> None:
    sign_in("administrator")
    assert heads(client)[0] == "姓名"
    client.send("/manage/reports/headers/shipped", {"name": "gbt38865"})
    assert heads(client)[:3] == ["学员姓名", "学员账号", "所在单位"]
    assert 'value="学员姓名"' in text_of(client.get("/manage/reports/headers"))
    client.send("/manage/reports/headers/paste", {"text": "completion:\n  name: 名字\n"})
    assert heads(client)[:2] == ["名字", "账号"]
    assert "name: 名字" in client.get("/manage/reports/headers.yaml").get_data(as_text=True)
    client.send("/manage/reports/headers/shipped", {"name": ""})
    assert heads(client)[0] == "姓名"


def test_headers_are_changed_column_by_column(client: Any, sign_in: Any) -> None:
    sign_in("administrator")
    address = "/manage/reports/headers"
    assert client.send(address, {"completion__name": " 学员 ", "hours__hours": "年度学时"}).status_code == 303
    assert heads(client)[:2] == ["学员", "账号"] and headers.stored()["hours"] == {"hours": "年度学时"}
    page = text_of(client.get(address))
    assert 'value="学员"' in page and "10 列，改了 1 列" in page
    twice = client.send(address, {"completion__name": "账号", "completion__unit": "处室<"})
    told = text_of(twice)
    assert twice.status_code == 422 and "“姓名”和“账号”两列都叫“账号”" in told and 'value="处室&lt;"' in told
    assert client.send(address, {"completion__name": "长" * 61}).status_code == 422
    assert heads(client)[0] == "学员", "what was refused changes nothing"
    client.send(address, {"completion__name": "", "hours__hours": " "})
    assert heads(client)[0] == "姓名" and headers.stored() == {}


@pytest.mark.parametrize("name", list(headers.shipped()))
def test_shipped_mappings_are_sound(name: str, app: Any) -> None:
    assert headers.shipped_mapping(name)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("completion: [", "不是有效的 YAML"),
        ("- a", "报表：字段：列名"),
        ("nothing: {name: a}", "没有“nothing”"),
        ("completion: {nothing: a}", "没有“nothing”这个字段"),
        ("completion: {name: 5}", "列名要写成文字"),
        ("completion: {name: ''}", "列名要写成文字"),
        ("completion: {name: 账号}", "两列都叫“账号”"),
        ("completion: !!python/object:os.system {}", "不是有效的 YAML"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(text: str, said: str, client: Any, sign_in: Any) -> None:
    with pytest.raises(Refused, match=said):
        headers.read(text)
    sign_in("administrator")
    answer = client.send("/manage/reports/headers/paste", {"text": text})
    assert answer.status_code in (409, 422) and text in text_of(answer).replace("&#39;", "'")


def test_what_is_written_is_read_again(app: Any) -> None:
    mapping = {"hours": {"hours": "年度学时"}}
    assert headers.read(headers.written(mapping))[0]["hours"]["hours"] == "年度学时"
