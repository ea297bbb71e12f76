"""The values that are in force: what the environment fixes, else what is stored, else the default.

All stored values are read in one query at first need of a request and kept for that request: so every process sees a
change with its next request. Outside requests (jobs, commands) each reading asks anew.
"""

import os
from typing import Any

from flask import current_app, g, has_request_context
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from literacy.db import db
from literacy.settings.kinds import Kind, Setting, read
from literacy.settings.models import StoredSetting
from literacy.settings.sealing import opened


def declared() -> list[Setting]:
    """Every setting there is, in the order in which packages declared them."""
    return current_app.extensions["literacy"].settings


def setting_named(key: str) -> Setting:
    """A setting by its key; raises KeyError for what nobody declared."""
    for setting in declared():
        if setting.key == key:
            return setting
    raise KeyError(f"declare the setting {key!r} in the registry first")


def fixed(setting: Setting) -> bool:
    """Whether the environment says what it is, so that nobody can change it in the browser."""
    return bool(setting.env and os.environ.get(setting.env))


def stored() -> dict[str, dict[str, Any]]:
    """What is stored, by key, as it is stored."""
    if has_request_context() and "settings" in g:
        return g.settings
    with db.session.no_autoflush:
        rows = db.session.execute(select(StoredSetting.key, StoredSetting.value)).all()
    found = {row.key: row.value for row in rows}
    if has_request_context():
        g.settings = found
    return found


def forget() -> None:
    """What was read in this request no longer counts: it was changed."""
    g.pop("settings", None)


def value_of(setting: Setting, kept: dict[str, Any] | None) -> Any:
    """The value in force, given what is stored. A value that the program no longer takes counts as none."""
    if fixed(setting):
        try:
            return read(setting, os.environ[setting.env])
        except ValueError:
            return setting.default
    if kept is None:
        return setting.default
    if setting.kind is Kind.SECRET:
        return opened(current_app.config["SECRET_KEY"], kept.get("sealed", "")) or ""
    return kept.get("is", setting.default)


def value(key: str) -> Any:
    """The value of a setting that is in force; raises KeyError for what nobody declared."""
    setting = setting_named(key)
    return value_of(setting, None if fixed(setting) else stored().get(key))


def shown(key: str) -> Any:
    """The value for a page that must be shown even where the database does not answer: then the default."""
    try:
        return value(key)
    except SQLAlchemyError:
        return setting_named(key).default
