"""The kinds of content that have a history, and what each has to tell for it; packages above offer theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from literacy.errors import NotFound
from literacy.models import Authored, User

Body = dict[str, Any]
"""What an author writes of a piece of content, JSON-safe, in the shape of the content files."""


def _no_names(_bodies: Iterable[Body]) -> dict[str, str]:
    return {}


@dataclass(frozen=True)
class Kept:
    """How one kind of content is kept."""

    model: type[Authored]
    load: Callable[..., Any]
    """The row of an id, `writing=True` locks it; raises NotFound."""
    content: Callable[[Any], Body]
    """All that an author writes of it, as it stands now."""
    put: Callable[[User, Any, int | None, Body], Any]
    """Change a row so that it holds this content, as any other change; raises Refused where that would break something.

    A key that the body lacks stays as it is.
    """
    fields: Mapping[str, str]
    """The names of the content's keys on pages, in the order of reading."""
    names: Callable[[Iterable[Body]], dict[str, str]] = field(default=_no_names)
    """Titles of what these bodies refer to, by the words with which they do."""
    versions: type[Any] | None = None
    """The table of its versions, where it has one of its own."""

    @property
    def name(self) -> str:
        """The name of its table, which is also its part of the address."""
        return self.model.__tablename__  # type: ignore[attr-defined]


KINDS: dict[str, Kept] = {}
"""Every kind, by the name of its table."""


def offer(kept: Kept) -> None:
    """Let this kind of content have a history."""
    KINDS[kept.name] = kept


def kept_as(name: str) -> Kept:
    """The kind of this name; raises NotFound."""
    if name not in KINDS:
        raise NotFound
    return KINDS[name]


def kept_of(row: Authored) -> Kept:
    """The kind that a piece of content is of."""
    return KINDS[row.__tablename__]  # type: ignore[attr-defined]
