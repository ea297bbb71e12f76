"""New passwords, and locks that are ended early."""

from typing import Any

from literacy.models import User
from literacy.service import accounts
from literacy.service import people as service
from tests.conftest import PASSWORD
from tests.filling import text_of
from tests.literacy.people.conftest import entries, secret_on, the


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
