"""A real server, started as README says, and a real Chromium that looks at it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import temporary_database

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

LAUNCH = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
"""How Chromium starts: also as root, and without calling anybody."""

pytestmark = pytest.mark.browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # Journeys share one server per process; keep them together.
            item.add_marker(pytest.mark.xdist_group("browser"))
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed: browser journeys are skipped"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Server:
    """The product as a user started it."""

    folder: Path
    port: int
    environment: dict[str, str]
    process: subprocess.Popen[str] | None = None
    output: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *arguments: str) -> None:
        log = self.folder.parent / f"{self.folder.name}.log"
        with log.open("w") as file:
            self.process = subprocess.Popen(
                [sys.executable, "run.py", "serve", "--port", str(self.port), *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                text=True,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self.output = log.read_text()
            assert self.process.poll() is None, self.output
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"the server did not answer:\n{self.output}")

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def kill(self) -> None:
        """Stop at once, as a power cut does: the workers too."""
        assert self.process
        subprocess.run(["pkill", "-KILL", "-P", str(self.process.pid)], check=False)
        self.process.kill()
        self.process.wait(30)

    def accounts(self) -> dict[str, tuple[str, str]]:
        """The demo accounts that were printed: {role: (account, password)}."""
        found = re.findall(r"(学员|培训师|管理员)\s+账号 (\S+)\s+密码 (\S+)", self.output)
        return {role: (account, password) for role, account, password in found}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with demo accounts on a database of its own."""
    folder = tmp_path_factory.mktemp("browser") / "instance"
    with temporary_database(folder.parent) as address:
        environment = {
            **os.environ,
            "LITERACY_DATA": str(folder),
            "LITERACY_DATABASE_URL": address,
            "LITERACY_WORKERS": "1",
            "PYTHONUNBUFFERED": "1",
        }
        made = Server(folder, free_port(), environment)
        made.start("--demo")
        yield made
        made.stop()


@pytest.fixture(scope="session")
def accounts(server: Server) -> dict[str, tuple[str, str]]:
    """Account and password of each demo role."""
    return server.accounts()


@pytest.fixture(scope="session")
def browser() -> Iterator["playwright.sync_api.Browser"]:  # noqa: F821
    """One Chromium for all journeys."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=CHROMIUM, args=LAUNCH)
        yield made
        made.close()


@pytest.fixture
def page(browser, server) -> Iterator["playwright.sync_api.Page"]:  # noqa: F821
    """A fresh browser window. Errors on the console, script errors and policy violations fail the test."""
    context = browser.new_context(base_url=server.url, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(15_000)
    made = context.new_page()
    faults: list[str] = []
    made.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    made.on(
        "console",
        lambda message: (
            faults.append(f"console: {message.text}")
            if message.type == "error" and "Content Security Policy" in message.text
            else None
        ),
    )
    yield made
    context.close()
    assert not faults, faults


def sign_in(page, account: str, password: str) -> None:
    """Sign in through the page, as a person does."""
    page.goto("/sign-in")
    page.get_by_label("账号").fill(account)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
