"""The verbs of accounts. Uses the session, never the request; flushes, never commits."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from blinker import Namespace
from sqlalchemy import select

from literacy import audit
from literacy.contact import email_of, phone_of
from literacy.db import alone, db, now
from literacy.errors import Refused, found
from literacy.models import Role, RoleGrant, Unit, User
from literacy.service import scope
from literacy.settings import value
from literacy.text import MAX_ACCOUNT, MAX_NAME, account_name, account_problem, clean_line

# OWASP's smaller profile: 19 MiB and about 20 ms of CPU, so that a class of 200 can sign in at nine o'clock.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody")
# Without 0 O 1 l I: initial passwords are read from paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

_signals = Namespace()
person_saved = _signals.signal("person-saved")
"""Sent with the user after a person was created, moved to another unit, given a role, or made active again."""
people_saved = _signals.signal("people-saved")
"""The same for many at once: sent with `ids`, a list of ids of people. Who listens to one must listen to the other."""


def hash_password(password: str) -> str:
    """The Argon2id hash of a password."""
    return _hasher.hash(password)


def password_fits(user: User | None, password: str) -> bool:
    """Whether the password is this person's. Takes as long for nobody as for somebody."""
    stored = user.password_hash if user else ""
    try:
        return _hasher.verify(stored or _NOBODY, password) and bool(stored)
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

    Counts failures; after a few in a row the account is locked for a while (settings lock_*). The caller
    commits in either case and says the same sentence for every kind of failure.
    """
    moment = moment or now()
    user = find_by_account(account)
    fits = password_fits(user, password)
    if user is None or user.is_locked(moment) or not user.active:
        _note_failure(user, moment)
        return None
    if fits:
        user.failed_sign_ins = 0
        user.locked_until = None
        if _hasher.check_needs_rehash(user.password_hash):
            user.password_hash = hash_password(password)
        audit.record(user, "sign_in.ok", user, f"{user.name}登录")
        return user
    # counted by the database, so that guesses sent at the same moment count one by one
    user.failed_sign_ins = User.failed_sign_ins + 1
    db.session.flush()
    _note_failure(user, moment)
    if user.failed_sign_ins >= value("lock_after"):
        user.failed_sign_ins = 0
        user.locked_until = moment + timedelta(minutes=value("lock_minutes"))
        audit.record(None, "sign_in.locked", user, f"账号 {user.account} 连续登录失败，暂时锁定")
    return None


def _note_failure(user: User | None, moment: datetime) -> None:
    """Record that somebody was not let in.

    What was typed for an account that nobody has is not kept: it is often a password in the wrong field.
    """
    if user is None:
        audit.record(None, "sign_in.failed", None, "没有这个账号")
        return
    why = "账号已停用" if not user.active else "账号正锁定" if user.is_locked(moment) else "密码不对"
    audit.record(None, "sign_in.failed", user, f"{user.name}（{user.account}）：{why}")


def sign_out(user: User) -> None:
    """Record that a person left."""
    audit.record(user, "sign_in.out", user, f"{user.name}退出登录")


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


def free_account(account: str, owner: User | None = None, actor: User | None = None) -> str:
    """The account as it is stored.

    Raises Refused where it will not do, or belongs to somebody else than its `owner`. Who that is, is told only to an
    `actor` who looks after them.
    """
    account = account_name(account)
    if problem := account_problem(account):
        raise Refused(problem, field="account")
    alone("accounts")
    other = find_by_account(account)
    if other is not None and other is not owner:
        hint = f"可以用 {_free_like(account)}。"
        if scope.may_see(actor, other):
            hint = f"如果就是{other.name}，请打开这个人的页面修改；如果是另一个人，{hint}"
        raise Refused(f"账号 {account} 已经有人使用。{hint}", field="account")
    return account


def _free_like(account: str) -> str:
    """The account with the lowest number behind it that nobody has yet."""
    for number in range(2, 1000):
        ending = str(number)
        candidate = account[: MAX_ACCOUNT - len(ending)] + ending
        if find_by_account(candidate) is None:
            return candidate
    return initial_password()


def grant_roles(
    user: User, roles: Iterable[Role], reach: Mapping[Role, int | None] | None = None, actor: User | None = None
) -> None:
    """Make these the person's roles, exactly.

    `reach` is the unit that a role is bound to (None: the whole installation). A role that it does not name stays bound
    as it is; a new one reaches as far as the actor does. Raises NotFound where it would reach further than that.
    """
    wanted, reach = set(roles), reach or {}
    user.grants = [grant for grant in user.grants if Role(grant.role) in wanted]
    held = user.roles
    user.grants.extend(
        RoleGrant(role=role.value, unit_id=scope.top(actor) if role in scope.BINDABLE else None)
        for role in Role
        if role in wanted - held
    )
    for role in scope.BINDABLE:
        grant = user.grant_of(role)
        if grant is None:
            continue
        before = grant.unit_id if role in held else -1
        if role in reach:
            grant.unit_id = reach[role] or scope.top(actor)
        if grant.unit_id != before:
            scope.check_unit(actor, grant.unit_id)
            grant.unit = found(db.session.get(Unit, grant.unit_id)) if grant.unit_id else None


def create_user(
    actor: User | None,
    *,
    account: str,
    name: str,
    roles: Iterable[Role],
    post: str = "",
    rank: str = "",
    phone: str = "",
    email: str = "",
    unit: Unit | None = None,
    reach: Mapping[Role, int | None] | None = None,
    password: str | None = None,
    must_change: bool = True,
) -> tuple[User, str]:
    """A new person and their initial password, which is shown once and kept nowhere. For `reach` see `grant_roles`.

    Raises Refused where the account will not do or is taken, or the name is too long; NotFound for a unit that the
    actor does not look after.
    """
    scope.check_unit(actor, unit.id if unit else None)
    account = free_account(account, actor=actor)
    if len(clean_line(name)) > MAX_NAME:
        raise Refused(f"姓名最多 {MAX_NAME} 个字。", field="name")
    password = password or initial_password()
    user = User(
        account=account,
        name=clean_line(name) or account,
        post=clean_line(post),
        rank=clean_line(rank),
        phone=phone_of(phone),
        email=email_of(email),
        unit=unit,
        password_hash=hash_password(password),
        must_change_password=must_change,
    )
    db.session.add(user)
    grant_roles(user, roles, reach, actor)
    db.session.flush()
    audit.record(actor, "user.created", user, f"新建账号{user.name}（{user.account}），角色：{user.bound_labels}")
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
