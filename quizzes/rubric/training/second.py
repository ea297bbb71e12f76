"""Teaches the second reader (``quizzes.rubric.encoder``): from a published language model and labelled replies.

    python -m quizzes.rubric.training.second [--further] BASE.onnx VOCABULARY.txt

``rules/second/README.md`` tells where the two files come from. Some writers are left out (``LEFT_OUT``):
how much the second reader is heard, and from where a label holds, is found on replies that neither reader has seen,
and measured so too. A run takes two hours on two cores.
"""

import argparse
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy
import torch
from torch import Tensor, nn
from torch.nn import functional

from quizzes.rubric import corpus
from quizzes.rubric.encoder import BEGIN, END, PAD, TOLD, UNKNOWN, WINDOW, beside_of, stretch, tokens_of
from quizzes.rubric.evaluate import compared, verdict_on
from quizzes.rubric.learned import Learned, Opinion, spoken
from quizzes.rubric.normalise import fold
from quizzes.rubric.relation import shared
from quizzes.rubric.rules import RULES, SECOND, Rubric, read_rubric
from quizzes.rubric.training.__main__ import line, say
from quizzes.rubric.training.fitting import LABELS, Sample, fit, labels_of, sample
from quizzes.rubric.training.pupil import LAYERS, NEW, Pupil, base_weights
from quizzes.rubric.training.weighing import Seen, lenient, trusted, weigh

LEFT_OUT = ("b8", "q21", "q22", "q23", "q24", "q25", "q26", "q28")
"""Writers whose replies teach it nothing: short and long, plain and woven in, two of them like a board."""
SHARES = (0.3, 0.4, 0.5, 0.6, 0.7)
"""How much of what both readers think may be the second one's."""
ROUNDS = 3
PACE, _QUICKER = 2e-4, 5
"""How fast the published weights learn, and how many times faster what is new."""
_WARM = 0.06
_CHARACTERS = 2048
"""Characters that are learned from at a time."""
_MISDIRECTED, _TELLING = 0.04, 60
"""Share of the replies that are also put beside another post, and from how many characters a reply may be."""
_SEED = 0
_PATTERN = torch.tensor([label in corpus.PATTERNS for label in LABELS])


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


def letters_of(file: Path) -> tuple[list[str], list[int]]:
    """The single characters of a vocabulary, behind the four signs, and their rows in the published table."""
    rows = {token: row for row, token in enumerate(file.read_text("utf-8").split("\n"))}
    signs = [PAD, UNKNOWN, BEGIN, END]
    letters = [*signs, *(token for token in rows if len(token) == 1)]
    return letters, [rows[letter] for letter in letters]


def pieces_of(samples: Sequence[Sample], letters: Mapping[str, int]) -> list[Piece]:
    """Replies to learn from."""
    found = []
    for one in samples:
        spans = spoken(one.text, one.sentences)
        tokens, places = tokens_of(one.text, letters)
        shown = [[label in labels_of(one, span) for label in LABELS] for span in spans]
        whole = [label in labels_of(one) for label in LABELS]
        beside = beside_of(one.known, letters)
        found.append(Piece(tokens, beside, [stretch(places, *span) for span in spans], whole, shown))
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
        tokens, _ = tokens_of(fold(one.text), letters)
        shown = [label in one.patterns for label in LABELS]
        found.append(Piece(tokens, [], [(1, len(tokens) - 1)], shown, [shown], alone=True))
    return found


def portions(pieces: Sequence[Piece], dealt: random.Random) -> Iterator[list[Piece]]:
    """All pieces in random order, those of like length together, ``_CHARACTERS`` at a time."""
    mixed = dealt.sample(pieces, len(pieces))
    found: list[list[Piece]] = []
    for at in range(0, len(mixed), 2000):
        portion: list[Piece] = []
        for piece in sorted(mixed[at : at + 2000], key=_length):
            if portion and (len(portion) + 1) * _length(piece) > _CHARACTERS:
                found.append(portion)
                portion = []
            portion.append(piece)
        found.append(portion)
    dealt.shuffle(found)
    yield from found


def _length(piece: Piece) -> int:
    return len(piece.tokens) + len(piece.beside)


def loss(pupil: Pupil, portion: Sequence[Piece]) -> Tensor:
    """How wrong the pupil is about replies and about their sentences (there of patterns only)."""
    length, most = max(map(_length, portion)), max(len(one.stretches) for one in portion)
    tokens = torch.zeros(len(portion), length, dtype=torch.long)
    own = torch.zeros(len(portion), length, dtype=torch.bool)
    where, shown = torch.zeros(len(portion), most, length), torch.zeros(len(portion), most, len(LABELS))
    there = torch.zeros(len(portion), most)
    for row, one in enumerate(portion):
        tokens[row, : _length(one)] = torch.tensor([*one.tokens, *one.beside])
        own[row, : len(one.tokens)] = True
        for number, (start, end) in enumerate(one.stretches):
            where[row, number, start:end] = 1 / (end - start)
            shown[row, number] = torch.tensor(one.shown_there[number], dtype=torch.float)
            there[row, number] = 1
    known = torch.tensor([not one.alone for one in portion])[:, None] | _PATTERN
    whole, parts = pupil(tokens, own, where)
    truth = torch.tensor([one.shown for one in portion], dtype=torch.float)
    wrong = functional.binary_cross_entropy_with_logits(whole, truth, reduction="none") * known
    wrong_there = functional.binary_cross_entropy_with_logits(parts, shown, reduction="none") * _PATTERN
    wrong_there = wrong_there.sum(-1) * there
    return (wrong.sum(1) + wrong_there.sum(1) / there.sum(1).sqrt()).mean()


def teach(pupil: Pupil, pieces: Sequence[Piece], rounds: int = ROUNDS, pace: float = PACE) -> None:
    """Go through all pieces ``rounds`` times, ever slower after a short warming up."""
    new = [value for name, value in pupil.named_parameters() if name.split(".")[0] in NEW]
    old = [value for name, value in pupil.named_parameters() if name.split(".")[0] not in NEW]
    paces = [{"params": old, "lr": pace}, {"params": new, "lr": pace * _QUICKER}]
    steps = torch.optim.AdamW(paces, weight_decay=0.01, fused=True)
    dealt = random.Random(_SEED)
    total = rounds * sum(1 for _ in portions(pieces, random.Random(_SEED)))

    def slower(step: int) -> float:
        return min(1.0, (step + 1) / (_WARM * total)) * max(0.02, 1 - step / total)

    watch = torch.optim.lr_scheduler.LambdaLR(steps, slower)
    pupil.train()
    for number in range(rounds):
        wrong = []
        for portion in portions(pieces, dealt):
            lost = loss(pupil, portion)
            lost.backward()
            nn.utils.clip_grad_norm_(pupil.parameters(), 1.0)
            steps.step()
            steps.zero_grad()
            watch.step()
            wrong.append(lost.item())
        say(f"  round {number + 1}: {numpy.mean(wrong):.3f}")
    pupil.eval()


def write(file: Path, pupil: Pupil, letters: Sequence[str], about: Mapping[str, Any]) -> None:
    """Write the reader with what is to be known about it."""
    told = {"labels": LABELS, "letters": letters, "layers": LAYERS, "told": TOLD, "pairs": Pupil.pairs(), **about}
    arrays: dict[str, Any] = {"about": json.dumps(told, ensure_ascii=False), **pupil.arrays()}
    numpy.savez(file, **arrays)  # half the time to read, for a tenth more to keep


def weighed(
    file: Path, pupil: Pupil, letters: Sequence[str], taught: Rubric, left_out: Mapping[str, Sequence[Sample]]
) -> None:
    """Find how much the second reader is heard, on writers whom neither reader knows, say how good both are, write."""
    about: dict[str, Any] = {"taught_without": sorted(left_out), "heard_second": 0.0, "trusted": []}
    about |= {name: dict.fromkeys(LABELS, 0.0) for name in ("shares", "limits")}
    write(file, pupil, letters, about)
    assert taught.learned is not None
    both = taught.learned.joined(file)
    samples = [one for listed in left_out.values() for one in listed]
    measured(said_of(samples, both), taught, "first", alone=True)
    found = []
    for share in SHARES:
        seen = said_of(samples, replace(both, heard_second=share))
        found.append((measured(seen, taught, str(share)), share, seen))
    _, share, seen = max(found, key=lambda one: one[:2])
    chosen = chosen_on(seen, taught.learned)
    weights = {"shares": chosen.shares, "limits": chosen.limits, "trusted": sorted(chosen.trusted)}
    write(file, pupil, letters, about | {"heard_second": share} | weights)


def said_of(samples: Sequence[Sample], models: Learned) -> list[Seen]:
    """Replies with what both readers say of them."""
    return [Seen(one, models.opinions(one.text, one.sentences, one.known)) for one in samples]


def chosen_on(seen: Sequence[Seen], first: Learned) -> Learned:
    """The first reader alone and both together, each with what is best on these replies."""
    by_first = [replace(one, opinions=_by_first(one)) for one in seen]
    trust = trusted(seen)
    (shares, limits), (both_shares, both_limits) = weigh(by_first), weigh(seen)
    alone = replace(first, shares=shares, limits=limits, trusted=trust)
    return replace(alone, alone=alone, shares=both_shares, limits=lenient(both_limits))


def measured(seen: Sequence[Seen], taught: Rubric, name: str, *, alone: bool = False) -> float:
    """The F1 of all patterns where limits are found on one half of the writers and measured on the other.

    ``alone``: of the first reader by itself.
    """
    writers = sorted({writer(one) for one in seen})
    verdicts = []
    for half in (writers[::2], writers[1::2]):
        assert taught.learned is not None
        models = chosen_on([one for one in seen if writer(one) not in half], taught.learned)
        own = [one for one in seen if writer(one) in half]
        if alone and models.alone:
            models = models.alone
            own = [replace(one, opinions=_by_first(one)) for one in own]
        rubric = replace(taught, learned=models)
        verdicts += [(one.sample.record, verdict_on(one.sample.record, rubric, one.opinions)) for one in own]
    report = compared(verdicts, taught)
    say(line(name, report))
    return report.micro.f1


def _by_first(one: Seen) -> dict[str, Opinion]:
    return {label: said._replace(leaning=said.first) for label, said in one.opinions.items()}


def writer(one: Seen) -> str:
    """Who wrote a reply."""
    return str(one.sample.record["id"]).rsplit("-", 1)[0]


def main() -> None:
    """Teach, weigh, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("vocabulary", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--pace", type=float, default=PACE)
    parser.add_argument("--further", action="store_true", help="begin with what is shipped, not with the base")
    given = parser.parse_args()
    torch.manual_seed(_SEED)
    rules = read_rubric(RULES, learned=False)
    read = {path.stem: corpus.read_file(path) for path in sorted(corpus.FOLDER.glob("*.jsonl"))}
    samples = {name: [sample(record, rules) for record in records] for name, records in read.items()}
    sentences = corpus.read_sentences()
    known = [one for name, listed in samples.items() if name not in LEFT_OUT for one in listed]
    letters, rows = letters_of(given.vocabulary)
    numbers = {letter: number for number, letter in enumerate(letters)}
    pupil = Pupil(len(letters))
    if given.further:
        pupil.go_on(SECOND)
    else:
        pupil.take(base_weights(given.base), rows)
    away = misdirected(known, numbers, random.Random(_SEED))
    pieces = [*pieces_of(known, numbers), *away, *alone_of(sentences, numbers)]
    say(f"{len(known)} replies, {len(sentences)} sentences, at most {WINDOW} characters each:")
    teach(pupil, pieces, given.rounds, given.pace)
    taught = replace(rules, learned=fit(known, sentences))
    weighed(SECOND, pupil, letters, taught, {name: samples[name] for name in LEFT_OUT})
    say(f"{SECOND.name}: {SECOND.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
