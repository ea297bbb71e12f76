"""Known runs of one to four characters, all found in a text at once.

The runs are a tree, kept level by level: a run of *n* + 1 characters is a known run of *n* and one character more, and
the numbers of both make an edge. The edges of a level are sorted, so those of a whole text are looked up in one search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy

from quizzes.rubric.codes import COUNT, codes_of
from quizzes.rubric.learned import BETWEEN, LONGEST

_SHIFT = 21
"""Bits that hold any character's number."""
_NOWHERE = numpy.iinfo(numpy.int64).max


@dataclass(frozen=True, eq=False)
class Runs:
    """Runs of characters, and what they begin with, numbered from 0; ``size`` of them in all.

    ``signs`` holds for each code point the number of that character, which is ``unknown`` for most. ``edges[n]``: the
    edges that lead to runs of *n* + 2 characters, sorted, and behind them one that leads nowhere; such runs are
    numbered from ``firsts[n]``.
    """

    signs: numpy.ndarray
    unknown: int
    edges: tuple[numpy.ndarray, ...]
    firsts: tuple[int, ...]
    size: int

    @classmethod
    def made(cls, runs: Sequence[str]) -> tuple[Self, numpy.ndarray]:
        """The tree of these runs, and the number that each of them has in it.

        Raises ``ValueError`` for a run that is empty, too long, or holds ``BETWEEN``.
        """
        codes = codes_of("".join(run + BETWEEN for run in runs))
        ends = numpy.flatnonzero(codes == ord(BETWEEN))
        starts = numpy.append(0, ends[:-1] + 1)[: len(ends)]
        sizes = ends - starts
        if len(ends) != len(runs) or (sizes < 1).any() or (sizes > LONGEST).any():
            raise ValueError(f"a run has 1 to {LONGEST} characters")
        alphabet = numpy.unique(codes[codes != ord(BETWEEN)])
        unknown = len(alphabet)
        signs = numpy.full(COUNT, unknown, numpy.int32)
        signs[alphabet] = numpy.arange(unknown)
        number = signs[codes[starts]].astype(numpy.int64)
        found = number.copy()
        size, firsts, edges = unknown, [], []
        for place in range(1, LONGEST):
            longer = sizes > place
            edge = (number[longer] << _SHIFT) | signs[codes[starts[longer] + place]]
            known = numpy.unique(edge)
            number[longer] = numpy.searchsorted(known, edge)
            found[longer] = size + number[longer]
            firsts.append(size)
            edges.append(numpy.append(known, _NOWHERE))
            size += len(known)
        return cls(signs, unknown, tuple(edges), tuple(firsts), size), found

    def find(self, text: str) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray]:
        """Every known run that stands in a text: their numbers, the places they begin at, the last place they take."""
        signs = numpy.full(len(text) + LONGEST, self.unknown, numpy.int64)
        signs[: len(text)] = self.signs.take(codes_of(text))
        (starts,) = (signs < self.unknown).nonzero()
        number = signs.take(starts)
        numbers, begun, ended = [number], [starts], [starts]
        for place, (first, edges) in enumerate(zip(self.firsts, self.edges, strict=True), start=1):
            edge = (number << _SHIFT) | signs.take(starts + place)
            leads = edges.searchsorted(edge)
            (stands,) = (edges.take(leads) == edge).nonzero()
            starts, number = starts.take(stands), leads.take(stands)
            numbers.append(number + first)
            begun.append(starts)
            ended.append(starts + place)
        return numpy.concatenate(numbers), numpy.concatenate(begun), numpy.concatenate(ended)
