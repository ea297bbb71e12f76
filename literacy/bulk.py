"""Very many rows into the tables of a new installation, past the session: for load tests and nothing else.

Values are handed over as the database keeps them (`moment`, `json_text`). PostgreSQL takes them by COPY, SQLite by one
prepared statement; neither makes an object of a row, so that memory stays what one part needs.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ProgrammingError

from literacy.db import db, now

DAY = 86_400
_QUICK = ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-65536", "journal_mode=MEMORY")
"""What SQLite may leave out while nobody else uses the installation, and a crash costs nothing but the filling."""


@cache
def _day(number: int) -> str:
    return date.fromordinal(date(1970, 1, 1).toordinal() + number).isoformat()


@cache
def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.000000"


def json_text(value: Any) -> str | None:
    """A value of a JSON column as it is stored; None for none."""
    return None if value is None else json.dumps(value)


class Filling:
    """A connection over which tables are filled. Give each part of the rows to `put`, then `commit`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.postgresql = connection.dialect.name == "postgresql"
        self._zone = "+00" if self.postgresql else ""
        self._into: dict[tuple[str, tuple[str, ...]], tuple[str, tuple[Any, ...]]] = {}
        self._numbered: set[str] = set()

    def moment(self, seconds: int) -> str:
        """A moment, given in seconds since 1970 (UTC), as it is stored."""
        return f"{_day(seconds // DAY)} {_clock(seconds % DAY)}{self._zone}"

    def next_id(self, model: Any) -> int:
        """The first id that no row of the model has. Raises nothing: an empty table begins at 1."""
        self._numbered.add(model.__tablename__)
        return (self._connection.scalar(sa.select(sa.func.max(model.id))) or 0) + 1

    def put(self, model: Any, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert rows whose values stand in the order of `names`; other columns get the defaults of the model."""
        table, key = model.__tablename__, (model.__tablename__, tuple(names))
        if key not in self._into:
            rest = dict(self._defaults(model.__table__, names))
            self._into[key] = (self._statement(table, (*names, *rest)), tuple(rest.values()))
        statement, rest_values = self._into[key]
        whole = (row + rest_values for row in rows) if rest_values else rows
        if not self.postgresql:
            if part := list(whole):
                self._connection.exec_driver_sql(statement, part)
            return
        driver: Any = self._connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in whole:
                copy.write_row(row)

    def _statement(self, table: str, names: Sequence[str]) -> str:
        bare = sa.table(table, *(sa.column(name) for name in names))
        statement = str(sa.insert(bare).compile(dialect=self._connection.dialect))
        if not self.postgresql:
            return statement
        return statement.partition(" VALUES ")[0].replace("INSERT INTO", "COPY", 1) + " FROM STDIN"

    def _defaults(self, table: sa.Table, named: Sequence[str]) -> Iterator[tuple[str, Any]]:
        """What the model puts into columns that nobody names."""
        for column in table.columns:
            if column.default is not None and not column.primary_key and column.name not in named:
                yield column.name, self._stored(_called(column.default))

    def _stored(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return self.moment(int(value.astimezone(UTC).timestamp()))
        if isinstance(value, Enum):
            return value.value
        return json_text(value) if isinstance(value, (dict, list)) else value

    def commit(self) -> None:
        """Keep what was put in so far."""
        self._connection.commit()

    def finish(self) -> None:
        """Let new rows be numbered after these, and let the database see what there is to plan its queries by."""
        for table in sorted(self._numbered) if self.postgresql else ():
            highest = sa.select(sa.func.max(sa.column("id"))).select_from(sa.table(table)).scalar_subquery()
            sequence = sa.func.pg_get_serial_sequence(table, "id")
            self._connection.execute(sa.select(sa.func.setval(sequence, highest)))
        self._connection.execute(sa.text("analyze"))
        self._connection.commit()


def _called(default: Any) -> Any:
    """The value of a column's default. Those that ask for the moment or an empty list take a context they ignore."""
    made: Callable[[Any], Any] | Any = default.arg
    return made(None) if callable(made) else made


def _trusting(connection: Connection) -> None:
    """Let PostgreSQL take rows without looking up what they refer to, if its user may order that."""
    try:
        connection.exec_driver_sql("set session_replication_role = replica")
        connection.commit()
    except ProgrammingError:
        connection.rollback()


@contextmanager
def filling() -> Iterator[Filling]:
    """A connection of its own to fill tables over; the caller has committed, and nobody else uses the database.

    SQLite does not wait for the disk, and neither database checks references (PostgreSQL: where its user may say so):
    whatever is put in has to fit by itself.
    """
    db.session.remove()
    db.engine.dispose()
    connection = db.engine.connect()
    driver: Any = connection.connection.driver_connection
    lite = connection.dialect.name == "sqlite"
    try:
        for pragma in _QUICK if lite else ():
            driver.execute(f"PRAGMA {pragma}")
        if not lite:
            _trusting(connection)
        yield Filling(connection)
        if lite:
            driver.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.invalidate()  # nobody else is to get it with these settings
        connection.close()


def seconds(moment: datetime | None = None) -> int:
    """A moment (now, without one) in seconds since 1970."""
    return int((moment or now()).timestamp())
