"""What is stored beside the entries: when the chain was last verified, and the key that opens it for a moment."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from literacy.db import Long, Model, Moment, Pk, now


class AuditCheck(Model):
    """One verification of the chain: what was found, and where it ended. Signed, so that nobody makes one up."""

    __tablename__ = "audit_checks"

    id: Mapped[Pk]
    at: Mapped[Moment] = mapped_column(default=now, index=True)
    first: Mapped[int] = mapped_column(default=0)
    last: Mapped[int] = mapped_column(default=0)
    """The numbers of the first and of the last entry; 0 for an empty log."""
    head: Mapped[str] = mapped_column(String(64), default="")
    """The hash of the last entry."""
    problem: Mapped[Long] = mapped_column(default="")
    """What was wrong, as a sentence; empty where the chain is whole."""
    signature: Mapped[str] = mapped_column(String(80), default="")


class AuditOpening(Model):
    """While a row stands here, entries may be blanked or cut off. It goes before the transaction commits.

    Nobody else ever sees it; a row that stays is a door left open, and verifying says so.
    """

    __tablename__ = "audit_openings"

    why: Mapped[str] = mapped_column(String(40), primary_key=True)
