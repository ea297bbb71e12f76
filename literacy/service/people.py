"""What administrators do with people: find, change, deactivate, unlock. Flushes, never commits."""

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, func, select

from literacy import audit
from literacy.db import alone, containing, db, now
from literacy.errors import Refused, found
from literacy.models import Role, RoleGrant, Unit, User
from literacy.service import accounts, units
from literacy.text import clean_line


def people_list(words: str = "", unit: int = 0, role: str = "", state: str = "") -> Select[Any]:
    """People, those in use first and the newest of them on top, narrowed by whatever is given.

    `unit` takes everything under it along; `state` is active, deactivated or locked.
    """
    query = select(User).order_by(User.active.desc(), User.id.desc())
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
    elif state == "locked":
        query = query.where(User.active, User.locked_until > now())
    return query


def head_count() -> tuple[int, int]:
    """How many people there are, and how many of them are in use."""
    everybody = select(func.count()).select_from(User)
    return db.session.scalar(everybody) or 0, db.session.scalar(everybody.where(User.active)) or 0


def person_for(user_id: int) -> User:
    """A person; raises NotFound."""
    return found(db.session.get(User, user_id))


def stamp(user: User) -> str:
    """What a form was opened on: another value once somebody changed the person."""
    said = (user.account, user.name, user.post, user.unit_id, sorted(user.roles))
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _fresh(user: User) -> None:
    """Wait until nobody else changes who may do what, and see the person as they are then."""
    alone("people")
    db.session.refresh(user)


def _keep_an_administrator(actor: User | None, user: User, act: str) -> None:
    """Refuse to take an administrator away from himself, or from an installation that has no other in use."""
    if not (user.active and Role.ADMINISTRATOR in user.roles):
        return
    if actor is not None and actor.id == user.id:
        raise Refused(f"不能{act}自己的管理员身份。需要的话，请另一位管理员来办。", field="roles")
    others = (
        select(func.count())
        .select_from(RoleGrant)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role == Role.ADMINISTRATOR.value, User.active, User.id != user.id)
    )
    if not db.session.scalar(others):
        raise Refused(f"{user.name}是最后一位在用的管理员。请先给别人管理员角色。", field="roles")


def _usable_unit(unit_id: int, current: int | None = None) -> Unit | None:
    """The unit that was chosen; None for none. Raises Refused if it is out of use and not the present one."""
    if not unit_id:
        return None
    unit = units.unit_for(unit_id)
    if not unit.active and unit_id != current:
        raise Refused(f"“{unit.name}”已经停用，请选别的单位。", field="unit")
    return unit


def create_person(
    actor: User, *, account: str, name: str, post: str, unit_id: int, roles: Iterable[Role]
) -> tuple[User, str]:
    """A new person and their initial password, which is shown once and kept nowhere.

    Raises Refused where the account is taken or the unit is out of use.
    """
    return accounts.create_user(actor, account=account, name=name, post=post, unit=_usable_unit(unit_id), roles=roles)


def change_person(
    actor: User, user: User, seen: str, *, account: str, name: str, post: str, unit_id: int, roles: Iterable[Role]
) -> None:
    """Change what is known of a person. `seen` is the stamp on which the form was opened.

    Raises Refused if somebody else changed the person since, the account is taken, the unit is out of use, or nobody
    would be left to administer.
    """
    _fresh(user)
    if seen != stamp(user):
        raise Refused("这个人的资料在您打开之后被别人改过，您的修改还没有保存。")
    wanted = set(roles)
    if Role.ADMINISTRATOR not in wanted:
        _keep_an_administrator(actor, user, "取消")
    account = accounts.free_account(account, user)
    unit = _usable_unit(unit_id, None if user.active else user.unit_id)
    before, moved = _said(user), (unit.id if unit else None) != user.unit_id
    gained = wanted - user.roles
    user.account, user.name, user.post, user.unit = account, clean_line(name) or account, clean_line(post), unit
    accounts.grant_roles(user, wanted)
    db.session.flush()
    if changes := audit.difference(before, _said(user)):
        audit.record(actor, "user.changed", user, f"修改{user.name}（{user.account}）的资料", **changes)
    if moved or gained:
        accounts.person_saved.send(user)


def _said(user: User) -> dict[str, str]:
    """What the record says of a person, in words."""
    return {
        "account": user.account,
        "name": user.name,
        "post": user.post,
        "unit": user.unit.path if user.unit else "",
        "roles": user.role_labels,
    }


def deactivate(actor: User, user: User) -> None:
    """Let a person in no longer, from this moment on. What they did stays.

    Raises Refused for oneself and for the last administrator.
    """
    _fresh(user)
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
    _fresh(user)
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
    _fresh(user)
    if not user.is_locked(now()):
        raise Refused(f"{user.name}的账号没有被锁定，可以直接登录。")
    user.failed_sign_ins, user.locked_until = 0, None
    db.session.flush()
    audit.record(actor, "sign_in.unlocked", user, f"解除{user.name}（{user.account}）的登录锁定")


def reset_password(actor: User, user: User) -> str:
    """A new initial password for somebody else, returned once.

    Raises Refused for oneself and for a deactivated account.
    """
    _fresh(user)
    if actor.id == user.id:
        raise Refused("自己的密码请在“我的账号”里修改。")
    if not user.active:
        raise Refused(f"{user.name}的账号已经停用。请先启用，再重置密码。")
    return accounts.reset_password(actor, user)
