"""How often one address may check a code. The limiter belongs to the process, so it runs in one of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
from literacy.db import now
from literacy.operations import migrations
from run import create_app
app = create_app({"TESTING": True})
migrations.bring_up(app, now())
client = app.test_client()
answers = [client.get(f"/verify/{number:016}") for number in range(4)]
print([answer.status_code for answer in answers], "操作太频繁了" in answers[-1].get_data(as_text=True))
"""


def test_nobody_tries_codes_one_after_the_other(tmp_path: Path) -> None:
    environment = {**os.environ, "LITERACY_DATA": str(tmp_path), "LITERACY_VERIFY_LIMIT": "3 per hour"}
    for name in ("LITERACY_DATABASE_URL", "LITERACY_REDIS_URL"):
        environment.pop(name, None)
    ran = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip().splitlines()[-1] == "[404, 404, 404, 429] True"
