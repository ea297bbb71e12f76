"""What waits beside a piece of content: a change, a request. Knows nothing of how content is published."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from literacy.db import db
from literacy.models import Authored, State, User
from quizzes.seconding.models import Outcome, PendingChange, ReviewRequest


def _about(model: Any, row: Authored) -> Any:
    kind, row_id = row.__tablename__, row.id  # type: ignore[attr-defined]
    return select(model).where(model.kind == kind, model.row_id == row_id)


def pending_of(row: Authored) -> PendingChange | None:
    """The change that waits to be published, if there is one."""
    return db.session.scalar(_about(PendingChange, row).options(joinedload(PendingChange.author)))


def request_of(row: Authored) -> ReviewRequest | None:
    """The last request to read this; None if nobody ever asked."""
    last = _about(ReviewRequest, row).order_by(ReviewRequest.id.desc()).limit(1)
    return db.session.scalar(last)


def returned(row: Authored) -> ReviewRequest | None:
    """The answer of who sent it back, as long as it was neither asked for again nor published since."""
    last = request_of(row)
    over = row.state is State.PUBLISHED and pending_of(row) is None
    return last if last and last.outcome is Outcome.RETURNED and not over else None


def published(actor: User, row: Authored, moment: Any) -> None:
    """It goes before learners: a request that waits has its answer."""
    last = request_of(row)
    if last is not None and last.is_open:
        outcome = Outcome.WITHDRAWN if actor.id == last.asked_by_id else Outcome.PUBLISHED
        last.close(outcome, actor, "", moment)
