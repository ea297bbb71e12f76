"""The tree of units as reports walk it: what stands below a unit, sums up the tree, and what may not be shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select

from courses.reports import privacy
from courses.reports.frame import Wanted
from literacy.db import db
from literacy.models import Unit
from literacy.service import units

Key = privacy.Key
NOWHERE_NAME = "没有单位"


@dataclass(frozen=True)
class Part:
    """A row of a report by unit: its key, what it is called, and the unit to go down into (0 where there is none)."""

    key: Key
    name: str
    below: int = 0


class Tree:
    """All units in their order; read once for a page."""

    def __init__(self) -> None:
        self.nodes = units.arranged(db.session.scalars(select(Unit)), {})
        self.parents: dict[int, int | None] = {node.unit.id: node.unit.parent_id for node in self.nodes}
        self.paths = {node.unit.id: node.path for node in self.nodes}
        self.names = {node.unit.id: node.unit.name for node in self.nodes}
        self.rank = {node.unit.id: place for place, node in enumerate(self.nodes)}

    @cached_property
    def below(self) -> dict[Key, list[int]]:
        """The units directly below each, in their order."""
        found: defaultdict[Key, list[int]] = defaultdict(list)
        for unit, parent in self.parents.items():
            found[parent].append(unit)
        return dict(found)

    def above(self, unit: int) -> list[tuple[str, int]]:
        """The way from the top to a unit, itself the last, as (name, id)."""
        way: list[tuple[str, int]] = []
        at: int | None = unit
        while at in self.parents and at is not None:
            way.append((self.names[at], at))
            at = self.parents[at]
        return way[::-1]

    def parts(self, wanted: Wanted) -> tuple[list[Part], Part]:
        """The rows of a report for the unit that is wanted, and the row that sums them up."""
        seen = None if wanted.within is None else set(db.session.scalars(wanted.within))
        unit = wanted.unit
        if not unit and seen is not None:
            tops = [one for one in self.parents if one in seen and self.parents[one] not in seen]
            if len(tops) != 1:
                return [self._part(one) for one in tops], Part(privacy.own(-1 << 40), "合计")
            unit = tops[0]
        if not unit:
            tops = self.below.get(None, [])
            if len(tops) == 1 and tops[0] in self.below:
                # All stand below one: a row of everything would say what the row of totals says.
                parts = [self._part(one) for one in self.below[tops[0]]]
                parts.append(Part(privacy.own(tops[0]), f"{self.names[tops[0]]}（本级）"))
            else:
                parts = [self._part(one) for one in tops]
            return [*parts, Part(privacy.NOWHERE, NOWHERE_NAME)], Part(privacy.TOP, "全部单位")
        parts = [self._part(one) for one in self.below.get(unit, [])]
        if parts:
            parts.append(Part(privacy.own(unit), f"{self.names[unit]}（本级）"))
        return parts or [Part(unit, self.names[unit])], Part(unit, f"{self.names[unit]}（含下级）")

    def _part(self, unit: int) -> Part:
        return Part(unit, self.names[unit], unit if unit in self.below else 0)

    def summed(self, rows: Iterable[tuple[int, Sequence[float]]]) -> dict[Key, list[float]]:
        """Sums for every key of the tree from rows of (unit's own, figures). Unknown units count at the top only."""
        found: dict[Key, list[float]] = {}

        def add(key: Key, figures: Sequence[float]) -> None:
            held = found.setdefault(key, [0.0] * len(figures))
            for place, figure in enumerate(figures):
                held[place] += figure

        for unit, figures in rows:
            add(privacy.TOP, figures)
            if unit not in self.parents:
                add(privacy.NOWHERE, figures)
                continue
            add(privacy.own(unit), figures)
            at: int | None = unit
            while at in self.parents and at is not None:
                add(at, figures)
                at = self.parents[at]
        return found

    def hidden(self, heads: Mapping[int, int]) -> frozenset[Key]:
        """The keys whose figures are not shown, `heads` being the people of each unit itself."""
        counted: defaultdict[int, int] = defaultdict(int)
        for unit, count in heads.items():
            counted[unit if unit in self.parents else privacy.NOWHERE] += count
        return privacy.hidden(self.parents, counted)
