"""A file of questions between being read and being imported."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from literacy.db import Json, Model, Moment, Pk, Short, now


class QuestionImport(Model):
    """What a trainer's file holds and what is wrong with it, until it is imported. Only its trainer sees it."""

    __tablename__ = "question_imports"
    # Ids are not given again: a page that stayed open must not confirm another file.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  as SQLAlchemy wants it

    id: Mapped[Pk]
    trainer_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    file_name: Mapped[Short]
    format: Mapped[str] = mapped_column(String(20))
    items: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """The questions, each with kind, body, competency, difficulty and place."""
    faults: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """What is wrong or was not read, each with place, sentence, and whether it stops the import."""
    total: Mapped[int]
    """How many questions there are."""
    stopping: Mapped[int]
    """How many of the faults stop the import."""
    codes: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Codes of question types that somebody has to explain first, with an example of each."""
    competency: Mapped[str] = mapped_column(String(10), default="")
    difficulty: Mapped[int] = mapped_column(default=2)
    """What questions get that say nothing of their own."""
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    """The file itself, kept only while its codes have to be explained."""
    imported: Mapped[int] = mapped_column(default=0)
    """How many questions were made of it."""
    created_at: Mapped[Moment] = mapped_column(default=now, index=True)
    done_at: Mapped[Moment | None]

    @property
    def sound(self) -> bool:
        """Whether all of it can be imported."""
        return not self.codes and self.total > 0 and not self.stopping
