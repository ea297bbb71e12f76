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
from sqlalchemy import JSON, DateTime, Dialect, MetaData, Select, String, Text, event, func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from literacy.pinyin import KEY_LENGTH, compare

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

Key = String(KEY_LENGTH).with_variant(String(KEY_LENGTH, collation="C"), "postgresql")
"""A stored key to sort by (`literacy.pinyin.stored_key`): compared byte by byte on either database."""

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


def look_again() -> None:
    """Let PostgreSQL see how large its tables have become, after many rows came in at once.

    Until then it plans for the old sizes, and not every server looks by itself soon enough. SQLite does without.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("ANALYZE"))


def writes(view: Any) -> Any:
    """Mark a GET view that stores something, so that its transaction takes SQLite's write lock at once."""
    view.writes = True
    return view


def reads(view: Any) -> Any:
    """Mark a POST view that stores nothing, so that it keeps no writer waiting."""
    view.writes = False
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


@contextmanager
def writing() -> Iterator[None]:
    """Transactions that begin in here write, even while others of this process only read."""
    token = _only_reads.set(False)
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
    return getattr(view, "writes", request.method not in SAFE_METHODS)


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


def _prepare_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # Compiling a query takes ten times as long as running it: a page asks for little, of tables that look large.
        connection.execute("SET jit = off")
        connection.commit()


def init_app(app: Flask) -> None:
    """Connect the app to its database and to its migrations."""
    db.init_app(app)
    migrate.init_app(app, db, directory=app.config["MIGRATIONS_FOLDER"], render_as_batch=True)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(app, db.engine)
        else:
            _prepare_postgresql(db.engine)


@dataclass(frozen=True)
class Page:
    """One page of a long list: the rows, its number from 1, and how many there are in all."""

    items: Sequence[Any]
    page: int
    total: int
    per_page: int = PAGE_SIZE
    more: bool = False
    """Whether there are more than `total`, which nobody turns to by page number."""

    @property
    def pages(self) -> int:
        """How many pages there are; at least one, so that 「第 1 / 1 页」 can be said of an empty list."""
        return max(1, -(-self.total // self.per_page))


def paged(
    query: Select[Any], page: int, per_page: int = PAGE_SIZE, *, scalars: bool = True, total: int | None = None
) -> Page:
    """Cut a select into pages in the database. A page number out of range gives the nearest page.

    `total` is how many rows there are, for whoever has counted them already.
    """
    if total is None:
        total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    last = max(1, -(-total // per_page))
    page = min(max(1, page), last)
    part = query.limit(per_page).offset((page - 1) * per_page)
    rows = db.session.scalars(part).unique().all() if scalars else db.session.execute(part).all()
    return Page(rows, page, total, per_page)


def page_of(rows: Sequence[Any], page: int, per_page: int = PAGE_SIZE) -> Page:
    """A page of rows that are all there already. A page number out of range gives the nearest page. Pure."""
    page = min(max(1, page), max(1, -(-len(rows) // per_page)))
    return Page(rows[(page - 1) * per_page : page * per_page], page, len(rows), per_page)


def paged_newest(query: Select[Any], page: int, most: int = 10_000, per_page: int = PAGE_SIZE) -> Page:
    """Cut a select of a list without end into pages; only its first `most` rows are counted and can be turned to."""
    counted = query.order_by(None).with_only_columns(literal(1), maintain_column_froms=True).limit(most + 1).subquery()
    total = db.session.scalar(select(func.count()).select_from(counted)) or 0
    more, total = total > most, min(total, most)
    page = min(max(1, page), max(1, -(-total // per_page)))
    rows = db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).unique().all()
    return Page(rows, page, total, per_page, more)
