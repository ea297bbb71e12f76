"""The pages of importing: hand in, look, choose, confirm."""

import io
from typing import Any

import openpyxl
import pytest

from literacy.db import db
from literacy.intake import service
from literacy.intake.models import ImportState, PeopleImport
from literacy.models import User
from literacy.service import accounts, units
from tests.filling import fields_of, text_of
from tests.literacy.intake.making import HEAD, handed_in, of, workbook
from tests.working import work_off

PAGE = "/manage/people/imports"
NEW = ("zhaoqing", "赵晴", "青禾县", "回复员", "", "13800138000", "", "学员", "在用")


@pytest.fixture
def admin(sign_in: Any, person: Any) -> User:
    """An administrator who is signed in; there is a county."""
    user = sign_in(person("administrator", account="admin", name="管理人"))
    units.create_unit(user, name="青禾县")
    db.session.commit()
    return user


def hand_in(client: Any, data: bytes, name: str = "人员.xlsx") -> Any:
    form = fields_of(client.get(PAGE), "form_key")
    return client.send(PAGE, {**form, "file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def test_from_the_file_to_the_people(app: Any, client: Any, admin: User) -> None:
    answer = hand_in(client, workbook([HEAD, NEW]))
    assert answer.status_code == 303
    page = answer.location
    assert "正在逐行检查" in text_of(client.get(page))
    work_off(app)
    shown = text_of(client.get(page))
    assert "新建 1 人" in shown and "赵晴" in shown and accounts.find_by_account("zhaoqing") is None
    asked = fields_of(client.get(page), "planned")
    assert client.send(f"{page}/confirm", asked).status_code == 303
    assert "正在写入" in text_of(client.get(page))
    work_off(app)
    shown = text_of(client.get(page))
    assert "导入完了" in shown and "打印激活条" in shown and "逐行的结果" in shown and "重新发放" in shown
    assert accounts.find_by_account("zhaoqing")
    again = client.send(f"{page}/codes", {"form_key": "x"})
    assert "/jobs/" in again.location


def test_problems_are_listed_with_row_value_and_sentence(app: Any, client: Any, admin: User) -> None:
    page = hand_in(client, workbook([HEAD, NEW, ("b c<", "乙", "青禾县", "", "", "110")])).location
    work_off(app)
    shown = text_of(client.get(page))
    assert "有 1 行要先改" in shown and "确认导入" not in shown
    assert "账号只能用" in shown and "“110”" in shown and "11 位号码" in shown
    refused = client.send(f"{page}/confirm", {"planned": "1", "stopping": "1", "form_key": "a"})
    assert "还有 1 行有问题" in text_of(client.get(refused.location))
    assert "已放弃" in text_of(client.get(client.send(f"{page}/drop", {"form_key": "b"}).location))
    assert client.get(page).status_code == 404


def test_what_is_left_open_is_chosen_and_seen_again(app: Any, client: Any, admin: User, person: Any) -> None:
    person(account="left", name="不在表里的人", unit=accounts.demo_unit())
    county = db.session.query(units.Unit).filter_by(name="青禾县").first()
    person(account="left2", name="表里没有的人", unit=county)
    page = of(app, admin, (*NEW[:2], "青禾县/新镇", *NEW[3:]))
    url = f"{PAGE}/{page.id}"
    shown = text_of(client.get(url))
    assert "请选怎样处理还没有的单位" in shown and "青禾县 / 新镇" in shown
    form = {**fields_of(client.get(url), "complete"), "units": "create", "complete": str(county.id)}
    assert client.send(f"{url}/choices", form).status_code == 303
    assert "表里没有的人" in text_of(client.get(f"{url}?show=deactivated"))
    assert "确认导入 2 人" in text_of(client.get(url)) and "新建 1 个单位" in text_of(client.get(url))
    wrong = client.send(f"{url}/choices", {**form, "complete": "999", "units": "x"})
    assert wrong.status_code == 422


def test_a_confirmation_of_something_else_is_refused(app: Any, client: Any, admin: User) -> None:
    url = f"{PAGE}/{of(app, admin, NEW).id}"
    refused = client.send(f"{url}/confirm", {"planned": "7", "stopping": "0", "form_key": "a"})
    assert "变了" in text_of(client.get(refused.location))


@pytest.mark.parametrize("name", ["", "人员.docx", "人员"])
def test_other_files_are_refused_beside_the_field(name: str, client: Any, admin: User) -> None:
    answer = hand_in(client, b"x", name)
    assert answer.status_code == 422 and 'id="file-error"' in text_of(answer)
    assert db.session.query(PeopleImport).count() == 0


def test_what_is_no_table_says_why(app: Any, client: Any, admin: User) -> None:
    page = hand_in(client, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "人员.xls").location
    work_off(app)
    assert "旧格式" in text_of(client.get(page))


def test_the_template_is_read_by_ourselves(app: Any, client: Any, admin: User) -> None:
    data = client.get(f"{PAGE}/template").get_data()
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["人员", "例子", "说明"] and [cell.value for cell in book["人员"][1]] == list(HEAD)
    assert "没有一行人员" in handed_in(app, admin, data).said
    rows = [[cell.value or "" for cell in row] for row in book["例子"].rows]
    row = handed_in(app, admin, workbook(rows))
    service.choose(row, create_units=True, complete_unit_id=0)
    assert row.stopping == 0 and row.count("new") == 2


def test_a_long_list_is_cut_into_pages(app: Any, client: Any, admin: User) -> None:
    row = of(app, admin, *[(f"m{n:03d}", f"众{n}", "青禾县") for n in range(120)])
    page = text_of(client.get(f"{PAGE}/{row.id}?page=2&show=new"))
    assert "第 2 / 3 页" in page and "m049" not in page and "m050" in page


@pytest.mark.parametrize("query", ["show=x", "show=unchanged", "page=x", "page=99999999999999", "show=%00"])
def test_the_page_bears_any_address(query: str, app: Any, client: Any, admin: User) -> None:
    assert client.get(f"{PAGE}/{of(app, admin, NEW).id}?{query}").status_code == 200


def test_somebody_elses_list_is_not_found(app: Any, client: Any, admin: User, person: Any) -> None:
    row = of(app, person("administrator"), NEW)
    for end in ("", "/confirm", "/drop", "/again", "/codes", "/choices"):
        url = f"{PAGE}/{row.id}{end}"
        assert (client.send(url, {"form_key": end}) if end else client.get(url)).status_code == 404
    assert row.state is ImportState.READY
