"""People are found, listed, exported and shown."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from literacy.db import db
from literacy.models import Unit, User
from literacy.registry import Panel, registry
from literacy.service import units
from tests.filling import text_of
from tests.literacy.people.conftest import entries, the
from tests.statements import statements


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
    with statements() as counted:
        page = client.get("/manage/people?words=众&page=2")
    assert len(names_on(page)) == 50 and "第 2 / 3 页" in text_of(page)
    assert "words=%E4%BC%97&amp;page=3" in text_of(page)
    assert len(counted) < 15, counted


def test_the_list_is_exported_as_it_is_narrowed(client: Any, crowd: dict[str, User]) -> None:
    answer = client.get("/manage/people/export/csv?words=李")
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert lines[0] == "账号,姓名,单位路径,职务,职级,手机,邮箱,角色,状态" and len(lines) == 2
    assert lines[1] == "above,李上,青禾县,,,,,学员,在用"
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
