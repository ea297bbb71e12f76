"""Certain words of a phrase: a set of which every match holds at least one, chosen so that it seldom stands in a text.

A phrase is looked for only where one of its anchors stands. The rarer they are, the less is looked at in vain: of
``(您|你)~8(查|告)(过|了)`` the anchors are 查过, 查了, 告过 and 告了, not the two that half of all sentences hold. Of
those one has to stand in the same sentence ``also``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod

Words = frozenset[str]
MOST = 60
"""Words that are written out for one phrase at most."""
_FREQUENT = frozenset(
    ",。0的1您不一28人了是日、月我有在到已家好上们3个公来里没6年请5:这前工时就4理可天会也以要出收下后对9子号局三7区大“”点业用-"
    "行事心发打证过办管说水开查经位门电户车看都网问自定关分保先老为两同县市中道法!去费全再起场由口实当那复于得作和;话学通单能"
)
"""The signs that stand most often in replies (counted in the corpus; only speed hangs on it)."""
_OFTEN, _SELDOM = 0.01, 0.0005


@dataclass(frozen=True)
class Part:
    """A part of a phrase. ``words``: everything it may match, None where that is not a short list.

    ``anchors``: what is certain to stand in a match, None where nothing is; ``also``: what else is, set by set.
    """

    words: Words | None = None
    anchors: Words | None = None
    also: tuple[Words, ...] = ()

    @property
    def certain(self) -> Words | None:
        """The anchors of the part taken alone."""
        if self.words is not None:
            return None if "" in self.words else self.words
        return self.anchors


NOTHING = Part(frozenset({""}))
"""A part that takes no room: the edge of a clause."""


def chance(words: Iterable[str]) -> float:
    """Roughly how often one of these words stands at a place of a text; it only serves to compare."""
    return sum(map(_chance_of, words))


@lru_cache(maxsize=1 << 14)
def _chance_of(word: str) -> float:
    return prod([_OFTEN if sign in _FREQUENT else _SELDOM for sign in word])


def one_of(branches: Sequence[Part], *, optional: bool = False) -> Part:
    """The part that is any of these branches, or may be left out."""
    listed = [branch.words for branch in branches]
    if all(words is not None for words in listed):
        words = frozenset().union(*(words for words in listed if words is not None), [""] if optional else [])
        if len(words) <= MOST:
            return Part(words)
    certain = [branch.certain for branch in branches]
    if optional or not all(certain):
        return Part()
    return Part(None, frozenset().union(*(words for words in certain if words)))


def one_after_another(parts: Sequence[Part]) -> Part:
    """The part in which these stand side by side."""
    if len(parts) == 1:
        return parts[0]
    size = prod(len(part.words) if part.words is not None else MOST + 1 for part in parts)
    if size <= MOST:
        return Part(_joined(parts))
    found = [part.anchors for part in parts if part.words is None and part.anchors]
    found += [words for run in _runs(parts) if (words := _rarest(run))]
    if not found:
        return Part()
    rarest, *others = sorted(found, key=chance)
    return Part(None, rarest, tuple(others))


def _joined(parts: Sequence[Part]) -> Words:
    return frozenset(map("".join, product(*(part.words or () for part in parts))))


def _runs(parts: Sequence[Part]) -> Iterable[list[Part]]:
    """Stretches of parts that are all short lists."""
    run: list[Part] = []
    for part in [*parts, Part()]:
        if part.words is not None:
            run.append(part)
        elif run:
            yield run
            run = []


def _rarest(run: Sequence[Part]) -> Words | None:
    """The rarest words that some neighbours of a run make together."""
    chances = [chance(part.words or ()) for part in run]
    sizes = [len(part.words or ()) for part in run]
    best, least = None, 1.0
    for start in range(len(run)):
        for end in range(start + 1, len(run) + 1):
            if prod(sizes[start:end]) > MOST:
                break
            if all("" in (part.words or ()) for part in run[start:end]):
                continue
            if (likely := prod(chances[start:end])) < least:
                best, least = run[start:end], likely
    return _joined(best) if best else None
