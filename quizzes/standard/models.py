"""What is stored of the rubric: versions, each a set of changes over the shipped files, and their tests.

Without a published version the shipped files are in force.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Enum, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Json, Long, Model, Moment, Pk, Short, now
from literacy.errors import Refused
from literacy.models import State, User, values_of


class RubricVersion(Model):
    """A set of changes over the shipped rule files (see quizzes.rubric.changes). Never changed once published."""

    __tablename__ = "rubric_versions"

    id: Mapped[Pk]
    number: Mapped[int] = mapped_column(unique=True)
    label: Mapped[Short]
    state: Mapped[State] = mapped_column(
        Enum(State, native_enum=False, length=20, values_callable=values_of), default=State.DRAFT, index=True
    )
    base_version: Mapped[str] = mapped_column(String(40))
    base_hash: Mapped[str] = mapped_column(String(64))
    """Content hash of the shipped files on which the changes were last looked at."""
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    """Of files and changes together; what answers marked by this version carry."""
    changes: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    note: Mapped[Long] = mapped_column(default="")
    """Why it was changed, for whoever asks later."""
    excuse: Mapped[Long] = mapped_column(default="")
    """Why it was published although saved replies are judged otherwise than expected; empty if none is."""
    revision: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[Moment] = mapped_column(default=now)
    changed_at: Mapped[Moment] = mapped_column(default=now, onupdate=now)
    published_at: Mapped[Moment | None]

    author: Mapped[User | None] = relationship(foreign_keys=[author_id])
    publisher: Mapped[User | None] = relationship(foreign_keys=[publisher_id])
    reports: Mapped[list[RubricReport]] = relationship(
        back_populates="version", order_by="RubricReport.id", cascade="all, delete-orphan"
    )

    @property
    def stamp(self) -> str:
        """The version as answers carry it: the shipped version, and this one's number."""
        return f"{self.base_version}+{self.number}"

    def change(self, opened_on: int) -> None:
        """Note that somebody changes the draft now; raises Refused if it is none, or was changed meanwhile."""
        if self.state is not State.DRAFT:
            raise Refused("这一版已经发布或停用，不能再改。请另开一份草稿。")
        if opened_on != self.revision:
            raise Refused("这份草稿在您打开之后被改过，您的修改还没有保存。请看过草稿现在的样子再改。")
        self.revision += 1


class RubricReport(Model):
    """A test of a draft against the version in force, done in batches. It speaks of one exact content only."""

    __tablename__ = "rubric_reports"

    id: Mapped[Pk]
    version_id: Mapped[int] = mapped_column(ForeignKey("rubric_versions.id", ondelete="CASCADE"), index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    against_hash: Mapped[str] = mapped_column(String(64))
    cases: Mapped[list[Any]] = mapped_column(Json, default=list)
    """What is looked at, as [kind, which]; replies themselves are not copied."""
    done: Mapped[int] = mapped_column(default=0)
    """How many of the cases were looked at; all of them when the test is over."""
    found: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[Moment] = mapped_column(default=now)
    finished_at: Mapped[Moment | None]

    version: Mapped[RubricVersion] = relationship(back_populates="reports")
    author: Mapped[User | None] = relationship()

    @property
    def total(self) -> int:
        """How many cases there are."""
        return len(self.cases)
