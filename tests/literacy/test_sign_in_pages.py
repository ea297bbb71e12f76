"""Signing in at its edges: what is said, what is locked, when a session ends, where it leads."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from literacy.db import db
from literacy.models import User
from literacy.service import accounts
from tests.conftest import PASSWORD
from tests.filling import text_of

START = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


@pytest.fixture
def clock(app: Any) -> Any:
    """A clock that stands still until it is moved."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def attempt(client: Any, account: str, password: str = PASSWORD, target: str = "") -> Any:
    fields = {"account": account, "password": password, "csrf_token": client.token()}
    return client.post("/sign-in", query_string={"next": target} if target else {}, data=fields)


def guess(client: Any, account: str, times: int) -> None:
    for _ in range(times):
        attempt(client, account, "wrong")


def another_window(app: Any, account: str) -> Any:
    """A second browser in which the person is signed in."""
    window = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', window.get("/sign-in").get_data(as_text=True))
    assert token
    window.post("/sign-in", data={"account": account, "password": PASSWORD, "csrf_token": token[1]})
    assert window.get("/account").status_code == 200
    return window


# what is said


def test_every_failure_gets_the_same_answer(client: Any, person: Any) -> None:
    """Unknown account, wrong password, locked, deactivated: nobody learns which account exists."""
    person(account="known")
    person(account="locked")
    guess(client, "locked", 5)
    person(account="gone").active = False
    db.session.commit()
    answers = set()
    for account, password in (("ghost", PASSWORD), ("known", "wrong"), ("locked", PASSWORD), ("gone", PASSWORD)):
        page = attempt(client, account, password)
        text = re.sub(r'value="[^"]*"', "", text_of(page))  # the account that was typed, tokens, keys
        answers.add((page.status_code, text))
    assert len(answers) == 1
    assert "账号或密码不对" in answers.pop()[1]


@pytest.mark.parametrize(
    ("account", "password"),
    [("", PASSWORD), ("someone", ""), ("\x00", "\x00"), ("长" * 5000, "x"), ("someone", "x" * 100_000), ("😀", "😀")],
)
def test_odd_input_is_answered_calmly(account: str, password: str, client: Any) -> None:
    page = attempt(client, account, password)
    assert page.status_code == 200 and "登录善答" in text_of(page)


def test_the_password_is_never_sent_back(client: Any, person: Any) -> None:
    person(account="known")
    assert "guessed-password" not in text_of(attempt(client, "known", "guessed-password"))


# locking


def test_five_failures_lock_and_time_unlocks(client: Any, person: Any, clock: Any) -> None:
    person(account="known")
    guess(client, "known", 5)
    assert attempt(client, "known").status_code == 200
    clock.shift(timedelta(minutes=14, seconds=59))
    assert attempt(client, "known").status_code == 200
    clock.shift(timedelta(seconds=2))
    assert attempt(client, "known").status_code == 303


def test_trying_while_locked_does_not_lengthen_the_lock(client: Any, person: Any, clock: Any) -> None:
    person(account="known")
    guess(client, "known", 5)
    clock.shift(timedelta(minutes=10))
    guess(client, "known", 5)
    clock.shift(timedelta(minutes=5, seconds=1))
    assert attempt(client, "known").status_code == 303


def test_a_reset_also_unlocks(client: Any, person: Any) -> None:
    user = person(account="known")
    guess(client, "known", 5)
    password = accounts.reset_password(None, user)
    db.session.commit()
    assert attempt(client, "known", password).status_code == 303


# the initial password


def test_an_initial_password_leads_to_the_change_and_nowhere_else(client: Any, person: Any, sign_in: Any) -> None:
    user = person("learner", "trainer", "administrator")
    user.must_change_password = True
    db.session.commit()
    sign_in(user)
    for rule in ("/", "/quizzes/1", "/teach/questions", "/manage/people", "/manage/units", "/manage/audit"):
        assert client.get(rule).location.endswith("/account/password"), rule
    assert "先换成自己的" in text_of(client.get("/account/password"))
    fetched = client.fetch("/attempts/1/answers/1", {})
    assert fetched.status_code == 403 and "初始密码" in fetched.json["error"]
    same = client.send("/account/password", {"current": PASSWORD, "new": PASSWORD, "repeated": PASSWORD})
    assert "要和现在的密码不同" in text_of(same)
    client.send("/account/password", {"current": PASSWORD, "new": "my-own-password", "repeated": "my-own-password"})
    assert client.get("/manage/people").status_code == 200


@pytest.mark.parametrize(
    ("new", "repeated", "sentence"),
    [
        ("short", "short", "至少 10 个字符"), ("aaaaaaaaaaaa", "aaaaaaaaaaaa", "重复的字符太多"),
        ("x" * 150 + "abcdefg" * 10, "", "最多 200 个字符"), ("a-fine-password", "another-password", "不一样"),
        ("", "", "请填写"),
    ],
)  # fmt: skip
def test_a_weak_password_is_refused_beside_its_field(
    new: str, repeated: str, sentence: str, client: Any, sign_in: Any
) -> None:
    user = sign_in()
    page = client.send("/account/password", {"current": PASSWORD, "new": new, "repeated": repeated})
    assert sentence in text_of(page)
    db.session.expire_all()
    assert accounts.password_fits(db.session.get(User, user.id), PASSWORD)


# the end of a session


def test_an_idle_session_ends(client: Any, sign_in: Any, clock: Any) -> None:
    sign_in()
    clock.shift(timedelta(minutes=119))
    assert client.get("/account").status_code == 200
    clock.shift(timedelta(minutes=119))
    assert client.get("/account").status_code == 200, "each page starts the clock again"
    clock.shift(timedelta(minutes=121))
    answer = client.get("/account")
    assert answer.status_code == 303 and answer.location.endswith("/sign-in?next=/account")


def test_no_session_lives_longer_than_half_a_day(client: Any, sign_in: Any, clock: Any) -> None:
    sign_in()
    for _ in range(12):
        clock.shift(timedelta(minutes=59))
        assert client.get("/account").status_code == 200
    clock.shift(timedelta(minutes=13))
    assert "/sign-in" in client.get("/account").location


def test_signing_out_ends_the_session(client: Any, sign_in: Any) -> None:
    sign_in()
    answer = client.send("/sign-out")
    assert answer.location.endswith("/sign-in")
    assert "您已退出" in text_of(client.get("/sign-in"))
    assert "/sign-in" in client.get("/account").location
    assert client.get("/sign-out").status_code == 405


def test_a_reset_ends_the_session_in_another_window(client: Any, person: Any, sign_in: Any, app: Any) -> None:
    user = person(account="known")
    window = another_window(app, "known")
    sign_in("administrator")
    assert client.send(f"/manage/people/{user.id}/reset-password").status_code == 200
    assert "/sign-in" in window.get("/account").location


def test_a_new_password_ends_all_windows_but_this_one(client: Any, person: Any, sign_in: Any, app: Any) -> None:
    user = person(account="known")
    window = another_window(app, "known")
    sign_in(user)
    client.send("/account/password", {"current": PASSWORD, "new": "my-own-password", "repeated": "my-own-password"})
    assert client.get("/account").status_code == 200
    assert "/sign-in" in window.get("/account").location


def test_a_forged_or_old_session_is_no_session(client: Any, sign_in: Any) -> None:
    sign_in()
    client.set_cookie("literacy", "eyJfdXNlcl9pZCI6IjE6MSJ9.forged.signature", domain="localhost")
    assert "/sign-in" in client.get("/account").location


# where signing in leads


@pytest.mark.parametrize("target", ["/account", "/account/password?x=1"])
def test_signing_in_leads_back_to_where_one_was_going(target: str, client: Any, person: Any) -> None:
    person(account="known")
    asked = client.get(target)
    assert asked.status_code == 303
    page = client.get(asked.location)
    action = re.search(r'action="(/sign-in\?next=[^"]+)"', text_of(page))
    assert action
    fields = {"account": "known", "password": PASSWORD, "csrf_token": client.token()}
    answer = client.post(action[1].replace("&amp;", "&"), data=fields)
    assert answer.location.removeprefix("http://localhost") == target


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/account",
     "http:evil.example", "javascript:alert(1)", "/\t/evil.example", "\n//evil.example", " //evil.example",
     "//evil.example@localhost", "http://[", "//[", "/account\r\nSet-Cookie: a=b", "evil.example",
     "%2f%2fevil.example"],
)  # fmt: skip
def test_signing_in_never_leads_elsewhere(target: str, client: Any, person: Any) -> None:
    person(account="known")
    answer = attempt(client, "known", target=target)
    assert answer.status_code == 303
    place = answer.location.removeprefix("http://localhost")
    assert re.match(r"/(?![/\\])", place) and "evil" not in place, place
    assert "a=b" not in str(answer.headers.getlist("Set-Cookie"))


def test_a_session_taken_up_again_never_leads_elsewhere(client: Any, person: Any) -> None:
    person(account="known")
    page = client.send(
        "/sign-in/again?target=https://evil.example", {"account": "known", "password": PASSWORD, "kept-a": "写过的话"}
    )
    assert page.status_code == 200 and "evil" not in text_of(page)


def test_each_role_begins_at_its_own_page(client: Any, person: Any, app: Any) -> None:
    for role in ("learner", "trainer", "administrator"):
        user = person(role, account=f"a-{role}")
        window = another_window(app, user.account)
        home = window.get("/")
        assert home.status_code == 303 and window.get(home.location).status_code == 200


# cookies and caches


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(client: Any, person: Any) -> None:
    person(account="known")
    [cookie] = [one for one in attempt(client, "known").headers.getlist("Set-Cookie") if one.startswith("literacy=")]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_pages_are_not_kept_by_the_browser(client: Any, sign_in: Any) -> None:
    sign_in()
    assert client.get("/account").headers["Cache-Control"] == "no-store"


def test_signing_in_starts_a_fresh_session(client: Any, person: Any) -> None:
    """A token planted before signing in is worth nothing afterwards."""
    person(account="known")
    before = client.token()
    attempt(client, "known")
    answer = client.post("/sign-out", data={"csrf_token": before}, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 400
    assert client.get("/account").status_code == 200
