"""Pages and the command line bind a role to a unit, and show no more than it reaches."""

import re
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from literacy.db import db
from literacy.models import RoleGrant, Unit, User
from literacy.service import accounts, scope, units
from run import main
from tests.filling import fields_of, text_of
from tests.literacy.scope.conftest import ADMINISTRATOR, change


def test_the_form_binds_a_role(client: Any, sign_in: Any, crowd: dict[str, User], tree: dict[str, Unit]) -> None:
    sign_in(crowd["whole"])
    form = fields_of(client.get("/manage/people/new"))
    assert form["administrator_unit"] == "0"
    wanted = {**form, "name": "新管", "account": "xin", "unit": tree["street"].id, "roles": ["administrator"]}
    assert client.send("/manage/people/new", {**wanted, "administrator_unit": tree["county"].id}).status_code == 200
    user = accounts.find_by_account("xin")
    assert user is not None and scope.top(user) == tree["county"].id
    assert "管理员（海右市 / 青禾县及下级）" in text_of(client.get(f"/manage/people/{user.id}"))
    form = fields_of(client.get(f"/manage/people/{user.id}/edit"))
    assert form["administrator_unit"] == str(tree["county"].id)
    client.send(f"/manage/people/{user.id}/edit", {**form, "administrator_unit": "0"})
    db.session.expire_all()
    assert scope.top(user) is None


def test_a_form_as_it_stands_changes_nothing(client: Any, county_admin: User, crowd: dict[str, User]) -> None:
    before = [(grant.role, grant.unit_id) for one in crowd.values() for grant in one.grants]
    for who in ("lower", "in", "bound"):
        url = f"/manage/people/{crowd[who].id}/edit"
        assert client.send(url, fields_of(client.get(url))).status_code == 303
    db.session.expire_all()
    assert before == [(grant.role, grant.unit_id) for one in crowd.values() for grant in one.grants]


def test_choosers_hold_only_ones_own_units(client: Any, county_admin: User) -> None:
    for url in ("/manage/people/new", "/manage/people", "/manage/units/new"):
        page = text_of(client.get(url))
        offered = re.findall(r"<option[^>]*>([^<]*)", page)
        assert any("望舒街道" in one for one in offered) and not any("银杏县" in one for one in offered), url


def test_who_looks_after_more_has_no_buttons(client: Any, county_admin: User, crowd: dict[str, User]) -> None:
    page = text_of(client.get(f"/manage/people/{crowd['second'].id}"))
    assert "管的范围比您的大" in page and "重置密码</button>" not in page
    assert client.get(f"/manage/people/{crowd['second'].id}/edit").status_code == 403
    listed = text_of(client.get("/manage/people"))
    assert (
        f"/manage/people/{crowd['in'].id}/edit" in listed and f"/manage/people/{crowd['second'].id}/edit" not in listed
    )


def test_the_top_unit_has_no_buttons(client: Any, county_admin: User, tree: dict[str, Unit]) -> None:
    url = f"/manage/units/{tree['county'].id}"
    page = text_of(client.get(url))
    assert "这是您管的最上一级" in page and f"{url}/edit" not in page
    assert f"/manage/units/{tree['city'].id}" not in page
    assert client.get(f"{url}/edit").status_code == 403
    assert f"{url}/edit" not in text_of(client.get("/manage/units"))


def test_a_name_that_is_taken_outside_is_not_told(client: Any, county_admin: User, tree: dict[str, Unit]) -> None:
    form = fields_of(client.get("/manage/people/new"))
    wanted = {**form, "name": "新", "account": "out", "unit": tree["street"].id, "roles": ["learner"]}
    page = text_of(client.send("/manage/people/new", wanted))
    assert "已经有人使用" in page and "赵外" not in page


def test_many_units_are_folded_and_found(client: Any, sign_in: Any, crowd: dict[str, User], tree: Any) -> None:
    for number in range(45):
        units.create_unit(None, name=f"第{number}所", parent_id=tree["street"].id)
    db.session.commit()
    sign_in(crowd["whole"])
    page = text_of(client.get("/manage/units"))
    assert page.count("<details open>") == 1 and page.count("<details>") == 2 and "全部展开" in page
    assert page.count("<ul") == page.count("</ul>") and page.count("<details") == page.count("</details>")
    assert "<details>" not in text_of(client.get("/manage/units?all=1"))
    found = text_of(client.get("/manage/units?words=第7"))
    assert "望舒街道 / 第7所" in found and "第8所" not in found
    assert "没有找到" in text_of(client.get("/manage/units?words=没有的"))


def test_a_bound_administrator_finds_only_below(client: Any, county_admin: User) -> None:
    assert "没有找到" in text_of(client.get("/manage/units?words=银杏"))


# the command line


def create(app: Any, monkeypatch: Any, unit: str) -> Any:
    monkeypatch.setattr("run.create_app", lambda: app)
    db.session.commit()  # an open transaction would hold SQLite's lock
    arguments = ["user", "create", "xian", "--name", "县管", "--role", "administrator", "--unit", unit]
    answer = CliRunner().invoke(main, arguments)
    db.session.expire_all()
    return answer


@pytest.mark.parametrize("named", ["青禾县", "海右市/青禾县", " 海右市 /  青禾县 "])
def test_the_command_line_binds_a_role(named: str, app: Any, tree: Any, monkeypatch: Any) -> None:
    answer = create(app, monkeypatch, named)
    assert answer.exit_code == 0 and "管理员（海右市 / 青禾县及下级）" in answer.output, answer.output
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.unit_id == tree["county"].id)).one()
    assert grant.user.account == "xian" and grant.user.unit_id == tree["county"].id


@pytest.mark.parametrize("named", ["没有的", "青禾县/没有的", "海右市/银杏县/青禾县"])
def test_an_unknown_unit_stops_the_command(named: str, app: Any, tree: Any, monkeypatch: Any) -> None:
    answer = create(app, monkeypatch, named)
    assert answer.exit_code == 1 and "没有单位" in answer.output
    assert accounts.find_by_account("xian") is None


def test_a_session_feels_a_narrower_scope_at_once(client: Any, sign_in: Any, crowd: Any, tree: Any) -> None:
    sign_in(crowd["second"])
    assert client.get(f"/manage/people/{crowd['out'].id}").status_code == 200
    change(crowd["whole"], crowd["second"], reach={ADMINISTRATOR: tree["county"].id})
    assert client.get(f"/manage/people/{crowd['out'].id}").status_code == 404
    assert "林晓" in text_of(client.get("/manage/people"))
