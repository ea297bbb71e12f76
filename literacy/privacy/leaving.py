"""Making somebody anonymous who has left, and later their names in the record of acts. Flushes, never commits."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from literacy import audit
from literacy.audit import keeping
from literacy.audit.chain import Link
from literacy.db import alone, db, now
from literacy.errors import Refused
from literacy.models import AuditEntry, User
from literacy.privacy.models import Leaver
from literacy.registry import registry
from literacy.service import scope
from literacy.service.records import says
from literacy.text import account_name

NOBODY = "已匿名人员"
BLANKED = ("post", "phone", "email", "rank", "note")
"""Columns of users that hold something of the person and are emptied, where there are such."""


def hindrance(user: User) -> str:
    """Why a person cannot be made anonymous, as a sentence; empty where nothing is against it."""
    if user.anonymised_at is not None:
        return "这个账号已经匿名了。"
    if user.active:
        return "账号还在用。先停用，确认本人不再回来，再匿名。"
    return ""


def anonymise(actor: User | None, user: User, typed: str | None = None) -> None:
    """Replace who they were and delete what they wrote, for good. Results stay as figures without a name.

    `typed` is the account as the administrator typed it to confirm; None where a rule does it.
    Raises Refused where it does not fit, or the account is in use or anonymous already.
    """
    alone("people")
    db.session.refresh(user)
    scope.check_change(actor, user)
    if problem := hindrance(user):
        raise Refused(problem)
    if typed is not None and account_name(typed) != user.account:
        raise Refused("和这个人的账号不一样。请照页面上的账号再输一遍。", field="typed")
    db.session.add(Leaver(user_id=user.id, at=now(), words={"name": user.name, "account": user.account}))
    for part in registry().personal:
        if part.forget is not None:
            part.forget(user)
    user.account, user.name = f"anonymous-{user.id}", NOBODY
    for column in User.__table__.columns:
        if column.name in BLANKED:
            setattr(user, column.name, None if column.nullable else "")
    user.password_hash, user.must_change_password = "", True
    user.session_version += 1
    user.anonymised_at = now()
    db.session.flush()
    audit.record(actor, "user.anonymised", user, f"把一个已停用的账号匿名（编号 {user.id}）")


def due_names(before: datetime) -> list[Leaver]:
    """The leavers whose names have stood in the record long enough."""
    query = select(Leaver).where(Leaver.words.is_not(None), Leaver.at < before).order_by(Leaver.user_id)
    return list(db.session.scalars(query))


def count_names(before: datetime) -> int:
    """How many leavers' names are due to be blanked in the record."""
    due = select(func.count()).select_from(Leaver).where(Leaver.words.is_not(None), Leaver.at < before)
    return db.session.scalar(due) or 0


def blank_names(before: datetime) -> int:
    """Take the names of leavers out of the record of acts, and forget them here. Gives how many leavers."""
    leavers = due_names(before)
    for leaver in leavers:
        words = leaver.words or {}
        ids = list(db.session.scalars(_naming(leaver.user_id, words)))
        keeping.blank(None, ids, nameless(leaver.user_id, words), f"抹去已匿名账号（编号 {leaver.user_id}）的姓名")
        leaver.words, leaver.blanked_at = None, now()
        db.session.flush()
    return len(leavers)


def _naming(user_id: int, words: Mapping[str, str]) -> Any:
    """The ids of the entries that may name this person."""
    them = and_(AuditEntry.subject_kind == "users", AuditEntry.subject_id == user_id)
    named = [says(word) for word in words.values() if word]
    return select(AuditEntry.id).where(or_(AuditEntry.actor_id == user_id, them, *named)).order_by(AuditEntry.id)


def nameless(user_id: int, words: Mapping[str, str]) -> Callable[[Link], Link]:
    """What turns an entry into one that does not name this person. Pure.

    An entry about somebody else of the same name keeps the name, and loses only the account.
    """
    account = re.compile(rf"(?<![\w.@-]){re.escape(words['account'])}(?![\w@-])", re.I | re.A)

    def change(link: Link) -> Link:
        other = link.subject_kind == "users" and link.subject_id != user_id

        def told(text: str) -> str:
            text = account.sub(NOBODY, text)
            return text if other else text.replace(words["name"], NOBODY)

        own = link.actor_id == user_id
        return replace(
            link,
            actor_name=NOBODY if own else link.actor_name,
            address="" if own else link.address,
            summary=told(link.summary),
            changes=_deep(link.changes, told),
        )

    return change


def _deep(value: Any, told: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return told(value)
    if isinstance(value, Mapping):
        return {key: _deep(part, told) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_deep(part, told) for part in value]
    return value


# leavers whose time is over


def _gone_since(before: datetime) -> Any:
    """People who were deactivated before this and never came back."""
    last = select(func.max(AuditEntry.at)).where(
        AuditEntry.subject_kind == "users", AuditEntry.subject_id == User.id, AuditEntry.action == "user.deactivated"
    )
    gone = last.correlate(User).scalar_subquery() < before
    return select(User).where(~User.active, User.anonymised_at.is_(None), gone).order_by(User.id)


def count_gone(before: datetime) -> int:
    """How many people left so long ago that the rule would make them anonymous."""
    return db.session.scalar(select(func.count()).select_from(_gone_since(before).subquery())) or 0


def anonymise_gone(before: datetime) -> int:
    """Make them anonymous. Gives how many."""
    people = list(db.session.scalars(_gone_since(before)))
    for user in people:
        anonymise(None, user)
    return len(people)
