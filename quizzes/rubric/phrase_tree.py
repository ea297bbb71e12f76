"""The parts of a phrase as a tree, for whoever has to say what it means or whether it may be used.

``phrases`` compiles the same language into regular expressions. A phrase of the rule files is trusted; one that
somebody types is not: ``fault`` tells, with the place, why it cannot be taken.
"""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from quizzes.rubric.phrases import PhraseError, compile_phrase
from quizzes.rubric.shapes import SHAPES

LONGEST = 400
DEEPEST = 8
_WIDEST_GAP = 30
_USUAL_GAP = 6
_MOST_WAYS = 10_000
"""How many ways the gaps of a phrase may fall: matching tries them all on a text made to be hard."""


@dataclass(frozen=True)
class Text:
    """These characters."""

    said: str


@dataclass(frozen=True)
class Choice:
    """One of the branches, or nothing if it may be left out."""

    branches: tuple["Sequence", ...]
    optional: bool = False


@dataclass(frozen=True)
class Named:
    """A set of words or a shape, by its name."""

    name: str


@dataclass(frozen=True)
class Gap:
    """Up to so many characters of the same sentence."""

    width: int


@dataclass(frozen=True)
class Edge:
    """The beginning or the end of a clause."""

    start: bool


Part = Text | Choice | Named | Gap | Edge
Sequence = tuple[Part, ...]


class _Reader:
    def __init__(self, source: str, names: Container[str]) -> None:
        self.source, self.names, self.at = source, names, 0

    def error(self, what: str, at: int) -> PhraseError:
        return PhraseError(what, self.source, at)

    def branches(self, close: str, depth: int, opened: int = 0) -> tuple[Sequence, ...]:
        if depth > DEEPEST:
            raise self.error("nested too deep", opened)
        found = [self.sequence("|" + close, depth)]
        while self.at < len(self.source) and self.source[self.at] == "|":
            self.at += 1
            found.append(self.sequence("|" + close, depth))
        if close and self.at >= len(self.source):
            raise self.error("group not closed", opened)
        self.at += len(close)
        return tuple(found)

    def sequence(self, stops: str, depth: int) -> Sequence:
        parts: list[Part] = []
        literal = ""
        while self.at < len(self.source) and self.source[self.at] not in stops:
            char = self.source[self.at]
            if char in ")]}|":
                raise self.error("unexpected sign", self.at)
            if char in "([{~^$":
                if literal:
                    parts.append(Text(literal))
                literal = ""
                parts.append(self.special(char, depth))
                continue
            if char == "\\" and self.at + 1 < len(self.source):
                self.at += 1
                char = self.source[self.at]
            literal += char
            self.at += 1
        return (*parts, Text(literal)) if literal else tuple(parts)

    def special(self, char: str, depth: int) -> Part:
        opened = self.at
        self.at += 1
        if char in "([":
            return Choice(self.branches(")" if char == "(" else "]", depth + 1, opened), optional=char == "[")
        if char == "{":
            return self.named(opened)
        if char == "~":
            digits = re.compile(r"[0-9]*").match(self.source, self.at)
            width = digits.group() if digits else ""
            self.at += len(width)
            if len(width) > 3 or int(width or 0) > _WIDEST_GAP:
                raise self.error("gap too wide", opened)
            return Gap(int(width or _USUAL_GAP))
        return Edge(char == "^")

    def named(self, opened: int) -> Named:
        close = self.source.find("}", self.at)
        name = self.source[self.at : close] if close >= 0 else self.source[self.at :]
        if close < 0:
            raise self.error("group not closed", opened)
        self.at = close + 1
        if name not in self.names:
            raise self.error("no set or shape named", opened)
        return Named(name)


def read_phrase(source: str, sets: Mapping[str, object]) -> tuple[Sequence, ...]:
    """The branches of a phrase; raises ``PhraseError`` with the place of the sign that is wrong."""
    return _Reader(source, {*sets, *SHAPES}).branches("", 0)


def ways(parts: Sequence) -> int:
    """How many ways the gaps of a sequence may fall at most."""
    product = 1
    for part in parts:
        if isinstance(part, Gap):
            product *= part.width + 1
        elif isinstance(part, Choice):
            product *= max(sum(ways(branch) for branch in part.branches if has_gap(branch)), 1)
    return product


def has_gap(parts: Sequence) -> bool:
    """Whether some characters in between are free."""
    return any(
        isinstance(part, Gap) or (isinstance(part, Choice) and any(map(has_gap, part.branches))) for part in parts
    )


_WRONG = {
    "unexpected sign": "这个记号放错了地方。要用它本身，请在前面加 \\",
    "group not closed": "这个括号没有收尾",
    "gap too wide": f"间隔最多 {_WIDEST_GAP} 个字",
    "no set or shape named": "没有叫这个名字的词组",
    "nested too deep": f"括号套得太深，最多 {DEEPEST} 层",
    "empty phrase": "这一行没有要找的字",
}


def fault(source: str, sets: Mapping[str, object], compiled: Mapping[str, str]) -> tuple[int, str] | None:
    """Why a phrase that somebody typed cannot be taken: (place counted from 0, sentence); None if it can.

    ``compiled``: the same sets as ``phrases`` wants them.
    """
    if len(source) > LONGEST:
        return LONGEST, f"太长了，一行最多 {LONGEST} 个字，请分成几行"
    try:
        branches = read_phrase(source, sets)
        phrase = compile_phrase(source, compiled, SHAPES)
    except PhraseError as problem:
        return problem.at, _WRONG.get(problem.what.split(" '")[0], "这里写得不对")
    if sum(map(ways, branches)) > _MOST_WAYS:
        return source.find("~"), "间隔太多太宽，会拖慢评分。请减少间隔，或者分成两行"
    if phrase.regex.search("") or not any(map(_says_something, branches)) or not all(map(_says_something, branches)):
        return 0, "这样写，什么话都算说中。请写上一定要有的字"
    return None


def _says_something(parts: Sequence) -> bool:
    """Whether a match has to hold at least one certain character, set or shape."""
    return any(
        (isinstance(part, Text) and part.said.strip() != "")
        or isinstance(part, Named)
        or (isinstance(part, Choice) and not part.optional and all(map(_says_something, part.branches)))
        for part in parts
    )


def names_in(branches: tuple[Sequence, ...]) -> Iterator[str]:
    """Every set and shape that a phrase uses."""
    for parts in branches:
        for part in parts:
            if isinstance(part, Named):
                yield part.name
            elif isinstance(part, Choice):
                yield from names_in(part.branches)
