"""People are changed, deactivated and brought back."""

import re
from typing import Any

import pytest

from literacy.db import db
from literacy.errors import Refused
from literacy.models import Role, User
from literacy.service import accounts, units
from literacy.service import people as service
from tests.conftest import PASSWORD
from tests.filling import fields_of, text_of
from tests.literacy.people.conftest import entries, the


def test_how_to_reach_somebody_is_for_administrators(client: Any, admin: User, person: Any, sign_in: Any) -> None:
    user = person("learner", account="lier", name="李二")
    url = f"/manage/people/{user.id}/edit"
    more = {"rank": "科员", "phone": "138 0013 8000", "email": "Li@Example.cn"}
    assert client.send(url, {**fields_of(client.get(url)), **more}).status_code == 303
    assert (the("lier").rank, the("lier").phone, the("lier").email) == ("科员", "13800138000", "li@example.cn")
    page = text_of(client.get(f"/manage/people/{user.id}"))
    assert "13800138000" in page and "li@example.cn" in page
    assert "13800138000" not in str([one.changes for one in entries("user.changed")])
    wrong = client.send(url, {**fields_of(client.get(url)), "phone": "110", "email": "x"})
    assert wrong.status_code == 422 and "11 位" in text_of(wrong) and "name@example.cn" in text_of(wrong)
    sign_in(user)
    assert client.get(f"/manage/people/{user.id}").status_code == 403


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
