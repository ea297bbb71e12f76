"""The arithmetic of the chain. Pure: whoever has the rows can do it again with any language's SHA-256.

Form 1. All text is UTF-8, all hashes are SHA-256 in lower-case hexadecimal.

- `canonical(value)` is JSON without spaces, keys sorted by code point, what is not ASCII escaped by UTF-16 units.
  Numbers without a fraction are written as whole numbers, those beyond 2^53 as text of the nearest double: databases
  give 1.0 and 1, or 1e+22 and 10000000000000000000000, back as each other.
- The digest of an entry's words is the hash of `canonical(["words", 1, salt, actor_name, summary, changes, address])`.
- The hash of an entry is the hash of `canonical(["entry", 1, number, id, at, actor_id, action, subject_kind,
  subject_id, unit_id, digest, previous])`; `at` is in UTC as 2026-11-26T01:30:00.000000+00:00, `previous` the hash of
  the entry before it, 64 zeros for the first.

Everything that is stored of an entry is so covered by its hash, and each hash by all that follow. The words are covered
through their salted digest only: who blanks words (the law wants names gone that are needed no longer) puts other words
and another salt in their place and leaves the digest. Such an entry names the later entry that blanked it, whose
`changes` hold the digest of the words that stand there now. So blanked words, too, cannot be changed unnoticed, and
nobody blanks any without an entry that says so. Without the old salt nobody can try out which name stood there.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

START = "0" * 64
"""What stands for the entry before the first."""
_EXACT = 2**53


@dataclass(frozen=True)
class Link:
    """An entry as it is stored."""

    id: int
    number: int | None
    at: datetime
    actor_id: int | None
    actor_name: str
    action: str
    subject_kind: str
    subject_id: int | None
    unit_id: int | None
    summary: str
    changes: Mapping[str, Any]
    address: str
    salt: str
    digest: str
    previous: str
    hash: str
    blanked_by: int | None


COLUMNS = tuple(Link.__dataclass_fields__)
"""The columns that are read to verify; all that there are."""


def _number(value: float) -> Any:
    if isinstance(value, bool) or (abs(value) <= _EXACT and not float(value).is_integer()):
        return value
    if abs(value) <= _EXACT:
        return int(value)
    try:
        return repr(float(value))
    except OverflowError:
        return str(value)


def _plain(value: Any) -> Any:
    """The value with its numbers as they are the same on every database."""
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value


def canonical(value: Any) -> str:
    """The one way in which a value is written down."""
    return json.dumps(_plain(value), ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _hashed(*parts: Any) -> str:
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


def words_digest(salt: str, actor_name: str, summary: str, changes: Mapping[str, Any], address: str) -> str:
    """The digest of what an entry says in words."""
    return _hashed("words", 1, salt, actor_name, summary, changes, address)


def digest_of(link: Link) -> str:
    """The digest of the words that an entry has now."""
    return words_digest(link.salt, link.actor_name, link.summary, link.changes, link.address)


def hash_of(link: Link, number: int, digest: str, previous: str) -> str:
    """The hash of an entry at this place of the chain."""
    at = link.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = (link.actor_id, link.action, link.subject_kind, link.subject_id, link.unit_id)
    return _hashed("entry", 1, number, link.id, at, *said, digest, previous)
