"""The tree of units inside queries: full names to sort by."""

from sqlalchemy import CTE, Text, cast, func, literal, select

from literacy.db import by_pinyin
from literacy.models import Unit
from literacy.service.units import SEPARATOR


def paths() -> CTE:
    """Every unit with its full name from the root, such as 青禾县 / 望舒街道: (id, path)."""
    roots = select(Unit.id, cast(Unit.name, Text).label("path")).where(Unit.parent_id.is_(None))
    tree = roots.cte("unit_paths", recursive=True)
    children = select(Unit.id, tree.c.path + SEPARATOR + Unit.name).join(tree, Unit.parent_id == tree.c.id)
    return tree.union_all(children)


def places() -> CTE:
    """Every unit with its full name and its place among all of them by that name, from 1: (id, path, place).

    Lists of people are sorted by the place: to compare two numbers costs nothing, two names very much.
    """
    tree = paths()
    place = func.row_number().over(order_by=[by_pinyin(tree.c.path), tree.c.id])
    return select(tree.c.id, tree.c.path, place.label("place")).cte("unit_places")


def above(unit_id: int) -> CTE:
    """A unit and everything over it, with how far up each stands: (id, parent_id, distance)."""
    start = select(Unit.id, Unit.parent_id, literal(0).label("distance")).where(Unit.id == unit_id)
    line = start.cte("units_above", recursive=True)
    upward = select(Unit.id, Unit.parent_id, line.c.distance + 1).join(line, Unit.id == line.c.parent_id)
    return line.union_all(upward)
