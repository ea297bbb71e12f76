"""The command: measure on writers left out, choose how models and rules are weighed, train on everything, write."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from quizzes.rubric import Verdict, corpus
from quizzes.rubric.evaluate import Report, compared, evaluate, verdict_on
from quizzes.rubric.learned import Learned
from quizzes.rubric.rules import LEARNED, RULES, Rubric, read_rubric
from quizzes.rubric.training.fitting import fit
from quizzes.rubric.training.samples import Sample, sample
from quizzes.rubric.training.weighing import Seen, trusted, weigh

RULES_WERE_TUNED_ON = ("dev-a", "dev-b", "dev-c", "dev-d")
"""Files whose texts were read while the rules were written: there the rules look better than they are."""
LIKE_A_BOARD = (
    *("w6", "r1", "r2", "r3", "r4", "r5", "q3", "q5", "q8", "q9", "q12", "q19", "q24"),
    *(f"b{number}" for number in range(1, 28)),
)
"""Files in the manner of real answers on message boards."""
GROUPS = 6
"""Into how many groups the writers are dealt; each group is left out once."""


def writer_of(name: str) -> str:
    """Who wrote a file; what is left out together. The development files share one set of hands."""
    return "dev" if name in RULES_WERE_TUNED_ON else name


def say(line: str) -> None:
    """Print a line at once: a run takes minutes."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def folds(samples: Mapping[str, Sequence[Sample]]) -> dict[str, list[str]]:
    """The files of each writer."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in samples:
        found[writer_of(name)].append(name)
    return dict(found)


def seen_by_others(
    samples: Mapping[str, Sequence[Sample]], sentences: Sequence[corpus.Sentence]
) -> dict[str, list[Seen]]:
    """For each writer's replies what models say that were trained without this writer (and a few others)."""
    by_writer = folds(samples)
    writers = sorted(by_writer)
    seen = {}
    for group in (writers[at::GROUPS] for at in range(GROUPS)):
        left_out = {name for writer in group for name in by_writer[writer]}
        others = [one for name, listed in samples.items() if name not in left_out for one in listed]
        model = fit(others, sentences)
        for writer in group:
            own = [one for name in by_writer[writer] for one in samples[name]]
            seen[writer] = [Seen(one, model.opinions(one.text, one.sentences)) for one in own]
        say(f"  {', '.join(group)}: seen by a model of {len(others)} replies")
    return seen


def weighed(model: Learned, seen: Mapping[str, Sequence[Seen]], without: str = "dev") -> Learned:
    """The model, weighed on all replies but one writer's; never on those that the rules were written on."""
    chosen = [one for writer, listed in seen.items() if writer not in ("dev", without) for one in listed]
    shares, limits = weigh(chosen)
    return replace(model, shares=shares, limits=limits, trusted=trusted(chosen))


def line(name: str, report: Report) -> str:
    """The figures of one file or set in a line."""
    return (
        f"  {name:8} {report.records:5}  patterns F1 {report.micro.f1:.3f} P {report.micro.precision:.3f} "
        f"R {report.micro.recall:.3f} macro {report.macro_f1:.3f}  "
        f"red lines P {report.redline.precision:.3f} R {report.redline.recall:.3f}  "
        f"elements F1 {report.elements_micro.f1:.3f}  "
        f"kappa {report.kappa:.3f}  within one {report.grade_within_one:.3f}  false grave {report.false_serious:.3f}  "
        f"span {report.span_overlap:.3f}"
    )


def verdicts_by_others(
    seen: Mapping[str, Sequence[Seen]], rules: Rubric, model: Learned
) -> dict[str, tuple[Mapping[str, Any], Verdict]]:
    """Each reply by its id with the verdict whose weights, shares and limits were all found without its writer."""
    found = {}
    for writer, listed in seen.items():
        rubric = replace(rules, learned=weighed(model, seen, without=writer))
        for one in listed:
            found[one.sample.record["id"]] = (one.sample.record, verdict_on(one.sample.record, rubric, one.opinions))
    return found


def compare(
    files: Mapping[str, Sequence[dict[str, Any]]], seen: Mapping[str, Sequence[Seen]], rules: Rubric, model: Learned
) -> None:
    """Print what rules reach alone, and with models that never saw the writer."""
    unread = [record for name, records in files.items() if writer_of(name) != "dev" for record in records]
    board = [record for name, records in files.items() if name in LIKE_A_BOARD for record in records]
    sets = (*files.items(), ("board", board), ("unread", unread))
    say("rules alone:")
    for name, records in sets:
        say(line(name, evaluate(records, rules)))
    say("rules and models, everything found on the other writers:")
    verdicts = verdicts_by_others(seen, rules, model)
    for name, records in sets:
        say(line(name, compared([verdicts[record["id"]] for record in records], rules)))


def main() -> None:
    """Measure, weigh, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help="write nothing")
    parser.add_argument("--corpus", type=Path, default=corpus.FOLDER)
    given = parser.parse_args()
    files = {path.stem: corpus.read_file(path) for path in sorted(given.corpus.glob("*.jsonl"))}
    sentences = corpus.read_sentences(given.corpus / "sentences")
    rules = read_rubric(RULES, learned=False)
    samples = {name: [sample(record, rules) for record in records] for name, records in files.items()}
    say(f"{sum(map(len, files.values()))} replies of {len(files)} files; writers left out in {GROUPS} groups:")
    seen = seen_by_others(samples, sentences)
    model = weighed(fit([one for listed in samples.values() for one in listed], sentences), seen)
    compare(files, seen, rules, model)
    if not given.measure:
        model.write(LEARNED)
        say(f"{LEARNED.name}: {LEARNED.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
