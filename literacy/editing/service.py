"""Storing what is typed, offering it back, forgetting it, and telling who else has the page open."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, cast, delete, select

from literacy.db import alone, db
from literacy.editing.models import EditDraft
from literacy.errors import Refused
from literacy.markdown import PICTURE
from literacy.models import User
from literacy.registry import CitedText
from literacy.settings import value
from literacy.text import clean

OPEN_FOR = timedelta(minutes=3)
"""How long a page counts as open after it last said so."""
MOST_FIELDS = 2000
LONGEST = 400_000
"""Characters of a draft."""

Fields = list[tuple[str, str]]


def fields_of(sent: Any) -> Fields:
    """What a script sent as the fields of a form. Raises Refused for what is none, or too much."""
    if not isinstance(sent, list) or len(sent) > MOST_FIELDS:
        raise Refused("内容太多，草稿没有存。请直接保存。", 422)
    fields = [
        (clean(pair[0])[:200], clean(pair[1]))
        for pair in sent
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
    ]
    if len(fields) != len(sent) or sum(len(value) for _, value in fields) > LONGEST:
        raise Refused("内容太多，草稿没有存。请直接保存。", 422)
    return fields


def draft_of(user: User, kind: str, row_id: int) -> EditDraft | None:
    """What this person typed into this form and has not saved; None if there is nothing."""
    row = _row(user, kind, row_id)
    return row if row and row.fields else None


def _row(user: User, kind: str, row_id: int) -> EditDraft | None:
    return db.session.scalar(
        select(EditDraft).where(EditDraft.user_id == user.id, EditDraft.kind == kind, EditDraft.row_id == row_id)
    )


def see(user: User, kind: str, row_id: int, moment: datetime) -> EditDraft:
    """Note that this person has this form open now."""
    alone(f"draft-{user.id}-{kind}-{row_id}")
    row = _row(user, kind, row_id)
    if row is None:
        _tidy(user, moment)
        row = EditDraft(user_id=user.id, kind=kind, row_id=row_id, fields=None, at=moment, seen_at=moment, number=0)
        db.session.add(row)
    row.seen_at = moment
    db.session.flush()
    return row


def keep(row: EditDraft, fields: Fields, base_revision: int, number: int, moment: datetime) -> None:
    """Store what was typed; no fields at all mean that everything was taken back.

    `number` is that of the draft which the page knows of. Raises Refused if another window stored one since.
    """
    if row.number != number:
        raise Refused("您在另一个窗口也在写这一页，草稿存的是那边的。这边写的没有存成草稿，请直接保存。")
    row.fields = [list(pair) for pair in fields] or None
    row.base_revision, row.number, row.at = base_revision, row.number + 1, moment
    db.session.flush()


def _tidy(user: User, moment: datetime) -> None:
    """Drop what this person has not looked at for long, and pages that were only open."""
    mine = EditDraft.user_id == user.id
    db.session.execute(delete(EditDraft).where(mine, EditDraft.at < _kept_since(moment)))
    only_open = EditDraft.fields.is_(None)
    db.session.execute(delete(EditDraft).where(mine, only_open, EditDraft.seen_at < moment - timedelta(days=1)))


def forget(user: User, kind: str, row_id: int) -> None:
    """Drop what this person typed into this form: it was saved, or is not wanted.

    The number goes on, so that what is still on its way from the page is not stored behind it.
    """
    if row := _row(user, kind, row_id):
        row.fields, row.number = None, row.number + 1
        row.seen_at -= OPEN_FOR
        db.session.flush()


def number_of(user: User, kind: str, row_id: int) -> int:
    """The number of the last draft, whether it is still there or not; 0 if there never was one."""
    row = _row(user, kind, row_id)
    return row.number if row else 0


def others_at(user: User, kind: str, row_id: int, moment: datetime) -> list[str]:
    """The names of others who have the form of this row open."""
    if not row_id:
        return []
    query = (
        select(User.name)
        .join(EditDraft, EditDraft.user_id == User.id)
        .where(EditDraft.kind == kind, EditDraft.row_id == row_id, EditDraft.user_id != user.id)
        .where(EditDraft.seen_at > moment - OPEN_FOR)
        .order_by(EditDraft.seen_at.desc())
    )
    return list(db.session.scalars(query))


def drafted_texts() -> Iterator[CitedText]:
    """Drafts that show pictures, so that none of those is deleted meanwhile. What else they say is not told."""
    showing = select(EditDraft).where(cast(EditDraft.fields, Text).contains(PICTURE)).order_by(EditDraft.id)
    for row in db.session.scalars(showing):
        text = "\n".join(value for _, value in row.fields or [])
        yield CitedText(f"{row.user.name}还没保存的草稿", "", "", row.row_id, text)


def _kept_since(moment: datetime) -> datetime:
    """Since when what was not saved is offered back."""
    return moment - timedelta(days=value("keep_drafts_days"))
