"""What was summed up over a quiz's results, kept so that only what came since is read again."""

from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from literacy.db import Json, Model, Moment, Pk, now


class QuizSummary(Model):
    """The sums over the attempts at a quiz up to a submission. It can be thrown away at any time."""

    __tablename__ = "quiz_summaries"
    __table_args__ = (UniqueConstraint("quiz_id", "first_only"),)

    id: Mapped[Pk]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id", ondelete="CASCADE"))
    first_only: Mapped[bool]
    """Whether only everybody's first finished attempt is counted."""
    upto: Mapped[int]
    """The last submission whose attempt may be in it."""
    stamp: Mapped[str] = mapped_column(String(40))
    """What the sums rest on besides: trainers' marks. Where it differs from now, everything is summed up anew."""
    sums: Mapped[dict[str, Any]] = mapped_column(Json)
    """In the shape of quizzes.analysis.sums.Sums."""
    at: Mapped[Moment] = mapped_column(default=now)
