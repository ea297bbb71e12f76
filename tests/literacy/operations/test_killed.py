"""Whenever a copy or its bringing back is killed, nothing is half there, and the next try succeeds."""

import time
from pathlib import Path

import pytest

from literacy.operations import backup, migrations
from tests.literacy.operations.installations import MOMENT, command, crowd, fill, installation, opened, rows_of


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory):
    """An installation with so many rows that there is time to kill: its folder, its address, its rows."""
    folder = tmp_path_factory.mktemp("full")
    with installation(folder) as app:
        migrations.bring_up(app, MOMENT)
        fill(app)
        crowd(app)
        yield folder, app.config["SQLALCHEMY_DATABASE_URI"], rows_of(app)


def killed_after(process, ready, delay: float) -> bool:
    """Wait until ``ready()`` or the end, then ``delay`` seconds more, then kill. Whether it was still at work."""
    while process.poll() is None and not ready():
        time.sleep(0.01)
    time.sleep(delay)
    at_work = process.poll() is None
    process.kill()
    process.communicate()
    return at_work


def test_a_copy_that_is_killed_leaves_no_copy(full, tmp_path: Path) -> None:
    folder, address, _ = full
    target = tmp_path / "one.zip"
    partial = tmp_path / "one.zip.partial"
    assert killed_after(command(folder, address, "backup", "--to", str(target)), partial.exists, 0.05)
    assert not target.exists()
    second = command(folder, address, "backup", "--to", str(target))
    assert second.wait() == 0, second.communicate()
    with opened(target) as archive:
        assert backup.verify(archive).tables["audit_entries"].rows > 40_000
    assert not partial.exists()


@pytest.mark.parametrize("delay", [0.0, 0.4, 1.0])
def test_a_restoring_that_is_killed_is_done_again(full, tmp_path: Path, delay: float) -> None:
    folder, _, rows = full
    target, second = tmp_path / "one.zip", tmp_path / "second"
    backup.back_up(folder, target, MOMENT)
    with installation(second) as app:
        there = app.config["SQLALCHEMY_DATABASE_URI"]
        process = command(second, there, "restore", str(target))
        at_work = killed_after(process, (second / "secret.key").exists, delay)
        again = command(second, there, "restore", str(target))
        output = again.communicate()[0]
        assert again.returncode == 0 or ("已经有账号" in output and not at_work), output
        assert rows_of(app) == rows
