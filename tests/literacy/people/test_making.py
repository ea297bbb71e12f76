"""An administrator makes an account."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from literacy.db import db
from literacy.models import HandledForm, Role, User
from literacy.service import accounts, units
from tests.filling import fields_of, text_of
from tests.literacy.people.conftest import NEW, entries, secret_on, the


def test_a_new_person_signs_in_with_the_password_that_was_shown(client: Any, admin: User) -> None:
    unit = units.create_unit(admin, name="望舒街道")
    db.session.commit()
    form = fields_of(client.get(f"/manage/people/new?unit={unit.id}"))
    assert form["unit"] == str(unit.id)
    page = client.send("/manage/people/new", {**form, **NEW, "unit": form["unit"]})
    assert page.status_code == 200 and "账号已建好" in text_of(page)
    user = the("zhaoqing")
    assert (user.name, user.post, user.unit.name, user.roles) == (
        "赵晴",
        "回复员",
        "望舒街道",
        {Role.LEARNER, Role.TRAINER},
    )
    assert user.must_change_password and accounts.password_fits(user, secret_on(page))


def test_the_initial_password_is_kept_nowhere(client: Any, admin: User) -> None:
    page = client.send("/manage/people/new", {**fields_of(client.get("/manage/people/new")), **NEW})
    password = secret_on(page)
    assert page.headers["Cache-Control"] == "no-store"
    assert all(password not in str(value) for value in page.headers.values())
    for table in db.metadata.sorted_tables:
        assert password not in str(db.session.execute(table.select()).all()), table.name
    assert password not in text_of(client.get(f"/manage/people/{the('zhaoqing').id}"))


def test_handing_the_form_in_twice_makes_one_account_and_says_so(client: Any, admin: User) -> None:
    form = {**fields_of(client.get("/manage/people/new")), **NEW}
    password = secret_on(client.send("/manage/people/new", form))
    again = client.send("/manage/people/new", form)
    assert again.status_code == 303 and again.location.endswith(f"/manage/people/{the('zhaoqing').id}")
    page = text_of(client.get(again.location))
    assert "只办了一次" in page and "重置密码" in page and password not in page
    assert accounts.password_fits(the("zhaoqing"), password)
    assert len([one for one in entries("user.created") if "zhaoqing" in one.summary]) == 1


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("name", "", "请填写"), ("name", "名" * 41, "最多 40 个字"), ("account", "\x00", "请填写"),
        ("account", "a b<c>", "账号只能用"), ("account", "a" * 41, "最多 40"), ("account", "SECOND", "已经有人使用"),
        ("unit", "99", "请从列表里选"), ("unit", "x", "请从列表里选"), ("unit", "9" * 400, "请从列表里选"),
        ("roles", [], "至少选一个角色"), ("roles", ["king"], ""), ("post", "长" * 101, "最多 100 个字"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_field(name: str, value: Any, sentence: str, client: Any, admin: User) -> None:
    answer = client.send("/manage/people/new", {**fields_of(client.get("/manage/people/new")), **NEW, name: value})
    assert answer.status_code == 422
    beside = re.search(f'id="{name}-error">(.*?)</p>', text_of(answer))
    assert beside and sentence in beside[1], text_of(answer)
    assert name == "post" or "回复员" in fields_of(answer)["post"], "what was typed stays"
    assert accounts.find_by_account("zhaoqing") is None
    assert db.session.scalar(select(func.count()).select_from(HandledForm)) == 0
