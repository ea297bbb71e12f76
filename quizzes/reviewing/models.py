"""What learners object to and what trainers say of a reply. The mark that counts stays an `Override`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Json, Long, Model, Moment, Pk, now
from literacy.models import User
from quizzes.models import Answer


class Appeal(Model):
    """A learner says that an answer was judged wrongly, and why. Open until a trainer answers; one open at a time."""

    __tablename__ = "appeals"

    id: Mapped[Pk]
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), index=True)
    about: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What it is about (see `quizzes.reviewing.about`); empty for the whole verdict."""
    reason: Mapped[Long]
    at: Mapped[Moment] = mapped_column(default=now)
    resolved_at: Mapped[Moment | None] = mapped_column(index=True)
    trainer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reply: Mapped[Long] = mapped_column(default="")
    """What the trainer answered."""
    seen_at: Mapped[Moment | None]
    """When the learner first saw the answer."""

    answer: Mapped[Answer] = relationship()
    trainer: Mapped[User | None] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether nobody answered yet."""
        return self.resolved_at is None


class Rating(Model):
    """What a trainer says of a reply: places of patterns, elements, points, a grade. Never changed; the last counts."""

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("grade between 0 and 4", name="grade"),)

    id: Mapped[Pk]
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), index=True)
    trainer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    patterns: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """[{pattern, start, end, text}], in the order of the reply."""
    elements: Mapped[list[str]] = mapped_column(Json)
    points: Mapped[list[str]] = mapped_column(Json)
    grade: Mapped[int]
    score: Mapped[int]
    """What the rubric's arithmetic makes of these labels and this grade, 0–100."""
    reason: Mapped[Long] = mapped_column(default="")
    rubric_version: Mapped[str] = mapped_column(String(40))
    at: Mapped[Moment] = mapped_column(default=now)

    answer: Mapped[Answer] = relationship()
    trainer: Mapped[User] = relationship()

    @property
    def places(self) -> tuple[tuple[str, int, int], ...]:
        """The patterns as (pattern, start, end)."""
        return tuple((one["pattern"], one["start"], one["end"]) for one in self.patterns)


class Look(Model):
    """A trainer looked at an answer and found nothing to say: it leaves the queue."""

    __tablename__ = "looks"
    __table_args__ = (UniqueConstraint("answer_id"),)

    id: Mapped[Pk]
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"))
    trainer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Moment] = mapped_column(default=now)

    trainer: Mapped[User] = relationship()
