"""What reports keep: views by name, headers of columns, and sums over results.

Sums hold no person. Their units and quizzes are plain numbers: a sum may outlive what it is about until the next one.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Json, Model, Moment, Pk, Short, now
from literacy.models import User


class SavedView(Model):
    """A report as somebody narrowed, sorted and cut it, under a name."""

    __tablename__ = "report_views"
    __table_args__ = (UniqueConstraint("owner_id", "report", "name"),)

    id: Mapped[Pk]
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    report: Mapped[str] = mapped_column(String(40))
    name: Mapped[Short]
    query: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What stands in the address: {name: [values]}."""
    shared: Mapped[bool] = mapped_column(default=False)
    """Whether the other administrators of the owner's unit see it."""
    created_at: Mapped[Moment] = mapped_column(default=now)

    owner: Mapped[User] = relationship()


class DefaultView(Model):
    """The view with which a report opens for somebody."""

    __tablename__ = "report_defaults"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    report: Mapped[str] = mapped_column(String(40), primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("report_views.id", ondelete="CASCADE"), index=True)

    view: Mapped[SavedView] = relationship()


class ColumnHeader(Model):
    """What a column is called in exported files in place of our own word."""

    __tablename__ = "report_headers"

    report: Mapped[str] = mapped_column(String(40), primary_key=True)
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
    header: Mapped[Short]


def _key(kind: Any = None) -> Any:
    return mapped_column(kind, primary_key=True, autoincrement=False)


class QuizSum(Model):
    """How a year's attempts at a quiz by a unit's own people came out."""

    __tablename__ = "report_quiz_sums"
    __table_args__ = (Index("ix_report_quiz_sums_quiz_id", "quiz_id"),)

    year: Mapped[int] = _key()
    unit_id: Mapped[int] = _key()
    quiz_id: Mapped[int] = _key()
    people: Mapped[int]
    attempts: Mapped[int]
    passed: Mapped[int]
    """How many of the people passed at least once."""
    score: Mapped[float]
    """Sum of the scores of all attempts."""


class ScoreSum(Model):
    """How many of a year's attempts at a quiz by a unit's own people reached which ten percent (0 to 9)."""

    __tablename__ = "report_score_sums"

    year: Mapped[int] = _key()
    quiz_id: Mapped[int] = _key()
    unit_id: Mapped[int] = _key()
    band: Mapped[int] = _key()
    attempts: Mapped[int]


class CompetencySum(Model):
    """What the latest answers of a unit's own people show of a competency."""

    __tablename__ = "report_competency_sums"

    competency: Mapped[str] = _key(String(10))
    unit_id: Mapped[int] = _key()
    people: Mapped[int]
    answers: Mapped[int]
    earned: Mapped[float]
    """Sum of the shares of the marks, each 0–1."""


class ReplySum(Model):
    """How many of a unit's own people wrote replies in a year, and how many."""

    __tablename__ = "report_reply_sums"

    year: Mapped[int] = _key()
    unit_id: Mapped[int] = _key()
    people: Mapped[int]
    replies: Mapped[int]


class PatternSum(Model):
    """In how many of these replies a fault was found."""

    __tablename__ = "report_pattern_sums"

    year: Mapped[int] = _key()
    unit_id: Mapped[int] = _key()
    pattern: Mapped[str] = _key(String(40))
    replies: Mapped[int]


class Summed(Model):
    """When a kind of sum was last renewed."""

    __tablename__ = "report_sums"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[Moment]
