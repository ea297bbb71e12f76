"""Whole installations for the tests of copies: made, filled, and compared row by row."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from literacy.db import db, now
from literacy.models import AuditEntry, Role, Unit
from literacy.operations import backup
from literacy.service import accounts
from run import create_app
from tests.conftest import temporary_database

MOMENT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


@contextmanager
def installation(folder: Path, address: str = "") -> Iterator[Flask]:
    """An installation in a folder of its own, with an empty database without tables."""
    folder.mkdir(parents=True, exist_ok=True)
    with temporary_database(folder) if not address else _at(address) as url:
        app = create_app(
            {"TESTING": True, "DATA_FOLDER": folder, "SQLALCHEMY_DATABASE_URI": url, "RATELIMIT_ENABLED": False}
        )
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


@contextmanager
def _at(address: str) -> Iterator[str]:
    yield address


def fill(app: Flask) -> None:
    """Units whose parents were made after them, people, odd texts and moments: what a copy may stumble over."""
    child, parent = Unit(name="青禾县\n政务服务中心"), Unit(name="澜江市 “二”")
    db.session.add(child)
    db.session.flush()
    db.session.add(parent)
    db.session.flush()
    child.parent_id = parent.id
    person, _ = accounts.create_user(
        None, account="zhang", name="张𠮷🐶", roles=[Role.LEARNER, Role.TRAINER], unit=child, must_change=False
    )
    db.session.add(
        AuditEntry(
            actor=person, actor_name="张", action="person.created", subject_kind="users", summary="a\tb\r\nc\u2028d",
            changes={"名": [None, 1.5, True, "é"], "深": {"a": []}}, at=datetime(2024, 2, 29, 23, 59, 59, 123456, UTC),
        )
    )  # fmt: skip
    db.session.commit()


def rows_of(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that holds any, by table, in the order of the first columns."""
    with db.engine.connect() as connection:
        found = {
            table.name: [tuple(row) for row in connection.execute(select(*sorted(table.c, key=lambda c: c.name)))]
            for table in backup.stored_tables(connection)
        }
    return {name: sorted(rows, key=repr) for name, rows in found.items() if rows}


def crowd(app: Flask, count: int = 40_000) -> None:
    """So many rows that a copy takes its time."""
    moment = now()
    row = {
        "at": moment,
        "actor_name": "张",
        "action": "x",
        "subject_kind": "users",
        "summary": "字" * 40,
        "changes": {},
        "address": "",
    }
    with db.engine.begin() as connection:
        connection.execute(insert(AuditEntry), [row] * count)


def command(folder: Path, address: str, *arguments: str) -> "subprocess.Popen[str]":
    """A command of the product in a process of its own."""
    environment = {**os.environ, "LITERACY_DATA": str(folder), "LITERACY_DATABASE_URL": address, "PYTHONPATH": "."}
    return subprocess.Popen(
        [sys.executable, "run.py", *arguments],
        cwd=Path(__file__).resolve().parents[3],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def opened(path: Path) -> zipfile.ZipFile:
    """The copy as an archive."""
    return zipfile.ZipFile(path)
