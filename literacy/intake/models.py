"""A list of people between being handed in and being applied: the file, and the plan row by row."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Json, Long, Model, Moment, Pk, Short, now
from literacy.models import Unit, User, values_of


class ImportState(StrEnum):
    """The life of an import."""

    READING = "reading"
    UNREADABLE = "unreadable"
    READY = "ready"
    APPLYING = "applying"
    STALE = "stale"
    DONE = "done"

    @property
    def label(self) -> str:
        """The state's name on pages."""
        return {
            "reading": "正在检查",
            "unreadable": "没有读成",
            "ready": "等您确认",
            "applying": "正在导入",
            "stale": "要重新检查",
            "done": "导入完了",
        }[self.value]


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    DEACTIVATED = "deactivated"
    UNCHANGED = "unchanged"
    PROBLEM = "problem"
    SKIPPED = "skipped"
    """Planned, but the person was changed while the import ran."""

    @property
    def label(self) -> str:
        """The outcome's name on pages and in the result."""
        return {
            "new": "新建",
            "changed": "修改",
            "deactivated": "停用",
            "unchanged": "没有变化",
            "problem": "问题",
            "skipped": "没有动",
        }[self.value]


WRITTEN = (Outcome.NEW, Outcome.CHANGED, Outcome.DEACTIVATED)
"""What is to be written."""


class PeopleImport(Model):
    """A list of people that an administrator handed in. Only who handed it in sees it."""

    __tablename__ = "people_imports"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[Pk]
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    file_name: Mapped[Short]
    file_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the file."""
    state: Mapped[ImportState] = mapped_column(
        Enum(ImportState, native_enum=False, length=20, values_callable=values_of), default=ImportState.READING
    )
    said: Mapped[Long] = mapped_column(default="")
    """Why it could not be read or applied, in a sentence."""
    columns: Mapped[list[Any]] = mapped_column(Json, default=list)
    """The fields that the file has."""
    unread: Mapped[list[Any]] = mapped_column(Json, default=list)
    """Sentences about what in the file was not read."""
    new_units: Mapped[list[Any]] = mapped_column(Json, default=list)
    """Units that do not exist yet, as [full name, number of rows, a unit that is called almost so or ""]."""
    create_units: Mapped[bool] = mapped_column(default=False)
    """Whether units that do not exist yet are made; otherwise their rows are problems."""
    complete_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    """The unit of which the file names everybody: who is missing in it is deactivated."""
    counts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """How many rows of each outcome."""
    applied_to: Mapped[int] = mapped_column(default=0)
    """The position up to which it is applied."""
    job_id: Mapped[int | None]
    codes_job_id: Mapped[int | None]
    created_at: Mapped[Moment] = mapped_column(default=now, index=True)
    confirmed_at: Mapped[Moment | None]
    begun_at: Mapped[Moment | None]
    """When the first part was written: from then on it only goes forward."""
    done_at: Mapped[Moment | None]
    emptied: Mapped[bool] = mapped_column(default=False)
    """Whether its rows, which are personal data, were deleted."""

    owner: Mapped[User] = relationship(foreign_keys=[owner_id])
    complete_unit: Mapped[Unit | None] = relationship()

    def count(self, outcome: str) -> int:
        """How many rows have this outcome."""
        return int(self.counts.get(outcome, 0))

    @property
    def to_write(self) -> int:
        """How many people are to be written."""
        return sum(self.count(outcome) for outcome in WRITTEN)

    @property
    def stopping(self) -> int:
        """How many rows keep it from being applied."""
        return self.count(Outcome.PROBLEM) + (0 if self.create_units else self.count("missing"))


class ImportRow(Model):
    """A row of the file, or a person who is missing in it, and what becomes of it."""

    __tablename__ = "people_import_rows"
    __table_args__ = (
        Index("ix_people_import_rows_import_id_outcome_position", "import_id", "outcome", "position"),
        Index("ix_people_import_rows_import_id_account", "import_id", "account"),
    )

    import_id: Mapped[int] = mapped_column(ForeignKey("people_imports.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    """The number of the row as Excel shows it; people who are missing come behind the last."""
    in_file: Mapped[bool] = mapped_column(default=True)
    outcome: Mapped[Outcome] = mapped_column(Enum(Outcome, native_enum=False, length=20, values_callable=values_of))
    account: Mapped[str] = mapped_column(String(80))
    name: Mapped[Short]
    unit_path: Mapped[Long] = mapped_column(default="")
    unit_missing: Mapped[bool] = mapped_column(default=False)
    """Whether the unit has to be made first."""
    user_id: Mapped[int | None]
    seen: Mapped[str] = mapped_column(String(16), default="")
    """What the person was like when the plan was made."""
    wanted: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What the person shall be like, complete."""
    changes: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """{field: [before, after]} in words."""
    problems: Mapped[list[Any]] = mapped_column(Json, default=list)
    """Each as {"field", "value", "sentence"}."""
