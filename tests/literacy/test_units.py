"""The tree of units: any depth, no twins, no circles, nothing left behind."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from literacy.db import db
from literacy.errors import Refused
from literacy.models import AuditEntry, Unit, User
from literacy.service import people
from literacy.service import units as service
from tests.filling import fields_of, text_of


@pytest.fixture
def admin(sign_in: Any, person: Any) -> User:
    return sign_in(person("administrator", account="admin", name="管理人"))


@pytest.fixture
def county(app: Any) -> dict[str, Unit]:
    """青禾县 with 望舒街道, 石榴湾镇 and, below the street, 综合窗口."""
    county = service.create_unit(None, name="青禾县")
    street = service.create_unit(None, name="望舒街道", parent_id=county.id)
    town = service.create_unit(None, name="石榴湾镇", parent_id=county.id)
    desk = service.create_unit(None, name="综合窗口", parent_id=street.id)
    db.session.commit()
    return {"county": county, "street": street, "town": town, "desk": desk}


def the(name: str) -> Unit:
    db.session.expire_all()
    return db.session.scalars(select(Unit).where(Unit.name == name)).one()


def latest() -> AuditEntry:
    db.session.expire_all()
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()


# the tree


def test_the_tree_counts_people_with_everything_below(county: Any, person: Any) -> None:
    person("learner", unit=county["county"])
    person("learner", unit=county["desk"])
    person("learner", unit=county["desk"]).active = False
    person("learner")
    shown = [(node.path, node.depth, node.own, node.people) for node in service.tree()]
    assert shown == [
        ("青禾县", 0, 1, 2),
        ("青禾县 / 石榴湾镇", 1, 0, 0),
        ("青禾县 / 望舒街道", 1, 0, 1),
        ("青禾县 / 望舒街道 / 综合窗口", 2, 1, 1),
    ]


def test_below_holds_the_unit_and_everything_under_it(county: Any) -> None:
    def names(key: str) -> set[str]:
        return set(db.session.scalars(select(Unit.name).where(Unit.id.in_(service.below(county[key].id)))))

    assert names("county") == {"青禾县", "望舒街道", "石榴湾镇", "综合窗口"}
    assert names("street") == {"望舒街道", "综合窗口"} and names("town") == {"石榴湾镇"}


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9)), max_size=30))
def test_any_tree_is_put_in_order(rows: list[tuple[int, int]]) -> None:
    """Every unit stands once, behind its parent, one level deeper, and the numbers add up."""
    made = [
        Unit(id=number, name=f"u{number}", active=True, parent_id=above if 0 < above < number else None)
        for number, (above, _) in enumerate(rows, start=1)
    ]
    heads = {number: count for number, (_, count) in enumerate(rows, start=1)}
    nodes = service.arranged(made, heads)
    places = {node.unit.id: place for place, node in enumerate(nodes)}
    assert sorted(places) == sorted(heads)
    for node in nodes:
        if node.unit.parent_id:
            above = nodes[places[node.unit.parent_id]]
            assert places[above.unit.id] < places[node.unit.id] and node.depth == above.depth + 1
        children = [one.people for one in nodes if one.unit.parent_id == node.unit.id]
        assert node.people == heads[node.unit.id] + sum(children)
    assert sum(node.people for node in nodes if node.depth == 0) == sum(heads.values())


def test_a_very_deep_tree_is_shown(client: Any, admin: User) -> None:
    parent = 0
    for number in range(120):
        parent = service.create_unit(admin, name=f"第{number}层", parent_id=parent).id
    db.session.commit()
    page = text_of(client.get("/manage/units"))
    assert "第 120 级" in page and "第119层" in page
    assert client.get(f"/manage/units/{parent}").status_code == 200
    assert client.get(f"/manage/people?unit={parent}").status_code == 200


# making


def test_units_are_made_under_each_other(client: Any, admin: User) -> None:
    assert "建第一个单位" in text_of(client.get("/manage/units"))
    client.send("/manage/units/new", {**fields_of(client.get("/manage/units/new")), "name": " 青禾县 "})
    county = the("青禾县")
    form = fields_of(client.get(f"/manage/units/new?parent={county.id}"))
    assert form["parent"] == str(county.id)
    answer = client.send("/manage/units/new", {**form, "name": "望舒街道"})
    assert the("望舒街道").path == "青禾县 / 望舒街道"
    assert answer.location.endswith(f"/manage/units/{the('望舒街道').id}")
    assert latest().summary == "新建单位青禾县 / 望舒街道"
    page = text_of(client.get("/manage/units"))
    assert "青禾县" in page and "望舒街道" in page


def test_handing_in_twice_makes_one(client: Any, admin: User) -> None:
    form = {**fields_of(client.get("/manage/units/new")), "name": "青禾县"}
    assert client.send("/manage/units/new", form).location == client.send("/manage/units/new", form).location
    assert the("青禾县")


@pytest.mark.parametrize("parent", ["county", ""])
def test_twins_are_refused_beside_the_name_even_at_the_root(parent: str, client: Any, admin: User, county: Any) -> None:
    above = str(county[parent].id) if parent else "0"
    name = "望舒街道" if parent else "青禾县"
    answer = client.send(
        "/manage/units/new", {**fields_of(client.get("/manage/units/new")), "name": name, "parent": above}
    )
    beside = re.search(r'id="name-error">(.*?)</p>', text_of(answer))
    assert answer.status_code == 422 and beside and f"已经有“{name}”" in beside[1]
    assert the(name)


@pytest.mark.parametrize(
    ("name", "value"), [("name", ""), ("name", "\x00 "), ("name", "长" * 101), ("parent", "x"), ("parent", "99")]
)
def test_bad_input_is_said_beside_its_field(name: str, value: str, client: Any, admin: User) -> None:
    answer = client.send(
        "/manage/units/new", {**fields_of(client.get("/manage/units/new")), "name": "青禾县", name: value}
    )
    assert answer.status_code == 422 and f'id="{name}-error"' in text_of(answer)
    assert db.session.scalar(select(Unit)) is None


# renaming and moving


def test_a_unit_is_renamed_and_moved_with_everything_under_it(client: Any, admin: User, county: Any) -> None:
    url = f"/manage/units/{county['street'].id}/edit"
    form = {**fields_of(client.get(url)), "name": "望舒街道办事处", "parent": str(county["town"].id)}
    assert client.send(url, form).status_code == 303
    assert the("综合窗口").path == "青禾县 / 石榴湾镇 / 望舒街道办事处 / 综合窗口"
    assert latest().changes == {
        "title": ["望舒街道", "望舒街道办事处"],
        "parent": ["青禾县", "青禾县 / 石榴湾镇"],
    }


def test_a_unit_becomes_a_root(client: Any, admin: User, county: Any) -> None:
    url = f"/manage/units/{county['street'].id}/edit"
    client.send(url, {**fields_of(client.get(url)), "parent": "0"})
    assert the("综合窗口").path == "望舒街道 / 综合窗口"


@pytest.mark.parametrize("place", ["street", "desk"])
def test_a_unit_is_never_moved_below_itself(place: str, client: Any, admin: User, county: Any) -> None:
    url = f"/manage/units/{county['street'].id}/edit"
    page = text_of(client.get(url))
    assert f'value="{county[place].id}"' not in page.split('id="parent"')[1], "not even offered"
    answer = client.send(url, {**fields_of(client.get(url)), "parent": str(county[place].id)})
    assert answer.status_code == 422
    with pytest.raises(Refused, match="不能移到它自己"):
        service.change_unit(admin, county["street"], name="望舒街道", parent_id=county[place].id)


def test_a_move_onto_a_twin_is_refused(admin: User, county: Any) -> None:
    service.create_unit(admin, name="综合窗口", parent_id=county["town"].id)
    with pytest.raises(Refused, match="已经有“综合窗口”"):
        service.change_unit(admin, county["desk"], name="综合窗口", parent_id=county["town"].id)
    service.change_unit(admin, county["desk"], name="综合窗口", parent_id=county["street"].id)


# taking out of use


def test_a_unit_in_use_is_not_deactivated_and_the_sentence_says_why(
    client: Any, admin: User, county: Any, person: Any
) -> None:
    person("learner", unit=county["street"])
    page = client.send(f"/manage/units/{county['street'].id}/deactivate")
    assert "还有 1 个在用账号、 1 个在用的下级单位" in text_of(client.get(page.location)) and the("望舒街道").active


def test_a_unit_is_deactivated_and_taken_into_use_again(client: Any, admin: User, county: Any, person: Any) -> None:
    user = person("learner", unit=county["desk"])
    people.deactivate(admin, user)
    for key in ("desk", "street"):
        client.send(f"/manage/units/{county[key].id}/deactivate", {"form_key": key})
    assert not the("综合窗口").active and not the("望舒街道").active
    assert "望舒街道</option>" not in text_of(client.get("/manage/people/new"))
    assert "已停用" in text_of(client.get("/manage/units"))
    page = client.send(f"/manage/units/{county['desk'].id}/reactivate")
    assert "上级单位“望舒街道”已经停用" in text_of(client.get(page.location))
    for key in ("street", "desk"):
        client.send(f"/manage/units/{county[key].id}/reactivate", {"form_key": key + "2"})
    assert the("综合窗口").active and the("望舒街道").active
    assert latest().action == "unit.reactivated"


def test_nothing_is_put_under_a_unit_out_of_use(admin: User, county: Any) -> None:
    service.deactivate_unit(admin, county["town"])
    with pytest.raises(Refused, match="已经停用，不能放在它下面"):
        service.create_unit(admin, name="综治办", parent_id=county["town"].id)
    with pytest.raises(Refused, match="已经停用，不能放在它下面"):
        service.change_unit(admin, county["desk"], name="综合窗口", parent_id=county["town"].id)


def test_a_twin_out_of_use_is_named_as_such(admin: User, county: Any) -> None:
    service.deactivate_unit(admin, county["town"])
    with pytest.raises(Refused, match="已停用，可以重新启用"):
        service.create_unit(admin, name="石榴湾镇", parent_id=county["county"].id)


def test_the_page_of_a_unit_in_use_offers_no_button_that_would_be_refused(
    client: Any, admin: User, county: Any
) -> None:
    assert "停用单位</button>" not in text_of(client.get(f"/manage/units/{county['street'].id}"))
    assert "停用单位</button>" in text_of(client.get(f"/manage/units/{county['desk'].id}"))
