"""Mails that go out, and who wants none."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Json, Long, Model, Moment, Pk, Short, now
from literacy.models import User, values_of


class MailState(StrEnum):
    """The life of a mail."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    """Refused for good, or tried often enough; an administrator can have it tried again."""
    UNSURE = "unsure"
    """It broke off in the middle: perhaps it arrived. It is not sent again by itself."""
    SKIPPED = "skipped"
    """The person has no address any more, or cannot sign in."""

    @property
    def label(self) -> str:
        """The state's name on pages."""
        return {
            "queued": "等着发", "sending": "正在发", "sent": "已发出", "failed": "没发成", "unsure": "不知道送到没有",
            "skipped": "没有发",
        }[self.value]  # fmt: skip

    @property
    def can_resend(self) -> bool:
        """Whether an administrator may have it tried again."""
        return self in (MailState.FAILED, MailState.UNSURE, MailState.SKIPPED)


ENDED = (MailState.SENT, MailState.FAILED, MailState.UNSURE, MailState.SKIPPED)
"""Nothing more comes of a mail in these states by itself."""


class Mail(Model):
    """A mail to one person; at most one per key. It says what the message of that key says."""

    __tablename__ = "mails"
    __table_args__ = (UniqueConstraint("user_id", "key"), Index("ix_mails_state_next_at", "state", "next_at"))

    id: Mapped[Pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(120))
    title: Mapped[Short]
    body: Mapped[Long]
    url: Mapped[str] = mapped_column(String(500), default="")
    attachments: Mapped[list[Any]] = mapped_column(Json, default=list)
    """Files that go along, as {"name": …, "path": within the data folder}."""
    state: Mapped[MailState] = mapped_column(
        Enum(MailState, native_enum=False, length=20, values_callable=values_of), default=MailState.QUEUED
    )
    tries: Mapped[int] = mapped_column(default=0)
    at: Mapped[Moment] = mapped_column(default=now, index=True)
    next_at: Mapped[Moment] = mapped_column(default=now)
    """When it is tried next; while it is being sent, since when."""
    sent_at: Mapped[Moment | None]
    address: Mapped[str] = mapped_column(String(320), default="")
    """Where it was sent to the last time."""
    error: Mapped[Long] = mapped_column(default="")
    """Why it was not sent the last time, as a sentence."""

    user: Mapped[User] = relationship()


class MailChoice(Model):
    """Whether a person wants mails besides the messages in the product. Where nothing stands, they do."""

    __tablename__ = "mail_choices"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    wanted: Mapped[bool] = mapped_column(default=True)
