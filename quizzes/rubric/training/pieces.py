"""What the second reader learns from: replies, single sentences, and sentences set into replies, as tokens."""

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from quizzes.rubric import corpus
from quizzes.rubric.encoder import beside_of, stretch, tokens_of
from quizzes.rubric.evaluate import GOOD
from quizzes.rubric.learned import spoken
from quizzes.rubric.normalise import fold
from quizzes.rubric.relation import shared
from quizzes.rubric.training.samples import LABELS, Sample, labels_of
from quizzes.rubric.training.weaving import Span, set_in

_CHARACTERS = 2048
"""Characters that are learned from at a time."""
_MISDIRECTED, _TELLING = 0.04, 60
"""Share of the replies that are also put beside another post, and from how many characters a reply may be."""
_CLEAN = range(60, 321)
"""Characters of a reply that a sentence is woven into."""


@dataclass(frozen=True)
class Piece:
    """A reply or a single sentence to learn from: its tokens, where its stretches are, what both show.

    ``beside``: the tokens of post and facts. ``alone``: a single sentence, of which nobody said what elements it has.
    """

    tokens: Sequence[int]
    beside: Sequence[int]
    stretches: Sequence[tuple[int, int]]
    shown: Sequence[bool]
    shown_there: Sequence[Sequence[bool]]
    alone: bool = False

    @property
    def length(self) -> int:
        """Tokens that are read."""
        return len(self.tokens) + len(self.beside)


def course_of(samples: Sequence[Sample], letters: Mapping[str, int], seed: int) -> list[Piece]:
    """These replies, some of them misdirected too, and all single sentences."""
    away = misdirected(samples, letters, random.Random(seed))
    return [*pieces_of(samples, letters), *away, *alone_of(corpus.read_sentences(), letters)]


def woven_course(
    samples: Mapping[str, Sequence[Sample]], writers: Collection[str], letters: Mapping[str, int], seed: int
) -> list[Piece]:
    """All of ``course_of``, what these writers wrote once more, and every single sentence woven in.

    The replies are twice as many as what is woven in: with fewer of them it heard faults where none were.
    """
    sentences = corpus.read_sentences()
    known = [one for listed in samples.values() for one in listed]
    more = [one for name in writers for one in samples[name]]
    return [*course_of([*known, *more], letters, seed), *woven(known, sentences, letters, random.Random(seed))]


def again(samples: Mapping[str, Sequence[Sample]], writers: Collection[str], seed: int) -> list[Sample]:
    """What further teaching goes through: these writers' replies twice, and half of all others.

    The others keep it from forgetting. Raises ``KeyError`` for a writer who is not there.
    """
    others = [one for name, listed in samples.items() if name not in writers for one in listed]
    named = [one for name in writers for one in samples[name]]
    return [*named, *named, *random.Random(seed).sample(others, len(others) // 2)]


def pieces_of(samples: Sequence[Sample], letters: Mapping[str, int]) -> list[Piece]:
    """Replies to learn from."""
    found = []
    for one in samples:
        spans = spoken(one.text, one.sentences)
        there = [labels_of(one, span) for span in spans]
        found.append(_piece(one.text, spans, labels_of(one), there, beside_of(one.known, letters), letters))
    return found


def misdirected(samples: Sequence[Sample], letters: Mapping[str, int], dealt: random.Random) -> list[Piece]:
    """Replies put beside a post of another matter: they answer nothing, whatever they say (decisions, no. 7)."""
    found = []
    evident = [label in ("non_answer", "template_error") for label in LABELS]
    others = sorted({one.known for one in samples})
    telling = [one for one in samples if len(one.text) >= _TELLING and "restate" in one.record["elements"]]
    for one in dealt.sample(telling, int(len(samples) * _MISDIRECTED)):
        other = dealt.choice(others)
        if not shared(one.text, other.post):
            [piece] = pieces_of([one], letters)
            there = [evident for _ in piece.shown_there]
            found.append(replace(piece, beside=beside_of(other, letters), shown=evident, shown_there=there))
    return found


def alone_of(sentences: Sequence[corpus.Sentence], letters: Mapping[str, int]) -> list[Piece]:
    """Single sentences to learn from."""
    found = []
    for one in sentences:
        text = fold(one.text)
        piece = _piece(text, [(0, len(text))], one.patterns, [one.patterns], [], letters)
        found.append(replace(piece, stretches=[(1, len(piece.tokens) - 1)], alone=True))
    return found


def woven(
    samples: Sequence[Sample], sentences: Sequence[corpus.Sentence], letters: Mapping[str, int], dealt: random.Random
) -> list[Piece]:
    """Every single sentence, with a fault or without, within a reply that has none."""
    clean = [one for one in samples if _is_clean(one.record)]
    found = []
    for sentence, one in zip(sentences, dealt.choices(clean, k=len(sentences)), strict=True):
        spans = spoken(one.text, one.sentences)
        at = dealt.randint(1, len(spans))  # behind the greeting
        text, places = set_in(one.text, spans, fold(sentence.text), at)
        there = [sentence.patterns if number == at else frozenset() for number in range(len(places))]
        shown = sentence.patterns.union(one.record["elements"])
        found.append(_piece(text, places, shown, there, beside_of(one.known, letters), letters))
    return found


def _is_clean(record: Mapping[str, Any]) -> bool:
    return not record["patterns"] and record["grade"] >= GOOD and len(record["reply"]) in _CLEAN


def _piece(
    text: str,
    spans: Sequence[Span],
    shown: Collection[str],
    there: Sequence[Collection[str]],
    beside: Sequence[int],
    letters: Mapping[str, int],
) -> Piece:
    """A text with its sentences, the labels of the whole and those of each sentence."""
    tokens, places = tokens_of(text, letters)
    whole, parts = _flags(shown), [_flags(labels) for labels in there]
    return Piece(tokens, beside, [stretch(places, *span) for span in spans], whole, parts)


def _flags(labels: Collection[str]) -> list[bool]:
    return [label in labels for label in LABELS]


def portions(pieces: Sequence[Piece], dealt: random.Random) -> Iterator[list[Piece]]:
    """All pieces in random order, those of like length together, ``_CHARACTERS`` at a time."""
    mixed = dealt.sample(pieces, len(pieces))
    found: list[list[Piece]] = []
    for at in range(0, len(mixed), 2000):
        portion: list[Piece] = []
        for piece in sorted(mixed[at : at + 2000], key=lambda one: one.length):
            if portion and (len(portion) + 1) * piece.length > _CHARACTERS:
                found.append(portion)
                portion = []
            portion.append(piece)
        found.append(portion)
    dealt.shuffle(found)
    yield from found
