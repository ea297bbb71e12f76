"""What a report is. A ninth one is a file that makes a `Report`, and a line in `listed`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select

HIDDEN = "人数少，不显示"
"""Stands in a cell whose figure would tell of fewer than five people."""
Cells = Sequence[Any]
"""What stands in a row of a file, in the order of the report's columns."""
COSTLY = 5000
"""Up to so many rows may be sorted by what has to be worked out for each."""
CHUNK = 1000
"""How many rows of a long export are in memory at a time."""


class Type(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DAY = "day"
    MOMENT = "moment"
    STATE = "state"

    @property
    def is_number(self) -> bool:
        """Whether it stands at the right."""
        return self in (Type.NUMBER, Type.PERCENT)


@dataclass(frozen=True)
class Column:
    """A column: our name of the field, its header, its type, its width in characters, and what it means.

    `costly`: sorting by it compares Chinese text by pinyin, or works something out for every row, which only a short
    list bears.
    """

    key: str
    title: str
    type: Type = Type.TEXT
    width: int = 12
    sorts: bool = False
    note: str = ""
    costly: bool = False


@dataclass(frozen=True)
class Line:
    """A row: its cells in the order of the report's columns, and what is said beside or linked from them, by key."""

    cells: Sequence[Any]
    links: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Bar:
    """One bar of a drawing: what, its length 0–1 (None where it may not be shown), and its figure in words."""

    label: str
    share: float | None
    said: str


@dataclass(frozen=True)
class Chart:
    """A drawing with its figures: lying bars in the order given, or (`bins`) a distribution of scores."""

    title: str
    told: str
    """What it shows, in a sentence."""
    bars: Sequence[Bar] = ()
    bins: Sequence[int] = ()
    mean: float = 0.0


@dataclass(frozen=True)
class Look:
    """What a page of a report shows."""

    lines: Sequence[Line]
    total: int
    more: bool = False
    """Whether there are more than were counted."""
    totals: Sequence[tuple[str, Any, Type]] = ()
    """Figures over all rows, as (label, figure, type)."""
    foot: Line | None = None
    """The row of totals."""
    chart: Chart | None = None
    as_of: datetime | None = None
    """When what it rests on was summed up; None where it is as of now."""
    states: Mapping[Any, int] | None = None
    """How many stand in each state, for the ways to those."""
    crumbs: Sequence[tuple[str, int]] = ()
    """The units above the one that is looked at, as (name, id)."""
    never: bool = False
    """Whether what it rests on was never summed up yet."""


@dataclass(frozen=True)
class Wanted:
    """What narrows a report. `day` is today; 0, "" and None narrow nothing.

    `people` is a condition on User and `within` a select of unit ids: what the administrator who asks may see.
    """

    day: date
    words: str = ""
    unit: int = 0
    course: int = 0
    quiz: int = 0
    state: str = ""
    kind: str = ""
    dated: str = ""
    since: date | None = None
    until: date | None = None
    year: int = 0
    fewer: float | None = None
    people: ColumnElement[bool] | None = None
    within: Select[Any] | None = None


@dataclass(frozen=True)
class Report:
    """A report: what it answers, how it is narrowed, and where its rows come from."""

    key: str
    title: str
    answers: str
    """The question it answers, in one sentence."""
    filters: tuple[str, ...]
    """Names of fields of `forms.ReportFilter`."""
    columns: tuple[Column, ...]
    look: Callable[[Wanted, str, int, int], Look]
    """look(wanted, sort, offset, limit): that part of the rows, and what is said of all of them."""
    rows: Callable[[Wanted, str], Iterator[Cells]]
    """rows(wanted, sort): the cells of all of them, read from the database as they are asked for."""
    default_sort: str = ""
    definitions: tuple[str, ...] = ()
    """How its figures are meant, one sentence each."""
    least: int = 0
    """The smallest group that is shown; 0 where rows are persons or nothing is told of groups."""
    summed: bool = False
    """Whether it rests on sums that are renewed from time to time."""
    named: bool = False
    """Whether its rows name persons, so that its export says so."""

    @property
    def sorts(self) -> tuple[str, ...]:
        """What it may be sorted by."""
        return tuple(column.key for column in self.columns if column.sorts)

    @property
    def figures(self) -> tuple[int, ...]:
        """The places of the columns that hold figures."""
        return tuple(place for place, column in enumerate(self.columns) if column.type.is_number)

    def withheld(self, line: Line) -> bool:
        """Whether a row says nothing but that its figures may not be shown."""
        told = {line.cells[place] for place in self.figures}
        return HIDDEN in told and told <= {HIDDEN, None}

    def column(self, key: str) -> Column:
        """The column of this key. Raises KeyError."""
        return {one.key: one for one in self.columns}[key]
