"""Entries that are older than the chain are chained by the migration, and copies bring the chain back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from literacy import audit
from literacy.audit import checking, sealing
from literacy.db import db
from literacy.operations import backup, migrations
from literacy.operations.restore import restore
from tests.literacy.operations.installations import MOMENT, fill, installation, opened

BEFORE = "0012" if "0012" in {path.name[:4] for path in Path("literacy/migrations/versions").glob("*.py")} else "0011"
OLD = sa.table(
    "audit_entries",
    sa.column("at", sa.DateTime(timezone=True)), sa.column("actor_name"), sa.column("action"),
    sa.column("subject_kind"), sa.column("summary"), sa.column("changes", sa.JSON), sa.column("address"),
)  # fmt: skip


def test_older_entries_are_chained(app: Any) -> None:
    db.session.remove()
    downgrade(revision=BEFORE)
    try:
        row = {"at": datetime(2024, 2, 29, 23, 59, 59, 123456, UTC), "actor_name": "张𠮷", "action": "x",
               "subject_kind": "users", "summary": "a\tb\u2028", "changes": {"深": [1.0, 1e22, None, {"é": True}]},
               "address": ""}  # fmt: skip
        with db.engine.begin() as connection:
            connection.execute(sa.insert(OLD), [row] * 3)
    finally:
        upgrade()
    audit.record(None, "unit.created", None, "新的")
    db.session.commit()
    found = checking.verify()
    assert found.whole and (found.first, found.last) == (1, 4), found.problems


def test_a_copy_brings_the_chain_back(tmp_path: Path) -> None:
    target = tmp_path / "one.zip"
    with installation(tmp_path / "first") as app:
        migrations.bring_up(app, MOMENT)
        fill(app)
        noted = sealing.head()[1]
        backup.back_up(tmp_path / "first", target, MOMENT)
    with installation(tmp_path / "second") as app, opened(target) as archive:
        restore(archive, tmp_path / "second")
        assert checking.verify([noted]).whole
        audit.record(None, "unit.created", None, "接着")
        db.session.commit()
        assert checking.verify([noted]).whole
