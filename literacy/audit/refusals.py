"""Who tried to open what is not theirs: recorded, but only so often that a loop cannot fill the record."""

from datetime import timedelta

from sqlalchemy import select

from literacy.audit.recording import record
from literacy.db import db, now, writing
from literacy.models import AuditEntry, User

ACTION = "access.refused"
WITHIN = timedelta(hours=1)
MOST = 10
"""So many are recorded of one person within that time; what follows is only known to have followed."""
LONGEST = 120


def note(user: User, method: str, path: str) -> None:
    """Record that a person was refused a page for want of permission; the same page once within an hour. Commits.

    Of the address only the path is kept: what stands behind it may be somebody's words.
    """
    db.session.rollback()  # nothing was done in this request; what follows writes, also where the request only reads
    with writing():
        since = (AuditEntry.actor_id == user.id, AuditEntry.action == ACTION, AuditEntry.at > now() - WITHIN)
        asked = f"{method} {path[:LONGEST]}"
        said = f"没有权限：{asked}"
        before = db.session.scalars(select(AuditEntry.summary).where(*since).limit(MOST)).all()
        if len(before) < MOST and said not in before:
            last = len(before) == MOST - 1
            record(user, ACTION, None, f"{said}。一小时内已有 {MOST} 次，再有的不记" if last else said)
            db.session.commit()
        else:
            db.session.rollback()
