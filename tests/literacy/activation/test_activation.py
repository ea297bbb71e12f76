"""A code opens an account once, for who holds it, until it expires."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as some

from literacy.activation import service
from literacy.activation.codes import LETTERS, hash_of, new_code, typed_code
from literacy.activation.models import ActivationCode
from literacy.db import db, now
from literacy.errors import Refused
from literacy.jobs import service as jobs
from literacy.jobs.models import Job
from literacy.models import Role, User
from literacy.service import accounts, units
from tests.filling import fields_of, text_of
from tests.working import work_off

CHOSEN = "一句我自己记得住的话做密码"


@pytest.fixture
def admin(sign_in: Any, person: Any) -> User:
    """An administrator who is signed in."""
    return sign_in(person("administrator", account="admin", name="管理人"))


@pytest.fixture
def new(person: Any) -> User:
    """Somebody without a password."""
    made = person("learner", account="zhaoqing", name="赵晴")
    made.password_hash = ""
    db.session.commit()
    return made


def given_to(actor: User, user: User) -> str:
    code = service.issue(actor, user)
    db.session.commit()
    return code


def filled(code: str, account: str = "zhaoqing", password: str = CHOSEN) -> dict[str, str]:
    return {"account": account, "code": code, "new": password, "repeated": password}


def test_codes_can_be_read_from_paper() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200 and all(re.fullmatch(f"([{LETTERS}]{{4}}-){{2}}[{LETTERS}]{{4}}", code) for code in codes)
    assert not set("0o1li") & set(LETTERS)


@given(some.text(max_size=60))
def test_a_code_is_found_in_whatever_stands_around_it(noise: str) -> None:
    signs = "".join(one for one in noise if not one.isalnum())[:20]
    assert typed_code(f"{signs}ABCD-efgh 2345") == "abcdefgh2345"


def test_a_code_is_bound_to_its_person_and_installation() -> None:
    given = (("abcd", 1, "k"), ("abcd", 2, "k"), ("abcd", 1, "q"), ("abce", 1, "k"))
    assert len({hash_of(*one) for one in given}) == 4


def test_a_person_opens_their_account_and_is_in(client: Any, new: User, person: Any) -> None:
    code = given_to(person("administrator"), new)
    typed = f"  {code.upper().replace('-', ' ')} "
    answer = client.send("/activate", {**filled(typed), "account": " ZhaoQing "})
    assert answer.status_code == 303 and client.get("/account").status_code == 200
    db.session.expire_all()
    assert accounts.password_fits(new, CHOSEN) and not new.must_change_password and not new.awaits_activation
    assert db.session.get(ActivationCode, new.id) is None
    client.signed_in = new
    client.send("/sign-out")
    client.signed_in = None
    assert "用过了" in text_of(client.send("/activate", filled(code, password="another long password")))
    assert accounts.password_fits(new, CHOSEN)


def test_a_link_fills_in_account_and_code_and_opens_nothing_yet(client: Any, new: User, person: Any) -> None:
    code = given_to(person("administrator"), new)
    form = fields_of(client.get(f"/activate?account=zhaoqing&code={code}"))
    assert (form["account"], form["code"]) == ("zhaoqing", code)
    assert db.session.get(ActivationCode, new.id) is not None


@pytest.mark.parametrize("wrong", ["code", "account", "expired", "deactivated", "voided", "password", "nobody"])
def test_everything_else_is_refused_alike(wrong: str, client: Any, new: User, person: Any) -> None:
    admin = person("administrator")
    code, account = given_to(admin, new), "zhaoqing"
    if wrong == "code":
        code = new_code()
    elif wrong == "account":
        account = person("learner").account
    elif wrong == "nobody":
        account = "nobody"
    elif wrong == "deactivated":
        new.active = False
    elif wrong == "voided":
        given_to(admin, new)
    elif wrong == "password":
        accounts.reset_password(admin, new)
    moment = now() + (service.LASTS + timedelta(minutes=1) if wrong == "expired" else timedelta())
    with time_machine.travel(moment, tick=False):
        answer = client.send("/activate", filled(code, account))
    assert answer.status_code == 409 and service.FAILED in text_of(answer)
    db.session.expire_all()
    assert not accounts.password_fits(new, CHOSEN)


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaa"])
def test_the_password_must_do(password: str, client: Any, new: User, person: Any) -> None:
    code = given_to(person("administrator"), new)
    assert client.send("/activate", filled(code, password=password)).status_code == 422
    assert db.session.get(ActivationCode, new.id) is not None, "the code is not used up"


def test_the_code_is_shown_once_on_the_persons_page(client: Any, admin: User, new: User) -> None:
    page = f"/manage/people/{new.id}"
    assert "还没激活" in text_of(client.get(page)) and "发放激活码" in text_of(client.get(page))
    shown = text_of(client.send(f"{page}/code", {"form_key": "a"}))
    match = re.search(r'class="secret">([a-z0-9-]{14})<', shown)
    assert match
    code = match[1]
    assert f"/activate?account=zhaoqing&amp;code={code}" in shown
    again = client.send(f"{page}/code", {"form_key": "a"})
    assert (
        again.status_code == 303 and code not in text_of(client.get(page)) and "重新发放" in text_of(client.get(page))
    )
    for table in db.metadata.sorted_tables:
        assert code not in str(db.session.execute(table.select()).all()), table.name


def test_who_has_a_password_gets_no_code(client: Any, admin: User, person: Any) -> None:
    other = person("learner")
    answer = client.send(f"/manage/people/{other.id}/code", {"form_key": "a"})
    assert "已经有密码了" in text_of(client.get(answer.location))


def test_slips_for_a_unit(app: Any, client: Any, admin: User, new: User, person: Any) -> None:
    county = units.create_unit(admin, name="青禾县")
    new.unit = units.create_unit(admin, name="望舒<街道>", parent_id=county.id)
    person("learner", name="有密码的", unit=county)
    old = given_to(admin, new)
    answer = client.send(f"/manage/units/{county.id}/codes", {"form_key": "a"})
    work_off(app)
    job = db.session.get_one(Job, int(answer.location.rsplit("/", 1)[1]))
    path = jobs.result_path(job)
    assert path and job.file.startswith("激活条 青禾县")
    page = path.read_text()
    assert "望舒&lt;街道&gt;" in page and "有密码的" not in page and "http://localhost/activate" in page
    code = re.search(r'class="code">([^<]+)<', page)
    assert code and old not in page
    assert client.send("/activate", filled(old)).status_code == 409
    assert client.send("/activate", filled(code[1])).status_code == 303


def test_a_unit_without_anybody_waiting_needs_no_slips(client: Any, admin: User) -> None:
    county = units.create_unit(admin, name="青禾县")
    db.session.commit()
    answer = client.send(f"/manage/units/{county.id}/codes", {"form_key": "a"})
    assert "没有要发的激活码" in text_of(client.get(answer.location))


def test_expired_codes_are_deleted(new: User, person: Any) -> None:
    given_to(person("administrator"), new)
    service.drop_expired()
    assert db.session.get(ActivationCode, new.id)
    with time_machine.travel(now() + service.LASTS + timedelta(minutes=1)):
        service.drop_expired()
    db.session.expire_all()
    assert db.session.get(ActivationCode, new.id) is None


@pytest.fixture
def county(person: Any) -> dict[str, User]:
    """An administrator of one unit, and two of its people without a password: one is to look after everything."""
    unit = units.create_unit(None, name="青禾县")
    boss = person("administrator", account="boss", unit=unit)
    boss.grant_of(Role.ADMINISTRATOR).unit_id = unit.id
    waiting = {
        "clerk": person("learner", account="clerk", name="科员", unit=unit),
        "chief": person("administrator", account="chief", name="全局", unit=unit),
    }
    for one in waiting.values():
        one.password_hash = ""
    db.session.commit()
    return {"boss": boss, **waiting}


def test_nobody_opens_the_account_of_who_looks_after_more(
    app: Any, client: Any, sign_in: Any, county: dict[str, User]
) -> None:
    """With such a code an administrator of one unit would become one of everything."""
    boss, clerk, chief = county["boss"], county["clerk"], county["chief"]
    with pytest.raises(Refused, match="管的范围比您的大"):
        service.issue(boss, chief)
    assert service.issue(boss, clerk)
    db.session.rollback()
    sign_in(boss)
    assert client.send(f"/manage/people/{chief.id}/code").status_code == 303
    assert "管的范围比您的大" in text_of(client.get(f"/manage/people/{chief.id}"))
    job = client.send(f"/manage/units/{boss.unit_id}/codes").location
    work_off(app)
    path = jobs.result_path(db.session.get(Job, int(job.rsplit("/", 1)[1])))
    assert path is not None
    slips = path.read_text(encoding="utf-8")
    assert "科员" in slips and "全局" not in slips
    assert set(db.session.scalars(db.select(ActivationCode.user_id))) == {clerk.id}
