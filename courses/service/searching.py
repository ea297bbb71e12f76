"""People who could come into a course or a cohort, a page at a time, however many there are.

First who can come in, then who has no learner's role, whose account is out of use, and at last who is in already; each
unit by unit in the order of the tree, and by name.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from courses.enrolling import Admission, Candidate
from courses.service.placing import in_units, unit_place, window
from literacy.db import PAGE_SIZE, Page, db
from literacy.models import Role, RoleGrant, Unit, User
from literacy.service import units

Kind = tuple[bool, bool, bool]
"""Whether somebody is in already, is out of use, is no learner; in this order people are listed."""


@dataclass(frozen=True)
class Into:
    """What people could come into: the model whose rows say who is or was in it, and the condition on these rows."""

    model: Any
    only: ColumnElement[bool]

    @property
    def theirs(self) -> ColumnElement[bool]:
        """Whether a row is that of a person."""
        return and_(self.model.user_id == User.id, self.only)


def is_learner() -> ColumnElement[bool]:
    """Whether a person has the learner's role."""
    return exists().where(RoleGrant.user_id == User.id, RoleGrant.role == Role.LEARNER.value)


def beside(into: Into, *columns: Any) -> Select[Any]:
    """People with their row, if they have one: who they are, in the order of Candidate up to `withdrawn`, and more."""
    row = into.model
    known = (
        User.id, User.name, User.account, User.active, is_learner(), row.id.is_not(None), row.withdrawn_at.is_not(None)
    )  # fmt: skip
    return select(*known, *columns).select_from(User).outerjoin(row, into.theirs)


def search(into: Into, page: int, *asked: ColumnElement[bool]) -> Page:
    """A page of the people whom the conditions on User leave, each as a Candidate.

    People are counted by unit first, so that only the units on the page are sorted.
    """
    nodes = units.arranged(db.session.scalars(select(Unit)), {})
    rank, paths = {node.unit.id: place for place, node in enumerate(nodes)}, {node.unit.id: node.path for node in nodes}
    counts = _counted(into, asked)
    total = sum(sum(by_unit.values()) for by_unit in counts.values())
    number = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
    offset, found = (number - 1) * PAGE_SIZE, list[Candidate]()
    for kind, by_unit in sorted(counts.items()):
        limit = PAGE_SIZE - len(found)
        if limit and offset < sum(by_unit.values()):
            chosen, skip = window(by_unit, rank, offset, limit, back=False)
            query = _of_kind(beside(into, User.unit_id, User.post).where(*asked, in_units(chosen)), into, kind)
            query = query.order_by(unit_place(chosen), User.name_key, User.id).limit(limit).offset(skip)
            found += [_candidate(row, paths) for row in db.session.execute(query)]
        offset = max(0, offset - sum(by_unit.values()))
    return Page(found, number, total)


def _candidate(row: Any, paths: Mapping[int, str]) -> Candidate:
    """From a row of `beside` with unit and post."""
    *known, unit, post = row
    return Candidate(*[*known, paths.get(unit, ""), post])


def _of_kind(query: Select[Any], into: Into, kind: Kind) -> Select[Any]:
    there, unused, no_learner = kind
    inside = and_(into.model.id.is_not(None), into.model.withdrawn_at.is_(None))
    return query.where(
        inside if there else ~inside,
        ~User.active if unused else User.active,
        ~is_learner() if no_learner else is_learner(),
    )


def admissions(into: Into, *asked: ColumnElement[bool]) -> Counter[Admission]:
    """How many of the people whom the conditions on User leave would be admitted how; counted in the database."""
    flags: tuple[Any, ...] = (User.active, is_learner().label("learner"))
    everybody: Any = select(*flags, func.count(User.id)).where(*asked).group_by(*flags)
    rows = everybody.join(into.model, into.theirs).add_columns(gone := into.model.withdrawn_at.is_not(None))
    found: Counter[Admission] = Counter()
    for active, learner, people, withdrawn in db.session.execute(rows.group_by(gone)):
        found[_admission(active, learner, enrolled=True, withdrawn=withdrawn)] += people
        found[_admission(active, learner)] -= people
    for active, learner, people in db.session.execute(everybody):
        found[_admission(active, learner)] += people
    return found


def _admission(active: bool, learner: bool, *, enrolled: bool = False, withdrawn: bool = False) -> Admission:
    return Candidate(0, "", "", bool(active), bool(learner), enrolled, bool(withdrawn)).admission


def _counted(into: Into, asked: tuple[ColumnElement[bool], ...]) -> Mapping[Kind, Mapping[int, int]]:
    """How many people of each kind each unit has (0: without a unit): everybody, less those who are in."""
    flags = ((~User.active).label("unused"), (~is_learner()).label("no_learner"), User.unit_id)
    everybody = select(*flags, func.count(User.id)).where(*asked).group_by(*flags)
    inside = everybody.join(into.model, into.theirs).where(into.model.withdrawn_at.is_(None))
    found: defaultdict[Kind, dict[int, int]] = defaultdict(dict)
    for unused, no_learner, unit, count in _rows(inside):
        found[True, unused, no_learner][unit] = count
    for unused, no_learner, unit, count in _rows(everybody):
        found[False, unused, no_learner][unit] = count - found[True, unused, no_learner].get(unit, 0)
    return found


def _rows(query: Any) -> Iterator[tuple[bool, bool, int, int]]:
    for unused, no_learner, unit, count in db.session.execute(query):
        yield bool(unused), bool(no_learner), unit or 0, count
