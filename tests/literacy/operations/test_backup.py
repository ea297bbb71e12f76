"""A copy of an installation holds all of it, and comes back into an empty one only."""

import json
import os
import stat
import zipfile
from datetime import UTC
from pathlib import Path

import pytest
from flask_migrate import downgrade
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Date, DateTime, Float, Integer, MetaData, String, Table, select

from literacy.cli import sync_content
from literacy.db import Json, UtcDateTime, db, now
from literacy.errors import Refused
from literacy.models import Unit, User
from literacy.operations import backup, migrations
from literacy.operations.restore import restore
from literacy.operations.rows import in_parts, line_of, reader_of
from tests.literacy.operations.installations import MOMENT, fill, installation, opened, rows_of


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory):
    """A copy of an installation with the whole curriculum and some people, its rows and its data folder."""
    folder, target = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("copies") / "one.zip"
    with installation(folder) as app:
        migrations.bring_up(app, MOMENT)
        sync_content(app)
        fill(app)
        (folder / "media").mkdir()
        (folder / "media" / "图.png").write_bytes(bytes(range(256)) * 40)
        (folder / "tmp").mkdir()
        (folder / "tmp" / "scratch").write_text("x")
        manifest = backup.back_up(folder, target, MOMENT)
        rows = rows_of(app)
    return target, rows, manifest


@pytest.mark.parametrize("address", ["", "sqlite"])
def test_a_copy_comes_back_on_either_database(copy, tmp_path: Path, address: str) -> None:
    target, rows, manifest = copy
    second = tmp_path / "second"
    with installation(second, address and f"sqlite:///{second / 'other.db'}") as app, opened(target) as archive:
        assert restore(archive, second) == manifest
        assert rows_of(app) == rows
        assert migrations.present() == migrations.newest()
        assert (second / "media" / "图.png").read_bytes() == bytes(range(256)) * 40
        assert not (second / "tmp").exists()
        child = db.session.scalars(select(Unit).where(Unit.parent_id.isnot(None))).one()
        assert child.parent_id > child.id
        db.session.add(Unit(name="新来的"))  # the next number is free
        db.session.commit()


def test_it_is_complete_private_and_says_what_it_holds(copy) -> None:
    target, rows, manifest = copy
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert not list(target.parent.glob("*.partial"))
    assert {name: part.rows for name, part in manifest.tables.items() if part.rows} == {
        name: len(found) for name, found in rows.items()
    }
    assert set(manifest.files) == {"media/图.png"}
    with opened(target) as archive:
        assert backup.verify(archive) == manifest
    with pytest.raises(Refused, match="已经有了"):
        backup.back_up(target.parent, target, MOMENT)


def test_nothing_is_brought_back_over_people(copy, tmp_path: Path) -> None:
    target, _, _ = copy
    with installation(tmp_path / "second") as app, opened(target) as archive:
        migrations.bring_up(app, MOMENT)
        fill(app)
        before = rows_of(app)
        with pytest.raises(Refused, match="已经有账号"):
            restore(archive, tmp_path / "second")
        assert rows_of(app) == before


def test_course_files_that_were_loaded_at_a_first_start_are_no_hindrance(copy, tmp_path: Path) -> None:
    target, rows, _ = copy
    with installation(tmp_path / "second") as app, opened(target) as archive:
        migrations.bring_up(app, MOMENT)
        sync_content(app)
        restore(archive, tmp_path / "second")
        assert rows_of(app) == rows


def changed(source: Path, target: Path, name: str, data: bytes | None) -> None:
    """A copy in which one member is other data, or missing."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        if data is not None:
            new.writestr(name, data)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("tables/users.jsonl", b"[1]\n", "损坏或被改过"),
        ("tables/users.jsonl", None, "对不上"),
        ("files/../../evil", b"x", "对不上"),
        ("manifest.json", None, "没有写完"),
        ("manifest.json", b"[]", "不是善答的备份"),
        ("manifest.json", b"{", "不是善答的备份"),
    ],
)
def test_what_was_changed_is_noticed_before_anything_is_written(copy, tmp_path: Path, name, data, said) -> None:
    target, _, _ = copy
    changed(target, tmp_path / "other.zip", name, data)
    with installation(tmp_path / "second") as app, opened(tmp_path / "other.zip") as archive:
        with pytest.raises(Refused, match=said):
            restore(archive, tmp_path / "second")
        assert rows_of(app) == {}


def test_a_copy_of_a_newer_program_or_of_unknown_tables_is_refused(copy, tmp_path: Path) -> None:
    target, _, manifest = copy
    told = json.loads(manifest.as_json())
    for change, said in (({"format": 99}, "先升级程序"), ({"revision": "9999"}, "不认识")):
        other = tmp_path / f"{said}.zip"
        changed(target, other, "manifest.json", json.dumps({**told, **change}).encode())
        with installation(tmp_path / said), opened(other) as archive, pytest.raises(Refused, match=said):
            restore(archive, tmp_path / said)


def test_an_upgrade_makes_a_copy_first(tmp_path: Path) -> None:
    with installation(tmp_path) as app:
        assert migrations.bring_up(app, MOMENT) is None, "there was nothing to copy yet"
        fill(app)
        downgrade(revision="0002")
        made = migrations.bring_up(app, MOMENT)
        assert made is not None and made.parent == tmp_path / "backups"
        with opened(made) as archive:
            assert backup.verify(archive).revision == "0002"
        assert migrations.present() == migrations.newest()
        assert migrations.bring_up(app, now()) is None


def test_an_old_copy_is_brought_to_the_newest_form(tmp_path: Path) -> None:
    with installation(tmp_path / "first") as app:
        migrations.bring_up(app, MOMENT)
        fill(app)
        downgrade(revision="0001")
        backup.back_up(tmp_path / "first", tmp_path / "old.zip", MOMENT)
    with installation(tmp_path / "second"), opened(tmp_path / "old.zip") as archive:
        restore(archive, tmp_path / "second")
        assert migrations.present() == migrations.newest()
        assert db.session.scalars(select(User.name)).one() == "张𠮷🐶"


def test_old_copies_go_the_oldest_first(tmp_path: Path) -> None:
    for day, name in enumerate(("c.zip", "a.zip", "b.zip", "note.txt"), start=1):
        (tmp_path / name).write_text(name)
        os.utime(tmp_path / name, (day, day))
    assert [path.name for path in backup.drop_old(tmp_path, 2)] == ["c.zip"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b.zip", "note.txt"]


TABLE = Table(
    "t",
    MetaData(),
    Column("n", Integer),
    Column("f", Float),
    Column("s", String),
    Column("j", Json),
    Column("m", UtcDateTime),
    Column("p", DateTime),
    Column("d", Date),
)
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
json_values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
rows = st.tuples(
    st.none() | st.integers(),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.none() | st.text(),
    json_values,
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.none() | st.datetimes(),
    st.none() | st.dates(),
)


@given(rows)
def test_any_row_is_one_line_and_comes_back(row) -> None:
    line = line_of(row)
    assert "\n" not in line and "\r" not in line
    assert tuple(reader_of(TABLE, list(TABLE.c.keys()))(line).values()) == row


@given(st.lists(st.integers()), st.integers(1, 9))
def test_parts_are_the_whole(numbers: list[int], size: int) -> None:
    parts = list(in_parts(({"n": number} for number in numbers), size))
    assert [row["n"] for part in parts for row in part] == numbers
    assert all(len(part) == size for part in parts[:-1]) and all(parts)
