"""A second reader: a small Chinese language model that the corpus taught which words show a pattern or an element.

The linear models of ``learned`` know runs of characters; this one knows what stands around them, what the citizen asked
and what the office knew, so it also hears what no list holds: a threat in half a polite sentence, an answer that goes
past the question. It takes tens of milliseconds a reply, or more, instead of one. ``quizzes.rubric.training.second``
teaches it; here it is only read and asked.

It is a RoFormer, a transformer with rotary places (Su et al. 2021, arXiv 2104.09864), one token a character:
RoFormer-Sim as it was published, taught further on the labelled replies. ``rules/second/README.md`` says where its
weights come from and under which licence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import _lru_cache_wrapper, cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeAlias

import numpy

from quizzes.rubric.hearing import NOTHING, UNSAYABLE, Known, each_heard

HEADS = 6
WINDOW = 480
"""Characters read at once, at most; a longer reply is read in stretches of whole sentences."""
BESIDE = 160, 80
"""Characters of the post that are read beside every stretch: of its beginning, and of its end, where demands stand."""
TOLD = 120
"""Characters of the known facts that are read behind the post."""
FARTHEST = 3_000
"""Characters after which it stops reading, so that the longest text costs it no more than this one."""
REMEMBERED = 4096
"""Answers that are kept, some kilobytes each."""
_RUN = range(2, 7)
"""Characters of a run that is named as weighing most."""
MOST = 127
"""Weights are kept as whole numbers up to this one, times a scale."""
PAD, UNKNOWN, BEGIN, END = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
"""What stands for nothing, for a character that the model does not know, and before and behind a text."""
_LONGEST = WINDOW + sum(BESIDE) + TOLD + 4
"""Tokens read at once at most: reply, post and facts with the four signs that frame them."""
_EPSILON = 1e-12
_FARTHEST_TURN = 10_000

Array: TypeAlias = numpy.ndarray
Pair: TypeAlias = tuple[numpy.ndarray, numpy.ndarray]
"""Weights and bias."""


class Heard(NamedTuple):
    """What it says, in log-odds: of the whole reply, shape (labels,), and of stretches of it, (stretches, labels)."""

    whole: Array
    parts: Array


@dataclass(frozen=True, eq=False)
class Layer:
    """Attention (queries, keys and values in one matrix), then a wide and a narrow map, each half with its norm."""

    attend: Pair
    out: Pair
    norm: Pair
    widen: Pair
    narrow: Pair
    last: Pair

    def __call__(self, x: Array, waves: Pair) -> Array:
        """From the state of each character to the next one, both (characters, width)."""
        size, width = x.shape
        each = width // HEADS
        queries, keys, values = _applied(x, self.attend).reshape(size, 3, HEADS, each).transpose(1, 2, 0, 3)
        alike = _turned(queries, waves) @ _turned(keys, waves).transpose(0, 2, 1)
        seen = _softmax(alike * numpy.float32(each**-0.5)) @ values
        x = _normed(x + _applied(seen.transpose(1, 0, 2).reshape(size, width), self.out), self.norm)
        return _normed(x + _applied(_gelu(_applied(x, self.widen)), self.narrow), self.last)


class Seen(NamedTuple):
    """What was read at once: from where, the numbers of the stretches in it, the tokens' places and their states."""

    start: int
    inside: list[int]
    places: list[int]
    states: Array

    def of(self, span: tuple[int, int]) -> Array:
        """The states of a stretch of the text, (characters, width)."""
        first, last = stretch(self.places, span[0] - self.start, span[1] - self.start)
        return self.states[first:last]


@dataclass(frozen=True, eq=False)
class Encoder:
    """The second reader.

    ``labels`` tells what its answers are about, ``letters`` the row of each character in ``table``; ``posted`` is added
    to the characters of post and facts. ``looking`` knows for each label where in a reply to look, ``whole`` what is to
    be thought of what is seen there; ``part`` hears a stretch by itself. ``told``: how many characters of the facts it
    was taught to read.
    """

    labels: tuple[str, ...]
    letters: Mapping[str, int]
    table: Array
    posted: Array
    first: Pair
    layers: tuple[Layer, ...]
    looking: Pair
    whole: Pair
    part: Pair
    told: int = TOLD

    def hear(self, text: str, spans: Sequence[tuple[int, int]], known: Known = NOTHING) -> Heard:
        """What it says of a normalised reply beside what is known, and of these stretches of it, which stand in order.

        Of stretches beyond ``FARTHEST`` it says what it says of nothing. The last ``REMEMBERED`` answers are kept:
        measuring a change of the rules, or the same words in another script, asks for the same text again.
        """
        return self._remembered(text, tuple(spans), known)

    @cached_property
    def _remembered(self) -> _lru_cache_wrapper[Heard]:
        return lru_cache(maxsize=REMEMBERED)(self._hear)

    def forget(self) -> None:
        """Begin anew: for measuring how long hearing takes."""
        self._remembered.cache_clear()
        self._seen.cache_clear()

    def _hear(self, text: str, spans: tuple[tuple[int, int], ...], known: Known) -> Heard:
        parts = numpy.repeat(self.part[1][None, :], len(spans), axis=0)
        looks, says = [], []
        for seen in self._seen(text, spans, known):
            looks.append(_applied(seen.states, self.looking))
            says.append(seen.states @ self.whole[0])
            for number in seen.inside:
                parts[number] = _applied(seen.of(spans[number]).mean(axis=0), self.part)
        looked = _softmax(numpy.concatenate(looks).T)
        return Heard((looked * numpy.concatenate(says).T).sum(axis=1) + self.whole[1], parts)

    def words(
        self, text: str, spans: Sequence[tuple[int, int]], known: Known, at: int, label: str, most: int = 3
    ) -> tuple[str, ...]:
        """The words of stretch number ``at`` that speak most for a label, the strongest first.

        What is said of a stretch is the mean of what its characters say, so each one's share is known exactly. None
        for a stretch that is not read.
        """
        start, end = spans[at]
        for seen in self._seen(text, tuple(spans), known):
            if at in seen.inside:
                said = seen.states @ self.part[0][:, self.labels.index(label)]
                places = seen.places[start - seen.start : end - seen.start + 1]
                shares = [float(said[left:right].sum()) for left, right in pairwise(places)]
                heard = [
                    (letter, share) for letter, share in zip(text[start:end], shares, strict=False) if letter.strip()
                ]
                return heaviest("".join(letter for letter, _ in heard), [share for _, share in heard], most)
        return ()

    @cached_property
    def _seen(self) -> _lru_cache_wrapper[list[Seen]]:
        """The last text that was read: whoever hears of a fault asks for its words next."""
        return lru_cache(maxsize=1)(self._see)

    def _see(self, text: str, spans: tuple[tuple[int, int], ...], known: Known) -> list[Seen]:
        beside = beside_of(known, self.letters, self.told)
        found = []
        for start, end, inside in windows(spans, len(text)):
            tokens, places = tokens_of(text[start:end], self.letters)
            found.append(Seen(start, inside, places, self._states(tokens, beside)))
        return found

    def _states(self, tokens: Sequence[int], beside: Sequence[int]) -> Array:
        """The last state of each token of the reply, read with what stands beside it."""
        x = self.table[[*tokens, *beside]]
        x[len(tokens) :] += self.posted
        x = _normed(x, self.first)
        waves = _waves(len(x), x.shape[1] // HEADS)
        for layer in self.layers:
            x = layer(x, waves)
        return x[: len(tokens)]

    @classmethod
    def read(cls, file: Path) -> tuple[Self, dict[str, Any]]:
        """The reader in a file, and what the file says about it.

        Raises ``OSError``, ``ValueError`` or ``KeyError`` for a file that holds none.
        """
        with numpy.load(file) as data:
            about = json.loads(str(data["about"]))
            pairs = {name: (_weights(data, name), data[f"{name}.bias"]) for name in about["pairs"]}
            table, posted = _weights(data, "table"), data["posted"]
        parts = [field.name for field in fields(Layer)]
        layers = tuple(Layer(*(pairs[f"{number}.{part}"] for part in parts)) for number in range(about["layers"]))
        letters = {letter: number for number, letter in enumerate(about["letters"])}
        looking, whole, part = (pairs[name] for name in ("looking", "whole", "part"))
        labels, told = tuple(about["labels"]), about.get("told", 0)
        return cls(labels, letters, table, posted, pairs["first"], layers, looking, whole, part, told), about


def tokens_of(text: str, letters: Mapping[str, int]) -> tuple[list[int], list[int]]:
    """The number of each character that is no blank, framed, and where each place in the text stands among them.

    A group of people is one token, the same for all, so that who is named changes nothing.
    What goes beyond ``WINDOW`` characters is not read; its places are the end.
    """
    tokens, places = [letters[BEGIN]], []
    for letter in each_heard(text[:WINDOW]):
        places.append(len(tokens))
        if letter and not letter.isspace():
            tokens.append(letters.get(letter, letters[UNKNOWN]))
    places += [len(tokens)] * (len(text) + 1 - len(places))
    return [*tokens, letters[END]], places


def beside_of(known: Known, letters: Mapping[str, int], told: int = TOLD) -> list[int]:
    """The number of each character of post and facts that is no blank, with a sign behind each of the two.

    Of a long post beginning and end are read, of the facts the first ``told`` characters.
    """
    begin, end = BESIDE
    post, facts = _plain(known.post), _plain("；".join(known.facts))[:told]
    if len(post) > begin + end:
        post = post[:begin] + post[-end:]
    return [
        number
        for said in (post, facts)
        if said
        for number in (*(letters.get(letter, letters[UNKNOWN]) for letter in said), letters[END])
    ]


def _plain(text: str) -> str:
    """What is heard of a text, without blanks."""
    return "".join("".join(each_heard(text)).split())


def stretch(places: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """Where a stretch of a text stands among its tokens: at least one of them, and never the frame's end."""
    last = places[-1]
    first = min(places[start], max(last - 1, 0))
    return first, max(first + 1, min(places[end], last))


def windows(spans: Sequence[tuple[int, int]], length: int) -> Iterator[tuple[int, int, list[int]]]:
    """What is read at once of a text of this length: from where to where, and the numbers of the stretches in it.

    ``WINDOW`` characters at most, if no single stretch is longer; the signs behind a stretch are read with it.
    """
    start, group = 0, [0]
    for number, (begin, end) in enumerate(spans[1:], start=1):
        if end > FARTHEST:
            length = begin
            break
        if end - start > WINDOW:
            yield start, begin, group
            start, group = begin, []
        group.append(number)
    yield start, length, group


def heaviest(text: str, shares: Sequence[float], most: int) -> tuple[str, ...]:
    """The runs of a few characters that say more than the others do, the strongest first, none over another.

    ``shares`` is what each character says; signs and blanks stand in no run.
    """
    if not text:
        return ()
    said = numpy.array(shares)
    above = numpy.concatenate([[0.0], numpy.cumsum(said - said.mean())])
    words = [letter.isalnum() and letter not in UNSAYABLE for letter in text]
    runs = [
        ((above[at + size] - above[at]) / size**0.5, at, size)
        for size in _RUN
        for at in range(len(text) - size + 1)
        if all(words[at : at + size])
    ]
    found: list[tuple[int, int]] = []
    for weight, at, size in sorted(runs, reverse=True):
        if weight <= 0 or len(found) == most:
            break
        if all(at + size <= other or other + length <= at for other, length in found):
            found.append((at, size))
    return tuple(text[at : at + size] for at, size in found)


def kept(weights: Array, axis: int) -> tuple[Array, Array]:
    """A matrix as it is stored: whole numbers, and the scale of all that lie along this axis."""
    scale = numpy.abs(weights).max(axis=axis, keepdims=True) / MOST
    scale[scale == 0] = 1
    return numpy.rint(weights / scale).astype(numpy.int8), scale.astype(numpy.float32)


def _weights(data: Mapping[str, Array], name: str) -> Array:
    stored = data[name]
    return stored if stored.dtype != numpy.int8 else stored * data[f"{name}.scale"]


def _applied(x: Array, pair: Pair) -> Array:
    return x @ pair[0] + pair[1]


def _normed(x: Array, pair: Pair) -> Array:
    x = x - x.mean(axis=-1, keepdims=True)
    x /= numpy.sqrt((x * x).mean(axis=-1, keepdims=True) + _EPSILON)
    return x * pair[0] + pair[1]


def _softmax(x: Array) -> Array:
    x = numpy.exp(x - x.max(axis=-1, keepdims=True))
    x /= x.sum(axis=-1, keepdims=True)
    return x


def _gelu(x: Array) -> Array:
    """Hendrycks and Gimpel 2016 (arXiv 1606.08415), with their approximation by tanh."""
    return 0.5 * x * (1 + numpy.tanh(0.7978845608 * (x + 0.044715 * x * x * x)))


def _turned(x: Array, waves: Pair) -> Array:
    """Every pair of numbers turned by its character's place, so that products know the distance and nothing else."""
    turned = numpy.empty_like(x)
    turned[..., ::2], turned[..., 1::2] = -x[..., 1::2], x[..., ::2]
    return x * waves[1] + turned * waves[0]


@lru_cache(maxsize=1)
def _turns(each: int) -> Pair:
    """Sine and cosine of every place in the longest window, both (places, each)."""
    speeds = _FARTHEST_TURN ** (-2 * numpy.arange(each // 2) / each)
    angles = numpy.repeat(numpy.arange(_LONGEST)[:, None] * speeds, 2, axis=1)
    return numpy.sin(angles).astype(numpy.float32), numpy.cos(angles).astype(numpy.float32)


def _waves(size: int, each: int) -> Pair:
    sine, cosine = _turns(each)
    return sine[:size], cosine[:size]
