"""What the database is asked, for tests of how many questions a page or a job needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from literacy.db import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that the database is sent in here, as they come."""
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
