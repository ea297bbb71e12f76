"""A real server, started as README says, and a real Chromium that looks at it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
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
            # A busy machine can make a browser miss a moment. What is broken is broken twice, and reruns are reported.
            item.add_marker(pytest.mark.flaky(reruns=1))
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

    def command(self, *words: str) -> str:
        """What a command of the product prints, given on the server beside the running service."""
        done = subprocess.run(
            [sys.executable, "run.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def accounts(self) -> dict[str, tuple[str, str]]:
        """The demo accounts that were printed: {role: (account, password)}."""
        found = re.findall(r"(学员|培训师|管理员)\s+账号 (\S+)\s+密码 (\S+)", self.output)
        return {role: (account, password) for role, account, password in found}


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[Server]:
    """A server on a data folder and a database of its own, empty before it starts."""
    with temporary_database(folder.parent) as address:
        environment = {
            **os.environ,
            "LITERACY_DATA": str(folder),
            "LITERACY_DATABASE_URL": address,
            "LITERACY_WORKERS": "1",
            "PYTHONUNBUFFERED": "1",
        }
        made = Server(folder, free_port(), environment)
        try:
            made.start(*arguments)
            yield made
        finally:
            made.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with demo accounts."""
    with started(tmp_path_factory.mktemp("browser") / "instance", "--demo") as made:
        yield made


@pytest.fixture(scope="session")
def accounts(server: Server) -> dict[str, tuple[str, str]]:
    """Account and password of each demo role."""
    return server.accounts()


def until_whole(act: Callable[..., None]) -> Callable[..., None]:
    """A click or a key that is over only when the page it leads to is whole.

    Playwright's own is over when the next page begins to come: who counts links then, or runs a script, meets half a
    page, and on a busy machine only.
    """

    @wraps(act)
    def acting(self, *given, **named) -> None:
        act(self, *given, **named)
        self.page.wait_for_load_state()

    return acting


def slowed(make: Callable) -> Callable:
    """A window whose network is that of a phone far out."""

    def slow(page) -> None:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 120, "downloadThroughput": 150_000, "uploadThroughput": 150_000},
        )

    @wraps(make)
    def made(self, *given, **named):
        context = make(self, *given, **named)
        context.on("page", slow)
        return context

    return made


@pytest.fixture(scope="session")
def browser() -> Iterator["playwright.sync_api.Browser"]:  # noqa: F821
    """One Chromium for all journeys. ``SLOW_PAGES=1`` makes its pages come slowly, to find tests that run ahead."""
    from playwright.sync_api import Browser, Locator, sync_playwright

    with sync_playwright() as driver, pytest.MonkeyPatch.context() as patch:
        for name in ("click", "press"):
            patch.setattr(Locator, name, until_whole(getattr(Locator, name)))
        if os.environ.get("SLOW_PAGES"):
            patch.setattr(Browser, "new_context", slowed(Browser.new_context))
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


@pytest.fixture
def other(browser, server) -> Iterator["playwright.sync_api.Page"]:  # noqa: F821
    """Another person's window."""
    context = browser.new_context(base_url=server.url, locale="zh-CN")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def sign_in(page, account: str, password: str) -> None:
    """Sign in through the page, as a person does."""
    page.goto("/sign-in")
    page.get_by_label("账号").fill(account)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
