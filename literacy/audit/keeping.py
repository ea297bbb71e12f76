"""What may be done to entries after all: cut off what is old enough, blank words that name who left.

Both write an entry about it first; both are in one transaction with it. Flush, never commit.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from literacy.audit import signing
from literacy.audit.chain import Link, digest_of
from literacy.audit.checking import BLANKED, CUT
from literacy.audit.recording import UNTOLD, record
from literacy.audit.sealing import ENTRIES, LINK, opened
from literacy.dates import day
from literacy.db import alone, db
from literacy.models import User

AT_ONCE = 500
"""Entries whose blanking one entry tells."""
WORDS = ("actor_name", "summary", "changes", "address")


def expired(before: datetime) -> tuple[int, int]:
    """What would be cut off of entries older than this: (how many, the number of the last).

    Only the beginning of the chain can go, everything before the first entry that is young enough; and the last entry
    stays in any case, for the next to be chained to.
    """
    young = db.session.scalar(select(func.min(ENTRIES.c.number)).where(ENTRIES.c.at >= before))
    first, last = db.session.execute(select(func.min(ENTRIES.c.number), func.max(ENTRIES.c.number))).one()
    if first is None:
        return 0, 0
    through = last - 1 if young is None else young - 1
    return (through - first + 1, through) if through >= first else (0, 0)


def cut(actor: User | None, before: datetime) -> int:
    """Cut off the entries that are older, and leave a signed entry that says how many and where. Gives how many."""
    alone("audit-keeping")
    count, through = expired(before)
    if not count:
        return 0
    own = db.session.scalar(select(ENTRIES.c.hash).where(ENTRIES.c.number == through)) or ""
    told = f"操作记录到了保存期限，删去 {day(before)}以前的 {count} 条，到第 {through} 条为止"
    about = {"through": through, "hash": own, "signature": signing.sign(through, own)}
    record(actor, CUT, None, told, **{UNTOLD: about})
    db.session.flush()
    with opened(db.session, "cut"):
        db.session.execute(delete(ENTRIES).where(ENTRIES.c.number <= through))
    return count


def blank(actor: User | None, ids: Sequence[int], change: Callable[[Link], Link], summary: str) -> int:
    """Put other words into the entries with these ids and leave an entry that says so. Gives how many were changed.

    `change` gives the entry with other words (name, summary, changes, address); where any differ they are stored under
    a new salt. The digest of the old words stays, so that the chain still holds.
    """
    alone("audit-keeping")
    changed = 0
    for start in range(0, len(ids), AT_ONCE):
        chained = ENTRIES.c.id.in_(ids[start : start + AT_ONCE]) & ENTRIES.c.number.is_not(None)
        old = [Link(*row) for row in db.session.execute(select(*LINK).where(chained).order_by(ENTRIES.c.number))]
        new = [replace(other, salt=token_hex(16)) for link in old if (other := change(link)) != link]
        if new:
            _store(actor, new, f"{summary}，改了 {len(new)} 条记录的文字")
        changed += len(new)
    db.session.expire_all()
    return changed


def _store(actor: User | None, links: list[Link], summary: str) -> None:
    entries = {str(link.number): digest_of(link) for link in links}
    entry = record(actor, BLANKED, None, summary, **{UNTOLD: {"entries": entries}})
    db.session.flush()
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*WORDS, "salt", "blanked_by")}
    into = update(ENTRIES).where(ENTRIES.c.id == bindparam("row")).values(values)
    rows = [
        {
            "row": link.id,
            "new_blanked_by": entry.id,
            **{f"new_{name}": getattr(link, name) for name in (*WORDS, "salt")},
        }
        for link in links
    ]
    with opened(db.session, "blank"):
        db.session.connection().execute(into, rows)
