"""Every entry gets its place in the chain in the transaction that writes it, as the last thing before it commits.

Writers queue only from here to the end of the commit: the lock is asked for when everything else is written, so that
nobody holds it while waiting for something, and an act that takes a minute holds up nobody. Because an entry is
chained before anybody else can see it, there is no moment in which it could be taken away unnoticed.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, bindparam, delete, event, insert, select, update
from sqlalchemy.orm import Session, object_session, scoped_session

from literacy.audit.chain import COLUMNS, START, Link, digest_of, hash_of
from literacy.audit.models import AuditOpening
from literacy.audit.recording import UNSEALED
from literacy.db import alone, db
from literacy.models import AuditEntry

_AT_ONCE = 500
ENTRIES = db.metadata.tables[AuditEntry.__tablename__]
OPENINGS = db.metadata.tables[AuditOpening.__tablename__]
LINK = tuple(ENTRIES.c[name] for name in COLUMNS)


def head(session: "Session | scoped_session[Any] | None" = None) -> tuple[int, str]:
    """The number and the hash of the last entry; 0 and zeros where there is none yet."""
    last = select(ENTRIES.c.number, ENTRIES.c.hash).where(ENTRIES.c.number.is_not(None))
    row = (session or db.session).execute(last.order_by(ENTRIES.c.number.desc()).limit(1)).first()
    return (row[0], row[1]) if row else (0, START)


def sealed(rows: Sequence[Link], number: int, previous: str) -> list[dict[str, Any]]:
    """What is to be filled in of new entries, in this order, behind the entry of this number and hash. Pure."""
    filled = []
    for link in rows:
        number, digest = number + 1, digest_of(link)
        own = hash_of(link, number, digest, previous)
        filled.append({"row": link.id, "number": number, "digest": digest, "previous": previous, "hash": own})
        previous = own
    return filled


def seal(session: Session, ids: Sequence[int]) -> None:
    """Chain the new entries of this transaction."""
    alone("audit")
    # Read back, because what the database gives back is what will be verified.
    found = []
    for start in range(0, len(ids), _AT_ONCE):
        some = ENTRIES.c.id.in_(ids[start : start + _AT_ONCE])
        found += [Link(*row) for row in session.execute(select(*LINK).where(some, ENTRIES.c.number.is_(None)))]
    found.sort(key=lambda link: link.id)
    if found:
        into = update(ENTRIES).where(ENTRIES.c.id == bindparam("row"))
        values: dict[str, Any] = {name: bindparam(name) for name in ("number", "digest", "previous", "hash")}
        session.connection().execute(into.values(values), sealed(found, *head(session)))


@event.listens_for(AuditEntry, "after_insert")
def _note(_mapper: Any, _connection: Any, entry: AuditEntry) -> None:
    session = object_session(entry)
    if session is not None:
        session.info.setdefault(UNSEALED, []).append(entry.id)


@event.listens_for(db.session, "before_commit")
def _before_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return  # the transaction around it commits later
    session.flush()
    # Numbers of entries that a rollback took back may be among them: then no such row is found.
    if ids := session.info.pop(UNSEALED, None):
        seal(session, ids)


@contextmanager
def opened(connection: "Connection | Session | scoped_session[Any]", why: str) -> Iterator[None]:
    """In here, and in this transaction only, the database lets entries be blanked, cut off or emptied."""
    connection.execute(insert(OPENINGS).values(why=why))
    yield
    connection.execute(delete(OPENINGS).where(OPENINGS.c.why == why))
