"""What importing a package would do to each thing in it: add it, change it, nothing, or clash with a trainer's edit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from courses import content
from courses.exchange.columns import canonical, columns_of
from courses.exchange.package import Key, Model, Package
from courses.models import Course, Lesson
from literacy.content import fingerprint
from literacy.db import db
from literacy.models import Authored, State
from literacy.pictures.models import Picture
from quizzes.models import Question, Quiz, Scenario
from quizzes.reference.models import Expression, Source
from quizzes.service.authoring.life import NAMES

LOCKED: tuple[Model, ...] = (Course, Lesson, Quiz, Question, Scenario, Source, Expression)
"""The order in which rows are locked: that of the pages that write several of them."""


class Fate(StrEnum):
    """What happens to one thing of a package."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CONFLICT = "conflict"
    """A trainer wrote it otherwise here since it came from a file."""

    @property
    def label(self) -> str:
        """The word on pages."""
        return {"new": "新的", "changed": "有改动", "same": "一样", "conflict": "这里也改过"}[self.value]


@dataclass(frozen=True)
class Change:
    """One thing of a package, and what happens to it."""

    model: Model | None
    """None for an image or table."""
    slug: str
    title: str
    fate: Fate
    revision: int = 0
    """The revision of the row that was compared; 0 where there is none."""
    retired: bool = False

    @property
    def kind(self) -> str:
        """What it is called on pages."""
        return NAMES[self.model.__tablename__] if self.model else "图片和表格"  # type: ignore[attr-defined]

    @property
    def name(self) -> str:
        """What it is called in forms: unlike a slug, no two things share it."""
        return f"{self.model.__tablename__}-{self.slug}" if self.model else self.slug  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Plan:
    """All of it, and what forbids it."""

    changes: Sequence[Change]
    refusals: Sequence[str] = ()

    def of(self, *fates: Fate) -> list[Change]:
        """The things that one of these happens to."""
        return [change for change in self.changes if change.fate in fates]

    @property
    def conflicts(self) -> list[Change]:
        """What a trainer has to decide."""
        return self.of(Fate.CONFLICT)

    @property
    def does_nothing(self) -> bool:
        """Whether everything is here already."""
        return len(self.of(Fate.SAME)) == len(self.changes)

    def counts(self) -> list[tuple[str, dict[Fate, int]]]:
        """How many of each kind are new, changed, the same or in conflict, courses first."""
        kinds = list(dict.fromkeys(change.kind for change in reversed(self.changes)))
        return [
            (kind, {fate: sum(change.kind == kind and change.fate is fate for change in self.changes) for fate in Fate})
            for kind in kinds
        ]

    @property
    def digest(self) -> str:
        """Changes whenever the plan does, or somebody wrote to a row that it would write to."""
        return fingerprint([(change.name, change.fate, change.revision) for change in self.changes])


def rows_for(keys: Iterable[Key], *, lock: bool = False) -> dict[Key, Authored]:
    """The rows that there are of these, each kind in one query. `lock` keeps others from writing to them."""
    wanted: dict[Model, list[str]] = {}
    for model, slug in keys:
        wanted.setdefault(model, []).append(slug)
    found: dict[Key, Authored] = {}
    for model in LOCKED:
        if model in wanted:
            query: Any = select(model).where(model.slug.in_(wanted[model])).order_by(model.id)  # type: ignore[attr-defined]
            if lock:
                query = query.with_for_update().execution_options(populate_existing=True)
            found |= {(model, row.slug): row for row in db.session.scalars(query)}
    return found


def planned(package: Package, *, lock: bool = False) -> Plan:
    """Compare a package with the database."""
    items = package.items()
    rows = rows_for(items, lock=lock)
    changes = [_media_change(folder, name, data) for (folder, name), data in sorted(package.media.items())]
    changes += [_picture_change(key) for key in sorted(package.pictures)]
    changes += [_change(key, item, rows.get(key)) for key, item in items.items()]
    refusals = [
        f"题目“{slug}”在这里是{row.kind.label}，课程包里是另一种题型。题型不能改，请给课程包里的换一个 slug。"
        for (model, slug), row in rows.items()
        if isinstance(row, Question) and row.kind.value != items[(model, slug)]["kind"]
    ]
    return Plan(changes, refusals)


def _change(key: Key, item: Mapping[str, Any], row: Authored | None) -> Change:
    model, slug = key
    if row is None:
        return Change(model, slug, item["title"], Fate.NEW)
    return Change(model, slug, item["title"], _fate(model, item, row), row.revision, row.state is State.RETIRED)


def _fate(model: Model, item: Mapping[str, Any], row: Authored) -> Fate:
    here = columns_of(row)
    if canonical(model, item) == here:
        return Fate.SAME
    # What was imported counts as edited, so that shipped files leave it alone; it bears the mark of what it came with.
    return Fate.CONFLICT if row.edited and row.file_hash != fingerprint(here) else Fate.CHANGED


def _picture_change(key: str) -> Change:
    here = db.session.scalar(select(Picture.id).where(Picture.hash == key)) is not None
    return Change(None, f"pictures/{key}", f"pictures/{key}", Fate.SAME if here else Fate.NEW)


def _media_change(folder: str, name: str, data: bytes) -> Change:
    path = content.media_file(folder, name)
    fate = Fate.NEW if path is None else Fate.SAME if path.read_bytes() == data else Fate.CHANGED
    return Change(None, f"{folder}/{name}", f"{folder}/{name}", fate)
