"""Versions of content that nobody was judged by.

Questions and scenarios keep tables of their own (quizzes.models), because attempts point at their versions.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Json, Model, Moment, Pk, Short, now
from literacy.models import User


class ContentVersion(Model):
    """One state of a piece of content, never changed once written. `kind` is the name of its table."""

    __tablename__ = "content_versions"
    __table_args__ = (UniqueConstraint("kind", "row_id", "number"),)

    id: Mapped[Pk]
    kind: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[int]
    number: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    content_hash: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Moment] = mapped_column(default=now)
    note: Mapped[Short] = mapped_column(default="")
    """What there is to say of it, such as which version was brought back."""

    author: Mapped[User | None] = relationship()
