"""Reports that somebody wants again and again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.reports.scheduled.rhythm import Plan, Rhythm
from literacy.db import Json, Long, Model, Moment, Pk, Short, now
from literacy.models import User


class ScheduledReport(Model):
    """A report as it was narrowed, for its owner, made anew each time with what the owner may see then."""

    __tablename__ = "scheduled_reports"
    __table_args__ = (
        CheckConstraint("weekday between 1 and 7", name="weekday"),
        CheckConstraint("day between 1 and 31", name="day"),
        Index("ix_scheduled_reports_active_next_at", "active", "next_at"),
    )

    id: Mapped[Pk]
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[Short]
    report: Mapped[str] = mapped_column(String(40))
    query: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What stands in the address: {name: [values]}."""
    form: Mapped[str] = mapped_column(String(10))
    """xlsx, pdf or csv."""
    rhythm: Mapped[str] = mapped_column(String(10))
    weekday: Mapped[int] = mapped_column(default=1)
    day: Mapped[int] = mapped_column(default=1)
    next_at: Mapped[Moment]
    last_at: Mapped[Moment | None]
    active: Mapped[bool] = mapped_column(default=True)
    paused_for: Mapped[Long] = mapped_column(default="")
    """Why the platform itself paused it; empty where the owner did."""
    created_at: Mapped[Moment] = mapped_column(default=now)

    owner: Mapped[User] = relationship()

    @property
    def plan(self) -> Plan:
        """When it comes."""
        return Plan(Rhythm(self.rhythm), self.weekday, self.day)
