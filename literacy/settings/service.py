"""Changing settings. Flushes, never commits."""

import hashlib
import os
from collections.abc import Iterable
from typing import Any

from flask import current_app
from sqlalchemy import select

from literacy import audit
from literacy.db import alone, db
from literacy.errors import NotFound, Refused
from literacy.models import User
from literacy.pictures import service as pictures
from literacy.registry import CitedText, registry
from literacy.settings import reading
from literacy.settings.kinds import Group, Kind, Setting, problem, read, told
from literacy.settings.models import StoredSetting
from literacy.settings.sealing import sealed

ACTIONS = {"settings.changed": "修改设置"}
"""What is recorded of settings, for audit.ACTIONS."""
CHANGED_MEANWHILE = "这些设置在您打开之后被别人改过，您的修改还没有保存。下面是现在的值和您填的，请看过再保存。"
_SECRETLY = "已修改"
_SERVER = ("smtp_host", "smtp_port", "smtp_security", "smtp_any_certificate")


def groups() -> list[tuple[str, Group]]:
    """The groups that hold any setting, as (key, group), in their order."""
    used = {setting.group for setting in reading.declared()}
    known = registry().setting_groups
    return sorted(((key, known[key]) for key in used), key=lambda pair: pair[1].order)


def group_for(key: str) -> Group:
    """A group of settings; raises NotFound."""
    for known, group in groups():
        if known == key:
            return group
    raise NotFound


def settings_of(group: str) -> list[Setting]:
    """The settings of a group."""
    return [setting for setting in reading.declared() if setting.group == group]


def find(key: str) -> Setting:
    """A setting by its key; raises Refused for what nobody declared."""
    try:
        return reading.setting_named(key)
    except KeyError:
        raise Refused(f"没有叫 {key} 的设置。全部设置：python run.py settings list") from None


def stamp(settings: Iterable[Setting]) -> str:
    """What a form was opened on: another value once somebody changed one of these."""
    kept = reading.stored()
    said = [(setting.key, sorted((kept.get(setting.key) or {}).items())) for setting in settings]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def change(actor: User | None, wanted: dict[str, Any], seen: tuple[str, str] | None = None) -> list[str]:
    """Give settings other values, and give back the labels of those that changed.

    `seen` is the group of the form and the stamp on which it was opened. Raises Refused, naming the field, for a value
    that will not do, one that the environment fixes, and where somebody else changed the group since.
    """
    alone("settings")
    reading.forget()
    if seen is not None and seen[1] != stamp(settings_of(seen[0])):
        raise Refused(CHANGED_MEANWHILE)
    before = {setting.key: reading.value(setting.key) for setting in reading.declared()}
    changed = {key: value for key, value in wanted.items() if before[find(key).key] != value}
    for key, value in changed.items():
        _check(find(key), value)
    _check_together({**before, **changed}, changed)
    _keep_the_password_here(before, changed)
    for key, value in changed.items():
        _store(actor, find(key), value)
    db.session.flush()
    reading.forget()
    if not changed:
        return []
    labels = [find(key).label for key in changed]
    said = {find(key).label: _said(find(key), before[key], value) for key, value in changed.items()}
    entry = audit.record(actor, "settings.changed", None, f"修改设置：{'、'.join(labels)}")
    entry.changes = said
    return labels


def _said(setting: Setting, before: Any, value: Any) -> Any:
    """What the record says of a change. Of a secret only that there was one."""
    if setting.kind is Kind.SECRET:
        return _SECRETLY if value else "已删除"
    return [told(setting, before), told(setting, value)]


def _check(setting: Setting, value: Any) -> None:
    if reading.fixed(setting):
        raise Refused(f"“{setting.label}”由环境变量 {setting.env} 定死了，只能在服务器上改。", field=setting.key)
    if sentence := problem(setting, value):
        raise Refused(sentence, field=setting.key)


def _check_together(values: dict[str, Any], changed: dict[str, Any]) -> None:
    """Refuse what does not go together, where the change has to do with it."""
    for rule in registry().setting_rules:
        found = rule(values)
        if found and {setting.key for setting in settings_of(find(found[0]).group)} & changed.keys():
            raise Refused(found[1], field=found[0])


def _keep_the_password_here(before: dict[str, Any], changed: dict[str, Any]) -> None:
    """A stored password goes to no other server, nor over a less guarded line, than it was given for."""
    if before["smtp_password"] and changed.keys() & set(_SERVER) and "smtp_password" not in changed:
        raise Refused("换了服务器或者加密方式，请把密码重新填一遍：旧密码不会发给新的服务器。", field="smtp_password")


def _store(actor: User | None, setting: Setting, value: Any) -> None:
    row = db.session.scalar(select(StoredSetting).where(StoredSetting.key == setting.key))
    if value == setting.default:
        if row is not None:
            db.session.delete(row)
        return
    secret = setting.kind is Kind.SECRET
    kept = {"sealed": sealed(current_app.config["SECRET_KEY"], value)} if secret else {"is": value}
    if row is None:
        row = StoredSetting(key=setting.key)
        db.session.add(row)
    row.value = kept
    row.changed_by_id = actor.id if actor else None


def set_logo(actor: User, data: bytes, name: str) -> None:
    """Take a picture in and make it the school's sign. Raises Refused for what is no picture that we take."""
    picture = pictures.take_in(actor, data, name, f"{reading.value('school_name')}的标志")
    change(actor, {"school_logo": picture.hash})


def logo_texts() -> Iterable[CitedText]:
    """The sign as a text that shows a picture, so that nobody deletes it among the pictures of lessons."""
    if key := reading.value("school_logo"):
        yield CitedText("平台设置里的标志", "", "", 0, f"picture:{key}")


def wrong_in_environment() -> list[tuple[str, str]]:
    """Environment variables that fix a setting to what it does not take, as (name, sentence)."""
    found = []
    for setting in reading.declared():
        if reading.fixed(setting):
            try:
                read(setting, os.environ[setting.env])
            except ValueError as wrong:
                found.append((setting.env, str(wrong)))
    return found


def unreadable_secrets() -> list[Setting]:
    """Secrets that are stored but were sealed with another key of the installation."""
    kept = reading.stored()
    return [
        setting
        for setting in reading.declared()
        if setting.kind is Kind.SECRET and setting.key in kept and not reading.value(setting.key)
    ]
