"""Who did what. Written in the same transaction as the act, so that neither stands without the other."""

from collections.abc import Iterable
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from literacy.db import Model, db, now
from literacy.models import AuditEntry, Role, User

ACTIONS: dict[str, str] = {
    "sign_in.ok": "登录",
    "sign_in.failed": "登录失败",
    "sign_in.out": "退出登录",
    "sign_in.locked": "连续登录失败，账号锁定",
    "sign_in.unlocked": "解除登录锁定",
    "access.refused": "没有权限，没打开",
    "password.changed": "修改密码",
    "password.reset": "重置密码",
    "user.created": "新建账号",
    "user.changed": "修改账号",
    "user.deactivated": "停用账号",
    "user.reactivated": "启用账号",
    "unit.created": "新建单位",
    "unit.changed": "修改单位",
    "unit.deactivated": "停用单位",
    "unit.reactivated": "启用单位",
    "export.taken": "下载报表",
    "audit.cut": "到期删去操作记录",
    "audit.blanked": "抹去操作记录里的姓名",
}
"""Every act that is recorded, with its name on the page. Packages add theirs when they plug in."""

FIELDS: dict[str, str] = {
    "account": "账号",
    "name": "姓名",
    "title": "名称",
    "post": "职务",
    "rank": "职级",
    "phone": "电话",
    "email": "邮箱",
    "unit": "单位",
    "roles": "角色",
    "parent": "上级单位",
    "score": "得分",
    "version": "版本",
    "questions": "题数",
}
"""What changed fields are called on the page. Packages add theirs when they plug in."""

UNSEALED = "unsealed audit entries"
"""Where a session keeps the ids of the entries that are to be chained before it commits."""
UNTOLD = "chain_data"
"""The key among the changes of an entry for what the chain needs and nobody reads."""

address: ContextVar[str] = ContextVar("address", default="")
"""Where the request came from; set once per request."""


def record(
    actor: User | None, action: str, subject: Model | None, summary: str, within: int | None = None, /, **changes: Any
) -> AuditEntry:
    """Add an entry to the session.

    `changes` holds what was before and after, JSON-safe, e.g. `name=["旧", "新"]`. `within` is the unit within which
    it was done; where it is left out, that of the person whose row the subject is, or what the actor is bound to.
    Raises KeyError for an action that is not declared in ACTIONS: an unnamed act could not be read by anybody.
    """
    _declared(action)
    if subject is not None and subject.id is None:  # type: ignore[attr-defined]
        db.session.flush()
    entry = AuditEntry(
        actor_id=actor.id if actor else None,
        actor_name=actor.name if actor else "系统",
        action=action,
        subject_kind=subject.__tablename__ if subject is not None else "",
        subject_id=subject.id if subject is not None else None,  # type: ignore[attr-defined]
        unit_id=within or _unit_of(actor, subject),
        summary=summary,
        changes=changes,
        address=address.get(),
    )
    db.session.add(entry)
    return entry


def _unit_of(actor: User | None, subject: Model | None) -> int | None:
    """Within which unit an act was done; None where that cannot be said.

    Of an actor whose roles reach differently far it cannot: nobody is to read of people whom they do not look after.
    """
    owner = getattr(subject, "user", None)
    if isinstance(owner, User):
        return owner.unit_id
    reach = {grant.unit_id for grant in actor.grants if grant.role != Role.LEARNER.value} if actor else set()
    return reach.pop() if len(reach) == 1 else None


def record_many(
    actor: User | None, kind: str, entries: Iterable[tuple[str, int, str, dict[str, Any]]], at: datetime | None = None
) -> None:
    """Add many entries at once, each as (action, id of the row, summary, changes), about rows of the table `kind`.

    As `record`, but with one statement for all of them. Raises KeyError for an action that is not declared.
    """
    rows = [
        {
            "at": at or now(),
            "actor_id": actor.id if actor else None,
            "actor_name": actor.name if actor else "系统",
            "action": _declared(action),
            "subject_kind": kind,
            "subject_id": row_id,
            "summary": summary,
            "changes": changes,
            "address": address.get(),
        }
        for action, row_id, summary, changes in entries
    ]
    if rows:
        made = db.session.execute(insert(AuditEntry).returning(AuditEntry.id), rows)
        db.session().info.setdefault(UNSEALED, []).extend(made.scalars())


def _declared(action: str) -> str:
    if action not in ACTIONS:
        raise KeyError(f"declare the audit action {action!r} in ACTIONS first")
    return action


def last_change(subject: Model) -> AuditEntry | None:
    """The last act of which this was the subject."""
    kind, row_id = subject.__tablename__, subject.id  # type: ignore[attr-defined]
    about = (AuditEntry.subject_kind == kind, AuditEntry.subject_id == row_id)
    return db.session.scalars(select(AuditEntry).where(*about).order_by(AuditEntry.id.desc()).limit(1)).first()


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """The fields that changed, as {field: [before, after]}."""
    return {key: [before.get(key), value] for key, value in after.items() if before.get(key) != value}


def in_words(changes: dict[str, Any]) -> list[tuple[str, str | None, str]]:
    """What changed, as (field, before, after) for people to read.

    `before` is None where the entry holds only one value, for instance of something new.
    """
    told = []
    for key, value in changes.items():
        if key == UNTOLD:
            continue
        pair = value if isinstance(value, list) and len(value) == 2 else [None, value]
        before = None if pair is not value else _word(pair[0])
        told.append((FIELDS.get(key, key), before, _word(pair[1])))
    return told


def _word(value: Any) -> str:
    """A recorded value as a reader says it."""
    if value is None or value == "":
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    if isinstance(value, list):
        return "、".join(_word(part) for part in value) or "空"
    if isinstance(value, dict):
        return "，".join(f"{FIELDS.get(key, key)} {_word(part)}" for key, part in value.items()) or "空"
    return str(value)
