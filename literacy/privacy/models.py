"""Requests to correct something, who was made anonymous, and when what was cleared away."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Json, Long, Model, Moment, Pk, Short, now
from literacy.errors import Refused
from literacy.models import User, values_of

MIN_ANSWER = 5


class Outcome(StrEnum):
    """What became of a request."""

    DONE = "done"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """The outcome on pages."""
        return {"done": "已更正", "refused": "没有更正"}[self.value]


class Correction(Model):
    """A person says that something stored about them is wrong. Open until an administrator answers."""

    __tablename__ = "corrections"
    __table_args__ = (Index("ix_corrections_outcome_id", "outcome", "id"),)

    id: Mapped[Pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    about: Mapped[Short]
    """Which kind of data, in words."""
    text: Mapped[Long]
    asked_at: Mapped[Moment] = mapped_column(default=now)
    outcome: Mapped[Outcome | None] = mapped_column(
        Enum(Outcome, native_enum=False, length=20, values_callable=values_of)
    )
    answer: Mapped[Long] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[Moment | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])

    @property
    def label(self) -> str:
        """Where it stands, in words."""
        return self.outcome.label if self.outcome else "等待处理"

    def close(self, outcome: Outcome, who: User, answer: str, moment: datetime) -> None:
        """Answer it.

        Raises Refused if it was answered, or if it is refused without a reason.
        """
        if self.outcome is not None:
            raise Refused(f"这一条已经有了结果：{self.outcome.label}。")
        if outcome is Outcome.REFUSED and len(answer) < MIN_ANSWER:
            raise Refused("请写明为什么不更正，至少 5 个字：本人会看到。", field="answer")
        self.outcome, self.answer, self.answered_by, self.answered_at = outcome, answer, who, moment


class Leaver(Model):
    """Somebody who left and was made anonymous.

    `words` are the names under which the record of acts still knows them. The law wants that record for six months;
    then the names are blanked there, too, and here.
    """

    __tablename__ = "leavers"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    at: Mapped[Moment] = mapped_column(default=now, index=True)
    words: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """{"name": …, "account": …} until the record is blanked."""
    blanked_at: Mapped[Moment | None]


class RetentionRun(Model):
    """When a rule of retention was last applied, and how many rows went then and altogether."""

    __tablename__ = "retention_runs"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    ran_at: Mapped[Moment]
    rows: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
