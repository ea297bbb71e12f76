"""What reports of persons have in common: narrowing, the order of the tree, pages cut where they lie."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, select
from sqlalchemy import column as named
from sqlalchemy import values as listed

from courses.reports.frame import Wanted
from courses.reports.groups import Tree
from courses.service.placing import in_units, unit_place, window
from literacy import dates
from literacy.db import containing, db
from literacy.models import Unit, User
from literacy.service import units


def people(wanted: Wanted) -> Select[Any] | None:
    """The ids of the people that a filter leaves; None for everybody."""
    conditions = person_conditions(wanted)
    return select(User.id).where(*conditions) if conditions else None


def person_conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """The filter as conditions on User."""
    found: list[ColumnElement[bool]] = []
    if wanted.words:
        found.append(containing(wanted.words, User.name, User.account, User.post))
    if wanted.unit:
        # As a list: a query may narrow by people twice, and there are few units.
        found.append(User.unit_id.in_(db.session.scalars(units.below(wanted.unit)).all()))
    if wanted.people is not None:
        found.append(wanted.people)
    return found


def of_people(wanted: Wanted, column: Any) -> list[ColumnElement[bool]]:
    """The same as a condition on a column that holds a person's id."""
    chosen = people(wanted)
    return [] if chosen is None else [column.in_(chosen)]


def between(wanted: Wanted, column: Any, *, days: bool = False) -> list[ColumnElement[bool]]:
    """Conditions for a period; `days`: the column holds dates, not moments."""
    found = []
    if wanted.since:
        found.append(column >= (wanted.since if days else dates.begins(wanted.since)))
    if wanted.until:
        found.append(column <= wanted.until if days else column < dates.ends(wanted.until))
    return found


def ranked(tree: Tree, name: str = "unit_order") -> Any:
    """A table of (id, place) that puts units into the order of the tree, to be joined and sorted by."""
    rows = list(tree.rank.items()) or [(0, 0)]
    order = listed(named("id", Integer), named("place", Integer), literal_binds=True).data(rows).cte(f"{name}_listed")
    # By way of the units: SQLite makes no index for a list of constants, and would go through all of it for each row.
    return select(Unit.id, order.c.place).join(order, order.c.id == Unit.id).cte(name)


@dataclass(frozen=True)
class Counted:
    """How many rows there are: of each unit's own people (0: without a unit), and in which state."""

    by_unit: Mapping[int, int]
    states: Mapping[str, int]
    by_unit_state: Mapping[tuple[int, str], int]

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.by_unit.values())


def counted(rows: Iterable[tuple[int | None, str, int]], state: str = "") -> Counted:
    """From rows of (unit, state, count); `state` narrows all but the figures of the states themselves."""
    by_unit: dict[int, int] = {}
    states: dict[str, int] = {}
    both: dict[tuple[int, str], int] = {}
    for unit, where, count in rows:
        states[where] = states.get(where, 0) + count
        key = unit or 0
        both[key, where] = both.get((key, where), 0) + count
        if not state or where == state:
            by_unit[key] = by_unit.get(key, 0) + count
    return Counted(by_unit, states, both)


def page_rows(
    query: Select[Any],
    sort: str,
    sorters: Mapping[str, Any],
    last: Sequence[Any],
    tree: Tree,
    by_unit: Mapping[int, int],
    offset: int,
    limit: int,
) -> Sequence[Any]:
    """One page of a query over people, sorted; what stands nowhere comes last either way.

    By unit the page is looked for in the units that it lies in; otherwise all rows are sorted. `last` decides between
    equals. The query must be joined with User.
    """
    name, back = sort.removeprefix("-"), sort.startswith("-")
    if name == "unit":
        chosen, skip = window(by_unit, tree.rank, offset, limit, back=back)
        if not chosen:
            return []
        part = query.where(in_units(chosen)).order_by(unit_place(chosen), User.name_key, *last)
        return db.session.execute(part.limit(limit).offset(skip)).all()
    ordered = query.order_by(direction(sorters[name], back=back), *equals(last))
    return db.session.execute(ordered.limit(limit).offset(offset)).all()


def page_by_own(
    query: Select[Any], sort: str, sorters: Mapping[str, Any], key: Any, offset: int, limit: int
) -> Sequence[Any]:
    """One page of very many rows, sorted by what stands in them; `key` decides between equals.

    Nothing is joined and no names are compared: a page far down the list costs hardly more than the first one.
    """
    name, back = sort.removeprefix("-"), sort.startswith("-")
    ordered = query.order_by(direction(sorters[name], back=back), key.desc() if back else key)
    return db.session.execute(ordered.limit(limit).offset(offset)).all()


def equals(last: Sequence[Any]) -> list[Any]:
    """What decides between rows that the sorting leaves equal."""
    return [User.name_key, *last]


def direction(column: Any, *, back: bool) -> Any:
    """A column up or down, with nothing last."""
    return (column.desc() if back else column.asc()).nulls_last()


def all_rows(query: Select[Any], sort: str, sorters: Mapping[str, Any], last: Sequence[Any], tree: Tree) -> Select[Any]:
    """The whole query in the same order, for an export."""
    name, back = sort.removeprefix("-"), sort.startswith("-")
    if name != "unit":
        return query.order_by(direction(sorters[name], back=back), *equals(last))
    order = ranked(tree)
    query = query.outerjoin(order, order.c.id == User.unit_id)
    return query.order_by(direction(order.c.place, back=back), *equals(last))
