"""Rows of any table as lines of text and back, alike on SQLite and PostgreSQL."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, DateTime, Table
from sqlalchemy.types import TypeDecorator

Decode = Callable[[Any], Any]


def _told(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"no text for a {type(value).__name__}")


def line_of(row: Sequence[Any]) -> str:
    """A row as one line of JSON, its values in the order of the columns.

    Raises ``TypeError`` for a value that has no text, ``ValueError`` for a number that is none.
    """
    return json.dumps(list(row), ensure_ascii=False, separators=(",", ":"), default=_told, allow_nan=False)


def _decoder(column: Column[Any]) -> Decode | None:
    """How a value comes back that JSON does not know; None where it is what it was."""
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, DateTime):
        return datetime.fromisoformat
    if isinstance(kind, Date):
        return date.fromisoformat
    return None


def reader_of(table: Table, columns: Sequence[str]) -> Callable[[str], dict[str, Any]]:
    """What turns a line back into {column: value}. Raises ``KeyError`` for a column that the table does not have."""
    decoders = [_decoder(table.c[name]) for name in columns]

    def read(line: str) -> dict[str, Any]:
        values = json.loads(line)
        return {
            name: value if decode is None or value is None else decode(value)
            for name, value, decode in zip(columns, values, decoders, strict=True)
        }

    return read


def in_parts(rows: Iterable[dict[str, Any]], size: int) -> Iterable[list[dict[str, Any]]]:
    """The rows in lists of ``size``; the last may be shorter."""
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
