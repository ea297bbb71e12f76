"""The command line as its user meets it."""

import contextlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from run import main

ROOT = Path(__file__).resolve().parent.parent


def run(folder: Path, *arguments: str, cwd: Path = ROOT, **more: str) -> "subprocess.CompletedProcess[str]":
    """`python run.py …` on data of its own, in an environment that asks for nothing special."""
    unset = {"LITERACY_DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= {"LITERACY_DATA": str(folder), **more}
    return subprocess.run(
        [sys.executable, "run.py", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_help_lists_every_command_with_one_line_each() -> None:
    shown = CliRunner().invoke(main, ["--help"]).output
    for command in main.commands.values():
        for part in getattr(command, "commands", {"": command}).values():
            line = next((line for line in shown.splitlines() if part.get_short_help_str(60) in line), None)
            assert line and part.name in line, f"{part.name} is missing:\n{shown}"
            assert part.help and part.help.count("\n") == 0, f"{part.name}: one line of help, in Chinese"


def test_nothing_is_written_outside_the_data_folder(tmp_path: Path) -> None:
    """Not even compiled modules beside the code."""
    left_out = shutil.ignore_patterns(".*", "__pycache__", "instance", "build")
    copy = Path(shutil.copytree(ROOT, tmp_path / "product", ignore=left_out))
    before = set(copy.rglob("*"))
    answer = run(tmp_path / "data", "user", "create", "first", "--name", "第一位", "--role", "administrator", cwd=copy)
    assert answer.returncode == 0, answer.stderr
    assert "初始密码" in answer.stdout
    assert set(copy.rglob("*")) == before
    assert {path.name for path in (tmp_path / "data").iterdir()} >= {"literacy.db", "secret.key"}
    assert (tmp_path / "data/secret.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("arguments", [["content", "check"], ["--help"]])
def test_commands_that_need_no_database_make_none(tmp_path: Path, arguments: list[str]) -> None:
    answer = run(tmp_path / "data", *arguments)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert not (tmp_path / "data/literacy.db").exists()


def test_long_work_is_taken_up_beside_the_server(tmp_path: Path) -> None:
    """`serve` starts a worker, and takes it along when it ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    environment = {name: value for name, value in os.environ.items() if name != "LITERACY_DATABASE_URL"}
    command = [sys.executable, "run.py", "serve", "--port", port]
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment | {"LITERACY_DATA": str(tmp_path)}, stdout=subprocess.PIPE, text=True
    )
    try:
        worker = _first_sign(tmp_path / "literacy.db")
        server.terminate()
        assert server.wait(30) == 0
    finally:
        server.kill()
    assert worker, "no worker gave a sign of life"
    server.communicate(timeout=30)  # ends only once nobody holds the pipe any more: the worker neither


def _first_sign(path: Path) -> bool:
    for _ in range(120):
        if path.exists():
            with contextlib.closing(sqlite3.connect(path)) as connection, contextlib.suppress(sqlite3.OperationalError):
                if connection.execute("select 1 from periodic_runs").fetchone():
                    return True
        time.sleep(0.5)
    return False


def test_a_port_in_use_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = run(tmp_path / "data", "serve", "--port", str(port))
    assert answer.returncode == 1
    assert f"端口 {port} 已经有别的程序在用" in answer.stderr and "Traceback" not in answer.stderr
    assert not (tmp_path / "data").exists(), "nothing was begun"


def test_a_database_that_does_not_answer_is_said_in_a_sentence(tmp_path: Path) -> None:
    answer = run(tmp_path / "data", "upgrade", LITERACY_DATABASE_URL="postgresql://nobody@127.0.0.1:1/x")
    assert answer.returncode == 1
    assert "数据库连不上" in answer.stderr and "Traceback" not in answer.stderr


def test_a_data_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = run(tmp_path / "file" / "data", "upgrade")
    assert answer.returncode == 1
    assert "数据文件夹" in answer.stderr and "Traceback" not in answer.stderr
