"""Teaches the second reader (``quizzes.rubric.encoder``): from a published language model and labelled replies.

    python -m quizzes.rubric.training.second anew BASE.onnx VOCABULARY.txt TAUGHT.onnx
    python -m quizzes.rubric.training.second further FROM.onnx TAUGHT.onnx WRITER…
    python -m quizzes.rubric.training.second woven FROM.onnx TAUGHT.onnx WRITER…
    python -m quizzes.rubric.training.second weigh TAUGHT.onnx…

``rules/second/README.md`` tells where the first two files come from; ``further`` goes on with a taught reader: what
these writers wrote twice, beside half of all others. ``woven`` does too: what these writers wrote twice, all others
once, and every single sentence set into a reply that has no fault. ``weigh`` ships one, or the mean of several that
were taught one from the other. Some writers are left out (``LEFT_OUT``): how much the second reader is heard, and from
where a label holds, is found on replies that neither reader has seen, and measured so too. From the base it takes two
hours on two cores, woven one, further half of one; ``--half`` takes products at half precision, a half faster where
the processor knows them (bfloat16).
"""

import argparse
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import torch
from torch import Tensor, nn
from torch.nn import functional

from quizzes.rubric import corpus
from quizzes.rubric.encoder import BEGIN, END, PAD, TOLD, UNKNOWN, WINDOW
from quizzes.rubric.evaluate import compared, verdict_on
from quizzes.rubric.learned import Learned, Opinion
from quizzes.rubric.rules import RULES, SECOND, Rubric, read_rubric
from quizzes.rubric.training import graph
from quizzes.rubric.training.__main__ import line, say
from quizzes.rubric.training.fitting import fit
from quizzes.rubric.training.pieces import Piece, again, course_of, portions, woven_course
from quizzes.rubric.training.pupil import LAYERS, NEW, Pupil, base_weights
from quizzes.rubric.training.samples import LABELS, Sample, sample
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


def letters_of(file: Path) -> tuple[list[str], list[int]]:
    """The single characters of a vocabulary, behind the four signs, and their rows in the published table."""
    rows = {token: row for row, token in enumerate(file.read_text("utf-8").split("\n"))}
    signs = [PAD, UNKNOWN, BEGIN, END]
    letters = [*signs, *(token for token in rows if len(token) == 1)]
    return letters, [rows[letter] for letter in letters]


def loss(pupil: Pupil, portion: Sequence[Piece], *, half: bool = False) -> Tensor:
    """How wrong the pupil is about replies and about their sentences (there of patterns only)."""
    length, most = max(one.length for one in portion), max(len(one.stretches) for one in portion)
    tokens = torch.zeros(len(portion), length, dtype=torch.long)
    own = torch.zeros(len(portion), length, dtype=torch.bool)
    where, shown = torch.zeros(len(portion), most, length), torch.zeros(len(portion), most, len(LABELS))
    there = torch.zeros(len(portion), most)
    for row, one in enumerate(portion):
        tokens[row, : one.length] = torch.tensor([*one.tokens, *one.beside])
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


def write(file: Path, pupil: Pupil, letters: Sequence[str], weighing: Mapping[str, Any], *, small: bool) -> None:
    """Write the reader with what is to be known about it; ``small`` to be shipped, else to be taught further."""
    weights = pupil.weights()
    about = {
        "labels": LABELS,
        "letters": letters,
        "layers": LAYERS,
        "told": TOLD,
        "nothing": weights["part.bias"].tolist(),
    }
    graph.write(file, weights, {**about, **weighing}, small=small)


def taught_in(file: Path) -> tuple[Pupil, list[str]]:
    """The reader in a file, to be taught further, and the characters that it knows."""
    weights, about = graph.read(file)
    assert tuple(about["labels"]) == LABELS
    pupil = Pupil(len(about["letters"]))
    pupil.go_on(weights)
    return pupil, about["letters"]


def averaged(files: Sequence[Path]) -> tuple[Pupil, list[str]]:
    """The mean of the weights of readers that were taught one from the other, and the characters that they know.

    Such readers lie close together, and their mean errs less than any of them (Wortsman et al. 2022, model soups,
    arXiv 2203.05482); of readers taught apart it would know nothing.
    """
    pupil, letters = taught_in(files[0])
    states = [taught_in(file)[0].state_dict() for file in files]
    pupil.load_state_dict({name: torch.stack([one[name] for one in states]).mean(0) for name in states[0]})
    return pupil, letters


def weighed(
    file: Path, pupil: Pupil, letters: Sequence[str], taught: Rubric, left_out: Mapping[str, Sequence[Sample]]
) -> None:
    """Find how much the second reader is heard, on writers whom neither reader knows, say how good both are, write."""
    write(file, pupil, letters, UNWEIGHED, small=True)
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
    write(file, pupil, letters, UNWEIGHED | {"heard_second": share} | weights, small=True)


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
    """Teach, or weigh and ship."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", action="store_true", help="teach at half precision")
    ways = parser.add_subparsers(dest="way", required=True)
    given_files = {"anew": ("base", "vocabulary"), "further": ("begun",), "woven": ("begun",)}
    for way, files in given_files.items():
        command = ways.add_parser(way)
        for file in (*files, "taught"):
            command.add_argument(file, type=Path)
    for way in ("further", "woven"):
        ways.choices[way].add_argument("writers", nargs="+")
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
        weighed(SECOND, *averaged(given.files), taught, left_out)
        say(f"{SECOND.name}: {SECOND.stat().st_size / 1e6:.1f} MB")
        return
    if given.way == "anew":
        letters, rows = letters_of(given.vocabulary)
        pupil = Pupil(len(letters))
        pupil.take(base_weights(given.base), rows)
    else:
        pupil, letters = taught_in(given.begun)
    numbers = {letter: number for number, letter in enumerate(letters)}
    if given.way == "woven":
        pieces = woven_course(samples, given.writers, numbers, _SEED)
    else:
        pieces = course_of(known if given.way == "anew" else again(samples, given.writers, _SEED), numbers, _SEED)
    say(f"{len(pieces)} pieces, at most {WINDOW} characters each:")
    teach(pupil, pieces, *((ROUNDS, PACE) if given.way == "anew" else FURTHER), half=given.half)
    write(given.taught, pupil, letters, UNWEIGHED, small=False)


if __name__ == "__main__":
    main()
