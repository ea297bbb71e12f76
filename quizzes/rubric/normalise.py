"""One spelling for matching, with a way back to what the learner typed.

Full width becomes half width (NFKC), traditional becomes simplified, invisible characters go, and so do spaces and
filler signs pushed between two Han characters. ``Normal.span`` turns places in the result into places in the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from opencc import OpenCC

from quizzes.rubric.codes import COUNT, codes_of, text_of

if TYPE_CHECKING:
    import numpy

_HAN = r"[\u4e00-\u9fff]"
_FILLER = re.compile(rf"[ .*_·|\-~](?<={_HAN}.)[ .*_·|\-~]{{0,3}}(?={_HAN})")
_KEPT_FILLER = frozenset({".", "-", "~", "--", "~~", "...", "|", "·"})


class _Table(dict[str, str]):
    """Character → its matching form, worked out once per character (the converter is far slower than a dict)."""

    def __init__(self) -> None:
        super().__init__()
        self._converter = OpenCC("t2s")

    def __missing__(self, char: str) -> str:
        self[char] = form = self._form(char)
        return form

    def _form(self, char: str) -> str:
        if char == "\n":
            return char
        category = unicodedata.category(char)
        if category in ("Cf", "Cc", "Cs", "Mn"):
            return " " if char in "\t\r\v\f" else ""
        folded = unicodedata.normalize("NFKC", char)
        if category == "Zs" or char in "\u2028\u2029":
            return " "
        return "".join(self._simplify(part) for part in folded if unicodedata.category(part) not in ("Cf", "Mn", "Cc"))

    def _simplify(self, char: str) -> str:
        if not "\u3400" <= char <= "\ufaff":
            return char.lower()[:1]
        return self._converter.convert(char)


_TABLE = _Table()
_LONG = 40
"""Characters from which a text is looked up all at once."""
_UNKNOWN, _NOT_ONE = 0, 0xFFFFFFFF


@cache
def _forms() -> numpy.ndarray:
    """Code point → its matching form, where that is one character; filled as characters turn up."""
    import numpy

    return numpy.zeros(COUNT, numpy.uint32)


@dataclass(frozen=True)
class Normal:
    """A normalised text. ``origins[i]`` is the place in the original of character ``i`` of ``text``."""

    text: str
    origins: Sequence[int]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Places in the original (characters, end exclusive) of ``text[start:end]``; an empty slice stays empty."""
        if end <= start or not self.origins:
            at = self.origins[start] if start < len(self.origins) else len(self.original)
            return at, at
        return self.origins[start], self.origins[end - 1] + 1


def normalise(original: str) -> Normal:
    """Fold ``original`` (any Python string, lone surrogates included) for matching."""
    text = _each_for_one(original) if len(original) >= _LONG else None
    origins: Sequence[int] = range(len(original))
    if text is None:
        parts = [_TABLE[char] for char in original]
        text = "".join(parts)
        if len(text) != len(original) or "" in parts:
            origins = [place for place, part in enumerate(parts) for _ in part]
    return _without_filler(text, origins, original)


def _each_for_one(original: str) -> str | None:
    """The matching form of a text in which each character has one; None where some vanish or become several."""
    known, codes = _forms(), codes_of(original)
    forms = known.take(codes)
    if not forms.all():
        for code in set(codes[forms == _UNKNOWN].tolist()):
            form = _TABLE[chr(code)]
            known[code] = ord(form) if len(form) == 1 else _NOT_ONE
        forms = known.take(codes)
    return None if forms.max() == _NOT_ONE else text_of(forms)


def _without_filler(text: str, origins: Sequence[int], original: str) -> Normal:
    cuts = [
        match.span()
        for match in _FILLER.finditer(text)
        if match.group().strip() not in _KEPT_FILLER or " " in match.group()
    ]
    if not cuts:
        return Normal(text, origins, original)
    pieces: list[str] = []
    kept: list[int] = []
    last = 0
    for start, end in cuts:
        pieces.append(text[last:start])
        kept.extend(origins[last:start])
        last = end
    pieces.append(text[last:])
    kept.extend(origins[last:])
    return Normal("".join(pieces), kept, original)


def fold(text: str) -> str:
    """The matching form of ``text`` alone."""
    return normalise(text).text
