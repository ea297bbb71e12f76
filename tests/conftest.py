"""The app over a real database, and a client that checks every page it opens.

Each process migrates one database; each test runs in it and leaves it empty. With LITERACY_DATABASE_URL set to a
PostgreSQL server, each process makes a database of its own there.
"""

import contextlib
import contextvars
import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from werkzeug.test import TestResponse

from literacy.audit import sealing
from literacy.db import db, now
from literacy.models import Role, User
from literacy.operations import migrations
from literacy.service import accounts
from run import create_app
from tests import acts
from tests.pages import check_page

PASSWORD = "a-long-test-password"

# The same examples each time, so that a run that passed passes again; HYPOTHESIS_SEARCH=1 looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("default" if os.environ.get("HYPOTHESIS_SEARCH") else "steady")
# Hashing as the product does takes longer than most tests: theirs is the cheapest that Argon2 knows. What the
# product's own one costs, test_accounts holds; journeys and commands in a process of their own use it.
PRODUCT_HASHER = accounts._hasher
accounts._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
accounts._NOBODY = accounts._hasher.hash("nobody")
POSTGRES = os.environ.get("LITERACY_DATABASE_URL", "")
# Thousands of replies are judged here, and the second reader takes a tenth of a second over each. Tests that are about
# it read it themselves.
os.environ.setdefault("LITERACY_SECOND_READER", "off")


@contextlib.contextmanager
def temporary_database(folder: Path) -> Iterator[str]:
    """The address of a new, empty database: a file, or a database on the PostgreSQL server that was named."""
    if not POSTGRES:
        yield f"sqlite:///{folder / 'test.db'}"
        return
    address = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", POSTGRES)
    server = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    name = f"literacy_test_{uuid.uuid4().hex[:12]}"
    with server.connect() as connection:
        connection.execute(sa.text(f"create database {name}"))
        # Nobody needs it after a power cut: no commit waits for the disk.
        connection.execute(sa.text(f"alter database {name} set synchronous_commit = off"))
    try:
        yield server.url.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(sa.text(f"drop database {name} with (force)"))
        server.dispose()


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database for the tests of this process."""
    with temporary_database(tmp_path_factory.mktemp("data")) as address:
        yield address


@pytest.fixture(scope="session")
def shared_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The migrated app, made once per process."""
    folder = tmp_path_factory.mktemp("instance")
    app = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": "test",
            "DATA_FOLDER": folder,
            "SQLALCHEMY_DATABASE_URI": database_url,
            "RATELIMIT_ENABLED": False,
            "SERVER_NAME": "localhost",
        }
    )
    migrations.bring_up(app, now())
    if os.environ.get("READ_BACKWARDS"):
        with app.app_context():
            _read_backwards(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


def _read_backwards(engine: sa.Engine) -> None:
    """SQLite gives rows in the other order wherever none is asked for: PostgreSQL may give any at any time."""
    if engine.dialect.name == "sqlite":
        engine.dispose()  # connections from now on
        sa.event.listen(engine, "connect", lambda made, _: made.execute("PRAGMA reverse_unordered_selects=ON"))


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """The app with an empty database and a pushed context."""
    with shared_app.app_context():
        yield shared_app
        db.session.rollback()
        db.session.remove()
        empty_database()


def empty_database() -> None:
    """Delete every row, whatever refers to what. Only tables that hold something are touched."""
    tables = [table.name for table in reversed(db.metadata.sorted_tables)]
    with db.engine.begin() as connection:
        if db.engine.dialect.name == "postgresql":
            _empty_postgresql(connection, tables)
            return
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        held = _held(connection, [name for name in tables if name != "audit_openings"])
        with sealing.opened(connection, "emptying"):
            for name in held:
                connection.exec_driver_sql(f"delete from {name}")


def _held(connection: sa.Connection, tables: list[str]) -> list[str]:
    """Those of the tables that hold a row."""
    asked = " union all ".join(f"select '{name}' where exists (select 1 from {name})" for name in tables)
    return [row[0] for row in connection.exec_driver_sql(asked)]


def _empty_postgresql(connection: sa.Connection, tables: list[str]) -> None:
    """The same there, and ids begin at 1 again.

    TRUNCATE makes the files of a hundred tables anew, which takes longer than most tests.
    """
    connection.execute(sa.text("set local session_replication_role = replica"))  # no keys and triggers to be asked
    for name in _held(connection, tables):
        connection.execute(sa.text(f"delete from {name}"))
    counted = "select sequencename from pg_sequences where schemaname = 'public' and last_value is not null"
    for name in connection.scalars(sa.text(counted)).all():
        connection.execute(sa.text(f"alter sequence {name} restart"))


class Client(FlaskClient):
    """A browser-like client: sends CSRF tokens, and checks every HTML page that comes back."""

    checks = True

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if kwargs.get("method") == "POST" and self.checks:
            answer = self._watched(*args, **kwargs)
        else:
            answer = self._request(*args, **kwargs)
        if self.checks and answer.mimetype == "text/html" and answer.status_code != 303:
            check_page(answer.get_data(as_text=True), f"{answer.request.method} {answer.request.path}")
        return answer

    def _watched(self, *args: Any, **kwargs: Any) -> TestResponse:
        """A POST, after which what staff changed has to stand in the record."""
        with acts.Watch() as watch:
            answer = self._request(*args, **kwargs)
        endpoint = acts.endpoint_of(self.application, answer.request.path)
        if acts.is_staff(self.application, endpoint) and endpoint not in acts.EXEMPT:
            assert not watch.unrecorded(), (
                f"{endpoint} changed {watch.unrecorded()} and recorded nothing: call audit.record, or say in "
                "tests/acts.py why this is no act"
            )
        return answer

    def _request(self, *args: Any, **kwargs: Any) -> TestResponse:
        # What the test arranged becomes visible, and its transaction must not hold the lock; the request runs in
        # a context of its own, as in a server, so that nothing of the test's session or user leaks into it.
        db.session.commit()
        return contextvars.Context().run(super().open, *args, **kwargs)

    def token(self) -> str:
        """A CSRF token of this session."""
        html = self._request("/account" if self.signed_in else "/sign-in").get_data(as_text=True)
        match = re.search(r'name="csrf_token" value="([^"]+)"', html)
        assert match, "no CSRF token on the page"
        return match[1]

    signed_in: User | None = None

    def send(self, url: str, data: Any = None, **kwargs: Any) -> TestResponse:
        """POST a form with its token, as a page of ours would."""
        fields = {**(data or {}), "csrf_token": self.token()}
        return self.post(url, data=fields, headers={"Sec-Fetch-Site": "same-origin"}, **kwargs)

    def fetch(self, url: str, payload: Any) -> TestResponse:
        """POST JSON as a script of ours would."""
        headers = {"X-CSRFToken": self.token(), "X-Requested-With": "fetch", "Sec-Fetch-Site": "same-origin"}
        return self.post(url, json=payload, headers=headers)


@pytest.fixture
def client(app: Flask) -> Client:
    """Nobody in particular."""
    app.test_client_class = Client
    made = app.test_client()
    assert isinstance(made, Client)
    return made


@pytest.fixture
def person(app: Flask) -> Any:
    """A factory of people: person("learner", "trainer", account="…") with the password PASSWORD."""

    def make(*roles: str, account: str | None = None, name: str = "测试人", **kwargs: Any) -> User:
        user, _ = accounts.create_user(
            None,
            account=account or f"user{uuid.uuid4().hex[:8]}",
            name=name,
            roles=[Role(role) for role in roles or ("learner",)],
            password=PASSWORD,
            must_change=False,
            **kwargs,
        )
        db.session.commit()
        return user

    return make


@pytest.fixture
def sign_in(client: Client, person: Any) -> Any:
    """Sign the client in as a person (or make one of the roles): sign_in("trainer") or sign_in(user)."""

    def enter(*who: Any) -> User:
        user = who[0] if who and isinstance(who[0], User) else person(*who)
        answer = client.post(
            "/sign-in",
            data={"account": user.account, "password": PASSWORD, "csrf_token": client.token()},
        )
        assert answer.status_code == 303, answer.get_data(as_text=True)
        client.signed_in = user
        return user

    return enter
