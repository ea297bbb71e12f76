"""Sources that content rests on, and expressions of netizens; each with the day it was checked."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Enum
from sqlalchemy.orm import Mapped, mapped_column

from literacy.db import Json, Long, Model, Pk
from literacy.models import Authored, values_of
from quizzes.reference.citations import Known, plain_title


class Checked:
    """Columns of what grows old: whether somebody looked it up, when, and when it is due again."""

    verified: Mapped[bool] = mapped_column(default=False)
    """Whether it was compared with a published text. 已核 or 待核 on pages."""
    checked_on: Mapped[date | None]
    review_by: Mapped[date | None]
    """The day from which it counts as due for another look; None for what does not age."""

    def is_due(self, day: date) -> bool:
        """Whether somebody should look at it."""
        return not self.verified or (self.review_by is not None and self.review_by <= day)


class SourceKind(StrEnum):
    """What a source is."""

    LAW = "law"
    REPORT = "report"
    STUDY = "study"

    @property
    def label(self) -> str:
        """The kind's name on pages."""
        return {"law": "法规文件", "report": "报道与公开数据", "study": "研究"}[self.value]


class Source(Authored, Checked, Model):
    """A law, report or study. Authors cite it as 《title》, a law with its clauses."""

    __tablename__ = "sources"

    id: Mapped[Pk]
    kind: Mapped[SourceKind] = mapped_column(
        Enum(SourceKind, native_enum=False, length=20, values_callable=values_of), default=SourceKind.LAW
    )
    aliases: Mapped[Long] = mapped_column(default="")
    """Other titles by which it is cited, one on a line."""
    clauses: Mapped[list[Any]] = mapped_column(Json, default=list)
    """[{clause: 第四条, gist, verified}]: the clauses that may be cited; only of laws."""
    origin: Mapped[Long] = mapped_column(default="")
    """Who published it, when, and which text it was compared with."""
    note: Mapped[Long] = mapped_column(default="")
    """What to mind when citing it, such as the year that a figure belongs to."""

    @property
    def titles(self) -> list[str]:
        """Every title by which it is found."""
        return [plain_title(title) for title in (self.title, *self.aliases.splitlines())]

    @property
    def known(self) -> Known:
        """What a citation is held against."""
        return known_of(self.verified, self.clauses, self.checked_on)

    @property
    def open_clauses(self) -> list[str]:
        """The clauses that nobody has checked."""
        return [row["clause"] for row in self.clauses if not row["verified"]]

    def is_due(self, day: date) -> bool:
        """Whether somebody should look at it, or at one of its clauses."""
        return super().is_due(day) or bool(self.open_clauses)

    def missing(self) -> str | None:
        """A law is cited by its clauses; what is checked was checked on a day."""
        if self.verified and self.checked_on is None:
            return "标了已核，要写明是哪天核的。"
        return None


def known_of(verified: bool, clauses: list[dict[str, Any]], checked_on: date | None) -> Known:
    """What a citation is held against, from the columns of a source."""
    return Known(verified, {row["clause"]: bool(row["verified"]) for row in clauses}, checked_on)


class Expression(Authored, Checked, Model):
    """A word, sign or turn that netizens use otherwise than a dictionary says. Its title is its best known form."""

    __tablename__ = "expressions"

    id: Mapped[Pk]
    forms: Mapped[Long] = mapped_column(default="")
    """All ways of writing it, one on a line."""
    meaning: Mapped[Long] = mapped_column(default="")
    tone: Mapped[Long] = mapped_column(default="")
    misreading: Mapped[Long] = mapped_column(default="")
    """How officials tend to misunderstand it."""
    response: Mapped[Long] = mapped_column(default="")
    """How to answer somebody who wrote it."""
    example: Mapped[Long] = mapped_column(default="")
    """A sentence with it, as a citizen would write."""
    heard: Mapped[Long] = mapped_column(default="")
    """What that sentence asks for."""
    caution: Mapped[Long] = mapped_column(default="")
    """What must not be done with it; empty for most."""

    @property
    def ways(self) -> list[str]:
        """All ways of writing it."""
        return self.forms.splitlines()

    @property
    def other_ways(self) -> list[str]:
        """The ways of writing it beside the best known."""
        return [way for way in self.ways if way != self.title]

    def missing(self) -> str | None:
        """Whoever looks a word up wants to know what it means and what to do about it."""
        if not self.forms:
            return "至少写一种写法。"
        if not self.meaning:
            return "还没有写意思。"
        return None if self.response else "还没有写怎么回应。"
