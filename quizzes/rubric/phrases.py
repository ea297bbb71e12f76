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
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from quizzes.rubric.normalise import fold

_GAP_LIMIT = 30
_HEAD = 3
"""Characters of an anchor that are looked up among the runs of a text."""
_BREAKS = r"[^。!?;\n]"
_SENTENCE_SIGN = re.compile(r"[。;\n]|\\[?n]|(?<!\(\?)(?<!<)!")
_START = r"(?<![^\s,。!?;:、()“”「」~.])"
_END = r"(?![^\s,。!?;:、()“”「」~.])"


class PhraseError(ValueError):
    """A phrase of a rule file cannot be read; the message quotes it."""


@dataclass(frozen=True, eq=False)
class Phrase:
    """A compiled phrase. ``anchors``: every match contains one of them; empty when nothing is certain."""

    source: str
    pattern: str
    anchors: tuple[str, ...]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The phrase as a regular expression; compiled when first needed, since most phrases of a run never are."""
        return re.compile(self.pattern)

    @cached_property
    def heads(self) -> frozenset[str]:
        """How the anchors begin."""
        return frozenset(anchor[:_HEAD] for anchor in self.anchors)

    @cached_property
    def crosses(self) -> bool:
        """Whether a match may reach over the end of a sentence; gaps never do, the phrase's own signs may."""
        own = self.pattern.replace(_BREAKS, "").replace(_START, "").replace(_END, "")
        return _SENTENCE_SIGN.search(own) is not None

    def may_match(self, text: str) -> bool:
        """A cheap test that never misses: without the head of an anchor in the text there is no match."""
        return not self.anchors or not self.heads.isdisjoint(_runs(text))


Places = Mapping[Phrase, Sequence[tuple[int, int]]]
"""For each phrase that may match somewhere the stretches of the text where it may."""


class PhraseIndex:
    """Tells in one pass over a text which of many phrases may match, and in which sentences."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        by_head: defaultdict[str, list[Phrase]] = defaultdict(list)
        self._anywhere: list[Phrase] = []
        for phrase in phrases:
            if not phrase.anchors or phrase.crosses:
                self._anywhere.append(phrase)
            else:
                for head in phrase.heads:
                    by_head[head].append(phrase)
        self._by_head = dict(by_head)
        self._heads = frozenset(by_head)

    def places(self, text: str, sentences: Iterable[tuple[int, int]]) -> Places:
        """Where to look for each phrase in a normalised text with these sentences; it never misses a match."""
        found = {phrase: [(0, len(text))] for phrase in self._anywhere}
        for sentence in sentences:
            for head in self._heads & _runs(text[slice(*sentence)]):
                for phrase in self._by_head[head]:
                    spans = found.setdefault(phrase, [])
                    if not spans or spans[-1] != sentence:
                        spans.append(sentence)
        return found


@lru_cache(maxsize=256)
def _runs(text: str) -> frozenset[str]:
    """Every run of one to three characters. A case is looked at hundreds of times: the last few texts are kept."""
    return frozenset(text[at : at + size] for size in range(1, _HEAD + 1) for at in range(len(text) - size + 1))


@dataclass(frozen=True)
class _Part:
    pattern: str
    anchors: frozenset[str] | None  # None: may match without any certain text


class _Reader:
    def __init__(self, source: str, sets: Mapping[str, str], shapes: Mapping[str, str]) -> None:
        self.source, self.sets, self.shapes = source, sets, shapes
        self.at = 0

    def error(self, what: str) -> PhraseError:
        return PhraseError(f"{what}: {self.source!r} at {self.at}")

    def sequence(self, stops: str) -> _Part:
        parts: list[_Part] = []
        literal = ""
        while self.at < len(self.source) and self.source[self.at] not in stops:
            char = self.source[self.at]
            if char in "([{~^$":
                literal = _flush(literal, parts)
                parts.append(self.special(char))
            elif char in ")]}|":
                raise self.error("unexpected sign")
            elif char == "\\" and self.at + 1 < len(self.source):
                literal += self.source[self.at + 1]
                self.at += 2
            else:
                literal += char
                self.at += 1
        _flush(literal, parts)
        certain = [part.anchors for part in parts if part.anchors]
        best = max(certain, key=lambda found: (min(map(len, found)), -len(found)), default=None)
        return _Part("".join(part.pattern for part in parts), best)

    def special(self, char: str) -> _Part:
        self.at += 1
        if char == "(":
            return self.alternatives(")")
        if char == "[":
            return _Part(self.alternatives("]").pattern + "?", None)
        if char == "{":
            return self.named()
        if char == "~":
            digits = re.compile(r"\d*").match(self.source, self.at)
            width = digits.group() if digits else ""
            self.at += len(width)
            size = int(width or 6)
            if size > _GAP_LIMIT:
                raise self.error("gap too wide")
            return _Part(f"{_BREAKS}{{0,{size}}}?", None)
        return _Part(_START if char == "^" else _END, None)

    def alternatives(self, close: str) -> _Part:
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
        anchors: frozenset[str] | None = frozenset()
        for branch in branches:
            anchors = anchors | branch.anchors if anchors is not None and branch.anchors else None
        return _Part("(?:" + "|".join(branch.pattern for branch in branches) + ")", anchors)

    def named(self) -> _Part:
        close = self.source.find("}", self.at)
        name = self.source[self.at : close] if close >= 0 else ""
        self.at = close + 1
        if name in self.shapes:
            return _Part(f"(?:{self.shapes[name]})", None)
        if name in self.sets:
            return _Reader(f"({self.sets[name]})", self.sets, self.shapes).alternatives("")
        raise self.error(f"no set or shape named {name!r}")


def _flush(literal: str, parts: list[_Part]) -> str:
    folded = fold(literal)
    if folded:
        parts.append(_Part(re.escape(folded), frozenset({folded})))
    return ""


def compile_phrase(source: str, sets: Mapping[str, str], shapes: Mapping[str, str]) -> Phrase:
    """Read one phrase; raises ``PhraseError`` for a sign out of place or an unknown set."""
    part = _Reader(source, sets, shapes).alternatives("")
    if not part.pattern:
        raise PhraseError(f"empty phrase: {source!r}")
    return Phrase(source, part.pattern, tuple(sorted(part.anchors or ())))


def compile_phrases(
    sources: Sequence[str] | str,
    sets: Mapping[str, str],
    shapes: Mapping[str, str],
) -> tuple[Phrase, ...]:
    """Read one phrase or a list of them."""
    listed = [sources] if isinstance(sources, str) else sources
    return tuple(compile_phrase(str(source), sets, shapes) for source in listed)


def contains(phrases: Sequence[Phrase], text: str) -> bool:
    """Whether any phrase matches anywhere in the normalised ``text``."""
    return any(phrase.may_match(text) and phrase.regex.search(text) for phrase in phrases)


def stands(phrases: Sequence[Phrase], text: str, places: Places) -> bool:
    """The same for a text whose places are known."""
    return any(phrase.regex.search(text, *span) for phrase in phrases for span in places.get(phrase, ()))
