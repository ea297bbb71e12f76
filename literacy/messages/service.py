"""Sending messages, reading and deleting one's own. Flushes, never commits."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Select, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from literacy.db import Json, UtcDateTime, db, now
from literacy.errors import NotFound, found
from literacy.mail import service as mail
from literacy.mail.models import Mail, MailState
from literacy.messages.models import Message
from literacy.models import User
from literacy.text import clean, clean_line

AT_ONCE = 500
"""People to whom one statement sends."""
_LONGEST_KEY, _LONGEST_TITLE, _LONGEST_URL = 120, 200, 500
_MESSAGE = ("user_id", "key", "title", "body", "url", "at", "deleted")
_MAIL = ("user_id", "key", "title", "body", "url", "at", "next_at", "attachments", "state", "tries", "address", "error")


def send(user: User, *, key: str, title: str, body: str = "", url: str = "") -> bool:
    """Put a message into a person's inbox, and send it by mail too where that is set and wanted.

    `key` says what it is about; the same key to the same person is sent once. Gives back whether it is new.
    """
    db.session.flush()  # the person may be new
    return send_many([user.id], key=key, title=title, body=body, url=url) == 1


def send_many(user_ids: Iterable[int] | Select[Any], *, key: str, title: str, body: str = "", url: str = "") -> int:
    """The same to many people, given by their ids or by a select of ids; gives back to how many it is new.

    Only people in use get it. `url` is a path of ours. Raises ValueError for one that is not, or a key too long.
    """
    if not 0 < len(key) <= _LONGEST_KEY:
        raise ValueError(f"a message needs a key of at most {_LONGEST_KEY} characters")
    if url and (not url.startswith("/") or url.startswith("//") or len(url) > _LONGEST_URL):
        raise ValueError(f"{url!r} is no path of ours")
    said = (clean_line(title)[:_LONGEST_TITLE], clean(body), url)
    moment = now()
    return sum(_send(ids, key, said, moment) for ids in _portions(user_ids))


def _portions(user_ids: Iterable[int] | Select[Any]) -> Iterator[Any]:
    """The people, as many at once as a statement takes; a select as it is."""
    if isinstance(user_ids, Select):
        yield user_ids
        return
    ids = iter(user_ids)
    while portion := list(islice(ids, AT_ONCE)):
        yield portion


def _send(ids: Any, key: str, said: tuple[str, str, str], moment: datetime) -> int:
    title, body, url = (literal(text) for text in said)
    at = literal(moment, UtcDateTime)
    people = select(User.id, literal(key), title, body, url, at, literal(False)).where(User.id.in_(ids), User.active)
    count = _put(Message, _MESSAGE, people)
    if count and mail.switched_on():
        state: Any = Mail.__table__.c.state.type
        mails = (
            select(
                Message.user_id, Message.key, Message.title, Message.body, Message.url, at, at,
                literal([], Json), literal(MailState.QUEUED, state), literal(0), literal(""), literal(""),
            )
            .join(Message.user)
            .where(Message.key == key, Message.at == at, User.id.in_(ids), mail.reachable())
        )  # fmt: skip
        _put(Mail, _MAIL, mails)
    return count


def _put(model: Any, columns: tuple[str, ...], rows: Any) -> int:
    """Store what a select gives, except for what is there already; gives back how many are new."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(model.__table__).from_select(columns, rows, include_defaults=False)
    statement = statement.on_conflict_do_nothing(index_elements=["user_id", "key"])
    result: Any = db.session.execute(statement, execution_options={"preserve_rowcount": True})
    return int(result.rowcount)


def inbox(user: User, unread_only: bool = False) -> Select[Any]:
    """A person's messages: those not read first, and the newest of each first."""
    query = select(Message).where(Message.user_id == user.id, ~Message.deleted)
    if unread_only:
        query = query.where(Message.read_at.is_(None))
    return query.order_by(Message.read_at.is_not(None), Message.at.desc(), Message.id.desc())


def unread_count(user: User) -> int:
    """How many messages a person has not read."""
    unread = (Message.user_id == user.id, ~Message.deleted, Message.read_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(Message).where(*unread)) or 0


def message_for(user: User, message_id: int) -> Message:
    """A person's own message; raises NotFound, also for somebody else's and a deleted one."""
    message = found(db.session.get(Message, message_id))
    if message.user_id != user.id or message.deleted:
        raise NotFound
    return message


def mark_read(message: Message) -> None:
    """Note that it was opened; the first time counts."""
    message.read_at = message.read_at or now()
    db.session.flush()


def mark_all_read(user: User) -> int:
    """Note all of a person's messages as read; gives back how many were not."""
    unread = (Message.user_id == user.id, ~Message.deleted, Message.read_at.is_(None))
    return _changed(update(Message).where(*unread).values(read_at=now()))


def delete_one(message: Message) -> None:
    """Delete a message; only its key stays, so that it does not come again."""
    message.title, message.body, message.url, message.deleted = "", "", "", True
    message.read_at = message.read_at or now()
    db.session.flush()


def delete_read(user: User) -> int:
    """Delete all of a person's messages that were read; gives back how many."""
    read = (Message.user_id == user.id, ~Message.deleted, Message.read_at.is_not(None))
    return _changed(update(Message).where(*read).values(title="", body="", url="", deleted=True))


def _changed(statement: Any) -> int:
    """Run a statement on many rows, and say how many it changed."""
    result: Any = db.session.execute(statement, execution_options={"synchronize_session": False})
    db.session.expire_all()
    return int(result.rowcount)
