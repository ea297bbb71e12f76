"""The commands say in plain words from where to where the record is whole, or which entry is not."""

from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from literacy import audit
from literacy.audit import sealing
from literacy.db import db
from literacy.models import AuditEntry
from run import main


@pytest.fixture
def run(app: Any, monkeypatch: Any) -> Any:
    monkeypatch.setattr("run.create_app", lambda: app)

    def invoke(*arguments: str) -> Any:
        db.session.commit()
        return CliRunner().invoke(main, ["audit", *arguments])

    return invoke


def test_nothing_yet(run: Any) -> None:
    assert run("head").output == "还没有操作记录。\n"
    answer = run("verify")
    assert answer.exit_code == 0 and "还没有操作记录" in answer.output


def test_what_is_whole_is_said_to_be(run: Any) -> None:
    for number in range(3):
        audit.record(None, "unit.created", None, f"第 {number} 件")
    noted = run("head").output.strip()
    assert noted == f"3 {sealing.head()[1]}"
    audit.record(None, "unit.created", None, "又一件")
    answer = run("verify", "--head", noted)
    assert answer.exit_code == 0, answer.output
    assert "核对了 4 条，从第 1 条（今天 " in answer.output and "完整，没有缺，也没有改" in answer.output


def test_what_is_not_is_named(run: Any) -> None:
    for number in range(3):
        audit.record(None, "unit.created", None, f"第 {number} 件")
    db.session.commit()
    with db.engine.begin() as connection, sealing.opened(connection, "x"):
        connection.execute(update(AuditEntry).where(AuditEntry.number == 2).values(summary="没这回事"))
    answer = run("verify", "--head", "f" * 64)
    assert answer.exit_code == 1
    assert "✗ 第 2 条（今天" in answer.output and "没这回事）被改过" in answer.output
    assert "ffffffffffff… 不在记录里" in answer.output and answer.output.endswith("记录不完整。\n")
