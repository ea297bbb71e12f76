"""What differs between two states of a piece of content, told as a trainer reads it; pure.

Texts are compared by line, then by clause, then by character: a sentence that was rewritten is shown as a whole, a
figure that was mended as this figure. Lists are compared by rows.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from quizzes.marking import longest_run

SAME, GONE, NEW, SKIPPED = "same", "gone", "new", "skipped"

_CLAUSES = re.compile(r"[^，。！？；：、,!?;\n]*[，。！？；：、,!?;\n]|[^，。！？；：、,!?;\n]+")
_TOKENS = re.compile(r"[A-Za-z]+|\d+(?:[.:\-]\d+)*|\s+|.", re.DOTALL)
ALIKE = 0.5
"""From which likeness on two clauses, or two rows, count as one that was changed."""
_MOST = 400_000
"""Clauses with a larger product of lengths are not compared by character: that would take seconds."""
_FOLDED = 240
"""An unchanged stretch longer than this is folded away but for its ends."""
_END = 50
_IDENTITY = ("slug", "question", "clause", "id")
"""Keys by which a row is known, whatever else in it was changed."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text: same, gone, new, or skipped (the same, and too long to show)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Row:
    """A row of a list: how it fared (same, gone, new, changed), its place in words, and what is in it."""

    how: str
    place: str
    fields: tuple["Field", ...]


@dataclass(frozen=True)
class Field:
    """One field: its label, and its text in pieces or its rows. `changed` tells whether anything differs."""

    label: str
    pieces: tuple[Piece, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything in it differs."""
        return any(piece.kind in (GONE, NEW) for piece in self.pieces) or any(row.how != SAME for row in self.rows)


@dataclass(frozen=True)
class Words:
    """How keys and values are called. `names` holds what values that are codes mean; `coded` the keys of such."""

    labels: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    coded: frozenset[str] = frozenset()

    def label(self, key: str) -> str:
        """The name of a key; a key that nobody named is told as it is."""
        return self.labels.get(key, key)

    def keys(self, *bodies: Mapping[str, Any]) -> list[str]:
        """The keys of these, named ones first, in the order of reading."""
        present = {key for body in bodies for key in body}
        return [key for key in self.labels if key in present] + sorted(present - set(self.labels))

    def say(self, key: str, value: Any) -> str:
        """A value as it is read."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, float):
            return f"{value * 100:g}%" if key == "fraction" else f"{value:g}"
        if isinstance(value, list):
            return " + ".join(self.say(key, one) for one in value)
        text = str(value)
        return self.names.get(text, text) if key in self.coded else text


def fields_between(before: Mapping[str, Any], after: Mapping[str, Any], words: Words) -> list[Field]:
    """Every field of the two bodies, in the order of reading, with what differs. Empty ones are left out."""
    return list(_fields(before, after, words))


def _fields(before: Mapping[str, Any], after: Mapping[str, Any], words: Words, above: str = "") -> Iterable[Field]:
    for key in words.keys(before, after):
        old, new = before.get(key), after.get(key)
        label = f"{above}{words.label(key)}"
        if isinstance(old, Mapping) or isinstance(new, Mapping):
            yield from _fields(old or {}, new or {}, words, f"{label}：")
        elif isinstance(old, list) or isinstance(new, list):
            rows = _rows(key, old or [], new or [], words)
            if rows:
                yield Field(label, rows=tuple(rows))
        else:
            pieces = text_between(words.say(key, old), words.say(key, new))
            if pieces:
                yield Field(label, tuple(pieces))


# Texts


def text_between(before: str, after: str) -> list[Piece]:
    """Two texts as one in pieces. Same and gone ones put together give the first, same and new ones the second."""
    pieces: list[Piece] = []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for kind, a, b, c, d in _opcodes(old, new):
        left, right = "".join(old[a:b]), "".join(new[c:d])
        pieces += _by_clause(left, right) if kind == "replace" else _plain(kind, left, right)
    return _folded(_joined(pieces))


def _opcodes(old: Sequence[Any], new: Sequence[Any]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _plain(kind: str, left: str, right: str) -> list[Piece]:
    if kind == "equal":
        return [Piece(SAME, left)]
    return [piece for piece in (Piece(GONE, left), Piece(NEW, right)) if piece.text]


def _by_clause(before: str, after: str) -> list[Piece]:
    old, new = _CLAUSES.findall(before), _CLAUSES.findall(after)
    pieces: list[Piece] = []
    for kind, a, b, c, d in _opcodes(old, new):
        left, right = "".join(old[a:b]), "".join(new[c:d])
        if kind == "replace" and likeness(left, right) >= ALIKE:
            pieces += _by_character(left, right)
        else:
            pieces += _plain(kind, left, right)
    return pieces


def likeness(before: str, after: str) -> float:
    """How alike two texts are, 0–1; those too long to compare are not alike."""
    if len(before) * len(after) > _MOST:
        return 0.0
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _by_character(before: str, after: str) -> list[Piece]:
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    codes = _opcodes(old, new)
    pieces: list[Piece] = []
    for number, (kind, a, b, c, d) in enumerate(codes):
        left, right = "".join(old[a:b]), "".join(new[c:d])
        lonely = kind == "equal" and len(left) < 2 and 0 < number < len(codes) - 1
        # One character that two changes happen to share only makes them harder to read.
        pieces += _plain("replace" if lonely else kind, left, right)
    return pieces


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours of one kind in one; between two stretches that are the same, first what is gone, then what is new."""
    joined: list[Piece] = []
    gone = new = ""

    def put() -> None:
        joined.extend(piece for piece in (Piece(GONE, gone), Piece(NEW, new)) if piece.text)

    for piece in pieces:
        if piece.kind == GONE:
            gone += piece.text
        elif piece.kind == NEW:
            new += piece.text
        elif joined and joined[-1].kind == SAME and not (gone or new):
            joined[-1] = Piece(SAME, joined[-1].text + piece.text)
        else:
            put()
            gone = new = ""
            joined.append(piece)
    put()
    return joined


def _folded(pieces: list[Piece]) -> list[Piece]:
    """Long unchanged stretches without their middle; a text in which nothing changed stays whole."""
    if len(pieces) < 2:
        return pieces
    shown: list[Piece] = []
    for number, piece in enumerate(pieces):
        if piece.kind != SAME or len(piece.text) <= _FOLDED:
            shown.append(piece)
            continue
        head = piece.text[: _END if number else 0]
        tail = piece.text[-_END:] if number < len(pieces) - 1 else ""
        middle = piece.text[len(head) : len(piece.text) - len(tail)]
        parts = (Piece(SAME, head), Piece(SKIPPED, middle), Piece(SAME, tail))
        shown += [part for part in parts if part.text]
    return shown


# Rows


def _rows(key: str, old: list[Any], new: list[Any], words: Words) -> list[Row]:
    """The rows of two lists in the order of the new one; what is gone stands where it was."""
    pairs = _paired(old, new)
    partner = {j: i for i, j in pairs}
    kept = [partner[j] for j in sorted(partner)]
    unmoved = set(longest_run(kept))
    lost = [i for i in range(len(old)) if i not in set(partner.values())]
    shown: list[Row] = []

    def put_lost(before: int) -> None:
        while lost and lost[0] < before:
            i = lost.pop(0)
            shown.append(_row(GONE, f"原第 {i + 1} 行", key, old[i], None, words))

    followed = [i for i in range(len(old)) if i not in lost]
    put_lost(followed[0] if followed else len(old))
    for j, row in enumerate(new):
        i = partner.get(j)
        shown.append(_kept_row(key, old, i, row, j, words, moved=i not in unmoved))
        if i is not None and i in unmoved:
            put_lost(next((after for after in followed if after > i), len(old)))
    put_lost(len(old))
    return shown


def _kept_row(key: str, old: list[Any], i: int | None, row: Any, j: int, words: Words, *, moved: bool) -> Row:
    place = f"第 {j + 1} 行"
    if i is None:
        return _row(NEW, place, key, None, row, words)
    if moved:
        return _row("moved", f"{place}，原第 {i + 1} 行", key, old[i], row, words)
    return _row(SAME if old[i] == row else "changed", place, key, old[i], row, words)


def _row(how: str, place: str, key: str, old: Any, new: Any, words: Words) -> Row:
    if isinstance(old, Mapping) or isinstance(new, Mapping):
        return Row(how, place, tuple(_fields(old or {}, new or {}, words)))
    return Row(how, place, (Field("", tuple(text_between(words.say(key, old), words.say(key, new)))),))


def _paired(old: list[Any], new: list[Any]) -> list[tuple[int, int]]:
    """Which row of the new list was which of the old one, as (old place, new place)."""
    pairs: list[tuple[int, int]] = []
    left, right = list(range(len(old))), list(range(len(new)))

    def pair(i: int, j: int) -> None:
        pairs.append((i, j))
        left.remove(i)
        right.remove(j)

    for same in (_whole, _identity):
        for j in list(right):
            wanted = same(new[j])
            i = next((i for i in left if wanted is not None and same(old[i]) == wanted), None)
            if i is not None:
                pair(i, j)
    alike = [(likeness(_said(old[i]), _said(new[j])), -abs(i - j), i, j) for i in left for j in right]
    for ratio, _, i, j in sorted(alike, reverse=True):
        if ratio >= ALIKE and i in left and j in right and _identity(old[i]) is _identity(new[j]) is None:
            pair(i, j)
    return pairs


def _whole(row: Any) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


def _said(row: Any) -> str:
    """The texts in a row, which tell whether it is the same one with a word mended."""
    if isinstance(row, Mapping):
        return "\n".join(_said(value) for value in row.values() if isinstance(value, (str, list, Mapping)))
    return "".join(map(_said, row)) if isinstance(row, list) else str(row)


def _identity(row: Any) -> str | None:
    if not isinstance(row, Mapping):
        return None
    return next((f"{key}:{row[key]}" for key in _IDENTITY if row.get(key)), None)
