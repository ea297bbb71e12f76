r"""The small phrase language in which the rule files are written.

=========  ==========================================================
不归我们    these characters, one after the other
甲|乙       one of these; ``(甲|乙)`` within a phrase
[甲|乙]     one of these, or nothing
{你}        a named set from ``rules/sets.yaml`` or a shape from ``shapes``
~  ~12      up to 6 (12) characters, within one sentence
^  $        the beginning or end of a clause
\(          the sign itself, here a bracket
=========  ==========================================================

There is no repetition, so matching time grows with the length of the text only.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from quizzes.rubric.anchors import NOTHING, Part, one_after_another, one_of
from quizzes.rubric.normalise import fold
from quizzes.rubric.phrase_index import Phrases
from quizzes.rubric.shapes import CERTAIN

_GAP_LIMIT = 30
_BREAKS = r"[^。!?;\n]"
_SENTENCE_SIGN = re.compile(r"[。;\n]|\\[?n]|(?<!\(\?)(?<!<)!")
_PLAIN = re.compile(r"[^()\[\]{}~^$|\\]+")
_START = r"(?<![^\s,。!?;:、()“”「」~.])"
_END = r"(?![^\s,。!?;:、()“”「」~.])"


class PhraseError(ValueError):
    """A phrase of a rule file cannot be read; the message quotes it. ``at`` counts its characters from 0."""

    def __init__(self, what: str, source: str, at: int = 0) -> None:
        super().__init__(f"{what}: {source!r} at {at}")
        self.what, self.source, self.at = what, source, at


@dataclass(frozen=True, eq=False)
class Phrase:
    """A compiled phrase. ``anchors``: every match contains one of them; empty when nothing is certain.

    ``also``: of each of these sets too.
    """

    source: str
    pattern: str
    anchors: tuple[str, ...]
    also: tuple[frozenset[str], ...] = ()

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The phrase as a regular expression; compiled when first needed, since most phrases of a run never are."""
        return re.compile(self.pattern)

    @cached_property
    def crosses(self) -> bool:
        """Whether a match may reach over the end of a sentence; gaps never do, the phrase's own signs may."""
        own = self.pattern.replace(_BREAKS, "").replace(_START, "").replace(_END, "")
        return _SENTENCE_SIGN.search(own) is not None


@dataclass(frozen=True)
class _Piece:
    """A stretch of a phrase as a regular expression, and what is certain about it."""

    pattern: str
    part: Part


class _Reader:
    def __init__(self, source: str, sets: Mapping[str, str], shapes: Mapping[str, str]) -> None:
        self.source, self.sets, self.shapes = source, sets, shapes
        self.at = 0

    def error(self, what: str) -> PhraseError:
        return PhraseError(what, self.source, self.at)

    def sequence(self, stops: str) -> _Piece:
        pieces: list[_Piece] = []
        literal = ""
        while self.at < len(self.source) and self.source[self.at] not in stops:
            char = self.source[self.at]
            if char in "([{~^$":
                literal = _flush(literal, pieces)
                pieces.append(self.special(char))
            elif char in ")]}|":
                raise self.error("unexpected sign")
            elif char == "\\" and self.at + 1 < len(self.source):
                literal += self.source[self.at + 1]
                self.at += 2
            else:
                run = _PLAIN.match(self.source, self.at)
                literal += run.group() if run else char
                self.at = run.end() if run else self.at + 1
        _flush(literal, pieces)
        if len(pieces) == 1:
            return pieces[0]
        return _Piece("".join(piece.pattern for piece in pieces), one_after_another([piece.part for piece in pieces]))

    def special(self, char: str) -> _Piece:
        self.at += 1
        if char == "(":
            return self.alternatives(")")
        if char == "[":
            return self.alternatives("]")
        if char == "{":
            return self.named()
        if char == "~":
            digits = re.compile(r"\d*").match(self.source, self.at)
            width = digits.group() if digits else ""
            self.at += len(width)
            size = int(width or 6)
            if size > _GAP_LIMIT:
                raise self.error("gap too wide")
            return _Piece(f"{_BREAKS}{{0,{size}}}?", Part())
        return _Piece(_START if char == "^" else _END, NOTHING)

    def alternatives(self, close: str) -> _Piece:
        """Branches up to the sign ``close``, or to the end of the phrase when ``close`` is empty."""
        branches = [self.sequence("|" + close)]
        while self.at < len(self.source) and self.source[self.at] == "|":
            self.at += 1
            branches.append(self.sequence("|" + close))
        if close and self.at >= len(self.source):
            raise self.error("group not closed")
        self.at += len(close)
        if len(branches) == 1 and not close:
            return branches[0]
        optional = close == "]"
        pattern = f"(?:{'|'.join(branch.pattern for branch in branches)}){'?' if optional else ''}"
        return _Piece(pattern, one_of([branch.part for branch in branches], optional=optional))

    def named(self) -> _Piece:
        close = self.source.find("}", self.at)
        name = self.source[self.at : close] if close >= 0 else ""
        self.at = close + 1
        if name in self.shapes:
            shape = self.shapes[name]
            return _Piece(f"(?:{shape})", Part(None, CERTAIN.get(shape)))
        if name in self.sets:
            return _set(self.sets[name]) or _Reader(f"({self.sets[name]})", self.sets, self.shapes).alternatives("")
        raise self.error(f"no set or shape named {name!r}")


@lru_cache(maxsize=512)
def _set(words: str) -> _Piece | None:
    """A set that uses no other: many phrases use the same ones."""
    return None if "{" in words else _Reader(f"({words})", {}, {}).alternatives("")


def _flush(literal: str, pieces: list[_Piece]) -> str:
    if literal and (piece := _literal(literal)):
        pieces.append(piece)
    return ""


@lru_cache(maxsize=1 << 14)
def _literal(said: str) -> _Piece | None:
    folded = fold(said)
    return _Piece(re.escape(folded), Part(frozenset({folded}))) if folded else None


def compile_phrase(source: str, sets: Mapping[str, str], shapes: Mapping[str, str]) -> Phrase:
    """Read one phrase; raises ``PhraseError`` for a sign out of place or an unknown set."""
    piece = _Reader(source, sets, shapes).alternatives("")
    if not piece.pattern:
        raise PhraseError("empty phrase", source)
    return Phrase(source, piece.pattern, tuple(sorted(piece.part.certain or ())), piece.part.also)


def compile_phrases(sources: Sequence[str] | str, sets: Mapping[str, str], shapes: Mapping[str, str]) -> Phrases:
    """Read one phrase or a list of them."""
    listed = [sources] if isinstance(sources, str) else sources
    return Phrases(compile_phrase(str(source), sets, shapes) for source in listed)
