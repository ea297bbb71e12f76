"""The commands with which an installation gets its first administrator."""

import re
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from literacy.db import db
from literacy.models import AuditEntry, Role
from literacy.service import accounts
from run import main
from tests.conftest import PASSWORD


@pytest.fixture
def run(app: Any, monkeypatch: Any) -> Any:
    """Run a command on the database of the tests."""
    monkeypatch.setattr("run.create_app", lambda: app)

    def invoke(*arguments: str) -> Any:
        db.session.commit()  # an open transaction would hold SQLite's lock
        answer = CliRunner().invoke(main, arguments)
        db.session.expire_all()
        return answer

    return invoke


def password_in(answer: Any) -> str:
    match = re.search(r"初始密码 ([a-z0-9-]{14})", answer.output)
    assert match, answer.output
    return match[1]


def test_a_first_administrator_is_made(run: Any) -> None:
    answer = run("user", "create", "First", "--name", "何平", "--role", "administrator", "--role", "trainer")
    assert answer.exit_code == 0, answer.output
    assert "已新建何平（培训师、管理员）" in answer.output
    user = accounts.find_by_account("first")
    assert user is not None and user.roles == {Role.TRAINER, Role.ADMINISTRATOR} and user.must_change_password
    assert accounts.password_fits(user, password_in(answer))
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_name) == ("user.created", "系统")
    assert password_in(answer) not in repr((entry.summary, entry.changes))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("TAKEN", "--name", "何平", "--role", "learner"), "账号 taken 已经有人使用。"),
        (("  ", "--name", "何平", "--role", "learner"), "请填写账号。"),
        (("a<b", "--name", "何平", "--role", "learner"), "账号只能用"),
        (("x" * 300, "--name", "何平", "--role", "learner"), "账号最多 40 个字符。"),
        (("fine", "--name", "名" * 300, "--role", "learner"), "姓名最多 40 个字。"),
    ],
)
def test_what_cannot_be_made_is_said_in_chinese(
    arguments: tuple[str, ...], sentence: str, run: Any, person: Any
) -> None:
    taken = person(account="taken")
    answer = run("user", "create", *arguments)
    assert answer.exit_code == 1 and sentence in answer.output and "Traceback" not in answer.output
    assert "Error" not in answer.output
    assert accounts.find_by_account("fine") is None and accounts.password_fits(taken, PASSWORD)


def test_a_role_that_there_is_not_is_refused(run: Any) -> None:
    assert run("user", "create", "x", "--name", "何平", "--role", "king").exit_code == 2
    assert accounts.find_by_account("x") is None


def test_a_password_is_reset_and_a_lock_ended(run: Any, person: Any) -> None:
    person(account="known", name="何平")
    for _ in range(5):
        accounts.sign_in("known", "wrong")
    answer = run("user", "reset-password", "KNOWN")
    assert answer.exit_code == 0 and "何平" in answer.output
    user = accounts.sign_in("known", password_in(answer))
    assert user is not None and user.must_change_password


def test_an_unknown_account_is_said_in_chinese(run: Any) -> None:
    answer = run("user", "reset-password", "ghost")
    assert answer.exit_code == 1 and "没有账号 ghost。" in answer.output and "Error" not in answer.output
