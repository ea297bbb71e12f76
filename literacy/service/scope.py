"""Whom somebody looks after: an administrator or trainer may be bound to a unit, and then sees nobody else.

Silence means no: who does not hold the role looks after nobody. `None` in place of a person is the command line,
which may do everything.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, select, true

from literacy.db import db
from literacy.errors import NotFound, Refused
from literacy.models import Role, RoleGrant, Unit, User

BINDABLE = (Role.TRAINER, Role.ADMINISTRATOR)
"""Roles that may be bound to a unit."""


def below(unit_id: int) -> Select[Any]:
    """The ids of a unit and of everything under it, for `column.in_(…)`."""
    tree = select(Unit.id).where(Unit.id == unit_id).cte(recursive=True)
    # union, not union_all: it ends even if rows were made each other's parent behind our back
    tree = tree.union(select(Unit.id).join(tree, Unit.parent_id == tree.c.id))
    return select(tree.c.id)


def of(user: User | None, role: Role = Role.ADMINISTRATOR) -> Select[Any] | None:
    """The ids of the units that a person looks after in this role; None for everything."""
    if user is None:
        return None
    grant = user.grant_of(role)
    if grant is None:
        return select(Unit.id).where(false())
    return None if grant.unit_id is None else below(grant.unit_id)


def top(user: User | None, role: Role = Role.ADMINISTRATOR) -> int | None:
    """The id of the unit that a person's role is bound to; None for everything (or nothing)."""
    grant = user.grant_of(role) if user else None
    return grant.unit_id if grant else None


def within(user: User | None, column: Any, role: Role = Role.ADMINISTRATOR) -> ColumnElement[bool]:
    """A condition: this column of unit ids holds one that the person looks after."""
    units = of(user, role)
    return true() if units is None else column.in_(units)


def people(user: User | None, role: Role = Role.ADMINISTRATOR) -> ColumnElement[bool]:
    """A condition on User: those whom a person looks after in this role. Who has no unit is nobody's but of all."""
    return within(user, User.unit_id, role)


def covers(user: User | None, unit_id: int | None, role: Role = Role.ADMINISTRATOR) -> bool:
    """Whether a person looks after all of this unit; of the whole installation where it is None."""
    units = of(user, role)
    if units is None:
        return True
    return unit_id is not None and unit_id in set(db.session.scalars(units))


def check_unit(user: User | None, unit_id: int | None, role: Role = Role.ADMINISTRATOR) -> None:
    """Let pass only what lies within a person's scope.

    Raises NotFound for a unit outside, and for none at all (0, None) unless the scope is everything.
    """
    if not covers(user, unit_id or None, role):
        raise NotFound


def may_see(user: User | None, person: User, role: Role = Role.ADMINISTRATOR) -> bool:
    """Whether a person looks after another."""
    return covers(user, person.unit_id, role)


def changeable(user: User | None, persons: Iterable[User]) -> set[int]:
    """The ids of those whom an administrator may change, give a new password or take their access away.

    Not those who look after more than the administrator does: with their password one could do what they can.
    """
    units = of(user)
    if units is None:
        return {person.id for person in persons}
    mine = set(db.session.scalars(units))
    return {
        person.id
        for person in persons
        if person.unit_id in mine
        and all(grant.unit_id in mine for grant in person.grants if Role(grant.role) in BINDABLE)
    }


def changeable_people(user: User | None) -> ColumnElement[bool]:
    """`changeable` as a condition on User."""
    units = of(user)
    if units is None:
        return true()
    beyond = RoleGrant.unit_id.is_(None) | RoleGrant.unit_id.not_in(units)
    roles = [role.value for role in BINDABLE]
    more = exists().where(RoleGrant.user_id == User.id, RoleGrant.role.in_(roles), beyond)
    return and_(User.unit_id.in_(units), ~more)


def may_change(user: User | None, person: User) -> bool:
    """Whether an administrator may change another person (see `changeable`)."""
    return person.id in changeable(user, [person])


def check_change(user: User | None, person: User) -> None:
    """Let pass only changes to people whom an administrator may change.

    Raises NotFound for somebody outside the scope, Refused for somebody who looks after more than the administrator.
    """
    if not may_see(user, person):
        raise NotFound
    if not may_change(user, person):
        raise Refused(f"{person.name}管的范围比您的大，要请管全部单位的管理员来改。", 403)
