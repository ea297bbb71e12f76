"""Teaches the second reader (``quizzes.rubric.encoder``): from a published language model and labelled replies.

    python -m quizzes.rubric.training.second anew BASE.onnx VOCABULARY.txt TAUGHT.npz
    python -m quizzes.rubric.training.second further FROM.npz TAUGHT.npz WRITER…
    python -m quizzes.rubric.training.second woven FROM.npz TAUGHT.npz
    python -m quizzes.rubric.training.second weigh TAUGHT.npz…

``rules/second/README.md`` tells where the first two files come from; ``further`` goes on with a taught reader: what
these writers wrote twice, beside half of all others. ``woven`` does too: with single sentences set into replies that
have no fault, beside a third of all replies. ``weigh`` ships one, or the mean of several that were taught one
from the other. Some writers are left out (``LEFT_OUT``): how much the second reader is heard, and from where a label
holds, is found on replies that neither reader has seen, and measured so too. From the base it takes two hours on two
cores, further or woven half of one; ``--half`` takes products at half precision, a half faster where the processor
knows them (bfloat16).
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
from quizzes.rubric.evaluate import GOOD, compared, verdict_on
from quizzes.rubric.learned import Learned, Opinion, spoken
from quizzes.rubric.normalise import fold
from quizzes.rubric.relation import shared
from quizzes.rubric.rules import RULES, SECOND, Rubric, read_rubric
from quizzes.rubric.training.__main__ import line, say
from quizzes.rubric.training.fitting import LABELS, Sample, fit, labels_of, sample
from quizzes.rubric.training.pupil import LAYERS, NEW, Pupil, base_weights
from quizzes.rubric.training.weaving import set_in
from quizzes.rubric.training.weighing import Seen, lenient, trusted, weigh

LEFT_OUT = ("b8", "b16", "b18", "b26", "b27", "q21", "q22", "q23", "q24", "q25", "q26", "q28")
"""Writers whose replies teach it nothing: short and long, plain and woven in, five of them like a board."""
SHARES = (0.3, 0.4, 0.5, 0.6, 0.7)
"""How much of what both readers think may be the second one's."""
ROUNDS, PACE = 3, 2e-4
"""How often everything is gone through, and how fast the published weights learn."""
FURTHER = 1, 1e-4
"""The same for further teaching."""
_QUICKER = 5
"""How many times faster than the published weights what is new learns."""
_WARM = 0.06
_CHARACTERS = 2048
"""Characters that are learned from at a time."""
_MISDIRECTED, _TELLING = 0.04, 60
"""Share of the replies that are also put beside another post, and from how many characters a reply may be."""
_INNOCENT = 2000
"""How many sentences without a fault are woven in beside all that have one."""
_CLEAN = range(60, 321)
"""Characters of a reply that a sentence is woven into."""
_SEED = 0
UNWEIGHED: dict[str, Any] = {
    "taught_without": sorted(LEFT_OUT),
    "heard_second": 0.0,
    "trusted": [],
    "shares": dict.fromkeys(LABELS, 0.0),
    "limits": dict.fromkeys(LABELS, 0.0),
}
"""What is written of a reader before it is weighed."""
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


def letters_in(file: Path) -> list[str]:
    """The characters that a reader in a file knows, in the order of their rows."""
    with numpy.load(file) as data:
        return list(json.loads(str(data["about"]))["letters"])


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


def woven(
    samples: Sequence[Sample], sentences: Sequence[corpus.Sentence], letters: Mapping[str, int], dealt: random.Random
) -> list[Piece]:
    """Every single sentence with a fault, and some without, each within a reply that has none."""
    clean = [one for one in samples if _is_clean(one.record)]
    bad = [one for one in sentences if one.patterns]
    innocent = [one for one in sentences if not one.patterns]
    chosen = [*bad, *dealt.sample(innocent, min(_INNOCENT, len(innocent)))]
    found = []
    for sentence, one in zip(chosen, dealt.choices(clean, k=len(chosen)), strict=True):
        spans = spoken(one.text, one.sentences)
        at = dealt.randint(1, len(spans))  # behind the greeting
        text, places = set_in(one.text, spans, fold(sentence.text), at)
        tokens, numbers = tokens_of(text, letters)
        here = [label in sentence.patterns for label in LABELS]
        there = [here if number == at else [False] * len(LABELS) for number in range(len(places))]
        whole = [label in sentence.patterns or label in one.record["elements"] for label in LABELS]
        stretches = [stretch(numbers, *place) for place in places]
        found.append(Piece(tokens, beside_of(one.known, letters), stretches, whole, there))
    return found


def _is_clean(record: Mapping[str, Any]) -> bool:
    return not record["patterns"] and record["grade"] >= GOOD and len(record["reply"]) in _CLEAN


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


def loss(pupil: Pupil, portion: Sequence[Piece], *, half: bool = False) -> Tensor:
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
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        whole, parts = (said.float() for said in pupil(tokens, own, where))
    truth = torch.tensor([one.shown for one in portion], dtype=torch.float)
    wrong = functional.binary_cross_entropy_with_logits(whole, truth, reduction="none") * known
    wrong_there = functional.binary_cross_entropy_with_logits(parts, shown, reduction="none") * _PATTERN
    wrong_there = wrong_there.sum(-1) * there
    return (wrong.sum(1) + wrong_there.sum(1) / there.sum(1).sqrt()).mean()


def teach(pupil: Pupil, pieces: Sequence[Piece], rounds: int, pace: float, *, half: bool) -> None:
    """Go through all pieces ``rounds`` times, ever slower after a short warming up; ``half`` precision in products."""
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
            lost = loss(pupil, portion, half=half)
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


def taught_in(file: Path) -> Pupil:
    """The reader in a file, to be taught further."""
    pupil = Pupil(len(letters_in(file)))
    pupil.go_on(file)
    return pupil


def averaged(files: Sequence[Path]) -> Pupil:
    """The mean of the weights of readers that were taught one from the other.

    Such readers lie close together, and their mean errs less than any of them (Wortsman et al. 2022, model soups,
    arXiv 2203.05482); of readers taught apart it would know nothing.
    """
    pupil = taught_in(files[0])
    states = [taught_in(file).state_dict() for file in files]
    pupil.load_state_dict({name: torch.stack([one[name] for one in states]).mean(0) for name in states[0]})
    return pupil


def weighed(
    file: Path, pupil: Pupil, letters: Sequence[str], taught: Rubric, left_out: Mapping[str, Sequence[Sample]]
) -> None:
    """Find how much the second reader is heard, on writers whom neither reader knows, say how good both are, write."""
    write(file, pupil, letters, UNWEIGHED)
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
    write(file, pupil, letters, UNWEIGHED | {"heard_second": share} | weights)


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


def again(samples: Mapping[str, Sequence[Sample]], writers: Sequence[str], dealt: random.Random) -> list[Sample]:
    """What further teaching goes through: these writers' replies twice, and half of all others.

    The others keep it from forgetting. Raises ``KeyError`` for a writer who is not there.
    """
    others = [one for name, listed in samples.items() if name not in writers for one in listed]
    named = [one for name in writers for one in samples[name]]
    return [*named, *named, *dealt.sample(others, len(others) // 2)]


def course_of(samples: Sequence[Sample], letters: Mapping[str, int]) -> list[Piece]:
    """These replies, some of them misdirected too, and all single sentences."""
    away = misdirected(samples, letters, random.Random(_SEED))
    return [*pieces_of(samples, letters), *away, *alone_of(corpus.read_sentences(), letters)]


def woven_course(samples: Sequence[Sample], letters: Mapping[str, int]) -> list[Piece]:
    """All single sentences, by themselves and woven in, beside a third of the replies, which keep from forgetting."""
    dealt, sentences = random.Random(_SEED), corpus.read_sentences()
    others = dealt.sample(samples, len(samples) // 3)
    return [*woven(samples, sentences, letters, dealt), *pieces_of(others, letters), *alone_of(sentences, letters)]


def main() -> None:
    """Teach, or weigh and ship."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", action="store_true", help="teach at half precision")
    ways = parser.add_subparsers(dest="way", required=True)
    given_files = {"anew": ("base", "vocabulary"), "further": ("begun",), "woven": ("begun",)}
    for way, files in given_files.items():
        command = ways.add_parser(way)
        for file in (*files, "taught"):
            command.add_argument(file, type=Path)
    ways.choices["further"].add_argument("writers", nargs="+")
    ways.add_parser("weigh").add_argument("files", nargs="+", type=Path)
    given = parser.parse_args()
    torch.manual_seed(_SEED)
    rules = read_rubric(RULES, learned=False)
    read = {path.stem: corpus.read_file(path) for path in sorted(corpus.FOLDER.glob("*.jsonl"))}
    samples = {name: [sample(record, rules) for record in records] for name, records in read.items()}
    left_out = {name: samples.pop(name) for name in LEFT_OUT}
    known = [one for listed in samples.values() for one in listed]
    if given.way == "weigh":
        taught = replace(rules, learned=fit(known, corpus.read_sentences()))
        weighed(SECOND, averaged(given.files), letters_in(given.files[0]), taught, left_out)
        say(f"{SECOND.name}: {SECOND.stat().st_size / 1e6:.1f} MB")
        return
    if given.way == "anew":
        letters, rows = letters_of(given.vocabulary)
        pupil = Pupil(len(letters))
        pupil.take(base_weights(given.base), rows)
    else:
        letters, pupil = letters_in(given.begun), taught_in(given.begun)
    numbers = {letter: number for number, letter in enumerate(letters)}
    if given.way == "woven":
        pieces = woven_course(known, numbers)
    else:
        chosen = known if given.way == "anew" else again(samples, given.writers, random.Random(_SEED))
        pieces = course_of(chosen, numbers)
    say(f"{len(pieces)} pieces, at most {WINDOW} characters each:")
    teach(pupil, pieces, *((ROUNDS, PACE) if given.way == "anew" else FURTHER), half=given.half)
    write(given.taught, pupil, letters, UNWEIGHED)


if __name__ == "__main__":
    main()
