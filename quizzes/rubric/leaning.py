"""Sums up what two linear models say of a reply: of the whole and of each of its sentences, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy

from quizzes.rubric.hearing import heard
from quizzes.rubric.learned import BETWEEN, SCALE, Weights
from quizzes.rubric.runs import Runs

_OUTSIDE = -1
_FIRST = numpy.zeros(1, numpy.int64)


@dataclass(frozen=True, eq=False)
class Side:
    """One model over the common runs: how rare a run is and what it weighs, 0 where the model does not know it.

    ``table`` holds thousandths: the smaller it is, the more of it stays within reach of the processor.
    """

    bias: numpy.ndarray
    rarity: numpy.ndarray
    table: numpy.ndarray

    @classmethod
    def made(cls, weights: Weights, numbers: numpy.ndarray, size: int) -> Self:
        """The weights of a model whose runs have these ``numbers`` among ``size`` common ones."""
        rarity = numpy.zeros(size)
        rarity[numbers] = weights.rarity
        table = numpy.zeros((size, len(weights.bias)), numpy.int16)
        table[numbers] = numpy.rint(weights.table * SCALE)
        return cls(weights.bias, rarity, table)

    def sum(self, numbers: numpy.ndarray) -> numpy.ndarray:
        """The log-odds of each label for a text in which the runs of these numbers stand, shape (labels,).

        A sum of weighted runs: sublinear tf-idf, the text brought to length one.
        """
        number, often = _counted(numbers)
        values = (1 + numpy.log(often)) * self.rarity.take(number)
        length = numpy.sqrt(values @ values) * SCALE
        return self.bias + values @ self.table.take(number, axis=0) / length if length else self.bias

    def sums(self, texts: numpy.ndarray, numbers: numpy.ndarray, count: int) -> numpy.ndarray:
        """The same for ``count`` texts at once, shape (texts, labels): run ``numbers[i]`` stands in ``texts[i]``."""
        sums = numpy.repeat(self.bias[None, :], count, axis=0)
        bits = len(self.rarity).bit_length()
        keys, often = _counted((texts << bits) | numbers)
        owner, number = keys >> bits, keys & ((1 << bits) - 1)
        values = (1 + numpy.log(often)) * self.rarity.take(number)
        starts = _edges(owner)[:-1]
        if len(starts):
            lengths = numpy.sqrt(numpy.add.reduceat(values * values, starts)) * SCALE
            spoken = numpy.add.reduceat(self.table.take(number, axis=0) * values[:, None], starts, axis=0)
            sums[owner.take(starts)] += spoken / numpy.where(lengths, lengths, 1)[:, None]
        return sums


def _counted(numbers: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The different numbers, sorted, and how often each stands there."""
    ordered = numpy.sort(numbers)
    edges = _edges(ordered)
    return ordered.take(edges[:-1]), edges[1:] - edges[:-1]


def _edges(ordered: numpy.ndarray) -> numpy.ndarray:
    """Where in a sorted array each different number begins, and where the last one ends."""
    if not len(ordered):
        return _FIRST
    (changes,) = (ordered[1:] != ordered[:-1]).nonzero()
    return numpy.concatenate((_FIRST, changes + 1, (len(ordered),)))


@dataclass(frozen=True, eq=False)
class Scales:
    """The model of whole replies and the model of single sentences, over the runs that either knows.

    ``row`` tells where both keep a run: the common ones stand together in front, so that few lines of memory are read.
    """

    runs: Runs
    row: numpy.ndarray
    whole: Side
    parts: Side

    @classmethod
    def made(cls, whole: Weights, parts: Weights) -> Self:
        """Both models over their common runs."""
        runs, numbers = Runs.made([*whole.order, *parts.order])
        rarity = numpy.zeros(runs.size)
        rarity[numbers] = numpy.concatenate((whole.rarity, parts.rarity))
        row = numpy.empty(runs.size, numpy.int64)
        row[rarity.argsort(kind="stable")] = numpy.arange(runs.size)
        first, second = numpy.split(row[numbers], [len(whole.order)])
        return cls(runs, row, Side.made(whole, first, runs.size), Side.made(parts, second, runs.size))

    def leanings(self, text: str, spans: Sequence[tuple[int, int]]) -> tuple[numpy.ndarray, numpy.ndarray]:
        """The log-odds for a normalised text and for the stretches of it, shapes (labels,) and (spans, labels).

        ``spans`` stand in order, and what they leave out between them are blanks and the signs that end a sentence.
        """
        line, places = lines(text, spans)
        numbers, starts, ends = self.runs.find(line)
        numbers = self.row.take(numbers)
        owner = numpy.full(len(line), _OUTSIDE)
        for number, (start, end) in enumerate(places):
            owner[start:end] = number
        whose = owner.take(starts)
        (inside,) = ((whose >= 0) & (whose == owner.take(ends))).nonzero()
        return self.whole.sum(numbers), self.parts.sums(whose.take(inside), numbers.take(inside), len(spans))


def lines(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """A text as it is heard, white space as one blank, and where in it each stretch stands without blanks around it.

    A stretch sounds the same alone and within the text: nothing that is made alike reaches over the end of a sentence.
    """
    pieces = heard(BETWEEN.join(text[start:end].replace(BETWEEN, " ") for start, end in spans)).split(BETWEEN)
    whole: list[str] = []
    last = 0
    for (start, end), piece in zip(spans, pieces, strict=True):
        whole += (text[last:start], piece)
        last = end
    line = " ".join("".join([*whole, text[last:]]).split())
    places, at = [], 0
    for piece in pieces:
        said = " ".join(piece.split())
        start = line.find(said, at)
        at = start + len(said)
        places.append((start, at))
    return line, places
