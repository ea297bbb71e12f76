"""Very many rows past the session are the rows that the session would have written."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from literacy.bulk import filling
from literacy.db import db
from literacy.models import Unit, User

pytestmark = pytest.mark.usefixtures("app")
MOMENT = datetime(2025, 2, 28, 23, 59, 7, tzinfo=UTC)


def put_two() -> int:
    """Two people with the columns that matter; gives the first one's id."""
    with filling() as into:
        first = into.next_id(User)
        names = ("id", "account", "name", "name_key", "active", "created_at", "password_hash")
        created = into.moment(int(MOMENT.timestamp()))
        rows = [(first + at, f"many{at}", "何\t平\\", "k", bool(at), created, "!") for at in range(2)]
        into.put(User, names, rows)
        into.commit()
        into.finish()
    return first


def test_rows_are_read_as_they_were_meant() -> None:
    first = put_two()
    one, two = db.session.scalars(select(User).order_by(User.id))
    assert (one.id, one.account, one.name, one.active, two.active) == (first, "many0", "何\t平\\", False, True)
    assert one.created_at == MOMENT


def test_what_nobody_names_gets_the_models_default() -> None:
    put_two()
    one = db.session.scalars(select(User)).first()
    assert one is not None
    assert (one.must_change_password, one.session_version, one.post, one.unit_id) == (True, 1, "", None)


def test_who_comes_later_gets_another_number(person: Any) -> None:
    first = put_two()
    assert person().id == first + 2


def test_other_connections_are_as_careful_as_before() -> None:
    put_two()
    if db.engine.dialect.name == "sqlite":
        assert db.session.scalar(db.text("PRAGMA foreign_keys")) == 1
        assert db.session.scalar(db.text("PRAGMA journal_mode")) == "wal"


def test_an_empty_part_is_no_mistake() -> None:
    with filling() as into:
        into.put(Unit, ("id", "name"), [])
        into.commit()
    assert db.session.scalars(select(Unit)).all() == []
