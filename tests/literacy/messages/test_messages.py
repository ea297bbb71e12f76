"""The inbox: what arrives, once; who sees it; what readers do with it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from literacy.db import db, now
from literacy.mail.models import Mail, MailChoice
from literacy.messages import service
from literacy.messages.models import Message
from literacy.models import User
from literacy.privacy.working import clear_away
from literacy.service import people
from literacy.settings import service as settings
from tests.filling import text_of
from tests.literacy.mail.addresses import accounts_are_addresses

SAID = {"title": "《网感》快到期了", "body": "12月1日前完成。", "url": "/learn"}


def messages() -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(select(Message).order_by(Message.id)))


@pytest.fixture
def mails_on(app: Any, monkeypatch: Any) -> None:
    """A mail server is set, and accounts are addresses."""
    accounts_are_addresses(monkeypatch)
    settings.change(None, {"smtp_host": "127.0.0.1", "smtp_sender": "peixun@example.cn", "smtp_security": "none"})


# sending


def test_the_same_key_comes_once_to_the_same_person(person: Any) -> None:
    li, wang = person(account="li"), person(account="wang")
    assert service.send(li, key="due-7", **SAID) is True
    assert service.send(li, key="due-7", **{**SAID, "title": "又一次"}) is False
    assert service.send(wang, key="due-7", **SAID) is True
    assert service.send(li, key="due-1", **SAID) is True
    assert [(one.user_id, one.key, one.title) for one in messages()] == [
        (li.id, "due-7", SAID["title"]),
        (wang.id, "due-7", SAID["title"]),
        (li.id, "due-1", SAID["title"]),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "https://elsewhere.cn"},
        {"url": "//elsewhere.cn"},
        {"url": "javascript:x"},
        {"key": ""},
        {"key": "k" * 121},
    ],
)
def test_what_leads_elsewhere_or_has_no_key_is_no_message(wrong: dict[str, str], person: Any) -> None:
    with pytest.raises(ValueError):
        service.send(person(), **{"key": "k", **SAID, **wrong})


def test_a_message_to_many_takes_few_statements_and_leaves_out_who_is_gone(app: Any, person: Any) -> None:
    gone = person(account="gone")
    gone.active = False
    db.session.flush()
    crowd = [{"account": f"c{n}", "name": f"人{n}", "password_hash": "x"} for n in range(1203)]
    db.session.execute(User.__table__.insert(), [{**one, **FILLED} for one in crowd])
    ids = list(db.session.scalars(select(User.id)))
    told: list[str] = []
    engine = db.engine
    note = lambda _c, _k, statement, *_: told.append(statement)  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert service.send_many(ids, key="news", **SAID) == 1203
        assert service.send_many(select(User.id), key="news", **SAID) == 0
        assert service.send_many(select(User.id), key="more", **SAID) == 1203
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(told) < 20
    assert service.unread_count(gone) == 0
    assert db.session.scalar(select(func.count()).select_from(Message)) == 2406


FILLED = {
    "post": "", "active": True, "created_at": now(), "must_change_password": False, "failed_sign_ins": 0,
    "session_version": 1,
}  # fmt: skip


def test_a_mail_waits_in_the_same_transaction_for_whoever_has_an_address_and_wants_it(
    mails_on: None, person: Any
) -> None:
    li, wang = person(account="li@example.cn"), person(account="wang@example.cn")
    db.session.add(MailChoice(user_id=wang.id, wanted=False))
    db.session.flush()
    service.send_many([li.id, wang.id], key="due-7", **SAID)
    assert [mail.user_id for mail in db.session.scalars(select(Mail))] == [li.id]
    db.session.rollback()
    assert db.session.scalar(select(Mail.id)) is None and messages() == [], "neither stands without the other"


def test_a_message_that_came_before_mails_were_on_is_not_mailed_later(app: Any, person: Any, monkeypatch: Any) -> None:
    li = person(account="li@example.cn")
    service.send(li, key="due-7", **SAID)
    accounts_are_addresses(monkeypatch)
    settings.change(None, {"smtp_host": "127.0.0.1", "smtp_sender": "peixun@example.cn"})
    service.send(li, key="due-7", **SAID)
    assert db.session.scalar(select(Mail.id)) is None


# reading


def test_the_head_of_every_page_says_how_many_are_unread(client: Any, sign_in: Any) -> None:
    user = sign_in()
    assert "条未读" not in text_of(client.get("/account"))
    service.send(user, key="a", **SAID)
    service.send(user, key="b", **SAID)
    assert "，2 条未读" in text_of(client.get("/account"))


def test_opening_a_message_is_reading_it(client: Any, sign_in: Any) -> None:
    user = sign_in()
    service.send(user, key="a", title="<b>先</b>", body="一\n二<script>", url="/learn")
    (row,) = messages()
    page = text_of(client.get("/messages"))
    assert "&lt;b&gt;先" in page and "未读" in page
    opened = text_of(client.get(f"/messages/{row.id}"))
    assert "二&lt;script&gt;" in opened and 'href="/learn"' in opened and "条未读" not in opened
    assert messages()[0].read_at is not None


def test_unread_stand_first_and_the_newest_of_them_on_top(person: Any) -> None:
    user = person()
    for key in ("a", "b", "c"):
        service.send(user, key=key, title=key)
    service.mark_read(messages()[2])
    assert [one.key for one in db.session.scalars(service.inbox(user))] == ["b", "a", "c"]
    assert [one.key for one in db.session.scalars(service.inbox(user, unread_only=True))] == ["b", "a"]


def test_the_inbox_is_paged(client: Any, sign_in: Any) -> None:
    user = sign_in()
    for number in range(21):
        service.send(user, key=f"n{number}", title=f"第{number}条")
    assert "共 21 条，第 1 / 2 页" in text_of(client.get("/messages"))
    assert "第0条" in text_of(client.get("/messages?page=2"))


def test_nobody_opens_or_deletes_what_is_somebody_elses(client: Any, sign_in: Any, person: Any) -> None:
    service.send(person(account="other"), key="a", **SAID)
    (row,) = messages()
    sign_in()
    assert client.get(f"/messages/{row.id}").status_code == 404
    assert client.send(f"/messages/{row.id}/delete").status_code == 404
    client.send("/messages/read")
    client.send("/messages/delete-read")
    assert messages()[0].read_at is None and not messages()[0].deleted


def test_what_was_deleted_is_gone_and_does_not_come_again(client: Any, sign_in: Any) -> None:
    user = sign_in()
    service.send(user, key="a", **SAID)
    (row,) = messages()
    client.send(f"/messages/{row.id}/delete")
    assert client.get(f"/messages/{row.id}").status_code == 404
    assert (messages()[0].title, messages()[0].body, messages()[0].url) == ("", "", "")
    service.send(user, key="a", **SAID)
    assert "还没有消息" in text_of(client.get("/messages"))


def test_all_are_read_and_the_read_ones_deleted_with_one_button_each(client: Any, sign_in: Any) -> None:
    user = sign_in()
    for key in ("a", "b"):
        service.send(user, key=key, **SAID)
    assert "2 条消息已标为已读" in text_of(client.get(client.send("/messages/read").location))
    service.send(user, key="c", **SAID)
    client.send("/messages/delete-read")
    assert [one.key for one in db.session.scalars(service.inbox(user))] == ["c"]


def test_what_was_read_long_ago_is_deleted_in_time(app: Any, person: Any) -> None:
    user = person()
    for key in ("old", "unread", "new"):
        service.send(user, key=key, **SAID)
    old, unread, _ = messages()
    old.at = unread.at = now() - timedelta(days=181)
    old.read_at = now()
    db.session.commit()
    clear_away()
    assert [one.key for one in messages()] == ["unread", "new"]


def test_messages_go_with_the_person_they_are_to(app: Any, person: Any) -> None:
    user = person()
    service.send(user, key="a", **SAID)
    assert people.head_count(None) == (1, 1)
    db.session.delete(user)
    db.session.flush()
    assert messages() == []
