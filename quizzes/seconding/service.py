"""Keeping a change for later, asking somebody to read it, publishing it or sending it back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import joinedload

from literacy import audit
from literacy.db import alone, by_pinyin, db, now
from literacy.errors import Refused
from literacy.models import Authored, Role, RoleGrant, State, User
from quizzes.history import service as history
from quizzes.history.kinds import KINDS, Body, kept_of
from quizzes.seconding.models import Outcome, PendingChange, ReviewRequest
from quizzes.seconding.waiting import pending_of, request_of
from quizzes.service.authoring import life

ACTIONS = {
    "content.kept_for_later": "存为待发布的修改",
    "content.pending_dropped": "放弃待发布的修改",
    "content.review_asked": "送审",
    "content.review_returned": "审后退回",
    "content.review_withdrawn": "撤回送审",
}
"""What is recorded, for audit.ACTIONS."""
history.SHOWN.extend(ACTIONS)


def _record(actor: User, action: str, row: Authored, note: str = "") -> None:
    changes = {"note": note[:500]} if note else {}
    audit.record(actor, f"content.{action}", row, life.name_of(row), **changes)  # type: ignore[arg-type]


# Changes that wait


def keep_for_later(author: User, row: Authored, opened_on: int | None, body: Body) -> PendingChange:
    """Keep what a published piece of content is to be; learners see nothing of it. It may be unfinished.

    Raises Refused for what is not published, or if somebody else changed it since it was opened.
    """
    if row.state is not State.PUBLISHED:
        raise Refused(f"{life.name_of(row)}没有发布，直接保存就行，学员看不到。")
    life.begin(row, opened_on)
    pending = pending_of(row)
    if pending is None:
        pending = PendingChange(kind=kept_of(row).name, row_id=row.id, body={}, revision=0)  # type: ignore[attr-defined]
        db.session.add(pending)
    pending.body, pending.revision = body, row.revision
    pending.author, pending.at = author, now()
    _record(author, "kept_for_later", row)
    db.session.flush()
    return pending


def drop_pending(actor: User, row: Authored) -> None:
    """Give up the change that waits. Raises Refused if there is none."""
    pending = pending_of(row)
    if pending is None:
        raise Refused("没有待发布的修改。")
    db.session.delete(pending)
    _closed(actor, row, Outcome.WITHDRAWN)
    _record(actor, "pending_dropped", row)
    db.session.flush()


def _closed(actor: User, row: Authored, outcome: Outcome) -> None:
    request = request_of(row)
    if request is not None and request.is_open:
        own = actor.id == request.asked_by_id
        if outcome is Outcome.WITHDRAWN and not own:
            raise Refused("有人正请人审这份修改。请先退回，或者请送审的人撤回。")
        request.close(outcome if not own else Outcome.WITHDRAWN, actor, "", now())


def _publish_pending(actor: User, row: Authored, pending: PendingChange) -> None:
    if pending.revision != row.revision:
        raise Refused("存下这份修改以后，学员看到的内容又改过。请打开修改，看过再存一次，再发布。")
    if life.needs_another(pending.author, actor):
        raise Refused(life.OWN)
    writer = pending.author
    with life.reviewed():
        kept_of(row).put(actor, row, row.revision, pending.body)
    db.session.delete(pending)
    _closed(actor, row, Outcome.PUBLISHED)
    written = history.newest_row(row)
    if written is not None and writer.id != actor.id:
        written.note = f"{writer.name}修改，{actor.name}审过发布"
    life.note(actor, "published", row)
    db.session.flush()


# Asking and answering


def trainers(without: User) -> list[tuple[int, str]]:
    """The trainers who may be asked, as (id, name)."""
    holds = exists().where(RoleGrant.user_id == User.id, RoleGrant.role == Role.TRAINER.value)
    query = select(User.id, User.name).where(User.active, holds, User.id != without.id).order_by(by_pinyin(User.name))
    return [(user_id, name) for user_id, name in db.session.execute(query)]


def ask(author: User, row: Authored, asked_of: int, note: str, moment: datetime) -> ReviewRequest:
    """Ask a trainer (0: any) to read a draft, or the change that waits.

    Raises Refused if there is nothing to read, if somebody was asked already, or for nobody who could be asked.
    """
    alone(f"review {row.__tablename__} {row.id}")  # type: ignore[attr-defined]
    if row.state is State.PUBLISHED and pending_of(row) is None:
        raise Refused("没有待发布的修改，不用送审。")
    last = request_of(row)
    if last is not None and last.is_open:
        raise Refused("已经送审，正在等人看。")
    if asked_of and asked_of not in dict(trainers(author)):
        raise Refused("请从列表里选一位培训师。", field="asked_of")
    request = ReviewRequest(
        kind=kept_of(row).name,
        row_id=row.id,  # type: ignore[attr-defined]
        asked_by=author,
        asked_of_id=asked_of or None,
        note=note.strip(),
        asked_at=moment,
    )
    db.session.add(request)
    _record(author, "review_asked", row, request.note)
    db.session.flush()
    return request


def publish(actor: User, row: Authored, opened_on: int | None) -> None:
    """Publish what was read: the change that waits, or the draft with what it needs.

    Raises Refused if it was changed since the page was opened, or as life.publish does.
    """
    if opened_on is not None and opened_on != row.revision:
        raise Refused("您打开以后，内容又改过。请再看一遍，再发布。")
    pending = pending_of(row)
    if pending is not None:
        _publish_pending(actor, row, pending)
    else:
        life.publish_with_drafts(actor, row)


def send_back(actor: User, row: Authored, answer: str, moment: datetime) -> None:
    """Send it back with a word on what to change. Raises Refused if nobody asked, or as the request says."""
    request = _open(row)
    request.close(Outcome.RETURNED, actor, answer, moment)
    _record(actor, "review_returned", row, request.answer)
    db.session.flush()


def withdraw(actor: User, row: Authored, moment: datetime) -> None:
    """Take one's own request back. Raises Refused if nobody asked, or for anybody else."""
    _open(row).close(Outcome.WITHDRAWN, actor, "", moment)
    _record(actor, "review_withdrawn", row)
    db.session.flush()


def _open(row: Authored) -> ReviewRequest:
    request = request_of(row)
    if request is None or not request.is_open:
        raise Refused("没有等着审的。可能别人已经审过，或者送审的人撤回了。")
    return request


def waiting_for(user: User) -> Select[Any]:
    """The requests that wait for an answer: of this trainer or of any, and those that they sent; the oldest first."""
    theirs = or_(ReviewRequest.asked_of_id.is_(None), ReviewRequest.asked_of_id == user.id)
    sent = ReviewRequest.asked_by_id == user.id
    query = select(ReviewRequest).where(ReviewRequest.outcome.is_(None), or_(theirs, sent))
    whole = (joinedload(ReviewRequest.asked_by), joinedload(ReviewRequest.asked_of))
    return query.order_by(ReviewRequest.asked_at, ReviewRequest.id).options(*whole)


def rows_of(requests: Iterable[ReviewRequest]) -> dict[tuple[str, int], Authored]:
    """What these requests are about, by kind and id; a query for each kind."""
    wanted: dict[str, set[int]] = {}
    for one in requests:
        wanted.setdefault(one.kind, set()).add(one.row_id)
    rows: dict[tuple[str, int], Authored] = {}
    for kind, ids in wanted.items():
        model: Any = KINDS[kind].model
        rows |= {(kind, row.id): row for row in db.session.scalars(select(model).where(model.id.in_(ids)))}
    return rows


def to_read(row: Authored) -> tuple[Body, Body | None]:
    """What is to be read, and what it would replace before learners; None where they see nothing of it yet."""
    held = kept_of(row).content(row)
    pending = pending_of(row)
    if pending is not None:
        return pending.body, held
    return held, None
