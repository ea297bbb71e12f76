"""Long regular expressions of many alternatives, made fast: what cannot match a text is not tried on it."""

import re
from collections import defaultdict
from collections.abc import Iterator

from ahocorasick_rs import AhoCorasick, Implementation


class AnyOf:
    """Finds what ``first|second|…`` would find, trying only the alternatives whose certain words stand in the text.

    Each alternative is a pattern and, separated by ``|``, words of which every match of it holds one; "" if there are
    none. No alternative may match the empty text or use groups by number.
    """

    def __init__(self, *alternatives: tuple[str, str]) -> None:
        spoken: defaultdict[str, list[int]] = defaultdict(list)
        for number, (words, _) in enumerate(alternatives):
            for word in words.split("|") if words else ():
                spoken[word].append(number)
        self.patterns = [re.compile(pattern) for _, pattern in alternatives]
        self._always = frozenset(number for number, (words, _) in enumerate(alternatives) if not words)
        self._spoken = list(spoken.values())
        self._automaton = AhoCorasick(spoken, implementation=Implementation.ContiguousNFA, store_patterns=False)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """The matches from left to right, none in another; of those at one place the first alternative's."""
        found = set(self._always)
        for word, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            found.update(self._spoken[word])
        tried = [self.patterns[number] for number in sorted(found)]
        ahead = [match for pattern in tried if (match := pattern.search(text))]
        while ahead:
            nearest = min(ahead, key=re.Match.start)
            yield nearest
            end = nearest.end()
            ahead = [again for match in ahead if (again := match if match.start() >= end else _after(match, end))]

    def search(self, text: str) -> re.Match[str] | None:
        """The first match."""
        return next(self.finditer(text), None)

    def remove(self, text: str) -> str:
        """The text without its matches."""
        pieces, last = [], 0
        for match in self.finditer(text):
            pieces.append(text[last : match.start()])
            last = match.end()
        return "".join((*pieces, text[last:])) if last else text


def _after(match: re.Match[str], place: int) -> re.Match[str] | None:
    return match.re.search(match.string, place)


def matches_from(pattern: re.Pattern[str], starts: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What ``pattern.finditer`` finds, tried only where ``starts`` matches.

    No match may begin elsewhere or be empty.
    """
    place = 0
    while start := starts.search(text, place):
        match = pattern.match(text, start.start())
        if match:
            yield match
        place = match.end() if match else start.start() + 1
