"""The tree of units inside queries: full names to sort by, and what stands above a unit."""

from sqlalchemy import CTE, Text, cast, literal, select

from literacy.models import Unit
from literacy.service.units import SEPARATOR


def paths() -> CTE:
    """Every unit with its full name from the root, such as 青禾县 / 望舒街道: (id, path)."""
    roots = select(Unit.id, cast(Unit.name, Text).label("path")).where(Unit.parent_id.is_(None))
    tree = roots.cte("unit_paths", recursive=True)
    children = select(Unit.id, tree.c.path + SEPARATOR + Unit.name).join(tree, Unit.parent_id == tree.c.id)
    return tree.union_all(children)


def above(unit_id: int) -> CTE:
    """A unit and everything over it, with how far up each stands: (id, parent_id, distance)."""
    start = select(Unit.id, Unit.parent_id, literal(0).label("distance")).where(Unit.id == unit_id)
    line = start.cte("units_above", recursive=True)
    upward = select(Unit.id, Unit.parent_id, line.c.distance + 1).join(line, Unit.id == line.c.parent_id)
    return line.union_all(upward)
