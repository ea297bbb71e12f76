"""The people and units that a list is held against, read in few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, select

from literacy.db import db
from literacy.intake.judging import Known, Units, World
from literacy.models import Role, RoleGrant, Unit, User
from literacy.service import scope, units

_COLUMNS = (User.id, User.account, User.name, User.post, User.rank, User.phone, User.email, User.unit_id, User.active)


def reach_of(owner: User) -> Collection[int] | None:
    """The ids of the units whose people this administrator may change; None for everybody."""
    units_of = scope.of(owner)
    return None if units_of is None else frozenset(db.session.scalars(units_of))


def within_reach(owner: User) -> ColumnElement[bool]:
    """The same as a condition on User."""
    return scope.people(owner)


def world_of(owner: User) -> World:
    """What the lines of this administrator's list are judged by."""
    reach = reach_of(owner)
    return World(units_now(), owner.id, reach, may_grant=reach is None)


def units_now() -> Units:
    """All units, as they are."""
    active = {row.id: row.active for row in db.session.execute(select(Unit.id, Unit.active))}
    return Units(units.paths(), active)


def known_by_account(accounts: Iterable[str]) -> dict[str, Known]:
    """The people who have these accounts, by account."""
    return {one.account: one for one in _known(User.account.in_(list(accounts)))}


def known_by_id(ids: Iterable[int]) -> dict[int, Known]:
    """The people of these ids, by id."""
    return {one.id: one for one in _known(User.id.in_(list(ids)))}


def _known(condition: ColumnElement[bool]) -> list[Known]:
    rows = db.session.execute(select(*_COLUMNS).where(condition)).all()
    roles: defaultdict[int, set[Role]] = defaultdict(set)
    bound: defaultdict[int, set[int | None]] = defaultdict(set)
    granted: Any = select(RoleGrant.user_id, RoleGrant.role, RoleGrant.unit_id)
    for user_id, role, unit_id in db.session.execute(granted.join(User, User.id == RoleGrant.user_id).where(condition)):
        roles[user_id].add(Role(role))
        if Role(role) in scope.BINDABLE:
            bound[user_id].add(unit_id)
    return [Known(*row, roles=frozenset(roles[row.id]), bound=frozenset(bound[row.id])) for row in rows]
