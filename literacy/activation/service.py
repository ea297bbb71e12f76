"""The verbs of activation: give out codes, and open an account with one. Flushes, never commits."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Select, delete, func, insert, select

from literacy import audit
from literacy.activation.codes import hash_of, new_code
from literacy.activation.models import ActivationCode
from literacy.db import db, now
from literacy.errors import Refused
from literacy.models import User
from literacy.service import accounts, scope, units

LASTS = timedelta(days=14)
"""How long a code opens an account."""
FAILED = "账号或者激活码不对，或者激活码用过了、过期了、换了新的。请对照条子再输一遍，还不行请找本单位管理员重新发放。"
ACTIONS = {
    "activation.issued": "发放激活码",
    "activation.used": "激活账号",
}
"""What is recorded, for audit.ACTIONS."""


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])


def waiting(*conditions: Any) -> Select[Any]:
    """Who has an account in use but no password yet, narrowed by conditions on User."""
    return select(User).where(User.active, User.password_hash == "", *conditions)


def waiting_count(*conditions: Any) -> int:
    """How many they are."""
    return db.session.scalar(select(func.count()).select_from(waiting(*conditions).subquery())) or 0


def in_unit(unit_id: int) -> Any:
    """The condition that somebody belongs to a unit or below."""
    return User.unit_id.in_(units.below(unit_id))


def issue(actor: User, user: User) -> str:
    """A new code for one person, returned once; the old one opens nothing any more.

    Raises Refused where the person has a password already, or may not sign in, or looks after more than the actor:
    with the code one could do what they can. Raises NotFound for somebody whom the actor does not look after.
    """
    db.session.refresh(user, with_for_update=True)
    scope.check_change(actor, user)
    if not user.active:
        raise Refused(f"{user.name}的账号已经停用。请先启用。")
    if user.password_hash:
        raise Refused(f"{user.name}已经有密码了，不用激活。忘记密码，请用“重置密码”。")
    code = issue_many(actor, [user.id], now())[user.id]
    audit.record(actor, "activation.issued", user, f"给{user.name}（{user.account}）发放激活码")
    return code


def issue_many(actor: User, user_ids: Sequence[int], moment: datetime) -> dict[int, str]:
    """New codes by person, for these people; their old ones open nothing any more."""
    codes = {user_id: new_code() for user_id in user_ids}
    db.session.execute(delete(ActivationCode).where(ActivationCode.user_id.in_(user_ids)))
    rows = [
        {
            "user_id": user_id,
            "code_hash": hash_of(code, user_id, _key()),
            "issued_by_id": actor.id,
            "issued_at": moment,
            "expires_at": moment + LASTS,
        }
        for user_id, code in codes.items()
    ]
    if rows:
        db.session.execute(insert(ActivationCode), rows)
    return codes


def expiry_of(user: User) -> datetime | None:
    """Until when the code that this person was given opens their account; None if none does."""
    expires: datetime | None = db.session.scalar(
        select(ActivationCode.expires_at).where(ActivationCode.user_id == user.id, ActivationCode.expires_at > now())
    )
    return expires


def activate(account: str, code: str, password: str) -> User:
    """Open an account with its code, once, and give it its first password.

    Raises Refused with one sentence for everything that may be wrong, so that nobody learns which accounts there are.
    """
    user = accounts.find_by_account(account)
    expected = hash_of(code, user.id if user else 0, _key())
    held = db.session.get(ActivationCode, user.id, with_for_update=True) if user else None
    fits = hmac.compare_digest(held.code_hash if held else "", expected)
    if user is None or held is None or not fits or held.expires_at <= now() or not user.active or user.password_hash:
        raise Refused(FAILED, 422)
    db.session.delete(held)
    accounts.set_password(user, password)
    db.session.flush()
    audit.record(user, "activation.used", user, f"{user.name}（{user.account}）激活了账号")
    return user


def drop_expired() -> None:
    """Delete the codes that open nothing any more."""
    db.session.execute(delete(ActivationCode).where(ActivationCode.expires_at <= now()))
