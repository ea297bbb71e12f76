"""The code with which a person chooses their first password."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Model, Moment, now
from literacy.models import User


class ActivationCode(Model):
    """The one code that opens a person's account, as a keyed hash. A new one takes the place of the old."""

    __tablename__ = "activation_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    issued_at: Mapped[Moment] = mapped_column(default=now)
    expires_at: Mapped[Moment] = mapped_column(index=True)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
