"""What the examination of an installation says, for each thing that can be wrong."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask_migrate import downgrade

from literacy.db import db
from literacy.jobs.models import Job, PeriodicRun
from literacy.operations import doctor, migrations
from literacy.operations.doctor import Health
from tests.literacy.operations.installations import MOMENT, command, fill, installation


def health(answers, about: str) -> Health:
    return next(answer.health for answer in answers if answer.about == about)


def test_an_old_python_is_named() -> None:
    assert doctor.python_version((3, 10, 4)).health is Health.BAD
    assert doctor.python_version((3, 11, 0)).health is Health.GOOD


def test_a_full_disk_and_a_closed_folder_are_named(tmp_path: Path) -> None:
    assert health(doctor.data_folder(tmp_path, lambda _: 5 << 20), "磁盘") is Health.BAD
    assert health(doctor.data_folder(tmp_path, lambda _: 5 << 30), "磁盘") is Health.GOOD
    assert health(doctor.data_folder(tmp_path / "missing"), "数据文件夹") is Health.BAD


def test_a_key_that_others_can_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LITERACY_SECRET_KEY", raising=False)
    assert doctor.secret_key(tmp_path).health is Health.BAD
    (tmp_path / "secret.key").write_text("x")
    (tmp_path / "secret.key").chmod(0o644)
    assert doctor.secret_key(tmp_path).health is Health.BAD
    (tmp_path / "secret.key").chmod(0o600)
    assert doctor.secret_key(tmp_path).health is Health.GOOD


def test_a_wrong_time_zone_and_a_silent_redis_are_named() -> None:
    assert doctor.time_zone("Asia/Shanghai").health is Health.GOOD
    assert doctor.time_zone("Mars/Olympus").health is Health.BAD
    assert doctor.shared_limits("memory://").health is Health.GOOD
    assert doctor.shared_limits("redis://127.0.0.1:1/0").health is Health.BAD


def test_copies_grow_old(tmp_path: Path) -> None:
    assert doctor.last_copy(tmp_path, MOMENT).health is Health.ADVICE
    (tmp_path / "backups").mkdir()
    made = tmp_path / "backups" / "a.zip"
    made.touch()
    for age, expected in ((0, Health.GOOD), (6, Health.GOOD), (8, Health.ADVICE)):
        at = (MOMENT - timedelta(days=age)).timestamp()
        os.utime(made, (at, at))
        assert doctor.last_copy(tmp_path, MOMENT).health is expected


def test_work_that_nobody_takes_up_is_named(app, person) -> None:
    def asked(minutes: int) -> Health:
        db.session.execute(db.update(Job).values(created_at=MOMENT - timedelta(minutes=minutes)))
        return doctor.background(MOMENT).health

    assert doctor.background(MOMENT).health is Health.GOOD
    db.session.add(Job(kind="x", owner=person("administrator"), title="x"))
    db.session.flush()
    assert asked(5) is Health.GOOD
    assert asked(15) is Health.BAD
    db.session.add(PeriodicRun(name="worker", ran_at=MOMENT - timedelta(minutes=1)))
    db.session.flush()
    assert asked(15) is Health.GOOD, "a worker lives, and has other things to do first"


def test_the_database_is_examined(tmp_path: Path) -> None:
    with installation(tmp_path) as app:
        assert health(doctor.database(), "表结构") is Health.ADVICE
        migrations.bring_up(app, MOMENT)
        assert {answer.health for answer in doctor.database()} == {Health.GOOD}
        assert doctor.people().health is Health.ADVICE
        fill(app)
        assert doctor.people().health is Health.ADVICE, "a trainer is no administrator"
        db.session.remove()
        downgrade(revision="0002")
        assert health(doctor.database(), "表结构") is Health.BAD


def test_a_damaged_sqlite_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.db"
    with installation(tmp_path, f"sqlite:///{path}") as app:
        migrations.bring_up(app, MOMENT)
        fill(app)
        db.session.remove()
        db.engine.dispose()
        data = bytearray(path.read_bytes())
        data[4096 * 3 : 4096 * 12] = b"\xff" * (4096 * 9)
        path.write_bytes(data)
        assert Health.BAD in {answer.health for answer in doctor.database()}


def test_the_command_says_it_and_ends_with_a_status(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'one.db'}"
    with installation(tmp_path, address) as app:
        migrations.bring_up(app, MOMENT)
    process = command(tmp_path, address, "doctor", "--json")
    answers = json.loads(process.communicate()[0])
    assert process.returncode == 0
    assert {"about", "health", "says", "remedy"} == set(answers[0])
    (tmp_path / "secret.key").chmod(0o644)
    process = command(tmp_path, address, "doctor")
    output = process.communicate()[0]
    assert process.returncode == 1 and "✗ 会话密钥" in output and "chmod 600" in output


def test_a_database_that_cannot_be_reached_is_one_answer(tmp_path: Path) -> None:
    process = command(tmp_path, "postgresql://nobody@127.0.0.1:1/nothing", "doctor")
    output = process.communicate()[0]
    assert process.returncode == 1 and "✗ 数据库：连不上" in output and "Traceback" not in output
