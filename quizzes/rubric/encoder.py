"""A second reader: a small Chinese language model that the corpus taught which words show a pattern or an element.

The linear models of ``learned`` know runs of characters; this one knows what stands around them, what the citizen asked
and what the office knew, so it also hears what no list holds: a threat in half a polite sentence, an answer that goes
past the question. It takes tens of milliseconds a reply instead of one. ``quizzes.rubric.training.second``
teaches it and writes the file; here it is only asked, by ONNX Runtime.

It is a RoFormer, a transformer with rotary places (Su et al. 2021, arXiv 2104.09864), one token a character:
RoFormer-Sim as it was published, taught further on the labelled replies. ``rules/second/README.md`` says where its
weights come from and under which licence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import _lru_cache_wrapper, cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeAlias

import numpy
import onnxruntime

from quizzes.rubric.hearing import NOTHING, UNSAYABLE, Known, each_heard

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
PAD, UNKNOWN, BEGIN, END = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
"""What stands for nothing, for a character that the model does not know, and before and behind a text."""
LONGEST = WINDOW + sum(BESIDE) + TOLD + 4
"""Tokens read at once at most: reply, post and facts with the four signs that frame them."""
_FATAL = 4
"""What ONNX Runtime logs: nothing but what ends it."""

Array: TypeAlias = numpy.ndarray


class Heard(NamedTuple):
    """What it says, in log-odds: of the whole reply, shape (labels,), and of stretches of it, (stretches, labels)."""

    whole: Array
    parts: Array


class Seen(NamedTuple):
    """What was read at once: from where, the numbers of the stretches in it, the tokens' places, what was said.

    Of each character, all (characters, labels): how much to look there, what it says of the reply, what of its stretch.
    """

    start: int
    inside: list[int]
    places: list[int]
    looks: Array
    says: Array
    says_there: Array

    def of(self, span: tuple[int, int]) -> Array:
        """What the characters of a stretch of the text say of it, (characters, labels)."""
        first, last = stretch(self.places, span[0] - self.start, span[1] - self.start)
        return self.says_there[first:last]


@dataclass(frozen=True, eq=False)
class Encoder:
    """The second reader.

    ``labels`` tells what its answers are about, ``letters`` the number of each character, ``nothing`` what it says of
    a stretch that it does not read, (labels,). ``network`` says something of every character. ``told``: how many
    characters of the facts it was taught to read.
    """

    labels: tuple[str, ...]
    letters: Mapping[str, int]
    nothing: Array
    network: onnxruntime.InferenceSession
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
        parts = numpy.repeat(self.nothing[None, :], len(spans), axis=0)
        read = self._seen(text, spans, known)
        for seen in read:
            for number in seen.inside:
                parts[number] = seen.of(spans[number]).mean(axis=0)
        looked = _softmax(numpy.concatenate([seen.looks for seen in read]))
        return Heard((looked * numpy.concatenate([seen.says for seen in read])).sum(axis=0), parts)

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
                number = self.labels.index(label)
                said = seen.says_there[:, number] - self.nothing[number]
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
            found.append(Seen(start, inside, places, *self._said(tokens, beside)))
        return found

    def _said(self, tokens: Sequence[int], beside: Sequence[int]) -> Iterator[Array]:
        """What is said of each token of the reply, read with what stands beside it: the last three of ``Seen``."""
        own = len(tokens)
        is_beside = (numpy.arange(own + len(beside)) >= own).astype(numpy.float32)[:, None]
        given = {"tokens": numpy.array([*tokens, *beside], numpy.int64), "beside": is_beside}
        return (said[:own] for said in self.network.run(None, given))

    @classmethod
    def read(cls, file: Path) -> tuple[Self, dict[str, Any]]:
        """The reader in a file, and what the file says about it.

        Raises ``OSError``, ``ValueError`` or ``KeyError`` for a file that holds none.
        """
        network = _network(file.read_bytes())
        about = json.loads(network.get_modelmeta().custom_metadata_map["about"])
        letters = {letter: number for number, letter in enumerate(about["letters"])}
        nothing = numpy.array(about["nothing"], numpy.float32)
        return cls(tuple(about["labels"]), letters, nothing, network, about["told"]), about


def _network(content: bytes) -> onnxruntime.InferenceSession:
    """The network in a file. One thread works on a text: where many answer requests, many texts are read at once."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = _FATAL
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as problem:  # its errors have no base but this one
        raise ValueError(f"no network: {problem}") from problem


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


def _softmax(x: Array) -> Array:
    """Shares of one along the characters, label by label."""
    x = numpy.exp(x - x.max(axis=0))
    return x / x.sum(axis=0)
