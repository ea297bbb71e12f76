"""Keeping versions of content, looking at them, and bringing an old one back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import joinedload

from literacy import audit
from literacy.content import fingerprint
from literacy.db import Page, db, now, paged
from literacy.errors import Refused, found
from literacy.models import AuditEntry, Authored, User
from literacy.text import titled
from quizzes.history.kinds import KINDS, Body, Kept, kept_of
from quizzes.history.models import ContentVersion

ACTIONS = {"content.restored": "恢复旧版"}
"""What is recorded, for audit.ACTIONS."""
SHOWN = ["content.published", "content.retired", "content.relabelled", "mark.remarked"]
"""The acts beside changes of content that stand in the timeline; other parts add theirs."""
FROM_FILE = "内容文件"
BEFORE = "开始保留版本时的内容"


@dataclass(frozen=True)
class Version:
    """A version of any kind of content."""

    number: int
    body: Body
    author: User | None
    at: datetime
    note: str

    @property
    def who(self) -> str:
        """Whoever wrote it, in words."""
        return self.author.name if self.author else FROM_FILE


@dataclass(frozen=True)
class Event:
    """A line of the timeline: a version, or an act that changed no content."""

    at: datetime
    who: str
    version: Version | None = None
    entry: AuditEntry | None = None


# Keeping


def keep(author: User | None, row: Authored, note: str = "", at: datetime | None = None) -> ContentVersion | None:
    """Write the content of a row down as its newest version; None where it has not changed.

    Questions and scenarios do so themselves.
    """
    kept = KINDS.get(row.__tablename__)  # type: ignore[attr-defined]
    if kept is None or kept.versions is not None:
        return None
    last = db.session.scalar(_stored(row).order_by(ContentVersion.number.desc()).limit(1))
    body = kept.content(row)
    content_hash = fingerprint(body)
    if last is not None and last.content_hash == content_hash:
        return None
    version = ContentVersion(
        kind=kept.name,
        row_id=_id(row),
        number=last.number + 1 if last else 1,
        body=body,
        content_hash=content_hash,
        author=author,
        at=at or now(),
        note=note,
    )
    db.session.add(version)
    db.session.flush()
    return version


def begin(row: Authored) -> None:
    """Before a row is changed for the first time since versions are kept: write down what it was."""
    kept = KINDS.get(row.__tablename__)  # type: ignore[attr-defined]
    if kept is None or kept.versions is not None or db.session.scalar(_stored(row).limit(1)) is not None:
        return
    keep(None, row, "" if row.file_hash and not row.edited else BEFORE, row.changed_at)


def keep_all(*models: type[Authored]) -> int:
    """After content files were loaded: a version of every row that has none, or that a file changed; gives how many."""
    written = 0
    for model in models:
        kept = KINDS[model.__tablename__]  # type: ignore[attr-defined]
        hashes: dict[int, str] = {}
        stored = select(ContentVersion.row_id, ContentVersion.content_hash).where(ContentVersion.kind == kept.name)
        for row_id, content_hash in db.session.execute(stored.order_by(ContentVersion.number)):
            hashes[row_id] = content_hash
        for row in db.session.scalars(select(model)):
            if hashes.get(_id(row)) == fingerprint(kept.content(row)):
                continue
            new = _id(row) not in hashes
            keep(
                None, row, BEFORE if new and (row.edited or not row.file_hash) else "", row.changed_at if new else None
            )
            written += 1
    return written


def _id(row: Authored) -> int:
    return row.id  # type: ignore[attr-defined]


def _stored(row: Authored) -> Select[Any]:
    kind = row.__tablename__  # type: ignore[attr-defined]
    return select(ContentVersion).where(ContentVersion.kind == kind, ContentVersion.row_id == _id(row))


# Looking


def _query(kept: Kept, row: Authored) -> tuple[Any, Select[Any], Any]:
    """The table of the versions of a row, those of this row, and the column of their moment."""
    if kept.versions is None:
        return ContentVersion, _stored(row), ContentVersion.at
    table = kept.versions
    owner = getattr(table, f"{kept.name[:-1]}_id")  # questions → question_id
    return table, select(table).where(owner == _id(row)), table.created_at


def _version(one: Any) -> Version:
    at = one.at if isinstance(one, ContentVersion) else one.created_at
    return Version(one.number, one.body, one.author, at, one.note)


def versions(row: Authored) -> list[tuple[int, datetime]]:
    """The numbers and moments of all versions, the newest first."""
    table, query, at = _query(kept_of(row), row)
    numbers = query.with_only_columns(table.number, at).order_by(table.number.desc())
    return [(number, moment) for number, moment in db.session.execute(numbers)]


def version_of(row: Authored, number: int) -> Version:
    """One version; raises NotFound."""
    table, query, _ = _query(kept_of(row), row)
    if not 0 < number < 2**31:
        found(None)
    return _version(found(db.session.scalar(query.where(table.number == number).options(joinedload(table.author)))))


def newest(row: Authored) -> Version | None:
    """The newest version; None before the first was kept."""
    one = newest_row(row)
    return _version(one) if one else None


def newest_row(row: Authored) -> Any:
    """The newest version as it is stored; None before the first was kept."""
    table, query, _ = _query(kept_of(row), row)
    return db.session.scalar(query.order_by(table.number.desc()).limit(1))


def last_author(row: Authored) -> User | None:
    """Who wrote what the row holds now; None for a content file."""
    one = newest_row(row)
    return one.author if one else None


def count(row: Authored) -> int:
    """How many versions there are."""
    return db.session.scalar(select(func.count()).select_from(_query(kept_of(row), row)[1].subquery())) or 0


def timeline(row: Authored, page: int) -> Page:
    """A page of what became of a row, the newest first: versions, and acts that changed its state (Event)."""
    kept = kept_of(row)
    table, query, at = _query(kept, row)
    written = query.with_only_columns(literal(1).label("rank"), table.id.label("id"), at.label("at"))
    acts = select(literal(2).label("rank"), AuditEntry.id.label("id"), AuditEntry.at.label("at")).where(
        AuditEntry.subject_kind == kept.name, AuditEntry.subject_id == _id(row), AuditEntry.action.in_(SHOWN)
    )
    both = union_all(written, acts).subquery()
    # What is published was first written: of one moment the act stands above the version.
    order = select(both).order_by(both.c.at.desc(), both.c.rank.desc(), both.c.id.desc())
    found_page = paged(order, page, scalars=False)
    numbers = {rank: [one.id for one in found_page.items if one.rank == rank] for rank in (1, 2)}
    loaded = db.session.scalars(select(table).where(table.id.in_(numbers[1])).options(joinedload(table.author)))
    told = {(1, one.id): Event(_version(one).at, _version(one).who, _version(one)) for one in loaded}
    for entry in db.session.scalars(select(AuditEntry).where(AuditEntry.id.in_(numbers[2]))):
        told[2, entry.id] = Event(entry.at, entry.actor_name, entry=entry)
    items: Sequence[Event] = [told[one.rank, one.id] for one in found_page.items]
    return Page(items, found_page.page, found_page.total, found_page.per_page)


# Bringing back


def restore(author: User, row: Authored, opened_on: int | None, number: int) -> int:
    """Make an old version the newest again; nothing is deleted. Gives the number of the version that was written.

    Raises Refused if it is the present one, if somebody changed the row meanwhile, or if it would break what is in use.
    """
    kept = kept_of(row)
    old = version_of(row, number)
    begin(row)
    before = found(newest(row)).number
    if same_content(kept, row, old.body):
        raise Refused(f"现在的内容就是第 {number} 版的内容，不用恢复。")
    kept.put(author, row, opened_on, old.body)
    written = found(newest_row(row))
    if written.number == before:
        raise Refused(f"现在的内容就是第 {number} 版的内容，不用恢复。")
    written.note = f"恢复自第 {number} 版"
    audit.record(author, "content.restored", row, titled(row.title), version=[before, number])  # type: ignore[arg-type]
    db.session.flush()
    return written.number


def same_content(kept: Kept, row: Authored, body: Body) -> bool:
    """Whether a row holds this content now."""
    now_held = kept.content(row)
    return all(now_held.get(key) == value for key, value in body.items())
