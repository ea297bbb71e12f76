"""How the certificates of a course look, and every certificate that was issued."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.certificates import numbers, wording
from courses.models import Course, Enrolment
from literacy.db import Json, Long, Model, Moment, Pk, Short, now
from literacy.models import Unit, User


class CertificateDesign(Model):
    """What a course prints on its certificates, and whether it gives any."""

    __tablename__ = "certificate_designs"
    __table_args__ = (CheckConstraint("months is null or months > 0", name="months"),)

    id: Mapped[Pk]
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), unique=True)
    offered: Mapped[bool] = mapped_column(default=False)
    automatic: Mapped[bool] = mapped_column(default=False)
    """Whether whoever completes the course is given one at once."""
    title: Mapped[Short] = mapped_column(default=wording.DEFAULT_TITLE)
    text: Mapped[Long] = mapped_column(default=wording.DEFAULT_TEXT)
    school: Mapped[Short] = mapped_column(default="")
    """Whose name stands on top."""
    signer: Mapped[Short] = mapped_column(default="")
    """Who signs, as it is printed: 校长 周敏."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    """The unit that issues, printed above the date; None for the school."""
    seal: Mapped[str] = mapped_column(String(20), default="")
    """The name of the seal's image (see `seals`); empty where none is printed."""
    months: Mapped[int | None]
    """How long a certificate is valid; None for ever."""
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[Moment] = mapped_column(default=now, onupdate=now)

    course: Mapped[Course] = relationship()
    unit: Mapped[Unit | None] = relationship()


class CertificateState(StrEnum):
    """What a certificate is worth today; computed."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        """The state's name on pages."""
        return {"valid": "有效", "expired": "已过期", "revoked": "已撤销"}[self.value]


class Certificate(Model):
    """A certificate that was issued. What is printed on it stays as it was, whatever is renamed later."""

    __tablename__ = "certificates"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        # One certificate of an enrolment counts; the others were revoked or renewed.
        Index(
            "ix_certificates_current",
            "enrolment_id",
            unique=True,
            sqlite_where=text("counts"),
            postgresql_where=text("counts"),
        ),
        Index("ix_certificates_course_id_issued_on", "course_id", "issued_on"),
    )

    id: Mapped[Pk]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    code: Mapped[str] = mapped_column(String(16), unique=True)
    year: Mapped[int]
    number: Mapped[int]
    subject: Mapped[str] = mapped_column(String(36))
    """Whom the badge is about: a random UUID that leads nowhere else."""
    site: Mapped[Short] = mapped_column(default="")
    """The address of the installation when it was issued: what the code and the badge lead to."""
    name: Mapped[Short]
    """The holder's name as printed."""
    printed: Mapped[dict[str, Any]] = mapped_column(Json)
    """Everything that is printed (see `snapshot.printed`)."""
    counts: Mapped[bool] = mapped_column(default=True)
    """False once it was revoked or another took its place."""
    issued_on: Mapped[date]
    issued_at: Mapped[Moment] = mapped_column(default=now, index=True)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """None where it was issued on completion."""
    expires_on: Mapped[date | None]
    """The last day on which it is valid."""
    revoked_at: Mapped[Moment | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[Short] = mapped_column(default="")
    """Why it was revoked: for administrators only."""
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))

    enrolment: Mapped[Enrolment] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    course: Mapped[Course] = relationship()
    issued_by: Mapped[User | None] = relationship(foreign_keys=[issued_by_id])
    revoked_by: Mapped[User | None] = relationship(foreign_keys=[revoked_by_id])
    replaced_by: Mapped[Certificate | None] = relationship(remote_side="Certificate.id")

    @property
    def serial(self) -> str:
        """Its number in the year."""
        return numbers.serial(self.year, self.number)

    @property
    def code_in_words(self) -> str:
        """The code as it is printed."""
        return numbers.grouped(self.code)

    def state_on(self, day: date) -> CertificateState:
        """What it is worth on a day. Revoked weighs more than expired."""
        if self.revoked_at is not None:
            return CertificateState.REVOKED
        if self.expires_on is not None and self.expires_on < day:
            return CertificateState.EXPIRED
        return CertificateState.VALID
