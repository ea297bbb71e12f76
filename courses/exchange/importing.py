"""A package into the database: all of it, or nothing."""

from collections.abc import Container
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError

import quizzes.content
from courses import content
from courses.exchange.columns import columns_of
from courses.exchange.package import Key, Package
from courses.exchange.plan import Fate, Plan, planned, rows_for
from courses.models import Course
from literacy import audit
from literacy.content import SyncReport, fingerprint
from literacy.db import db
from literacy.errors import Refused
from literacy.models import Authored, State, User
from literacy.pictures import service as pictures
from quizzes.service.authoring import life

ACTIONS = {"package.imported": "导入课程包"}
"""For audit.ACTIONS."""


@dataclass
class _Chosen(SyncReport):
    """Writes what is new, and of what there is only what was chosen."""

    chosen: frozenset[Key] = field(default_factory=frozenset)

    def wants(self, row: Authored | None, slug: str, content_hash: str) -> bool:  # noqa: ARG002
        """Whether the package's content is to be written to the row."""
        if row is None:
            self.created.append(slug)
            return True
        if (type(row), slug) not in self.chosen:
            return False
        self.updated.append(slug)
        return True


def imported(author: User, package: Package, digest: str, overwritten: Container[str]) -> Plan:
    """Import a package as its preview said; gives what was done.

    `digest` is that of the plan that was previewed; `overwritten` names the conflicts in which the package wins.
    Raises Refused if the package has problems, if anything it touches was written to since the preview, or if what
    learners see would become incomplete.
    """
    if package.problems:
        raise Refused("课程包里还有要改的地方，没有导入。")
    plan = planned(package, lock=True)
    if plan.refusals:
        raise Refused(plan.refusals[0])
    if plan.digest != digest:
        raise Refused("您看过预览以后，有人改过这里的内容。什么都没有导入，请看过新的预览再确认。")
    taken = [change for change in plan.of(Fate.NEW, Fate.CHANGED) if change.model]
    taken += [change for change in plan.conflicts if change.name in overwritten]
    keys = {(change.model, change.slug): change for change in taken if change.model}
    report = _Chosen(chosen=frozenset(keys))
    brought = {tuple(change.slug.split("/", 1)) for change in plan.of(Fate.NEW, Fate.CHANGED) if change.model is None}
    with content.media_kept({place: data for place, data in package.media.items() if place in brought}):
        for data in package.pictures.values():
            pictures.bring_in(author, data)
        _write(package, report)
        rows = rows_for(keys)
        for key, change in keys.items():
            _settle(author, rows[key], new=change.fate is Fate.NEW)
        for key, change in keys.items():
            _see_whole(rows[key], new=change.fate is Fate.NEW)
        _record(author, plan, len(keys))
        db.session.flush()
    return plan


def _write(package: Package, report: SyncReport) -> None:
    try:
        quizzes.content.write(package.quizzed, report)
        content.write(package.taught, report)
    except IntegrityError:
        raise Refused("有人刚刚导入了同样的内容。什么都没有导入，请重新上传再看一遍。") from None


def _settle(author: User, row: Authored, *, new: bool) -> None:
    """Mark a row as written by a person, and with what it came: shipped files no longer touch it."""
    row.edited = True
    row.file_hash = fingerprint(columns_of(row))
    if row.state is State.DRAFT:
        row.state = State.PUBLISHED
    life.note(author, "created" if new else "changed", row)


def _see_whole(row: Authored, *, new: bool) -> None:
    """A new course that rests on something kept back waits as a draft; nothing published may become incomplete."""
    if new and isinstance(row, Course) and life.problems_of(row):
        row.state = State.DRAFT
    life.still_whole(row)


def _record(author: User, plan: Plan, written: int) -> None:
    courses = [change.title for change in plan.changes if change.model is Course]
    audit.record(author, "package.imported", None, f"导入课程包《{'》《'.join(courses)}》，写入 {written} 项")
