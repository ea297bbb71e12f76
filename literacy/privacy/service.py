"""Requests to correct what is stored of a person. Flushes, never commits."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from literacy import audit
from literacy.db import alone, db, now
from literacy.errors import Refused, found
from literacy.messages import service as messages
from literacy.models import User
from literacy.privacy.models import Correction, Outcome
from literacy.service import scope

MOST_OPEN = 10
"""Requests of one person that may wait at the same time."""


def ask(user: User, about: str, text: str) -> Correction:
    """A person asks for something to be corrected.

    Raises Refused where very many of theirs wait already.
    """
    alone(f"corrections-{user.id}")
    waiting = select(func.count()).where(Correction.user_id == user.id, Correction.outcome.is_(None))
    if (db.session.scalar(waiting) or 0) >= MOST_OPEN:
        raise Refused(f"您已经有 {MOST_OPEN} 条申请在等处理，请等管理员答复后再提。")
    row = Correction(user_id=user.id, about=about, text=text)
    db.session.add(row)
    db.session.flush()
    audit.record(user, "correction.asked", row, f"{user.name}申请更正“{about}”")
    return row


def own(user: User) -> list[Correction]:
    """What a person asked for, the newest first."""
    query = select(Correction).where(Correction.user_id == user.id).order_by(Correction.id.desc())
    return list(db.session.scalars(query.limit(50)))


def corrections(viewer: User, state: str = "") -> Select[Any]:
    """Requests of those whom the viewer looks after, those that wait first and the oldest of them on top.

    `state` is open, done or refused.
    """
    query = select(Correction).join(User, User.id == Correction.user_id).options(joinedload(Correction.user))
    if state == "open":
        query = query.where(Correction.outcome.is_(None))
    elif state:
        query = query.where(Correction.outcome == Outcome(state))
    return query.where(scope.people(viewer)).order_by(Correction.outcome.is_not(None), Correction.id)


def correction_for(viewer: User, row_id: int) -> Correction:
    """A request of somebody whom the viewer looks after; raises NotFound."""
    row = found(db.session.get(Correction, row_id))
    return found(row if scope.may_see(viewer, row.user) else None)


def answer(actor: User, row: Correction, outcome: Outcome, text: str, url: str) -> None:
    """Answer a request, and tell the person, who finds the answer at `url`.

    Raises Refused as `Correction.close` does.
    """
    db.session.refresh(row, with_for_update=True)
    row.close(outcome, actor, text, now())
    audit.record(actor, "correction.answered", row, f"{row.user.name}的更正申请“{row.about}”：{outcome.label}")
    title = f"您的更正申请有了答复：{outcome.label}"
    messages.send(row.user, key=f"correction-{row.id}", title=title, body=text, url=url)
