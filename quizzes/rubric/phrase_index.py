"""Many phrases looked for at once: one pass of an automaton over a text tells which of them may stand in it, and where.

The automaton (Aho-Corasick) knows the anchors of all phrases. Only where an anchor stands is the phrase itself, a
regular expression, tried. Nothing is missed: every match of a phrase holds one of its anchors.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick, Implementation

if TYPE_CHECKING:
    from quizzes.rubric.phrases import Phrase

Places = Mapping["Phrase", Sequence[tuple[int, int]]]
"""For each phrase that may match somewhere the stretches of the text where it may."""
_Bound = tuple["Phrase", tuple[frozenset[int], ...]]
"""A phrase with the numbers of what has to stand in the same sentence, set by set."""
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
"""A digit of another script. Shapes take it for a digit as well, so to the automaton it is one of ours."""
_end = itemgetter(2)
_FEW = 2
"""So many phrases are tried one by one."""


class PhraseIndex:
    """Tells in one pass over a text which of many phrases may match, and in which sentences."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        numbers: dict[str, int] = {}
        within: defaultdict[int, list[_Bound]] = defaultdict(list)
        across: defaultdict[int, list[Phrase]] = defaultdict(list)
        self._anywhere: list[Phrase] = []

        def numbered(words: Iterable[str]) -> frozenset[int]:
            return frozenset(numbers.setdefault(_FOREIGN_DIGIT.sub("0", word), len(numbers)) for word in words)

        for phrase in dict.fromkeys(phrases):
            if not phrase.anchors:
                self._anywhere.append(phrase)
            elif phrase.crosses:
                for number in numbered(phrase.anchors):
                    across[number].append(phrase)
            else:
                bound = phrase, tuple(map(numbered, phrase.also))
                for number in numbered(phrase.anchors):
                    within[number].append(bound)
        self._spoken = [
            dict.fromkeys((*(phrase for phrase, _ in within[number]), *across[number]))
            for number in range(len(numbers))
        ]
        self._within = {number: tuple(bound) for number, bound in within.items() if bound}
        self._across = {number: tuple(listed) for number, listed in across.items() if listed}
        self._automaton = AhoCorasick(numbers, implementation=Implementation.ContiguousNFA, store_patterns=False)

    def _anchors(self, text: str) -> list[tuple[int, int, int]]:
        return self._automaton.find_matches_as_indexes(_FOREIGN_DIGIT.sub("0", text), overlapping=True)

    def places(self, text: str, sentences: Sequence[tuple[int, int]]) -> Places:
        """Where to look for each phrase in a normalised text with these sentences; it never misses a match."""
        whole = (0, len(text))
        found = {phrase: [whole] for phrase in self._anywhere}
        anchors = self._anchors(text)
        for sentence, seen in _by_sentence(anchors, sentences):
            for number in self._within.keys() & seen:
                for phrase, also in self._within[number]:
                    for others in also:
                        if others.isdisjoint(seen):
                            break
                    else:
                        spans = found.setdefault(phrase, [])
                        if not spans or spans[-1] is not sentence:
                            spans.append(sentence)
            for number in self._across.keys() & seen:
                for phrase in self._across[number]:
                    found[phrase] = [whole]
        return found

    def candidates(self, text: str) -> Iterable[Phrase]:
        """The phrases that may match in a short text."""
        anchors = self._anchors(text)
        if not anchors:
            return self._anywhere
        found = dict.fromkeys(self._anywhere)
        for number, _, _ in anchors:
            found.update(self._spoken[number])
        return found


def _by_sentence(
    anchors: list[tuple[int, int, int]], sentences: Sequence[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], set[int]]]:
    """The sentences that hold anchors, each with the numbers of those that do; anchors come in the order they end.

    One that reaches over the end of a sentence counts in the next.
    """
    first = 0
    for sentence in sentences:
        if first == len(anchors):
            return
        last = bisect_right(anchors, sentence[1], first, key=_end)
        if last > first:
            yield sentence, {number for number, _, _ in anchors[first:last]}
            first = last


class Phrases(tuple["Phrase", ...]):
    """Some phrases that are looked for together."""

    def candidates(self, text: str) -> Iterable[Phrase]:
        """Those that may match in a normalised text."""
        return self._index.candidates(text) if len(self) > _FEW else self

    @cached_property
    def _index(self) -> PhraseIndex:
        return PhraseIndex(self)


NO_PHRASES = Phrases()


def contains(phrases: Phrases, text: str) -> bool:
    """Whether any phrase matches anywhere in the normalised ``text``."""
    return any(phrase.regex.search(text) for phrase in phrases.candidates(text))


def counts(
    phrases: Phrases, text: str, sentences: Iterable[tuple[int, int]], places: Places
) -> list[tuple[int, int, int]]:
    """The sentences of a text with known places in which phrases stand: (how many matches, start, end), in order."""
    found: Counter[tuple[int, int]] = Counter()
    for phrase in phrases:
        for start, end in sentences if phrase.crosses else places.get(phrase, ()):
            found[start, end] += len(phrase.regex.findall(text[start:end]))
    return [(times, start, end) for (start, end), times in sorted(found.items()) if times]


def matches(phrase: Phrase, text: str, spans: Iterable[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """The matches of a phrase in these stretches of a text, empty ones left out."""
    for start, end in spans:
        for match in phrase.regex.finditer(text, start, end):
            if match.end() > match.start():
                yield match


def stands(phrases: Iterable[Phrase], text: str, places: Places) -> bool:
    """Whether any phrase matches in a text whose places are known."""
    return any(phrase.regex.search(text, *span) for phrase in phrases for span in places.get(phrase, ()))
