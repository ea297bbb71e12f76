"""What stands in people's inboxes."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Long, Model, Moment, Pk, Short, now
from literacy.models import User


class Message(Model):
    """One message to one person. Its key says what it is about: the same is never sent to the same person twice."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        Index("ix_messages_user_id_read_at", "user_id", "deleted", "read_at"),
    )

    id: Mapped[Pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(120))
    title: Mapped[Short]
    body: Mapped[Long] = mapped_column(default="")
    url: Mapped[str] = mapped_column(String(500), default="")
    """The path of the page that it leads to."""
    at: Mapped[Moment] = mapped_column(default=now, index=True)
    read_at: Mapped[Moment | None]
    deleted: Mapped[bool] = mapped_column(default=False)
    """Deleted by its reader: only the key is kept, so that it does not come again."""

    user: Mapped[User] = relationship()
