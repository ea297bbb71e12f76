"""Reading the audit log. Nothing here writes: what was recorded stays as it was."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from literacy import audit
from literacy.dates import begins, ends
from literacy.db import Model, containing, db
from literacy.models import AuditEntry, User

HEADERS = ("时间", "操作人", "账号", "操作", "内容", "变化", "来源地址")
WIDTHS = (17, 16, 16, 16, 50, 60, 18)


def record_list(
    who: str = "",
    action: str = "",
    since: date | None = None,
    until: date | None = None,
    words: str = "",
    about: str = "",
) -> Select[Any]:
    """Entries, the newest first, narrowed by whatever is given.

    `who` is part of a name or account; `since` and `until` are dates, both included; `about` is one row, as `users:12`.
    """
    query = select(AuditEntry).options(joinedload(AuditEntry.actor)).order_by(AuditEntry.id.desc())
    if who:
        accounts = select(User.id).where(containing(who, User.account, User.name))
        query = query.where(containing(who, AuditEntry.actor_name) | AuditEntry.actor_id.in_(accounts))
    if action:
        query = query.where(AuditEntry.action == action)
    if since:
        query = query.where(AuditEntry.at >= begins(since))
    if until:
        query = query.where(AuditEntry.at < ends(until))
    if words:
        query = query.where(containing(words, AuditEntry.summary))
    if row := row_of(about):
        query = query.where(AuditEntry.subject_kind == row[0], AuditEntry.subject_id == row[1])
    return query


def row_of(about: str) -> tuple[str, int] | None:
    """The table and the id in `users:12`; None where it is nothing like that."""
    match = re.fullmatch(r"([a-z_]{1,40}):([0-9]{1,9})", about)
    return (match[1], int(match[2])) if match else None


def latest_about(row: Model, count: int = 8) -> list[AuditEntry]:
    """The newest entries about one row."""
    query = record_list(about=f"{row.__tablename__}:{row.id}")  # type: ignore[attr-defined]
    return list(db.session.scalars(query.limit(count)))


def rows(query: Select[Any]) -> Iterator[tuple[Any, ...]]:
    """Entries as cells under HEADERS, read a thousand at a time."""
    for entry in db.session.scalars(query.execution_options(yield_per=1000)):
        changes = "；".join(
            f"{label}：{before} → {after}" if before is not None else f"{label}：{after}"
            for label, before, after in audit.in_words(entry.changes)
        )
        account = entry.actor.account if entry.actor else ""
        name = audit.ACTIONS.get(entry.action, entry.action)
        yield (entry.at, entry.actor_name, account, name, entry.summary, changes, entry.address)
