"""Which forms of the tables this program knows, and bringing a database to the newest, a copy first."""

import logging
from datetime import datetime
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask_migrate import upgrade
from sqlalchemy import text

from literacy.db import db, reading
from literacy.operations import backup

LOCK = 20261124
"""Of several servers that start together, the holder of this advisory lock migrates."""
BEFORE = "before-"
"""How copies begin that were made before an upgrade."""
KEPT = 5
"""How many of them are kept."""


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(current_app.config["MIGRATIONS_FOLDER"]))
    return ScriptDirectory.from_config(config)


def newest() -> str:
    """The form that this program needs."""
    return _scripts().get_current_head() or ""


def known() -> frozenset[str]:
    """Every form that this program can bring to the newest."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


def present() -> str:
    """The form that the database has; empty before the first."""
    with reading(), db.engine.connect() as connection:
        return backup.revision_of(connection)


def bring_up(app: Flask, moment: datetime) -> Path | None:
    """Bring the database to the newest form; a copy is made first where there is anything to change.

    Gives the copy, or None where none was needed. Raises ``OSError`` where the copy cannot be written: then nothing
    was changed.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            return _bring_up(app, moment)
        with db.engine.connect() as connection:
            connection.execute(text("select pg_advisory_lock(:key)"), {"key": LOCK})
            try:
                return _bring_up(app, moment)
            finally:
                connection.execute(text("select pg_advisory_unlock(:key)"), {"key": LOCK})


def _bring_up(app: Flask, moment: datetime) -> Path | None:
    before = present()
    if before == newest():
        return None
    copy = None
    if before:
        folder = Path(app.config["DATA_FOLDER"])
        copy = folder / backup.FOLDER / f"{BEFORE}{newest()}-{moment:%Y%m%d-%H%M%S}.zip"
        backup.back_up(folder, copy, moment)
        backup.drop_old(copy.parent, KEPT, BEFORE)
    upgrade()
    return copy
