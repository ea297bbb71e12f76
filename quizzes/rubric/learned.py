"""What the labelled corpus taught: how much runs of one to four characters speak for a pattern or an element.

Two linear models stand side by side, one of whole replies and one of single sentences; the second also points at the
place. Rules know what somebody wrote down; this knows what was said around faults, and together they miss less than
either alone. ``quizzes.rubric.training`` makes the file from the corpus; here it is only read and summed up.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from quizzes.rubric.hearing import NOTHING, UNSAYABLE, Known, heard

if TYPE_CHECKING:
    import numpy

    from quizzes.rubric.encoder import Encoder
    from quizzes.rubric.leaning import Scales

LONGEST = 4
"""Characters of a run, at most."""
BETWEEN = "\n"
"""Stands in no run: white space is folded to blanks."""
SCALE = 1000
"""Weights are kept as whole thousandths."""
_MOST = 32767
_WHOLE = 0.4
"""What the whole reply has to say in a pattern; the rest is said by its likeliest sentence.

Chosen on replies whose writers the models had not seen (0.2 to 0.7 tried): the less, the better a single bad sentence
is heard in a good reply, and the more good replies are wronged.
"""
_WHOLE_SECOND = 0.5
"""The same share for the second reader, which hears every sentence in its place."""
_BY_CHANCE = 0.7
"""Log-odds that a reply loses per unit of ln(sentences): the more there are, the likelier one sounds bad by chance.

Chosen on replies whose writers the models had not seen (0.5, 0.7 and 1 tried).
"""


def grams(text: str) -> list[str]:
    """Every run of one to four characters of a normalised text as it is heard, white space as one blank."""
    line = " ".join(heard(text).split())
    return [line[start : start + size] for size in range(1, LONGEST + 1) for start in range(len(line) - size + 1)]


@dataclass(frozen=True, eq=False)
class Weights:
    """One linear model for several labels.

    ``order`` holds the known runs of characters. Run *n* has the rarity (idf) ``rarity[n]`` and speaks for label *k*
    with ``table[n, k]``; shapes: ``bias`` (labels,), ``rarity`` (runs,), ``table`` (runs, labels).
    """

    bias: numpy.ndarray
    order: Sequence[str]
    rarity: numpy.ndarray
    table: numpy.ndarray

    @cached_property
    def runs(self) -> Mapping[str, int]:
        """The number of each known run."""
        return {run: number for number, run in enumerate(self.order)}

    @classmethod
    def made(cls, bias: Sequence[float], runs: Mapping[str, tuple[float, Mapping[int, float]]]) -> Self:
        """From ``{run: (rarity, {label: weight})}``; runs without weights still count for the length of a text.

        Weights are rounded as in the file, so that what was measured is what is shipped.
        """
        import numpy

        order = sorted(runs)
        table = numpy.zeros((len(order), len(bias)), numpy.float32)
        for number, run in enumerate(order):
            for label, weight in runs[run][1].items():
                table[number, label] = max(-_MOST, min(_MOST, round(weight * SCALE))) / SCALE
        rarity = numpy.array([runs[run][0] for run in order], numpy.float32)
        return cls(numpy.round(numpy.array(bias, float), 4), order, rarity, table)

    def heaviest(self, text: str, label: int, most: int = 3) -> tuple[str, ...]:
        """The runs of a text that speak most for a label, the strongest first, none inside another."""
        spoken = {}
        for run, count in Counter(grams(text)).items():
            number = self.runs.get(run)
            if len(run) > 1 and not UNSAYABLE & set(run) and number is not None and self.table[number, label] > 0:
                spoken[run] = (1 + log(count)) * self.rarity[number] * self.table[number, label]
        kept: list[str] = []
        for run in sorted(spoken, key=lambda run: (-spoken[run], run)):
            if all(run not in other and other not in run for other in kept):
                kept.append(run)
        return tuple(kept[:most])

    @classmethod
    def unpack(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of ``pack``."""
        import numpy

        order = data["runs"].split(BETWEEN) if data["runs"] else []
        each = _array("<u2", data["each"])
        bias = numpy.array(data["bias"], float)
        table = numpy.zeros((len(order), len(bias)), numpy.float32)
        rows = numpy.repeat(numpy.arange(len(order)), each)
        table[rows, _array("u1", data["labels"])] = _array("<i2", data["weights"]) / numpy.float32(SCALE)
        return cls(bias, order, _array("<f4", data["rarity"]).astype(numpy.float32), table)

    def pack(self) -> dict[str, Any]:
        """The model as JSON: the weights that are not 0 run by run, numbers as little-endian arrays in base 64."""
        import numpy

        rows, labels = numpy.nonzero(self.table)
        return {
            "bias": self.bias.tolist(),
            "runs": BETWEEN.join(self.order),
            "rarity": _text("<f4", self.rarity),
            "each": _text("<u2", numpy.bincount(rows, minlength=len(self.order))),
            "labels": _text("u1", labels),
            "weights": _text("<i2", numpy.rint(self.table[rows, labels] * SCALE)),
        }


def _text(kind: str, numbers: numpy.ndarray) -> str:
    return b64encode(numbers.astype(kind).tobytes()).decode()


def _array(kind: str, text: str) -> numpy.ndarray:
    import numpy

    return numpy.frombuffer(b64decode(text), kind)


class Opinion(NamedTuple):
    """How much speaks for a label (log-odds), and the sentence that speaks most.

    ``start`` and ``end`` are its place in the normalised text, ``sentence`` how much it says when heard alone,
    ``first`` how much speaks for the label by the first reader alone.
    """

    leaning: float
    start: int
    end: int
    sentence: float = 0.0
    first: float = 0.0


def spoken(text: str, sentences: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The sentences in which anything is said; the whole text if there is none."""
    return [span for span in sentences if text[slice(*span)].strip()] or [(0, len(text))]


@dataclass(frozen=True)
class Learned:
    """Both models, and how they are weighed against the rules.

    A label holds if its log-odds plus ``shares[label]``, where a rule found it too, are above ``limits[label]``.
    ``located``: labels whose places raters marked; for the others the whole reply alone decides. ``trusted``: phrases
    of rules, as (pattern, phrase), that never erred in the corpus; where one stands the models are not asked.
    ``second`` is a second reader who is asked too, ``heard_second`` (0 to 1) how much of what is thought is his, and
    ``alone`` the first reader by itself, whose word keeps what a rule found.
    """

    labels: tuple[str, ...]
    located: frozenset[str]
    whole: Weights
    parts: Weights
    shares: Mapping[str, float]
    limits: Mapping[str, float]
    trusted: frozenset[tuple[str, str]]
    corpus_hash: str
    second: Encoder | None = None
    heard_second: float = 0.0
    alone: Learned | None = None

    def opinions(self, text: str, sentences: Sequence[tuple[int, int]], known: Known = NOTHING) -> dict[str, Opinion]:
        """What the models say of a normalised reply with these sentences, for every label.

        Only the second reader hears what is ``known`` of the matter too.
        """
        spans = spoken(text, sentences)
        chances = _BY_CHANCE * log(len(spans))
        first = self._told(self.labels, *self._scales.leanings(text, spans), _WHOLE, chances)
        if self.second is None:
            return {label: Opinion(said, *spans[at], alone, said) for label, (said, at, alone) in first.items()}
        heard = self.second.hear(text, spans, known)
        second = self._told(self.second.labels, heard.whole, heard.parts, _WHOLE_SECOND)
        share, found = self.heard_second, {}
        for label, (said, at, alone) in first.items():
            other, there, other_alone = second[label]
            found[label] = Opinion(
                (1 - share) * said + share * other,
                *spans[there if label in self.located else at],  # the second reader knows the place better
                max(alone, (1 - share) * alone + share * other_alone),
                said,
            )
        return found

    def _told(
        self, labels: Sequence[str], whole: numpy.ndarray, parts: numpy.ndarray, share: float, lost: float = 0.0
    ) -> dict[str, tuple[float, int, float]]:
        """What one reader thinks, label by label: (log-odds, which stretch says most, how much that says alone).

        ``whole``, shape (labels,), is what it says of the reply, ``parts``, (stretches, labels), of stretches of it.
        ``share`` of a pattern is said by the whole, the rest by the likeliest stretch; it loses ``lost``.
        """
        best, most, sums = parts.argmax(axis=0).tolist(), parts.max(axis=0).tolist(), whole.tolist()
        return {
            label: (
                share * sums[number] + (1 - share) * most[number] - lost if label in self.located else sums[number],
                best[number],
                most[number],
            )
            for number, label in enumerate(labels)
        }

    @cached_property
    def _scales(self) -> Scales:
        """Both models side by side, so that a text is gone through once for both."""
        from quizzes.rubric.leaning import Scales

        return Scales.made(self.whole, self.parts)

    def margin(self, label: str, opinion: Opinion, *, ruled: bool) -> float:
        """How far models and rule together are above the limit, in log-odds; below it, negative.

        A pattern that a rule found and the first reader believes in stands: the second one cannot take it back.
        """
        both = opinion.leaning + self.shares[label] * ruled - self.limits[label]
        if not ruled or self.alone is None or label not in self.located:
            return both
        return max(both, self.alone.margin(label, opinion._replace(leaning=opinion.first), ruled=True))

    def words(
        self, label: str, opinion: Opinion, text: str, sentences: Sequence[tuple[int, int]], known: Known = NOTHING
    ) -> tuple[str, ...]:
        """The words that weighed most where an opinion points; text, sentences and what is known as they were heard."""
        place = opinion.start, opinion.end
        if self.second is None or label not in self.second.labels:
            return self.parts.heaviest(text[slice(*place)], self.labels.index(label))
        spans = spoken(text, sentences)
        return self.second.words(text, spans, known, spans.index(place), label)

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
            frozenset((pattern, phrase) for pattern, phrase in data["trusted"]),
            data["corpus_hash"],
        )

    def joined(self, file: Path) -> Self:
        """These models and the second reader in a file, weighed as it says there; raises what ``read`` raises."""
        from quizzes.rubric.encoder import Encoder

        second, about = Encoder.read(file)
        return replace(
            self,
            alone=self,
            second=second,
            heard_second=about["heard_second"],
            shares=about["shares"],
            limits=about["limits"],
            trusted=frozenset((pattern, phrase) for pattern, phrase in about["trusted"]),
        )

    def write(self, file: Path) -> None:
        """Write the models; the same models give the same bytes."""
        data = {
            "corpus_hash": self.corpus_hash,
            "labels": self.labels,
            "located": sorted(self.located),
            "shares": self.shares,
            "limits": self.limits,
            "trusted": sorted(self.trusted),
            "whole": self.whole.pack(),
            "parts": self.parts.pack(),
        }
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        file.write_bytes(gzip.compress(text.encode(), mtime=0))
