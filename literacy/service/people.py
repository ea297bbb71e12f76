"""What administrators do with people: find, change, deactivate, unlock. Flushes, never commits."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from literacy import audit
from literacy.contact import email_of, phone_of, veiled
from literacy.db import alone, containing, db, now
from literacy.errors import Refused, found
from literacy.models import Role, RoleGrant, Unit, User
from literacy.service import accounts, scope, units
from literacy.text import clean_line

Reach = Mapping[Role, int | None]
"""The unit that a role is bound to; None for as far as it may be given."""
PART = 1000
"""How many people of a long list are in memory at a time."""


def people_list(words: str = "", unit: int = 0, role: str = "", state: str = "", *, viewer: User | None) -> Select[Any]:
    """People whom the viewer looks after, those in use first and the newest of them on top, narrowed by what is given.

    `unit` takes everything under it along; `state` is active, deactivated, locked or waiting (not yet activated).
    """
    query = select(User).where(scope.people(viewer)).order_by(User.active.desc(), User.id.desc())
    if words:
        query = query.where(containing(words, User.name, User.account))
    if unit:
        query = query.where(User.unit_id.in_(units.below(unit)))
    if role:
        query = query.where(User.id.in_(select(RoleGrant.user_id).where(RoleGrant.role == role)))
    if state == "active":
        query = query.where(User.active)
    elif state == "deactivated":
        query = query.where(~User.active)
    elif state == "waiting":
        query = query.where(User.active, User.password_hash == "")
    elif state == "locked":
        query = query.where(User.active, User.locked_until > now())
    return query


class Listed(NamedTuple):
    """A person in a long list, without the object of the model."""

    account: str
    name: str
    unit_id: int | None
    post: str
    rank: str
    phone: str
    email: str
    active: bool
    roles: str
    """In words."""


def listed(query: Select[Any]) -> Iterator[Listed]:
    """The people of a `people_list` in its order, read a thousand at a time."""
    columns: tuple[Any, ...] = (
        User.id, User.account, User.name, User.unit_id, User.post, User.rank, User.phone, User.email, User.active
    )  # fmt: skip
    found_in = db.session.execute(query.with_only_columns(*columns), execution_options={"yield_per": PART})
    for part in found_in.partitions():
        held: defaultdict[int, set[str]] = defaultdict(set)
        asked = select(RoleGrant.user_id, RoleGrant.role).where(RoleGrant.user_id.in_([row[0] for row in part]))
        for user_id, role in db.session.execute(asked):
            held[user_id].add(role)
        for user_id, *known in part:
            roles = "、".join(role.label for role in Role if role.value in held[user_id])
            yield Listed._make([*known, roles])


def head_count(viewer: User | None) -> tuple[int, int]:
    """How many people the viewer looks after, and how many of them are in use."""
    everybody = select(func.count()).select_from(User).where(scope.people(viewer))
    return db.session.scalar(everybody) or 0, db.session.scalar(everybody.where(User.active)) or 0


def person_for(viewer: User | None, user_id: int) -> User:
    """A person whom the viewer looks after; raises NotFound."""
    user = found(db.session.get(User, user_id))
    return found(user if scope.may_see(viewer, user) else None)


def stamp(user: User) -> str:
    """What a form was opened on: another value once somebody changed the person."""
    roles = sorted((grant.role, grant.unit_id or 0) for grant in user.grants)
    said = (user.account, user.name, user.post, user.unit_id, roles, user.rank, user.phone, user.email)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _fresh(actor: User | None, user: User) -> None:
    """Wait until nobody else changes who may do what, and see the person as they are then.

    Raises NotFound for somebody whom the actor does not look after, Refused for somebody who looks after more or who
    was made anonymous.
    """
    alone("people")
    db.session.refresh(user)
    scope.check_change(actor, user)
    if user.anonymised_at is not None:
        raise Refused("这个账号已经匿名，不能再改，也不能再启用。")


def _keep_an_administrator(actor: User | None, user: User, act: str) -> None:
    """Refuse to take an administrator away from himself, or the last one in use of the whole installation."""
    held = user.grant_of(Role.ADMINISTRATOR)
    if not user.active or held is None:
        return
    if actor is not None and actor.id == user.id:
        raise Refused(f"不能{act}自己的管理员身份。需要的话，请另一位管理员来办。", field="roles")
    if held.unit_id is not None:
        return
    others = (
        select(func.count())
        .select_from(RoleGrant)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role == Role.ADMINISTRATOR.value, RoleGrant.unit_id.is_(None))
        .where(User.active, User.id != user.id)
    )
    if not db.session.scalar(others):
        raise Refused(f"{user.name}是最后一位在用的管理员（管全部单位的）。请先给别人这个角色。", field="roles")


def _usable_unit(actor: User | None, unit_id: int, current: int | None = None) -> Unit | None:
    """The unit that was chosen; None for none.

    Raises Refused if it is out of use and not the present one, NotFound if the actor does not look after it.
    """
    if not unit_id:
        if scope.of(actor) is not None:
            raise Refused("请选一个单位，否则这个人就不归您管了。", field="unit")
        return None
    unit = units.unit_for(actor, unit_id)
    if not unit.active and unit_id != current:
        raise Refused(f"“{unit.name}”已经停用，请选别的单位。", field="unit")
    return unit


def create_person(
    actor: User,
    *,
    account: str,
    name: str,
    post: str,
    unit_id: int,
    roles: Iterable[Role],
    reach: Reach | None = None,
    rank: str = "",
    phone: str = "",
    email: str = "",
) -> tuple[User, str]:
    """A new person and their initial password, which is shown once and kept nowhere.

    `reach` is the unit that a role is bound to; without it a role reaches as far as the actor does. Raises Refused
    where the account is taken or the unit is out of use, NotFound for units that the actor does not look after.
    """
    return accounts.create_user(
        actor,
        account=account,
        name=name,
        post=post,
        rank=rank,
        phone=phone,
        email=email,
        unit=_usable_unit(actor, unit_id),
        roles=roles,
        reach=reach,
    )


def change_person(
    actor: User,
    user: User,
    seen: str,
    *,
    account: str,
    name: str,
    post: str,
    unit_id: int,
    roles: Iterable[Role],
    reach: Reach | None = None,
    rank: str = "",
    phone: str = "",
    email: str = "",
) -> None:
    """Change what is known of a person. `seen` is the stamp on which the form was opened.

    Roles that `reach` does not name stay bound as they are. Raises Refused if somebody else changed the person since,
    the account is taken, the unit is out of use, or nobody would be left to administer; NotFound for people and units
    that the actor does not look after.
    """
    _fresh(actor, user)
    if seen != stamp(user):
        raise Refused("这个人的资料在您打开之后被别人改过，您的修改还没有保存。")
    wanted, reach = set(roles), reach or {}
    if Role.ADMINISTRATOR not in wanted:
        _keep_an_administrator(actor, user, "取消")
    elif _reaches_otherwise(actor, user, reach):
        _keep_an_administrator(actor, user, "改变")
    account = accounts.free_account(account, user, actor)
    unit = _usable_unit(actor, unit_id, None if user.active else user.unit_id)
    before, moved = _said(user), (unit.id if unit else None) != user.unit_id
    gained = wanted - user.roles
    user.account, user.name, user.post, user.unit = account, clean_line(name) or account, clean_line(post), unit
    user.rank, user.phone, user.email = clean_line(rank), phone_of(phone), email_of(email)
    accounts.grant_roles(user, wanted, reach, actor)
    db.session.flush()
    if changes := audit.difference(before, _said(user)):
        audit.record(actor, "user.changed", user, f"修改{user.name}（{user.account}）的资料", **changes)
    if moved or gained:
        accounts.person_saved.send(user)


def _reaches_otherwise(actor: User | None, user: User, reach: Reach) -> bool:
    """Whether an administrator would look after something else than before."""
    held = user.grant_of(Role.ADMINISTRATOR)
    if held is None or Role.ADMINISTRATOR not in reach:
        return False
    return (reach[Role.ADMINISTRATOR] or scope.top(actor)) != held.unit_id


def _said(user: User) -> dict[str, str]:
    """What the record says of a person, in words; of phone and mail only so much that a change shows."""
    return {
        "account": user.account,
        "name": user.name,
        "post": user.post,
        "rank": user.rank,
        "phone": veiled(user.phone),
        "email": veiled(user.email),
        "unit": user.unit.path if user.unit else "",
        "roles": user.bound_labels,
    }


def deactivate(actor: User, user: User) -> None:
    """Let a person in no longer, from this moment on. What they did stays.

    Raises Refused for oneself and for the last administrator.
    """
    _fresh(actor, user)
    if not user.active:
        raise Refused(f"{user.name}的账号已经停用了。")
    if actor.id == user.id:
        raise Refused("不能停用自己的账号。需要的话，请另一位管理员来办。")
    _keep_an_administrator(actor, user, "停用")
    user.active = False
    user.session_version += 1
    db.session.flush()
    audit.record(actor, "user.deactivated", user, f"停用{user.name}（{user.account}）的账号")


def reactivate(actor: User, user: User) -> None:
    """Let a person in again, with the password they had.

    Raises Refused while their unit is out of use.
    """
    _fresh(actor, user)
    if user.active:
        raise Refused(f"{user.name}的账号正在使用，不需要启用。")
    if user.unit is not None and not user.unit.active:
        raise Refused(f"所在单位“{user.unit.name}”已经停用。请先启用单位，或者先把{user.name}改到别的单位。")
    user.active = True
    user.failed_sign_ins, user.locked_until = 0, None
    db.session.flush()
    audit.record(actor, "user.reactivated", user, f"启用{user.name}（{user.account}）的账号")
    accounts.person_saved.send(user)


def unlock(actor: User, user: User) -> None:
    """Let a person try again before the lock after repeated failures ends.

    Raises Refused if they are not locked out.
    """
    _fresh(actor, user)
    if not user.is_locked(now()):
        raise Refused(f"{user.name}的账号没有被锁定，可以直接登录。")
    user.failed_sign_ins, user.locked_until = 0, None
    db.session.flush()
    audit.record(actor, "sign_in.unlocked", user, f"解除{user.name}（{user.account}）的登录锁定")


def reset_password(actor: User, user: User) -> str:
    """A new initial password for somebody else, returned once.

    Raises Refused for oneself and for a deactivated account.
    """
    _fresh(actor, user)
    if actor.id == user.id:
        raise Refused("自己的密码请在“我的账号”里修改。")
    if not user.active:
        raise Refused(f"{user.name}的账号已经停用。请先启用，再重置密码。")
    return accounts.reset_password(actor, user)
