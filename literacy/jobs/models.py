"""A piece of long work, and when periodic work was last done."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Json, Long, Model, Moment, Pk, Short, now
from literacy.models import User, values_of

STALE = timedelta(minutes=2)
"""A runner that said nothing for so long is taken for dead."""


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The state's name on pages."""
        return {"queued": "排队中", "running": "进行中", "done": "做完了", "failed": "没有做成", "cancelled": "已取消"}[
            self.value
        ]


class Job(Model):
    """Work that was asked for: by whom, what, how far it is, and what came of it."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_state_id", "state", "id"), Index("ix_jobs_owner_id_id", "owner_id", "id"))

    id: Mapped[Pk]
    kind: Mapped[str] = mapped_column(String(40))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    title: Mapped[Short]
    state: Mapped[JobState] = mapped_column(
        Enum(JobState, native_enum=False, length=20, values_callable=values_of), default=JobState.QUEUED
    )
    key: Mapped[str] = mapped_column(String(120), default="")
    """What makes two requests the same work while it is not finished; empty where each is its own."""
    given: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    place: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Where to go on: written together with the work up to there."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    said: Mapped[Long] = mapped_column(default="")
    """What came of it, or why nothing did, in a sentence."""
    file: Mapped[Short] = mapped_column(default="")
    """What the result is called when it is downloaded; empty where there is none."""
    stop_asked: Mapped[bool] = mapped_column(default=False)
    runs: Mapped[int] = mapped_column(default=0)
    """How often it was begun. More than once means that a process died."""
    runner: Mapped[str] = mapped_column(String(40), default="")
    """Which process has it. One that was taken for dead finds another name here and stops."""
    created_at: Mapped[Moment] = mapped_column(default=now)
    started_at: Mapped[Moment | None]
    beat_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]

    owner: Mapped[User] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return self.state in (JobState.QUEUED, JobState.RUNNING)

    def seems_dead(self, moment: datetime) -> bool:
        """Whether its runner said nothing for too long."""
        return self.state is JobState.RUNNING and (self.beat_at is None or self.beat_at < moment - STALE)


class PeriodicRun(Model):
    """When a piece of periodic work was last begun, over all processes."""

    __tablename__ = "periodic_runs"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    ran_at: Mapped[Moment]
    said: Mapped[Long] = mapped_column(default="")
    """What went wrong the last time; empty if nothing did."""
