"""Who did what. Written in the same transaction as the act, so that neither stands without the other."""

from contextvars import ContextVar
from typing import Any

from literacy.db import Model, db
from literacy.models import AuditEntry, User

ACTIONS: dict[str, str] = {
    "sign_in.locked": "连续登录失败，账号锁定",
    "sign_in.unlocked": "解除登录锁定",
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
}
"""Every act that is recorded, with its name on the page. Packages add theirs when they plug in."""

FIELDS: dict[str, str] = {
    "account": "账号",
    "name": "姓名",
    "title": "名称",
    "post": "职务",
    "unit": "单位",
    "roles": "角色",
    "parent": "上级单位",
    "score": "得分",
    "version": "版本",
    "questions": "题数",
}
"""What changed fields are called on the page. Packages add theirs when they plug in."""

address: ContextVar[str] = ContextVar("address", default="")
"""Where the request came from; set once per request."""


def record(actor: User | None, action: str, subject: Model | None, summary: str, /, **changes: Any) -> AuditEntry:
    """Add an entry to the session.

    `changes` holds what was before and after, JSON-safe, e.g. `name=["旧", "新"]`.
    Raises KeyError for an action that is not declared in ACTIONS: an unnamed act could not be read by anybody.
    """
    if action not in ACTIONS:
        raise KeyError(f"declare the audit action {action!r} in ACTIONS first")
    if subject is not None and subject.id is None:  # type: ignore[attr-defined]
        db.session.flush()
    entry = AuditEntry(
        actor_id=actor.id if actor else None,
        actor_name=actor.name if actor else "系统",
        action=action,
        subject_kind=subject.__tablename__ if subject is not None else "",
        subject_id=subject.id if subject is not None else None,  # type: ignore[attr-defined]
        summary=summary,
        changes=changes,
        address=address.get(),
    )
    db.session.add(entry)
    return entry


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """The fields that changed, as {field: [before, after]}."""
    return {key: [before.get(key), value] for key, value in after.items() if before.get(key) != value}


def in_words(changes: dict[str, Any]) -> list[tuple[str, str | None, str]]:
    """What changed, as (field, before, after) for people to read.

    `before` is None where the entry holds only one value, for instance of something new.
    """
    told = []
    for key, value in changes.items():
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
