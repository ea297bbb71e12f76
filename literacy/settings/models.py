"""Where settings are stored that are no longer as they were at first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from literacy.db import Json, Model, Moment, Pk, now


class StoredSetting(Model):
    """The value of one setting. Where there is none, the default counts."""

    __tablename__ = "settings"

    id: Mapped[Pk]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    value: Mapped[dict[str, Any]] = mapped_column(Json)
    """{"is": the value}; of a secret {"sealed": what it was encrypted to}."""
    changed_at: Mapped[Moment] = mapped_column(default=now, onupdate=now)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
