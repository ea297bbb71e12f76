"""A copy of a running installation in one file: every row as of one moment, and every file of the data folder.

Rows are written as text, not as a database file. So a copy taken on SQLite comes back on PostgreSQL and the other way
round: that is also how an installation moves when it outgrows one machine.
"""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, select

from literacy.db import db, reading
from literacy.errors import Refused
from literacy.operations.rows import line_of

FORMAT = 1
"""Raised when an older program could not read what a newer one writes."""
MANIFEST = "manifest.json"
FOLDER = "backups"
"""Where copies are kept in the data folder unless another place is named."""
NOT_COPIED = ("tmp", "packages", "jobs", "intake", FOLDER)
"""Folders of the data folder that hold nothing to keep."""
_AT_ONCE = 2_000
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Part:
    """A member of the archive: how many rows (0 for a file), its columns in order, and the SHA-256 of its bytes."""

    rows: int
    columns: tuple[str, ...]
    digest: str


@dataclass(frozen=True)
class Manifest:
    """What a copy holds: as of when, in which form of the tables, and each member by its name."""

    format: int
    made_at: str
    revision: str
    dialect: str
    parts: dict[str, Part]

    def as_json(self) -> str:
        """The manifest as it is stored."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def of_json(cls, data: bytes) -> Self:
        """Raises ``Refused`` for something that no program of ours wrote, or a newer one."""
        try:
            given = json.loads(data)
            parts = {
                name: Part(int(part["rows"]), tuple(part["columns"]), str(part["digest"]))
                for name, part in given["parts"].items()
            }
            made = cls(given["format"], given["made_at"], given["revision"], given["dialect"], parts)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Refused("这个文件不是善答的备份，或者已经损坏。") from None
        if made.format > FORMAT:
            raise Refused("这个备份是更新的版本做的，请先升级程序再恢复。")
        return made

    @property
    def tables(self) -> dict[str, Part]:
        """The tables among the members, by name."""
        return {name.removeprefix("tables/").removesuffix(".jsonl"): part for name, part in self.parts.items()
                if name.startswith("tables/")}  # fmt: skip

    @property
    def files(self) -> dict[str, Part]:
        """The files of the data folder among the members, by their path in it."""
        return {name.removeprefix("files/"): part for name, part in self.parts.items() if name.startswith("files/")}


def revision_of(connection: Connection) -> str:
    """Which migration the tables are at; empty before the first."""
    return MigrationContext.configure(connection).get_current_revision() or ""


@contextmanager
def one_moment() -> Iterator[Connection]:
    """A connection on which everything is read as of one moment, while others go on writing."""
    with reading(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def stored_tables(connection: Connection) -> list[Table]:
    """The tables as the database has them, with our own column types where the models still know the column.

    In an order in which every table comes after those that it refers to.
    """
    found = MetaData()
    found.reflect(connection)
    for table in found.tables.values():
        known = db.metadata.tables.get(table.name)
        for column in table.columns:
            if known is not None and column.name in known.columns:
                column.type = known.columns[column.name].type
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


class _Hashed(io.RawIOBase):
    """Writes through to a member of the archive and remembers the digest of what went by."""

    def __init__(self, target: Any) -> None:
        self.target = target
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.digest.update(data)
        self.target.write(data)
        return len(data)


def _copy_table(archive: zipfile.ZipFile, connection: Connection, table: Table) -> Part:
    columns = list(table.columns)
    order = list(table.primary_key.columns) or columns
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(select(*columns).order_by(*order))
    count = 0
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as member:
        hashed = _Hashed(member)
        with io.BufferedWriter(hashed, _BLOCK) as out:
            for count, row in enumerate(rows, start=1):  # noqa: B007  counted for the manifest
                out.write(line_of(row).encode())
                out.write(b"\n")
    return Part(count, tuple(column.name for column in columns), hashed.digest.hexdigest())


def _copy_file(archive: zipfile.ZipFile, path: Path, name: str) -> Part:
    with archive.open(f"files/{name}", "w", force_zip64=True) as member, path.open("rb") as source:
        hashed = _Hashed(member)
        while block := source.read(_BLOCK):
            hashed.write(block)
    return Part(0, (), hashed.digest.hexdigest())


def _database_files() -> frozenset[Path]:
    """SQLite's own files: what they hold is copied row by row."""
    path = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    return frozenset(Path(f"{path}{ending}").resolve() for ending in ("", "-wal", "-shm", "-journal") if path)


def files_to_keep(folder: Path) -> list[Path]:
    """Every file of the data folder but the database itself, temporary files and copies; links are not followed."""
    database = _database_files()
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and path.resolve() not in database
        and path.relative_to(folder).parts[0] not in NOT_COPIED
        and path.suffix != ".partial"
    )


def back_up(folder: Path, target: Path, moment: datetime) -> Manifest:
    """Copy the database and the files of the data ``folder`` into the new file ``target``, readable by its owner only.

    The file appears under its name when it is complete; a copy that breaks off leaves a ``.partial`` at most.
    Raises ``Refused`` where the file is there already.
    """
    if target.exists():
        raise Refused(f"{target} 已经有了，换一个名字。")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    handle = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w+b") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
            manifest = _fill(archive, folder, moment)
            archive.writestr(MANIFEST, manifest.as_json())
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(target)
    return manifest


def _fill(archive: zipfile.ZipFile, folder: Path, moment: datetime) -> Manifest:
    parts = {}
    with one_moment() as connection:
        for table in stored_tables(connection):
            parts[f"tables/{table.name}.jsonl"] = _copy_table(archive, connection, table)
        revision, dialect = revision_of(connection), connection.dialect.name
    for path in files_to_keep(folder):
        name = path.relative_to(folder).as_posix()
        parts[f"files/{name}"] = _copy_file(archive, path, name)
    return Manifest(FORMAT, moment.isoformat(), revision, dialect, parts)


def verify(archive: zipfile.ZipFile) -> Manifest:
    """Read a copy to its end. Raises ``Refused`` where a member is missing, changed, or one too many."""
    try:
        manifest = Manifest.of_json(archive.read(MANIFEST))
    except KeyError:
        raise Refused("这个文件不是善答的备份，或者没有写完。") from None
    if set(archive.namelist()) != {MANIFEST, *manifest.parts}:
        raise Refused("备份里的文件和它的清单对不上，可能被改过。")
    for name, part in manifest.parts.items():
        digest = hashlib.sha256()
        try:
            with archive.open(name) as member:
                while block := member.read(_BLOCK):
                    digest.update(block)
        except zipfile.BadZipFile:
            raise Refused(f"备份已经损坏：{name} 读不出来。") from None
        if digest.hexdigest() != part.digest:
            raise Refused(f"备份已经损坏或被改过：{name}。")
    return manifest


def drop_old(folder: Path, keep: int, beginning: str = "") -> list[Path]:
    """Delete the oldest copies of ``folder`` whose names begin so, and leave the ``keep`` newest. Gives what went."""
    found = sorted(folder.glob(f"{beginning}*.zip"), key=lambda path: path.stat().st_mtime)
    gone = found[: max(0, len(found) - keep)]
    for path in gone:
        path.unlink()
    return gone
