"""The verbs of accounts. Uses the session, never the request; flushes, never commits."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from blinker import Namespace
from flask import current_app
from sqlalchemy import select

from literacy import audit
from literacy.db import alone, db, now
from literacy.errors import Refused
from literacy.models import Role, RoleGrant, Unit, User
from literacy.text import MAX_ACCOUNT, MAX_NAME, account_name, account_problem, clean_line

# OWASP's smaller profile: 19 MiB and about 20 ms of CPU, so that a class of 200 can sign in at nine o'clock.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody")
# Without 0 O 1 l I: initial passwords are read from paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

_signals = Namespace()
person_saved = _signals.signal("person-saved")
"""Sent with the user after a person was created, moved to another unit, given a role, or made active again."""


def hash_password(password: str) -> str:
    """The Argon2id hash of a password."""
    return _hasher.hash(password)


def password_fits(user: User | None, password: str) -> bool:
    """Whether the password is this person's. Takes as long for nobody as for somebody."""
    try:
        return _hasher.verify(user.password_hash if user else _NOBODY, password) and user is not None
    except (VerificationError, InvalidHashError):
        return False


def initial_password() -> str:
    """A random password that can be read aloud: three groups of four, about 59 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def find_by_account(account: str) -> User | None:
    """The person with this account, however it was typed."""
    return db.session.scalar(select(User).where(User.account == account_name(account)))


def sign_in(account: str, password: str, moment: datetime | None = None) -> User | None:
    """The person, if account and password fit and the account is neither locked nor deactivated; else None.

    Counts failures; the fifth in a row locks the account for a quarter of an hour (settings LOCK_*). The caller
    commits in either case and says the same sentence for every kind of failure.
    """
    moment = moment or now()
    user = find_by_account(account)
    fits = password_fits(user, password)
    if user is None or user.is_locked(moment) or not user.active:
        return None
    if fits:
        user.failed_sign_ins = 0
        user.locked_until = None
        if _hasher.check_needs_rehash(user.password_hash):
            user.password_hash = hash_password(password)
        return user
    # counted by the database, so that guesses sent at the same moment count one by one
    user.failed_sign_ins = User.failed_sign_ins + 1
    db.session.flush()
    if user.failed_sign_ins >= current_app.config["LOCK_AFTER_FAILURES"]:
        user.failed_sign_ins = 0
        user.locked_until = moment + current_app.config["LOCK_FOR"]
        audit.record(None, "sign_in.locked", user, f"账号 {user.account} 连续登录失败，暂时锁定")
    return None


def set_password(user: User, password: str, *, must_change: bool = False) -> None:
    """Give a person a new password and end all their sessions."""
    user.password_hash = hash_password(password)
    user.must_change_password = must_change
    user.session_version += 1
    user.failed_sign_ins = 0
    user.locked_until = None


def change_password(user: User, current: str, new: str) -> None:
    """A person changes their own password.

    Raises Refused where the current one is wrong or the new one is the same.
    """
    if not password_fits(user, current):
        raise Refused("现在的密码不正确。")
    if current == new:
        raise Refused("新密码要和现在的密码不同。")
    set_password(user, new)
    audit.record(user, "password.changed", user, f"{user.name}修改了自己的密码")


def reset_password(actor: User | None, user: User) -> str:
    """Give a person a fresh initial password, to be changed at the next sign-in, and return it once."""
    password = initial_password()
    set_password(user, password, must_change=True)
    audit.record(actor, "password.reset", user, f"重置{user.name}（{user.account}）的密码")
    return password


def free_account(account: str, owner: User | None = None) -> str:
    """The account as it is stored.

    Raises Refused where it will not do, or belongs to somebody else than its `owner`.
    """
    account = account_name(account)
    if problem := account_problem(account):
        raise Refused(problem, field="account")
    alone("accounts")
    other = find_by_account(account)
    if other is not None and other is not owner:
        raise Refused(
            f"账号 {account} 已经有人使用。如果就是{other.name}，请打开这个人的页面修改；"
            f"如果是另一个人，可以用 {_free_like(account)}。",
            field="account",
        )
    return account


def _free_like(account: str) -> str:
    """The account with the lowest number behind it that nobody has yet."""
    for number in range(2, 1000):
        ending = str(number)
        candidate = account[: MAX_ACCOUNT - len(ending)] + ending
        if find_by_account(candidate) is None:
            return candidate
    return initial_password()


def grant_roles(user: User, roles: Iterable[Role]) -> None:
    """Make these the person's roles, exactly."""
    wanted = set(roles)
    user.grants = [grant for grant in user.grants if Role(grant.role) in wanted]
    held = user.roles
    user.grants.extend(RoleGrant(role=role.value) for role in Role if role in wanted - held)


def create_user(
    actor: User | None,
    *,
    account: str,
    name: str,
    roles: Iterable[Role],
    post: str = "",
    unit: Unit | None = None,
    password: str | None = None,
    must_change: bool = True,
) -> tuple[User, str]:
    """A new person and their initial password, which is shown once and kept nowhere.

    Raises Refused where the account will not do or is taken, or the name is too long.
    """
    account = free_account(account)
    if len(clean_line(name)) > MAX_NAME:
        raise Refused(f"姓名最多 {MAX_NAME} 个字。", field="name")
    password = password or initial_password()
    user = User(
        account=account,
        name=clean_line(name) or account,
        post=clean_line(post),
        unit=unit,
        password_hash=hash_password(password),
        must_change_password=must_change,
    )
    db.session.add(user)
    grant_roles(user, roles)
    db.session.flush()
    audit.record(actor, "user.created", user, f"新建账号{user.name}（{user.account}），角色：{user.role_labels}")
    person_saved.send(user)
    return user, password


def has_people() -> bool:
    """Whether anybody has an account yet; if not, the database is new."""
    return db.session.scalar(select(User.id).limit(1)) is not None


def demo_unit() -> Unit:
    """The unit of the demo accounts, in a small fictional tree."""
    county = Unit(name="青禾县")
    centre = Unit(name="政务服务中心", parent=county)
    db.session.add_all([county, centre, Unit(name="望舒街道", parent=county), Unit(name="石榴湾镇", parent=county)])
    db.session.flush()
    return centre
