"""Tables whose rows are units: the parts of one unit, and the row that sums them up, without what may not be shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from courses.reports.frame import HIDDEN, Cells, Chart, Line, Look, Wanted
from courses.reports.groups import Key, Part, Tree
from courses.reports.sums import Sums


@dataclass(frozen=True)
class Cell:
    """A column: the figures of every key, which keys are hidden, and how its value is made of the figures.

    The value is figure `part` over figure `over`, or with `count` figure `part` itself.
    """

    sums: Mapping[Key, Sequence[float]]
    hidden: frozenset[Key]
    over: int
    part: int
    count: bool = False

    def value(self, key: Key) -> float | str | None:
        """What stands in the column: None where there is nothing to tell, HIDDEN where it may not be told."""
        held = self.sums.get(key)
        if held is None or not held[self.over]:
            return None
        if key in self.hidden:
            return HIDDEN
        return int(held[self.part]) if self.count else held[self.part] / held[self.over]


def figures(cell: Cell, key: Key, what: str) -> tuple[float | None, str]:
    """For a bar: its length and its figure in words."""
    value = cell.value(key)
    if value is None:
        return None, "还没有"
    if isinstance(value, str):
        return None, value
    return value, f"{value:.0%}（{cell.sums[key][cell.over]:.0f} {what}）"


class ByUnit:
    """The rows of such a report, ready to be shown."""

    def __init__(self, tree: Tree, cells: dict[str, Cell], kept: Sums, wanted: Wanted) -> None:
        self.tree, self.cells, self.kept, self.wanted = tree, cells, kept, wanted
        parts, self.whole = tree.parts(wanted)
        self.parts = [part for part in parts if any(cell.value(part.key) is not None for cell in cells.values())]

    def _line(self, part: Part, name: str = "") -> Line:
        cells = [name or part.name, *(cell.value(part.key) for cell in self.cells.values())]
        return Line(cells, {"unit": f"unit={part.below}"} if part.below else {})

    def rows(self) -> Iterator[Cells]:
        """The cells of all rows."""
        return (self._line(part).cells for part in self.parts)

    def look(self, offset: int, limit: int, chart: Chart) -> Look:
        """A page of them; a unit in a row leads to the units below it."""
        shown = [self._line(part) for part in self.parts[offset : offset + limit]]
        foot = self._line(self.whole) if len(self.parts) > 1 else None
        return Look(
            shown,
            len(self.parts),
            foot=foot,
            chart=chart if self.parts else None,
            as_of=self.kept.at,
            crumbs=self.tree.above(self.wanted.unit) if self.wanted.unit else (),
            never=self.kept.never,
        )
