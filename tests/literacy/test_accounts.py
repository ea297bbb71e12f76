"""Signing in, locking, sessions, one's own password."""

from datetime import timedelta

import pytest

from literacy.db import db, now
from literacy.errors import Refused
from literacy.models import AuditEntry, User
from literacy.service import accounts
from tests.conftest import PASSWORD, PRODUCT_HASHER


def test_right_password_signs_in_and_wrong_one_does_not(app, person):
    user = person(account="zhangsan")
    assert accounts.sign_in("zhangsan", PASSWORD) == user
    assert accounts.sign_in("zhangsan", "wrong") is None
    assert accounts.sign_in("nobody", PASSWORD) is None


def test_a_password_costs_who_guesses_it_what_owasp_asks():
    assert PRODUCT_HASHER.hash(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_hash_of_another_cost_is_made_anew_at_the_next_sign_in(app, person):
    user = person()
    user.password_hash = PRODUCT_HASHER.hash(PASSWORD)
    assert accounts.sign_in(user.account, PASSWORD) is user
    assert not accounts._hasher.check_needs_rehash(user.password_hash)
    assert accounts.password_fits(user, PASSWORD)


def test_account_is_found_however_it_was_typed(app, person):
    user = person(account="ZhangSan")
    assert accounts.find_by_account("  ｚhangsan ") == user


def test_fifth_failure_locks_for_a_quarter_of_an_hour_and_is_recorded(app, person):
    user, moment = person(), now()
    for _ in range(5):
        assert accounts.sign_in(user.account, "wrong", moment) is None
    assert accounts.sign_in(user.account, PASSWORD, moment + timedelta(minutes=14)) is None
    assert accounts.sign_in(user.account, PASSWORD, moment + timedelta(minutes=16)) == user
    assert db.session.query(AuditEntry).filter_by(action="sign_in.locked").count() == 1


def test_a_success_forgets_earlier_failures(app, person):
    user = person()
    for _ in range(4):
        accounts.sign_in(user.account, "wrong")
    accounts.sign_in(user.account, PASSWORD)
    for _ in range(4):
        accounts.sign_in(user.account, "wrong")
    assert accounts.sign_in(user.account, PASSWORD) == user


def test_account_taken_is_refused(app, person):
    person(account="lisi")
    with pytest.raises(Refused, match="已经有人使用"):
        accounts.create_user(None, account="LiSi", name="李四", roles=[])


def test_failure_says_the_same_for_unknown_wrong_and_deactivated(client, person):
    person(account="known")
    gone = person(account="gone")
    gone.active = False
    db.session.commit()
    pages = []
    for account, password in (("unknown", PASSWORD), ("known", "wrong"), ("gone", PASSWORD)):
        answer = client.post("/sign-in", data={"account": account, "password": password, "csrf_token": client.token()})
        assert answer.status_code == 200
        html = answer.get_data(as_text=True).replace(account, "")
        assert "账号或密码不对" in html
        pages.append(html.split('class="form-errors"')[-1].split("csrf_token")[0] if "form-errors" in html else "")
    assert len(set(pages)) == 1


def test_initial_password_must_be_changed_first(client, person, sign_in):
    user = person()
    user.must_change_password = True
    db.session.commit()
    sign_in(user)
    assert client.get("/account/password").status_code == 200
    answer = client.send(
        "/account/password", {"current": PASSWORD, "new": "another-long-one", "repeated": "another-long-one"}
    )
    assert answer.status_code == 303
    db.session.expire_all()
    assert not db.session.get(User, user.id).must_change_password


def test_new_password_ends_other_sessions(app, client, person, sign_in):
    user = person()
    sign_in(user)
    accounts.set_password(user, "another-long-one")
    db.session.commit()
    assert client.get("/account").status_code == 303


def test_wrong_current_password_keeps_the_old_one(client, sign_in):
    user = sign_in()
    answer = client.send(
        "/account/password", {"current": "wrong-one", "new": "another-long-one", "repeated": "another-long-one"}
    )
    assert "现在的密码不正确" in answer.get_data(as_text=True)
    db.session.expire_all()
    assert accounts.password_fits(db.session.get(User, user.id), PASSWORD)


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"])
def test_sign_in_never_leads_to_another_site(client, person, target):
    user = person()
    answer = client.post(
        f"/sign-in?next={target}",
        data={"account": user.account, "password": PASSWORD, "csrf_token": client.token()},
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] in {"/", "http://localhost/"}


def test_session_that_ended_while_typing_keeps_the_text(app, client, sign_in):
    """A form sent without a session asks for the password and then hands the same text in."""
    user = sign_in()
    client.delete_cookie("literacy", domain="localhost")
    client.signed_in = None
    answer = client.post(
        "/account/password",
        data={"current": "写了很久的一段话", "csrf_token": "stale"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 401
    html = answer.get_data(as_text=True)
    assert "写了很久的一段话" in html and "kept-current" in html
    answer = client.send(
        "/sign-in/again?target=/account/password",
        {"account": user.account, "password": PASSWORD, "kept-current": "写了很久的一段话"},
    )
    html = answer.get_data(as_text=True)
    assert 'action="/account/password"' in html and "写了很久的一段话" in html


def test_another_site_cannot_plant_a_form(client):
    answer = client.post("/account/password", data={"current": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400
