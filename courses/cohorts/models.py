"""Cohorts, their courses and members, which enrolment came from which cohort, and who was reminded of what."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.cohorts.calendar import USUAL_DAYS, CohortState, state_of
from courses.models import Course, Enrolment
from literacy.db import Json, Long, Model, Moment, Pk, Short, now
from literacy.errors import Refused
from literacy.models import Unit, User, values_of


class Cohort(Model):
    """A 培训班. What it is in follows from its dates and from what was done; see `state_on`."""

    __tablename__ = "cohorts"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="dates"),)

    id: Mapped[Pk]
    name: Mapped[Short]
    year: Mapped[int] = mapped_column(index=True)
    note: Mapped[Long] = mapped_column(default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    """Whose cohort it is: its administrators see it, and its people may be in it. None: everybody's."""
    responsible_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    remind_days: Mapped[list[Any]] = mapped_column(Json, default=lambda: list(USUAL_DAYS))
    """How many days before a due date people are reminded."""
    asked_on: Mapped[date | None]
    """When somebody last had everybody reminded by hand: once a day."""
    created_at: Mapped[Moment] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    opened_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    """When it was closed before its last day."""
    archived_at: Mapped[Moment | None]
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("cohorts.id"))
    makes_up_id: Mapped[int | None] = mapped_column(ForeignKey("cohorts.id"), index=True)
    """The cohort whose members make up here for what they did not finish there."""
    revision: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit | None] = relationship()
    responsible: Mapped[User] = relationship(foreign_keys=[responsible_id])
    makes_up: Mapped[Cohort | None] = relationship(foreign_keys=[makes_up_id], remote_side="Cohort.id")
    courses: Mapped[list[CohortCourse]] = relationship(
        back_populates="cohort", order_by="CohortCourse.id", cascade="all, delete-orphan"
    )

    def state_on(self, day: date) -> CohortState:
        """Where the cohort stands on a day."""
        return state_of(
            opened=self.opened_at is not None,
            closed=self.closed_at is not None,
            archived=self.archived_at is not None,
            ends_on=self.ends_on,
            day=day,
        )

    def must_not_be(self, day: date, *states: CohortState) -> None:
        """Raise Refused if the cohort is in one of these states."""
        state = self.state_on(day)
        if state in states:
            raise Refused(
                f"培训班“{self.name}”{'在筹备' if state is CohortState.PREPARING else state.label}，不能这样做。"
            )


class CohortCourse(Model):
    """A course of a cohort. Without a due date of its own the cohort's last day counts."""

    __tablename__ = "cohort_courses"
    __table_args__ = (UniqueConstraint("cohort_id", "course_id"),)

    id: Mapped[Pk]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id", ondelete="CASCADE"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    due_on: Mapped[date | None]

    cohort: Mapped[Cohort] = relationship(back_populates="courses")
    course: Mapped[Course] = relationship()

    @property
    def due(self) -> date:
        """When the course is due in this cohort."""
        return self.due_on or self.cohort.ends_on


class CohortUnit(Model):
    """A standing rule: everybody in a unit and below is in the cohort, newcomers too until it ends."""

    __tablename__ = "cohort_units"
    __table_args__ = (UniqueConstraint("cohort_id", "unit_id"),)

    id: Mapped[Pk]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    added_at: Mapped[Moment] = mapped_column(default=now)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    unit: Mapped[Unit] = relationship()


class Shortfall(StrEnum):
    """Why somebody makes up for a course; the gravest of several counts."""

    FAILED = "failed"
    UNFINISHED = "unfinished"
    NOT_STARTED = "not_started"

    @property
    def label(self) -> str:
        """The reason on pages."""
        return {"failed": "测验没通过", "unfinished": "未完成", "not_started": "未开始"}[self.value]


class CohortMember(Model):
    """A person in a cohort. Who leaves stays on record with when, by whom and why."""

    __tablename__ = "cohort_members"
    __table_args__ = (UniqueConstraint("cohort_id", "user_id"),)

    id: Mapped[Pk]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    added_at: Mapped[Moment] = mapped_column(default=now)
    """When they came in, or came back."""
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    """The unit with which they came in; None for those chosen by name."""
    makes_up: Mapped[Shortfall | None] = mapped_column(
        Enum(Shortfall, native_enum=False, length=20, values_callable=values_of)
    )
    withdrawn_at: Mapped[Moment | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_reason: Mapped[Short] = mapped_column(default="")

    cohort: Mapped[Cohort] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])


class Origin(StrEnum):
    """What the cohort found when it enrolled a member in a course."""

    NEW = "new"
    RESTORED = "restored"
    KEPT = "kept"
    COMPLETED_BEFORE = "completed_before"


class CohortEnrolment(Model):
    """Which enrolment a member's place in a course of the cohort is. The enrolment itself may serve several cohorts."""

    __tablename__ = "cohort_enrolments"
    __table_args__ = (UniqueConstraint("member_id", "course_id"),)

    id: Mapped[Pk]
    member_id: Mapped[int] = mapped_column(ForeignKey("cohort_members.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"), index=True)
    origin: Mapped[Origin] = mapped_column(Enum(Origin, native_enum=False, length=20, values_callable=values_of))
    extra_attempts: Mapped[int] = mapped_column(default=0)
    """How many extra attempts were given at the quizzes of the course, so that there is a way to make up."""
    at: Mapped[Moment] = mapped_column(default=now)

    member: Mapped[CohortMember] = relationship()
    enrolment: Mapped[Enrolment] = relationship()


class Reminder(Model):
    """One message to one person on one day, over all cohorts: the unique key forbids a second one."""

    __tablename__ = "cohort_reminders"
    __table_args__ = (UniqueConstraint("user_id", "day"), Index("ix_cohort_reminders_day", "day"))

    id: Mapped[Pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    day: Mapped[date]
    at: Mapped[Moment] = mapped_column(default=now)

    user: Mapped[User] = relationship()
    reasons: Mapped[list[ReminderReason]] = relationship(back_populates="reminder", order_by="ReminderReason.id")


class ReminderReason(Model):
    """What a reminder was about: an enrolment of a cohort on an occasion, each once."""

    __tablename__ = "cohort_reminder_reasons"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "occasion"),
        Index("ix_cohort_reminder_reasons_cohort_id_reminder_id", "cohort_id", "reminder_id"),
    )

    id: Mapped[Pk]
    reminder_id: Mapped[int] = mapped_column(ForeignKey("cohort_reminders.id", ondelete="CASCADE"), index=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"))
    occasion: Mapped[str] = mapped_column(String(60))

    reminder: Mapped[Reminder] = relationship(back_populates="reasons")
    cohort: Mapped[Cohort] = relationship()
    enrolment: Mapped[Enrolment] = relationship()
