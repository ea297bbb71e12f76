"""How often one address may try to sign in; with Redis, without it, and when it is down.

The limiter belongs to the process, so each case runs in a process of its own.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = """
import re
from literacy.db import now
from literacy.operations import migrations
from run import create_app
app = create_app({"TESTING": True})
migrations.bring_up(app, now())
client = app.test_client()
token = re.search('name="csrf_token" value="([^"]+)"', client.get("/sign-in").get_data(as_text=True))[1]
answers = [client.post("/sign-in", data={"account": "nobody", "password": "x", "csrf_token": token}) for _ in range(4)]
print([answer.status_code for answer in answers], "操作太频繁了" in answers[-1].get_data(as_text=True))
"""


def answers(folder: Path, storage: str) -> str:
    """The status codes of four attempts where three are allowed, and whether the last page says so in words."""
    environment = {**os.environ, "LITERACY_DATA": str(folder), "LITERACY_SIGN_IN_LIMIT": "3 per hour"}
    environment.pop("LITERACY_DATABASE_URL", None)
    environment["LITERACY_REDIS_URL"] = storage
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip().splitlines()[-1]


def redis_answers() -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", 6379)) == 0


def test_the_fourth_attempt_is_refused_in_words(tmp_path: Path) -> None:
    assert answers(tmp_path, "") == "[200, 200, 200, 429] True"


def test_trying_activation_codes_is_limited_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = '"/activate", data={"code": "x", '
    monkeypatch.setattr(sys.modules[__name__], "SCRIPT", SCRIPT.replace('"/sign-in", data={', given))
    assert given in SCRIPT
    assert answers(tmp_path, "") == "[422, 422, 422, 429] True"


def test_a_dead_redis_neither_breaks_pages_nor_lifts_the_limit(tmp_path: Path) -> None:
    assert answers(tmp_path, "redis://127.0.0.1:1/0") == "[200, 200, 200, 429] True"


@pytest.mark.skipif(not redis_answers(), reason="Redis does not answer on 127.0.0.1:6379: its part is skipped")
def test_redis_counts_for_all_processes_together(tmp_path: Path) -> None:
    import redis

    server = redis.Redis(host="127.0.0.1", port=6379, db=15)
    server.flushdb()
    try:
        assert answers(tmp_path, "redis://127.0.0.1:6379/15") == "[200, 200, 200, 429] True"
        assert answers(tmp_path, "redis://127.0.0.1:6379/15") == "[429, 429, 429, 429] True"
    finally:
        server.flushdb()
