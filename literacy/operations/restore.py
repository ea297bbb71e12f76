"""Bringing a copy back into an empty installation. All or nothing, however it breaks off."""

import io
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from alembic.util import CommandError
from flask_migrate import upgrade
from sqlalchemy import Connection, Table, bindparam, func, insert, inspect, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from literacy.db import db
from literacy.errors import Refused
from literacy.operations.backup import Manifest, stored_tables, verify
from literacy.operations.rows import in_parts, reader_of

_AT_ONCE = 2_000


def restore(archive: zipfile.ZipFile, folder: Path) -> Manifest:
    """Bring everything back: tables in the form they had, rows, files of the data ``folder``, then the newest form.

    Rows come in one transaction, so that whoever breaks off has an empty database still and may begin again.
    Raises ``Refused`` where the copy is damaged or somebody has an account here already.
    """
    manifest = verify(archive)
    _prepare(manifest)
    _put_files(archive, manifest, folder)
    with db.engine.connect() as connection, connection.begin():
        _put_rows(archive, manifest, connection)
    upgrade()
    return manifest


def has_people(connection: Connection) -> bool:
    """Whether anybody has an account here. Without people there is nothing that course files would not bring again."""
    users = db.metadata.tables["users"]
    return inspect(connection).has_table(users.name) and connection.scalar(select(users.c.id).limit(1)) is not None


def _prepare(manifest: Manifest) -> None:
    """Make the tables anew in the form that the copy has."""
    with db.engine.connect() as connection, connection.begin():
        if has_people(connection):
            raise Refused("这里已经有账号。只能恢复到一个空的安装：换一个 LITERACY_DATA 文件夹，或者换一个空的数据库。")
        for table in reversed(stored_tables(connection)):
            table.drop(connection)
        connection.execute(text("drop table if exists alembic_version"))
    try:
        upgrade(revision=manifest.revision)
    except (CommandError, SystemExit):
        raise Refused("这个备份的表结构本程序不认识。请用做备份时那个版本或者更新的程序恢复。") from None


def _put_files(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    for name in manifest.files:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise Refused("备份里有不该有的路径，没有恢复。")
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(target.name + ".partial")
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out, archive.open(f"files/{name}") as source:
            while block := source.read(1 << 20):
                out.write(block)
        partial.replace(target)


def _put_rows(archive: zipfile.ZipFile, manifest: Manifest, connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    tables = stored_tables(connection)
    if missing := set(manifest.tables) - {table.name for table in tables}:
        raise Refused(f"备份里有本程序没有的表：{'、'.join(sorted(missing))}。")
    for table in tables:
        part = manifest.tables.get(table.name)
        if part is not None and part.rows:
            with archive.open(f"tables/{table.name}.jsonl") as member:
                lines = io.TextIOWrapper(member, "utf-8", newline="\n")
                _put_table(connection, table, map(reader_of(table, part.columns), lines))
            if connection.scalar(select(func.count()).select_from(table)) != part.rows:
                raise Refused(f"表 {table.name} 的行数不对，没有恢复。")
            _count_on(connection, table)


def _put_table(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Rows of one table. What refers to rows of the same table is set when all of them are there."""
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    later = []
    statement = insert(table)
    try:
        for part in in_parts(rows, _AT_ONCE):
            for row in part:
                kept = {name: row[name] for name in own if row.get(name) is not None}
                if kept:
                    later.append({"row_id": row["id"], **{f"new_{name}": row[name] for name in own}})
                    row.update(dict.fromkeys(kept))
            connection.execute(statement, part)
        if later:
            _point_at_each_other(connection, table, own, later)
    except SQLAlchemyError as problem:
        raise Refused(f"表 {table.name} 恢复不了，什么都没有写入。（{type(problem).__name__}）") from problem


def _point_at_each_other(connection: Connection, table: Table, own: list[str], later: list[dict[str, Any]]) -> None:
    statement = (
        update(table).where(table.c.id == bindparam("row_id")).values({name: bindparam(f"new_{name}") for name in own})
    )
    for part in in_parts(later, _AT_ONCE):
        connection.execute(statement, part)


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL give the next new row a number that is free; SQLite does so by itself."""
    if connection.dialect.name != "postgresql" or "id" not in table.c:
        return
    sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
    if sequence:
        connection.execute(select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery())))
