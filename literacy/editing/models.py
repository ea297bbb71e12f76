"""What somebody typed into a form and has not saved, and when the page was last seen open."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Json, Model, Moment, Pk, now
from literacy.models import User


class EditDraft(Model):
    """One person at one form: of a row, or of a new one. Nobody else ever sees what was typed."""

    __tablename__ = "edit_drafts"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "row_id"),
        Index("ix_edit_drafts_kind_row_id_seen_at", "kind", "row_id", "seen_at"),
    )

    id: Mapped[Pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(40))
    """Which form: lessons, scenarios, questions, or questions-single for a new question of a kind."""
    row_id: Mapped[int] = mapped_column(default=0)
    """The row that is changed; 0 for one that is not there yet."""
    fields: Mapped[list[Any] | None] = mapped_column(Json)
    """What the form would send, as [[name, value], …]; None where nothing was typed that is not saved."""
    base_revision: Mapped[int] = mapped_column(default=0)
    """The revision of the row that the form was opened on."""
    number: Mapped[int] = mapped_column(default=0)
    """Raised with each draft that is stored; a page that knows an older one may not overwrite it."""
    at: Mapped[Moment] = mapped_column(default=now)
    """When the draft was stored."""
    seen_at: Mapped[Moment] = mapped_column(default=now)
    """When the page was last known to be open."""

    user: Mapped[User] = relationship()
