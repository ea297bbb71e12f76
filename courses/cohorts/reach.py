"""How far an administrator reaches: which cohorts they see, whom they may put into one."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, true

from courses.cohorts.models import Cohort
from literacy.models import User
from literacy.service import scope, units


def units_of(viewer: User) -> Select[Any] | None:
    """The ids of the units that an administrator is responsible for; None: all, and who belongs to none."""
    return scope.of(viewer)


def cohorts(viewer: User) -> ColumnElement[bool]:
    """A condition on cohorts: those of the viewer's units."""
    mine = units_of(viewer)
    return true() if mine is None else Cohort.unit_id.in_(mine)


def people(viewer: User, cohort: Cohort) -> ColumnElement[bool]:
    """A condition on people: those of the cohort's unit and below, as far as the viewer is responsible for them."""
    mine = units_of(viewer)
    within = true() if cohort.unit_id is None else User.unit_id.in_(units.below(cohort.unit_id))
    return within if mine is None else and_(within, User.unit_id.in_(mine))


def check_unit(viewer: User, unit_id: int | None) -> None:
    """Raise NotFound for a unit (None: the whole installation) that the viewer is not responsible for."""
    scope.check_unit(viewer, unit_id)


def nodes(viewer: User) -> list[units.Node]:
    """The units that the viewer is responsible for, in the order of the tree."""
    return units.tree(viewer)


def whole(viewer: User) -> bool:
    """Whether the viewer is responsible for everything."""
    return units_of(viewer) is None
