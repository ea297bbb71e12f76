"""Mails go out over a real server on this machine; what goes wrong is tried again, or said."""

import contextlib
import email
import re
import smtplib
from datetime import timedelta
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from literacy.db import db, now
from literacy.mail import line, sending, service
from literacy.mail.models import Mail, MailState
from literacy.messages import service as messages
from literacy.models import AuditEntry, User
from literacy.operations import doctor
from literacy.operations.doctor import Health
from literacy.privacy.working import clear_away
from literacy.registry import registry
from literacy.settings import service as settings
from tests.filling import fields_of, text_of
from tests.literacy.mail.addresses import accounts_are_addresses
from tests.literacy.mail.servers import Box, certificate, free_port, serving, with_password

SITE = "https://learn.example.cn"


@pytest.fixture
def box(app: Any, monkeypatch: Any) -> Box:
    """A mailbox whose server is set, but not up yet."""
    accounts_are_addresses(monkeypatch)
    made = Box()
    made.port = free_port()  # type: ignore[attr-defined]
    put(
        smtp_host="127.0.0.1", smtp_port=made.port, smtp_security="none",  # type: ignore[attr-defined]
        smtp_sender="peixun@example.cn", site_address=SITE,
    )  # fmt: skip
    return made


def put(**values: Any) -> None:
    settings.change(None, values)
    db.session.commit()


def tell(*people: User, key: str = "due-7") -> None:
    messages.send_many(
        [one.id for one in people], key=key, title="《网感》快到期了", body="12月1日前完成。", url="/learn"
    )
    db.session.commit()


def mails() -> list[Mail]:
    db.session.expire_all()
    return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def state() -> MailState:
    (mail,) = mails()
    return mail.state


def read(data: bytes) -> Any:
    return email.message_from_bytes(data, policy=default)


# it arrives


def test_a_message_arrives_by_mail_too_once(box: Any, person: Any) -> None:
    li = person(account="li@example.cn")
    tell(li)
    with serving(box, box.port):
        assert sending.send_due() == 1
        assert sending.send_due() == 0
        tell(li)
        assert sending.send_due() == 0
    ((to, data),) = box.mails
    mail = read(data)
    assert to == ["li@example.cn"] and mail["Subject"] == "《网感》快到期了"
    text = mail.get_body(("plain",)).get_content()
    assert f"{SITE}/learn" in text and "测试人" not in data.decode(), "nothing beyond what the inbox says"
    assert state() is MailState.SENT and mails()[0].sent_at is not None


def test_many_go_on_few_lines(box: Any, person: Any) -> None:
    people = [person(account=f"p{number}@example.cn") for number in range(4)]
    tell(*people)
    with serving(box, box.port):
        assert sending.send_due(most=3) == 3
        assert registry().periodic["mails"].run() == 1
    assert {to[0] for to, _ in box.mails} == {one.account for one in people}


def test_files_of_the_data_folder_go_along_and_no_others(box: Any, app: Any, person: Any) -> None:
    li = person(account="li@example.cn")
    tell(li)
    tell(li, key="second")
    (Path(app.config["DATA_FOLDER"]) / "report.pdf").write_bytes(b"%PDF")
    first, second = mails()
    first.attachments = [{"name": "月报.pdf", "path": "report.pdf"}]
    second.attachments = [{"name": "x", "path": "../../etc/passwd"}]
    db.session.commit()
    with serving(box, box.port):
        assert sending.send_due() == 1
    (file,) = read(box.mails[0][1]).iter_attachments()
    assert file.get_filename() == "月报.pdf"
    assert mails()[1].state is MailState.FAILED


def test_whoever_is_gone_or_wants_none_meanwhile_gets_none(box: Any, person: Any) -> None:
    gone, quiet = person(account="gone@example.cn"), person(account="quiet@example.cn")
    tell(gone, quiet)
    gone.active = False
    service.choose(quiet, False)
    db.session.commit()
    with serving(box, box.port):
        assert sending.send_due() == 0
    assert {mail.state for mail in mails()} == {MailState.SKIPPED} and box.mails == []


# encryption and signing in


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_a_certificate_of_ones_own_is_refused_unless_it_is_allowed(
    security: str, box: Any, person: Any, tmp_path: Path
) -> None:
    put(smtp_security=security)
    tell(person(account="li@example.cn"))
    tls = certificate(tmp_path)
    given = {"ssl_context": tls} if security == "ssl" else {"tls_context": tls}
    with serving(box, box.port, **given):
        assert sending.send_due() == 0
        assert "证书不可信" in mails()[0].error and state() is MailState.QUEUED
        assert doctor.mail_server().health is Health.BAD
        put(smtp_any_certificate=True)
        assert doctor.mail_server().health is Health.GOOD
        with time_machine.travel(now() + timedelta(minutes=2)):
            assert sending.send_due() == 1
    assert len(box.mails) == 1


def test_without_encryption_that_was_asked_for_nothing_is_sent(box: Any, person: Any) -> None:
    put(smtp_security="starttls")
    tell(person(account="li@example.cn"))
    with serving(box, box.port):
        assert sending.send_due() == 0
    assert box.mails == [] and "不支持这种加密" in mails()[0].error


@pytest.mark.parametrize(("password", "sent"), [("right-password", 1), ("wrong-password", 0)])
def test_it_signs_in_where_the_server_wants_it(password: str, sent: int, box: Any, person: Any, tmp_path: Path) -> None:
    put(smtp_security="starttls", smtp_any_certificate=True, smtp_user="li", smtp_password=password)
    tell(person(account="li@example.cn"))
    with serving(box, box.port, tls_context=certificate(tmp_path), **with_password()):
        assert sending.send_due() == sent
    assert ("不认这个账号或密码" in mails()[0].error) is not bool(sent)
    assert password not in mails()[0].error


# what goes wrong


def test_a_server_that_is_down_is_tried_again_later_and_given_up_in_the_end(box: Any, person: Any) -> None:
    li, wang = person(account="li@example.cn"), person(account="wang@example.cn")
    tell(li, wang)
    with time_machine.travel(now(), tick=False) as clock:
        assert sending.send_due() == 0
        first = mails()[0]
        assert (first.state, first.tries) == (MailState.QUEUED, 1) and "拒绝连接" in first.error
        assert first.next_at - now() == timedelta(minutes=1)
        assert sending.send_due() == 0 and mails()[0].tries == 1, "not before its time"
        for wait in sending.WAITS:
            clock.shift(wait)
            sending.send_due()
        assert {mail.state for mail in mails()} == {MailState.FAILED}
        clock.shift(timedelta(days=30))
        with serving(box, box.port):
            assert sending.send_due() == 0


def test_a_server_that_comes_back_gets_everything_once(box: Any, person: Any) -> None:
    tell(person(account="li@example.cn"))
    sending.send_due()
    with time_machine.travel(now() + timedelta(minutes=2)), serving(box, box.port):
        assert sending.send_due() == 1
    assert len(box.mails) == 1 and state() is MailState.SENT and mails()[0].error == ""


@pytest.mark.parametrize(
    ("answer", "expected"), [("550 no such user", MailState.FAILED), ("451 try later", MailState.QUEUED)]
)
def test_a_refused_address_holds_up_nobody_else(answer: str, expected: MailState, box: Any, person: Any) -> None:
    bad, good = person(account="bad@example.cn"), person(account="good@example.cn")
    box.refused["bad@example.cn"] = answer
    tell(bad, good)
    with serving(box, box.port):
        assert sending.send_due() == 1
    by_person = {mail.user_id: mail for mail in mails()}
    assert by_person[bad.id].state is expected and answer[4:] in by_person[bad.id].error
    assert by_person[good.id].state is MailState.SENT


@pytest.mark.parametrize(("answer", "expected"), [("554 spam", MailState.FAILED), ("452 full", MailState.QUEUED)])
def test_a_mail_that_is_not_taken_is_said(answer: str, expected: MailState, box: Any, person: Any) -> None:
    box.data_answer = answer
    tell(person(account="li@example.cn"))
    with serving(box, box.port):
        assert sending.send_due() == 0
    assert state() is expected and answer[4:] in mails()[0].error


def test_what_broke_off_while_it_was_handed_over_is_not_sent_again_by_itself(
    box: Any, person: Any, monkeypatch: Any
) -> None:
    tell(person(account="li@example.cn"))

    def broken(_self: Any, _data: bytes) -> Any:
        raise smtplib.SMTPServerDisconnected("gone")

    with serving(box, box.port):
        with monkeypatch.context() as patch:
            patch.setattr(smtplib.SMTP, "data", broken)
            assert sending.send_due() == 0
        assert state() is MailState.UNSURE
        with time_machine.travel(now() + timedelta(days=1)):
            assert sending.send_due() == 0
    assert box.mails == []


def test_a_process_that_died_while_sending_leaves_a_mail_that_is_shown(box: Any, person: Any, monkeypatch: Any) -> None:
    tell(person(account="li@example.cn"))

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with serving(box, box.port):
        with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
            patch.setattr(sending, "hand_over", killed)
            sending.send_due()
        db.session.rollback()
        assert state() is MailState.SENDING
        assert sending.send_due() == 0 and state() is MailState.SENDING, "somebody may still be at it"
        with time_machine.travel(now() + timedelta(minutes=16)):
            assert sending.send_due() == 0
    assert state() is MailState.UNSURE and box.mails == []


def test_a_server_nobody_knows_is_said_so() -> None:
    server = line.Server("no-such-host.invalid", 25, "none", "a@b.cn")
    with pytest.raises(line.NoLine) as problem, line.connected(server, timeout=2):
        pass
    assert "no-such-host.invalid" in problem.value.sentence
    assert "hunter2" not in repr(line.Server("h", 1, "none", "s", password="hunter2"))


# pages


@pytest.fixture
def admin(sign_in: Any, person: Any) -> User:
    """An administrator with an address, who is signed in."""
    return sign_in(person("administrator", account="admin@example.cn", name="管理人"))


def test_the_page_says_what_became_of_each_and_sends_again(box: Any, client: Any, admin: User, person: Any) -> None:
    bad = person(account="bad@example.cn", name="李四")
    box.refused[bad.account] = "550 no such user"
    tell(bad, person(account="good@example.cn"))
    with serving(box, box.port):
        sending.send_due()
        page = text_of(client.get("/manage/mails"))
        assert "550" in page and "没发成 1 封" in page and "已发出 1 封" in page
        one = next(mail for mail in mails() if mail.state is MailState.FAILED)
        form = fields_of(client.get("/manage/mails?state=failed&mail_id=9&_external=1"))
        assert form
        box.refused.clear()
        back = client.send(f"/manage/mails/{one.id}/resend?state=failed", {"form_key": "k"})
        assert back.location.endswith("/manage/mails?state=failed&page=1")
        assert "一分钟内再试" in text_of(client.get(back.location))
        assert sending.send_due() == 1
    again = client.send(f"/manage/mails/{one.id}/resend", {"form_key": "other"})
    assert "不用重发" in text_of(client.get(again.location))


def test_all_that_failed_are_sent_again_with_one_button(box: Any, client: Any, admin: User, person: Any) -> None:
    people = [person(account=f"p{number}@example.cn") for number in range(3)]
    box.refused = {one.account: "550 no" for one in people}
    tell(*people)
    with serving(box, box.port):
        sending.send_due()
        box.refused = {}
        assert "3 封已排进去" in text_of(client.get(client.send("/manage/mails/resend-failed").location))
        assert sending.send_due() == 3


def test_the_trial_mail_goes_to_oneself_and_is_recorded(box: Any, client: Any, admin: User) -> None:
    with serving(box, box.port):
        page = client.get(client.send("/manage/settings/mail/test", {"form_key": "a"}).location)
    assert "admin@example.cn" in text_of(page)
    ((to, data),) = box.mails
    assert to == ["admin@example.cn"] and "试发" in read(data)["Subject"]
    assert db.session.scalar(select(AuditEntry).where(AuditEntry.action == "mail.tested"))


def test_what_is_wrong_with_the_server_is_said_at_once(box: Any, client: Any, admin: User) -> None:
    page = client.get(client.send("/manage/settings/mail/test", {"form_key": "a"}).location)
    assert "没有发成" in text_of(page) and "拒绝连接" in text_of(page)
    put(smtp_host="")
    page = client.get(client.send("/manage/settings/mail/test", {"form_key": "b"}).location)
    assert "还没有填发信服务器" in text_of(page)


def test_whoever_has_no_address_is_told_so(box: Any, client: Any, sign_in: Any, person: Any) -> None:
    sign_in(person("administrator", account="plain"))
    page = client.get(client.send("/manage/settings/mail/test", {"form_key": "a"}).location)
    assert "没有登记邮箱" in text_of(page)


def test_a_person_says_on_their_page_that_they_want_no_mails(box: Any, client: Any, sign_in: Any, person: Any) -> None:
    li = sign_in(person(account="li@example.cn"))
    form = fields_of(client.get("/account/mails"), "form_key")
    assert form["wanted"] == "y"
    answer = client.send("/account/mails", {"form_key": form["form_key"]})
    assert "不发邮件" in text_of(client.get(answer.location))
    tell(li)
    assert mails() == [] and messages.unread_count(li) == 1
    client.send("/account/mails", {"form_key": "again", "wanted": "y"})
    tell(li, key="next")
    assert len(mails()) == 1


def test_the_link_in_the_mail_ends_the_mails_without_signing_in(box: Any, client: Any, person: Any) -> None:
    li = person(account="li@example.cn")
    tell(li)
    with serving(box, box.port):
        sending.send_due()
    found = re.search(rf"{SITE}(/mails/unsubscribe/\S+)", read(box.mails[0][1]).get_body(("plain",)).get_content())
    assert found
    assert "不再收邮件？" in text_of(client.get(found[1]))
    assert service.wants_mails(li), "looking at the page does nothing"
    assert "不再给您发邮件了" in text_of(client.send(found[1]))
    db.session.expire_all()
    assert not service.wants_mails(li)
    assert client.get("/mails/unsubscribe/forged").status_code == 404


def test_old_records_go_and_what_waits_stays(box: Any, app: Any, person: Any) -> None:
    tell(person(account="li@example.cn"), person(account="wang@example.cn"))
    first, second = mails()
    first.at = second.at = now() - timedelta(days=91)
    first.state = MailState.SENT
    db.session.commit()
    clear_away()
    assert [mail.id for mail in mails()] == [second.id]
