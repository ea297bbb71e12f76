"""What the labelled corpus taught: how much runs of one to four characters speak for a pattern or an element.

Two linear models stand side by side, one of whole replies and one of single sentences; the second also points at the
place. Rules know what somebody wrote down; this knows what was said around faults, and together they miss less than
either alone. ``quizzes.rubric.training`` makes the file from the corpus; here it is only read and summed up.
"""

from __future__ import annotations

import gzip
import json
import sys
from array import array
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from pathlib import Path
from typing import Any, Self

LONGEST = 4
_SCALE = 1000
_MOST = 32767
_BETWEEN = "\n"
"""Stands in no run: white space is folded to blanks."""


def grams(text: str) -> Iterator[str]:
    """Every run of one to four characters of a normalised text, white space as one blank."""
    line = " ".join(text.split())
    for size in range(1, LONGEST + 1):
        for start in range(len(line) - size + 1):
            yield line[start : start + size]


@dataclass(frozen=True)
class Weights:
    """One linear model for several labels, packed so that it loads in an instant.

    ``runs`` numbers the known runs of characters. Run *n* has the rarity (idf) ``rarity[n]`` and adds
    ``weights[k] / 1000`` to the label ``labels[k]`` for every *k* from ``starts[n]`` to ``starts[n + 1]``.
    """

    bias: tuple[float, ...]
    runs: Mapping[str, int]
    rarity: array[float]
    starts: array[int]
    labels: bytes
    weights: array[int]

    @classmethod
    def packed(cls, bias: Sequence[float], runs: Mapping[str, tuple[float, Mapping[int, float]]]) -> Self:
        """Pack ``{run: (rarity, {label: weight})}``; runs without weights still count for the length of a text."""
        order = sorted(runs)
        rarity, starts, weights, labels = array("f"), array("I", [0]), array("h"), bytearray()
        for run in order:
            rarity.append(runs[run][0])
            for label, weight in sorted(runs[run][1].items()):
                labels.append(label)
                weights.append(max(-_MOST, min(_MOST, round(weight * _SCALE))))
            starts.append(len(labels))
        return cls(
            tuple(bias), dict(zip(order, range(len(order)), strict=True)), rarity, starts, bytes(labels), weights
        )

    def _known(self, text: str) -> list[tuple[str, int, float]]:
        """The known runs of a text with their numbers and their sublinear tf-idf."""
        return [
            (run, number, (1 + log(count)) * self.rarity[number])
            for run, count in Counter(grams(text)).items()
            if (number := self.runs.get(run)) is not None
        ]

    def chances(self, text: str) -> list[float]:
        """The chance of each label, 0–1: a logistic of weighted runs (sublinear tf-idf of length one)."""
        sums = list(self.bias)
        known = self._known(text)
        norm = _SCALE * sqrt(sum(value * value for _, _, value in known)) or 1.0
        labels, weights, starts = self.labels, self.weights, self.starts
        for _, number, value in known:
            share = value / norm
            for at in range(starts[number], starts[number + 1]):
                sums[labels[at]] += share * weights[at]
        return [1 / (1 + exp(-max(-30.0, min(30.0, total)))) for total in sums]

    def heaviest(self, text: str, label: int, most: int = 3) -> tuple[str, ...]:
        """The runs of a text that speak most for a label, the strongest first, none inside another."""
        spoken = {
            run: value * self.weights[at]
            for run, number, value in self._known(text)
            for at in range(self.starts[number], self.starts[number + 1])
            if self.labels[at] == label and self.weights[at] > 0 and len(run) > 1
        }
        kept: list[str] = []
        for run in sorted(spoken, key=lambda run: (-spoken[run], run)):
            if all(run not in other and other not in run for other in kept):
                kept.append(run)
        return tuple(kept[:most])

    @classmethod
    def unpack(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of ``pack``."""
        order = data["runs"].split(_BETWEEN) if data["runs"] else []
        return cls(
            tuple(data["bias"]),
            dict(zip(order, range(len(order)), strict=True)),
            _array("f", data["rarity"]),
            _array("I", data["starts"]),
            b64decode(data["labels"]),
            _array("h", data["weights"]),
        )

    def pack(self) -> dict[str, Any]:
        """The model as JSON: numbers as little-endian arrays in base 64."""
        return {
            "bias": [round(value, 4) for value in self.bias],
            "runs": _BETWEEN.join(self.runs),
            "rarity": _text(self.rarity),
            "starts": _text(self.starts),
            "labels": b64encode(self.labels).decode(),
            "weights": _text(self.weights),
        }


def _text(numbers: array[Any]) -> str:
    copy = numbers[:]
    if sys.byteorder == "big":
        copy.byteswap()
    return b64encode(copy.tobytes()).decode()


def _array(kind: str, text: str) -> array[Any]:
    numbers: array[Any] = array(kind)
    numbers.frombytes(b64decode(text))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


@dataclass(frozen=True)
class Opinion:
    """The chance that a label holds (0–1), and the sentence that speaks most for it (places in the normalised text)."""

    chance: float
    start: int
    end: int


@dataclass(frozen=True)
class Learned:
    """Both models, and how they are weighed against the rules.

    A label holds if its chance plus ``shares[label]``, where a rule found it too, is above ``limits[label]``.
    ``located``: labels whose places raters marked; for the others the whole reply alone decides.
    """

    labels: tuple[str, ...]
    located: frozenset[str]
    whole: Weights
    parts: Weights
    shares: Mapping[str, float]
    limits: Mapping[str, float]
    corpus_hash: str

    def opinions(self, text: str, sentences: Sequence[tuple[int, int]]) -> dict[str, Opinion]:
        """What the models say of a normalised reply with these sentences, for every label."""
        whole = self.whole.chances(text)
        spans = [span for span in sentences if text[slice(*span)].strip()] or [(0, len(text))]
        parts = [self.parts.chances(text[slice(*span)]) for span in spans]
        found = {}
        for number, label in enumerate(self.labels):
            best = max(range(len(spans)), key=lambda at: parts[at][number])
            chance = (whole[number] + parts[best][number]) / 2 if label in self.located else whole[number]
            found[label] = Opinion(chance, *spans[best])
        return found

    def holds(self, label: str, opinion: Opinion, *, ruled: bool) -> bool:
        """Whether chance and rule together are enough."""
        return opinion.chance + self.shares[label] * ruled > self.limits[label]

    def words(self, label: str, text: str) -> tuple[str, ...]:
        """The words of a sentence that weighed most."""
        return self.parts.heaviest(text, self.labels.index(label))

    @classmethod
    def read(cls, file: Path) -> Self:
        """The models of a file; raises ``OSError`` or ``ValueError`` for one that is none."""
        with gzip.open(file, "rt", encoding="utf-8") as stream:
            data = json.load(stream)
        return cls(
            tuple(data["labels"]),
            frozenset(data["located"]),
            Weights.unpack(data["whole"]),
            Weights.unpack(data["parts"]),
            data["shares"],
            data["limits"],
            data["corpus_hash"],
        )

    def write(self, file: Path) -> None:
        """Write the models; the same models give the same bytes."""
        data = {
            "corpus_hash": self.corpus_hash,
            "labels": self.labels,
            "located": sorted(self.located),
            "shares": self.shares,
            "limits": self.limits,
            "whole": self.whole.pack(),
            "parts": self.parts.pack(),
        }
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        file.write_bytes(gzip.compress(text.encode(), mtime=0))
