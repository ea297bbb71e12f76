"""The database: one session, typed columns, names for every constraint, and SQLite made safe for writers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from flask import Flask, has_request_context, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, MetaData, Select, String, Text, event, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from literacy.pinyin import compare

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PAGE_SIZE = 50
PINYIN = "zh-Hans-x-icu"
"""The collation by which PostgreSQL (with ICU) sorts Chinese by pinyin; SQLite gets ours under the same name."""


class UtcDateTime(TypeDecorator[datetime]):
    """Moments are stored in UTC and come back with their zone; SQLite itself keeps none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse moments without a zone: they are the usual eight-hour mistake."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give the zone back that SQLite dropped."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

Pk = Annotated[int, mapped_column(primary_key=True)]
Slug = Annotated[str, mapped_column(String(80))]
Short = Annotated[str, mapped_column(String(200))]
Long = Annotated[str, mapped_column(Text)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]


class Base(DeclarativeBase):
    """Base of every stored thing; its metadata names each constraint, so that migrations can change it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)
migrate = Migrate()

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def containing(words: str, *columns: Any) -> Any:
    """A condition: one of the columns contains the words, whatever % and _ may be among them."""
    return or_(*(column.icontains(words, autoescape=True) for column in columns))


def by_pinyin(column: Any) -> Any:
    """A column as it is sorted by people who read Chinese."""
    return column.collate(PINYIN)


def alone(name: str) -> None:
    """Let nobody else who asks for the same name pass until this transaction ends.

    For rules about several rows, which no lock on one row can hold. SQLite's writers queue anyway.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def writes(view: Any) -> Any:
    """Mark a GET view that stores something, so that its transaction takes SQLite's write lock at once."""
    view.writes = True
    return view


_only_reads: ContextVar[bool] = ContextVar("only_reads", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """Transactions that begin in here only read, even in a view that writes: a long export keeps no writer waiting."""
    token = _only_reads.set(True)
    try:
        yield
    finally:
        _only_reads.reset(token)


def _will_write(app: Flask) -> bool:
    """Whether the transaction that begins now may write. Outside requests (commands) it may."""
    if _only_reads.get():
        return False
    if not has_request_context():
        return True
    view = app.view_functions.get(request.endpoint or "")
    return request.method not in SAFE_METHODS or getattr(view, "writes", False)


def _prepare_sqlite(app: Flask, engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN comes too late and too weak; ours is below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        connection.create_collation(PINYIN, compare)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads first and writes later fails at once with "database is locked"
        # when another writer came between, whatever the timeout. Writers therefore queue from the start.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _will_write(app) else "BEGIN")


def init_app(app: Flask) -> None:
    """Connect the app to its database and to its migrations."""
    db.init_app(app)
    migrate.init_app(app, db, directory=app.config["MIGRATIONS_FOLDER"], render_as_batch=True)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(app, db.engine)


@dataclass(frozen=True)
class Page:
    """One page of a long list: the rows, its number from 1, and how many there are in all."""

    items: Sequence[Any]
    page: int
    total: int
    per_page: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """How many pages there are; at least one, so that 「第 1 / 1 页」 can be said of an empty list."""
        return max(1, -(-self.total // self.per_page))


def paged(query: Select[Any], page: int, per_page: int = PAGE_SIZE, *, scalars: bool = True) -> Page:
    """Cut a select into pages in the database. A page number out of range gives the nearest page."""
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    last = max(1, -(-total // per_page))
    page = min(max(1, page), last)
    part = query.limit(per_page).offset((page - 1) * per_page)
    rows = db.session.scalars(part).unique().all() if scalars else db.session.execute(part).all()
    return Page(rows, page, total, per_page)
