"""Activation links go out by mail only where the administrator chooses it, and stand nowhere but in the mail."""

import email
import re
from email.policy import default
from typing import Any

import pytest
from sqlalchemy import select

from literacy.activation import mailing, service
from literacy.activation.models import ActivationCode
from literacy.db import db
from literacy.jobs.models import Job, JobState
from literacy.models import AuditEntry, Role, Unit, User
from literacy.service import accounts
from literacy.settings import service as settings
from tests.filling import text_of
from tests.literacy.mail.servers import Box, free_port, serving
from tests.working import work_off

SITE = "https://peixun.example.cn"
CHOSEN = "一句我自己记得住的话做密码"


@pytest.fixture
def box(app: Any) -> Box:
    """A mail server that is set, but not up yet."""
    made = Box()
    made.port = free_port()  # type: ignore[attr-defined]
    values = {"smtp_host": "127.0.0.1", "smtp_port": made.port, "smtp_security": "none"}  # type: ignore[attr-defined]
    settings.change(None, {**values, "smtp_sender": "peixun@example.cn", "site_address": SITE})
    db.session.commit()
    return made


@pytest.fixture
def unit(app: Any) -> Unit:
    made = Unit(name="望舒街道")
    db.session.add(made)
    db.session.commit()
    return made


@pytest.fixture
def new(person: Any, unit: Unit) -> Any:
    """A factory of people without a password in the unit."""

    def make(account: str, address: str) -> User:
        made = person("learner", account=account, name=f"新人{account}", email=address, unit=unit)
        made.password_hash = ""
        db.session.commit()
        return made

    return make


@pytest.fixture
def admin(sign_in: Any, person: Any) -> User:
    return sign_in(person("administrator", account="admin", name="管理人"))


def links(box: Box) -> dict[str, str]:
    """Path of the link in each mail, by the address that it went to."""
    found = {}
    for (to,), data in box.mails:
        body = email.message_from_bytes(data, policy=default).get_body(("plain",)).get_content()
        found[to] = re.search(rf"{SITE}(/activate\?\S+)", body)[1]
    return found


def last_job() -> Job:
    db.session.expire_all()
    return db.session.scalars(select(Job).order_by(Job.id.desc())).first()


def test_each_with_an_address_gets_a_link_that_opens_once(
    app: Any, client: Any, admin: User, new: Any, box: Box, unit: Unit
) -> None:
    zhao, qian = new("zhao", "zhao@example.cn"), new("qian", "")
    page = f"/manage/units/{unit.id}"
    shown = text_of(client.get(page))
    assert "登记了邮箱的 1 人" in shown and "另有 1 人没有邮箱" in shown and "信里没有密码" in shown
    assert "/jobs/" in client.send(f"{page}/codes/mail", {"form_key": "a"}).location
    with serving(box, box.port):
        work_off(app)
    assert last_job().state is JobState.DONE and "发出 1 封" in last_job().said
    assert set(links(box)) == {"zhao@example.cn"}
    assert db.session.get(ActivationCode, qian.id) is None, "who was not written to keeps what they have"
    link = links(box)["zhao@example.cn"]
    code = re.search(r"code=([a-z0-9-]{14})", link)[1]
    for table in db.metadata.sorted_tables:
        assert code not in str(db.session.execute(table.select()).all()), table.name
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "activation.mailed"))
    assert entry.subject_id == zhao.id and "z***@example.cn" in entry.summary
    client.send("/sign-out")
    client.signed_in = None
    filled = {"account": "zhao", "code": code, "new": CHOSEN, "repeated": CHOSEN}
    assert client.get(link).status_code == 200 and client.send("/activate", filled).status_code == 303
    db.session.expire_all()
    assert accounts.password_fits(zhao, CHOSEN)


def test_a_refused_mail_leaves_the_earlier_code_good(app: Any, client: Any, admin: User, new: Any, box: Box) -> None:
    zhao = new("zhao", "zhao@example.cn")
    code = service.issue(admin, zhao)
    db.session.commit()
    box.refused["zhao@example.cn"] = "550 no such mailbox"
    client.send(f"/manage/people/{zhao.id}/code/mail", {"form_key": "a"})
    with serving(box, box.port):
        work_off(app)
    assert "没发成的：新人zhao" in last_job().said
    assert service.activate("zhao", code, CHOSEN).id == zhao.id


def test_without_a_line_it_says_so_and_goes_on_the_next_time(
    app: Any, client: Any, admin: User, new: Any, box: Box, unit: Unit
) -> None:
    new("zhao", "zhao@example.cn")
    url = f"/manage/units/{unit.id}/codes/mail"
    client.send(url, {"form_key": "a"})
    work_off(app)
    assert last_job().state is JobState.FAILED and "发出 0 封以后停下了" in last_job().said
    client.send(url, {"form_key": "b"})
    with serving(box, box.port):
        work_off(app)
    assert last_job().state is JobState.DONE and len(box.mails) == 1


@pytest.mark.parametrize("missing", ["smtp_host", "site_address"])
def test_nothing_is_offered_where_no_mail_can_go_out(
    client: Any, admin: User, new: Any, box: Box, missing: str
) -> None:
    zhao = new("zhao", "zhao@example.cn")
    settings.change(None, {missing: ""})
    db.session.commit()
    assert "邮件发链接" not in text_of(client.get(f"/manage/people/{zhao.id}"))
    assert "/jobs/" not in client.send(f"/manage/people/{zhao.id}/code/mail", {"form_key": "a"}).location
    assert last_job() is None


def test_whoever_looks_after_more_than_the_administrator_gets_none(
    client: Any, person: Any, sign_in: Any, new: Any, box: Box, unit: Unit
) -> None:
    """With the link one could do what they can."""
    chief = person("administrator", account="chief", unit=unit, email="chief@example.cn")
    chief.password_hash = ""
    db.session.commit()
    bound = sign_in(person("administrator", unit=unit, reach={Role.ADMINISTRATOR: unit.id}))
    assert mailing.reach(bound, User.id == chief.id) is None
    assert "/jobs/" not in client.send(f"/manage/people/{chief.id}/code/mail", {"form_key": "a"}).location
