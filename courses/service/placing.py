"""Long lists of people that stand unit by unit: in which units a page of them lies, so that only those are sorted."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, case, func

from literacy.models import User


def window(
    by_unit: Mapping[int, int], rank: Mapping[int, int], offset: int, limit: int, *, back: bool
) -> tuple[list[int], int]:
    """Which units a page of rows lies in, rows standing unit by unit, and how many rows to skip in the first.

    `by_unit` is how many rows each unit has (0: without a unit), `rank` the place of each unit.
    Without a unit (0) comes last either way. Pure: with it, a page far down the list costs what the first one costs.
    """
    order = sorted((unit for unit in by_unit if unit in rank), key=lambda unit: rank[unit], reverse=back)
    order += [unit for unit in by_unit if unit not in rank]
    chosen: list[int] = []
    skip, passed = 0, 0
    for unit in order:
        begin, passed = passed, passed + by_unit[unit]
        if passed <= offset:
            continue
        if not chosen:
            skip = offset - begin
        chosen.append(unit)
        if passed >= offset + limit:
            break
    return chosen, skip


def in_units(chosen: Sequence[int]) -> ColumnElement[bool]:
    """Whether a person belongs to one of these units, 0 being none."""
    real = [unit for unit in chosen if unit]
    if 0 not in chosen:
        return User.unit_id.in_(real)
    return User.unit_id.in_(real) | User.unit_id.is_(None) if real else User.unit_id.is_(None)


def unit_place(chosen: Sequence[int]) -> ColumnElement[int]:
    """The place of a person's unit among these, to sort by."""
    places = {unit: place for place, unit in enumerate(chosen) if unit}
    return case(places, value=User.unit_id, else_=len(chosen)) if places else func.coalesce(User.unit_id, 0)
