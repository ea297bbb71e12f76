"""Administrators look after people: find, make, change, deactivate, reset passwords."""

import re
from typing import Any

import pytest
from sqlalchemy import event, func, select

from literacy.db import db, now
from literacy.errors import Refused
from literacy.models import AuditEntry, HandledForm, Role, Unit, User
from literacy.registry import Panel, registry
from literacy.service import accounts, units
from literacy.service import people as service
from tests.conftest import PASSWORD
from tests.filling import fields_of, text_of

NEW = {"name": "赵晴", "account": "zhaoqing", "post": "回复员", "unit": "0", "roles": ["learner", "trainer"]}


def the(account: str) -> User:
    db.session.expire_all()
    user = accounts.find_by_account(account)
    assert user is not None
    return user


def entries(action: str) -> list[AuditEntry]:
    db.session.expire_all()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def secret_on(answer: Any) -> str:
    """The initial password that a page shows."""
    match = re.search(r'class="secret">([a-z0-9-]{14})<', text_of(answer))
    assert match, text_of(answer)
    return match[1]


@pytest.fixture
def admin(sign_in: Any, person: Any) -> User:
    """An administrator who is signed in; there is a second one."""
    person("administrator", account="second", name="另一位")
    return sign_in(person("administrator", account="admin", name="管理人"))


# making a person


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


# finding


@pytest.fixture
def crowd(admin: User, person: Any) -> dict[str, User]:
    """A county with a street and three people."""
    county = units.create_unit(admin, name="青禾县")
    street = units.create_unit(admin, name="望舒街道", parent_id=county.id)
    units.create_unit(admin, name="石榴湾镇")
    made = {
        "above": person("learner", account="above", name="李上", unit=county),
        "below": person("trainer", account="below", name="王下_百", unit=street),
        "gone": person("learner", account="gone", name="孙去", unit=street),
    }
    made["gone"].active = False
    made["below"].locked_until = now().replace(year=2090)
    db.session.commit()
    return made


def names_on(page: Any) -> set[str]:
    return set(re.findall(r'data-label="姓名"><a href="[^"]+">([^<]+)<', text_of(page)))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("words=李", {"李上"}), ("words=BELOW", {"王下_百"}), ("words=_", {"王下_百"}), ("words=%25", set()),
        ("state=deactivated", {"孙去"}), ("state=locked", {"王下_百"}), ("role=trainer", {"王下_百"}),
        ("role=trainer&state=deactivated", set()), ("unit=county", {"李上", "王下_百", "孙去"}),
        ("unit=street&state=active", {"王下_百"}), ("unit=town", set()),
    ],
)  # fmt: skip
def test_people_are_found(query: str, names: set[str], client: Any, crowd: dict[str, User]) -> None:
    for word, unit in {"county": "青禾县", "street": "望舒街道", "town": "石榴湾镇"}.items():
        query = query.replace(word, str(db.session.scalar(select(Unit.id).where(Unit.name == unit))))
    page = client.get(f"/manage/people?{query}")
    assert names_on(page) == names
    assert names or "没有符合条件的人" in text_of(page)


@pytest.mark.parametrize(
    "query",
    ["page=-1", "page=x", "page=99999999999999999999", "unit=x", "unit=99999999999999999999", "role=king", "state=%00",
     "words=%00%ED%A0%80", "words=" + "长" * 3000, "endpoint=x&_scheme=y&form=z&page=2"],
)  # fmt: skip
def test_filters_bear_any_address(query: str, client: Any, admin: User) -> None:
    db.session.add_all(User(account=f"many{number}", name="众", password_hash="") for number in range(50))
    assert client.get(f"/manage/people?{query}").status_code == 200
    assert client.get(f"/manage/people/export/csv?{query}").status_code == 200


def test_a_long_list_is_cut_into_pages_with_few_queries(client: Any, admin: User) -> None:
    unit = units.create_unit(admin, name="青禾县")
    low = units.create_unit(admin, name="望舒街道", parent_id=unit.id)
    db.session.add_all(
        User(account=f"many{number}", name=f"众{number}", password_hash="", unit=low) for number in range(130)
    )
    db.session.commit()
    counted: list[str] = []
    with _statements(counted):
        page = client.get("/manage/people?words=众&page=2")
    assert len(names_on(page)) == 50 and "第 2 / 3 页" in text_of(page)
    assert "words=%E4%BC%97&amp;page=3" in text_of(page)
    assert len(counted) < 15, counted


def _statements(counted: list[str]) -> Any:
    class Listening:
        def __enter__(self) -> None:
            event.listen(db.engine, "before_cursor_execute", self.hear)

        def __exit__(self, *_: Any) -> None:
            event.remove(db.engine, "before_cursor_execute", self.hear)

        def hear(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            counted.append(statement)

    return Listening()


def test_the_list_is_exported_as_it_is_narrowed(client: Any, crowd: dict[str, User]) -> None:
    answer = client.get("/manage/people/export/csv?words=李")
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert lines[0].startswith("姓名,账号,单位,职务,角色,状态") and len(lines) == 2
    assert lines[1].startswith("李上,above,青禾县,,学员,在用,")
    assert [one.summary for one in entries("export.taken")] == ["下载人员 1 行（CSV），筛选：姓名或账号：李"]
    assert client.get("/manage/people/export/pdf").status_code == 404


# one person


def test_a_person_is_shown_with_the_way_to_everything(client: Any, crowd: dict[str, User]) -> None:
    page = text_of(client.get(f"/manage/people/{crowd['below'].id}"))
    assert "青禾县 / 望舒街道" in page and "解除锁定" in page and "培训师" in page
    assert "新建账号王下_百（below）" in page


def test_packages_put_their_panels_on_the_page(client: Any, admin: User, app: Any, monkeypatch: Any) -> None:
    asked: list[tuple[str, str]] = []

    def panel(person: User, viewer: User) -> Panel:
        asked.append((person.account, viewer.account))
        return Panel("报名", (("网感入门", "进行中", "/x"),), links=(("报名这个人", "/enrol"),))

    monkeypatch.setattr(registry(app), "person_panels", [panel, lambda _person, _viewer: None])
    page = text_of(client.get(f"/manage/people/{the('second').id}"))
    assert asked == [("second", "admin")]
    assert '<a href="/x">网感入门</a>' in page and "进行中" in page and 'href="/enrol">报名这个人</a>' in page


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999"])
def test_nobody_is_a_page_too(number: str, client: Any, admin: User) -> None:
    assert client.get(f"/manage/people/{number}").status_code == 404
    assert client.send(f"/manage/people/{number}/deactivate").status_code == 404


# changing


def test_a_change_is_recorded_with_before_and_after(client: Any, admin: User, person: Any) -> None:
    user = person("learner", account="lier", name="李二")
    unit = units.create_unit(admin, name="望舒街道")
    db.session.commit()
    url = f"/manage/people/{user.id}/edit"
    form = {**fields_of(client.get(url)), "name": "李尔", "unit": str(unit.id), "roles": ["learner", "trainer"]}
    assert client.send(url, form).location.endswith(f"/manage/people/{user.id}")
    [entry] = entries("user.changed")
    assert entry.changes == {"name": ["李二", "李尔"], "unit": ["", "望舒街道"], "roles": ["学员", "学员、培训师"]}
    assert (entry.actor_name, entry.subject_kind, entry.subject_id) == ("管理人", "users", user.id)
    client.send(url, fields_of(client.get(url)))
    assert len(entries("user.changed")) == 1, "saving without a change is no change"


def test_packages_hear_when_a_person_moves(client: Any, admin: User, person: Any) -> None:
    user = person("learner")
    unit = units.create_unit(admin, name="望舒街道")
    heard: list[str] = []

    def hear(sender: User) -> None:
        heard.append(sender.unit.name)

    with accounts.person_saved.connected_to(hear):
        url = f"/manage/people/{user.id}/edit"
        client.send(url, {**fields_of(client.get(url)), "post": "科员"})
        assert heard == []
        client.send(url, {**fields_of(client.get(url)), "unit": str(unit.id)})
    assert heard == ["望舒街道"]


def test_two_administrators_do_not_overwrite_each_other_unseen(client: Any, admin: User, person: Any) -> None:
    user = person("learner", "trainer", account="lier")
    url = f"/manage/people/{user.id}/edit"
    mine = fields_of(client.get(url))
    service.change_person(
        the("second"),
        user,
        service.stamp(user),
        account="lier",
        name="测试人",
        post="",
        unit_id=0,
        roles=[Role.LEARNER],
    )
    answer = client.send(url, {**mine, "post": "科员"})
    assert answer.status_code == 409 and "被别人改过" in text_of(answer) and "科员" in text_of(answer)
    assert the("lier").roles == {Role.LEARNER}
    assert client.send(url, fields_of(answer)).status_code == 303
    assert the("lier").post == "科员"


def test_the_account_may_be_mended_but_not_taken(client: Any, admin: User, person: Any) -> None:
    user = person("learner", account="lier")
    url = f"/manage/people/{user.id}/edit"
    assert client.send(url, {**fields_of(client.get(url)), "account": "Second"}).status_code == 422
    assert client.send(url, {**fields_of(client.get(url)), "account": "ＬiEr2"}).status_code == 303
    assert the("lier2").id == user.id


# deactivating, and who is left


def test_deactivating_ends_the_session_and_is_undone(client: Any, admin: User, person: Any, app: Any) -> None:
    user = person("learner", account="lier")
    other = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', other.get("/sign-in").get_data(as_text=True))[1]
    other.post("/sign-in", data={"account": "lier", "password": PASSWORD, "csrf_token": token})
    assert other.get("/account").status_code == 200
    page = client.send(f"/manage/people/{user.id}/deactivate", {"form_key": "a"})
    assert "账号已停用" in text_of(client.get(page.location))
    assert other.get("/account").status_code == 303
    assert accounts.sign_in("lier", PASSWORD) is None
    client.send(f"/manage/people/{user.id}/reactivate", {"form_key": "b"})
    assert other.get("/account").status_code == 303, "the old session stays ended"
    assert accounts.sign_in("lier", PASSWORD) == the("lier")
    assert len(entries("user.deactivated")) == len(entries("user.reactivated")) == 1


def test_a_second_click_changes_nothing(client: Any, admin: User, person: Any) -> None:
    user = person("learner")
    for _ in range(2):
        answer = client.send(f"/manage/people/{user.id}/deactivate", {"form_key": "same"})
        assert answer.status_code == 303
    assert len(entries("user.deactivated")) == 1


def test_nobody_locks_himself_out(client: Any, admin: User) -> None:
    page = client.send(f"/manage/people/{admin.id}/deactivate")
    assert "不能停用自己的账号" in text_of(client.get(page.location)) and the("admin").active
    url = f"/manage/people/{admin.id}/edit"
    answer = client.send(url, {**fields_of(client.get(url)), "roles": ["learner"]})
    assert answer.status_code == 422 and "自己的管理员身份" in text_of(answer)
    assert Role.ADMINISTRATOR in the("admin").roles
    page = client.send(f"/manage/people/{admin.id}/reset-password")
    assert "我的账号" in text_of(client.get(page.location)) and accounts.password_fits(the("admin"), PASSWORD)


def test_the_last_administrator_in_use_stays(app: Any, person: Any) -> None:
    """Two administrators who demote each other at the same moment: the second is refused."""
    one, two = person("administrator", account="one"), person("administrator", account="two")
    service.deactivate(one, two)
    with pytest.raises(Refused, match="最后一位在用的管理员"):
        service.deactivate(two, one)
    with pytest.raises(Refused, match="最后一位在用的管理员"):
        service.change_person(
            two, one, service.stamp(one), account="one", name="x", post="", unit_id=0, roles=[Role.LEARNER]
        )
    service.change_person(
        one, two, service.stamp(two), account="two", name="x", post="", unit_id=0, roles=[Role.LEARNER]
    )  # who is out of use is not needed


def test_a_person_comes_back_only_into_a_unit_in_use(app: Any, person: Any) -> None:
    admin = person("administrator")
    unit = units.create_unit(admin, name="望舒街道")
    user = person("learner", unit=unit)
    service.deactivate(admin, user)
    units.deactivate_unit(admin, unit)
    with pytest.raises(Refused, match="“望舒街道”已经停用"):
        service.reactivate(admin, user)
    with pytest.raises(Refused, match="已经停用，请选别的单位"):
        service.create_person(admin, account="x", name="x", post="", unit_id=unit.id, roles=[Role.LEARNER])


# passwords and locks


def test_a_reset_shows_the_new_password_once_and_ends_sessions(client: Any, admin: User, person: Any) -> None:
    user = person("learner", account="lier")
    version = user.session_version
    page = client.send(f"/manage/people/{user.id}/reset-password", {"form_key": "k"})
    password = secret_on(page)
    user = the("lier")
    assert user.session_version > version and user.must_change_password and accounts.password_fits(user, password)
    again = client.send(f"/manage/people/{user.id}/reset-password", {"form_key": "k"})
    assert again.status_code == 303 and "只办了一次" in text_of(client.get(again.location))
    assert accounts.password_fits(the("lier"), password)
    assert secret_on(client.send(f"/manage/people/{user.id}/reset-password", {"form_key": "l"})) != password
    assert all(password not in repr((one.summary, one.changes)) for one in entries("password.reset"))


def test_a_deactivated_account_gets_no_password(client: Any, admin: User, person: Any) -> None:
    user = person("learner", account="lier")
    service.deactivate(admin, user)
    page = client.send(f"/manage/people/{user.id}/reset-password")
    assert "先启用" in text_of(client.get(page.location)) and accounts.password_fits(the("lier"), PASSWORD)


def test_a_lock_is_ended_early(client: Any, admin: User, person: Any) -> None:
    user = person("learner", account="lier")
    for _ in range(5):
        accounts.sign_in("lier", "wrong")
    assert accounts.sign_in("lier", PASSWORD) is None
    client.send(f"/manage/people/{user.id}/unlock", {"form_key": "a"})
    assert accounts.sign_in("lier", PASSWORD) == the("lier")
    assert [one.summary for one in entries("sign_in.unlocked")] == ["解除测试人（lier）的登录锁定"]
    page = client.send(f"/manage/people/{user.id}/unlock", {"form_key": "b"})
    assert "没有被锁定" in text_of(client.get(page.location))


# who may

ROUTES = [
    ("GET", "/manage/people"),
    ("GET", "/manage/people/export/csv"),
    ("GET", "/manage/people/new"),
    ("POST", "/manage/people/new"),
    ("GET", "/manage/people/{id}"),
    ("GET", "/manage/people/{id}/edit"),
    ("POST", "/manage/people/{id}/edit"),
    ("POST", "/manage/people/{id}/reset-password"),
    ("POST", "/manage/people/{id}/deactivate"),
    ("POST", "/manage/people/{id}/reactivate"),
    ("POST", "/manage/people/{id}/unlock"),
    ("GET", "/manage/units"),
    ("GET", "/manage/units/new"),
    ("POST", "/manage/units/new"),
    ("GET", "/manage/units/{unit}"),
    ("GET", "/manage/units/{unit}/edit"),
    ("POST", "/manage/units/{unit}/edit"),
    ("POST", "/manage/units/{unit}/deactivate"),
    ("POST", "/manage/units/{unit}/reactivate"),
    ("GET", "/manage/audit"),
    ("GET", "/manage/audit/export/xlsx"),
    ("GET", "/manage/audit/export/csv"),
]


@pytest.mark.parametrize(("method", "url"), ROUTES)
def test_only_administrators_get_in(method: str, url: str, client: Any, person: Any, sign_in: Any) -> None:
    target = person("learner", account="target")
    unit = units.create_unit(None, name="望舒街道")
    db.session.commit()
    url = url.format(id=target.id, unit=unit.id)
    nobody = client.get(url) if method == "GET" else client.send(url, NEW)
    assert nobody.status_code == (303 if method == "GET" else 401)
    sign_in("learner", "trainer")
    assert (client.get(url) if method == "GET" else client.send(url, NEW)).status_code == 403
    assert the("target").active and accounts.find_by_account("zhaoqing") is None


def test_the_list_of_routes_is_whole(app: Any) -> None:
    """A new route of administration has to be written down above."""
    ours = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(("literacy.p", "literacy.unit", "literacy.audit")) and "account" not in rule.rule
        for method in rule.methods & {"GET", "POST"}
    }
    listed = {
        (method, re.sub(r"/export/\w+", "/export/<form>", url).format(id="<int:user_id>", unit="<int:unit_id>"))
        for method, url in ROUTES
    }
    assert ours == listed


def test_an_initial_password_opens_nothing_of_this(client: Any, person: Any, sign_in: Any) -> None:
    admin = person("administrator")
    admin.must_change_password = True
    db.session.commit()
    sign_in(admin)
    for url in ("/manage/people", "/manage/units", "/manage/audit", "/"):
        assert client.get(url).location.endswith("/account/password"), url
