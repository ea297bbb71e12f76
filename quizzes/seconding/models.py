"""Changes of published content that learners do not see yet, and requests to read something before it is published."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Json, Long, Model, Moment, Pk, now
from literacy.errors import Refused
from literacy.models import User, values_of

MIN_ANSWER = 5


class Outcome(StrEnum):
    """What became of a request."""

    PUBLISHED = "published"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The outcome on pages."""
        return {"published": "审过，已发布", "returned": "退回修改", "withdrawn": "已撤回"}[self.value]


class PendingChange(Model):
    """The content that a published piece is to have; learners see the old one until it is published."""

    __tablename__ = "pending_changes"
    __table_args__ = (UniqueConstraint("kind", "row_id"),)

    id: Mapped[Pk]
    kind: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    revision: Mapped[int]
    """The revision of the row that it was written on: if that was changed since, publishing this would undo it."""
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Moment] = mapped_column(default=now)

    author: Mapped[User] = relationship()


class ReviewRequest(Model):
    """Somebody asks a named trainer, or any, to read something before it is published. Open until it is answered."""

    __tablename__ = "review_requests"
    __table_args__ = (Index("ix_review_requests_kind_row_id", "kind", "row_id"),)

    id: Mapped[Pk]
    kind: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[int]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_of_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[Long] = mapped_column(default="")
    asked_at: Mapped[Moment] = mapped_column(default=now)
    outcome: Mapped[Outcome | None] = mapped_column(
        Enum(Outcome, native_enum=False, length=20, values_callable=values_of), index=True
    )
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[Long] = mapped_column(default="")
    answered_at: Mapped[Moment | None]

    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    asked_of: Mapped[User | None] = relationship(foreign_keys=[asked_of_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.outcome is None

    def close(self, outcome: Outcome, who: User, answer: str, moment: datetime) -> None:
        """Answer it.

        Raises Refused if it was answered, if the one who asked answers, if somebody else withdraws it, or if it is
        sent back without a word.
        """
        if self.outcome is not None:
            raise Refused(f"这一份已经有了结果：{self.outcome.label}。")
        own = who.id == self.asked_by_id
        if own and outcome is Outcome.RETURNED:
            raise Refused("这是您自己送审的，可以撤回。")
        if not own and outcome is Outcome.WITHDRAWN:
            raise Refused("只有送审的人能撤回。")
        if outcome is Outcome.RETURNED and len(answer.strip()) < MIN_ANSWER:
            raise Refused("请写明要改什么，至少 5 个字。", field="answer")
        self.outcome, self.answer = outcome, answer.strip()
        self.answered_by, self.answered_at = who, moment
