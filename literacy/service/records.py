"""Reading the audit log. Nothing here writes: what was recorded stays as it was."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, or_, select, true
from sqlalchemy.orm import joinedload

from literacy import audit
from literacy.dates import begins, ends
from literacy.db import Model, containing, db
from literacy.models import AuditEntry, Unit, User
from literacy.service import scope

HEADERS = ("时间", "操作人", "账号", "操作", "内容", "变化", "来源地址")
WIDTHS = (17, 16, 16, 16, 50, 60, 18)


def record_list(
    who: str = "",
    action: str = "",
    since: date | None = None,
    until: date | None = None,
    words: str = "",
    address: str = "",
    about: str = "",
    *,
    reader: User | None,
) -> Select[Any]:
    """Entries that the reader may see, the newest first, narrowed by whatever is given.

    `who` is part of a name or account; `since` and `until` are dates, both included; `words` are looked for in what
    was done and in what was before and after; `address` is a whole address; `about` is one row, as `users:12`.
    """
    newest = (AuditEntry.at.desc(), AuditEntry.id.desc())
    query = select(AuditEntry).options(joinedload(AuditEntry.actor)).order_by(*newest)
    query = query.where(readable_by(reader))
    if who:
        accounts = select(User.id).where(containing(who, User.account, User.name))
        query = query.where(_holds(who, AuditEntry.actor_name) | AuditEntry.actor_id.in_(accounts))
    if action:
        query = query.where(AuditEntry.action == action)
    if since:
        query = query.where(AuditEntry.at >= begins(since))
    if until:
        query = query.where(AuditEntry.at < ends(until))
    if words:
        query = query.where(says(words))
    if address:
        query = query.where(AuditEntry.address == address)
    if row := row_of(about):
        query = query.where(AuditEntry.subject_kind == row[0], AuditEntry.subject_id == row[1])
    return query


def readable_by(reader: User | None) -> ColumnElement[bool]:
    """A condition: entries that an administrator may read.

    What is about a person or a unit is read by those who look after them now; everything else by those who look after
    the unit within which it was done. Who did it makes no difference: an administrator of everything may sit in a unit.
    """
    within = scope.of(reader)
    if within is None:
        return true()
    kind, about = AuditEntry.subject_kind, AuditEntry.subject_id
    return or_(
        and_(kind == User.__tablename__, about.in_(select(User.id).where(scope.people(reader)))),
        and_(kind == Unit.__tablename__, about.in_(within)),
        and_(kind.not_in([User.__tablename__, Unit.__tablename__]), scope.within(reader, AuditEntry.unit_id)),
    )


def _holds(words: str, column: Any) -> Any:
    """A condition: the column contains the words, in capital letters or not.

    SQLite's own LIKE takes them alike and is several times quicker than comparing both in small letters.
    """
    if db.session.get_bind().dialect.name == "sqlite":
        return column.contains(words, autoescape=True)
    return column.icontains(words, autoescape=True)


def says(words: str) -> Any:
    """A condition: the words stand in what was done, or in what was before and after."""
    # SQLite keeps JSON as it was written, with escapes; PostgreSQL tells it in plain characters.
    stored = json.dumps(words, ensure_ascii=db.session.get_bind().dialect.name == "sqlite")[1:-1]
    return _holds(words, AuditEntry.summary) | _holds(stored, cast(AuditEntry.changes, Text))


def row_of(about: str) -> tuple[str, int] | None:
    """The table and the id in `users:12`; None where it is nothing like that."""
    match = re.fullmatch(r"([a-z_]{1,40}):([0-9]{1,9})", about)
    return (match[1], int(match[2])) if match else None


def latest_about(row: Model, reader: User | None, count: int = 8) -> list[AuditEntry]:
    """The newest entries about one row that the reader may see."""
    query = record_list(reader=reader, about=f"{row.__tablename__}:{row.id}")  # type: ignore[attr-defined]
    return list(db.session.scalars(query.limit(count)))


def rows(query: Select[Any]) -> Iterator[tuple[Any, ...]]:
    """Entries as cells under HEADERS, read a thousand at a time; no object is made of any."""
    entry = AuditEntry
    columns = (entry.at, entry.actor_name, User.account, entry.action, entry.summary, entry.changes, entry.address)
    wanted = query.whereclause
    bare = select(*columns).outerjoin(User, User.id == entry.actor_id).order_by(entry.id.desc())
    bare = bare if wanted is None else bare.where(wanted)
    for at, name, account, action, summary, changes, address in db.session.execute(
        bare, execution_options={"yield_per": 1000}
    ):
        told = "；".join(
            f"{label}：{before} → {after}" if before is not None else f"{label}：{after}"
            for label, before, after in audit.in_words(changes)
        )
        yield (at, name, account or "", audit.ACTIONS.get(action, action), summary, told, address)
