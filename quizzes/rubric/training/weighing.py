"""How much a rule adds to what the models say, and from where a label holds; chosen on replies neither had seen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy

from quizzes.rubric.corpus import ELEMENTS, PATTERNS, REDLINE, SERIOUS
from quizzes.rubric.evaluate import GOOD
from quizzes.rubric.learned import Opinion
from quizzes.rubric.training.samples import LABELS, Sample

SHARES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
"""What a rule may add, in log-odds."""
FALSE_GRAVE = 0.002
"""Share of good replies (grades 3 and 4) that may wrongly be given one grave pattern."""
LENIENT = {"action": 1.0, "owner": 0.5, "deadline": 1.0, "basis": 0.5, "follow_up": 1.0}
"""By how much less, in log-odds, these elements need than is best on the writers who are left out of the teaching.

Replies on real boards tell them more soberly than those writers do: there less finds far more of them, and on writers
who came later it costs nothing (``docs/rubric.md`` has the figures).
"""
TRUST = 0.9
"""Share of right findings (with half a right and half a wrong one added) from which a phrase is trusted."""


def lenient(limits: Mapping[str, float]) -> dict[str, float]:
    """Limits per label with ``LENIENT`` taken off."""
    return {label: round(limit - LENIENT.get(label, 0.0), 3) for label, limit in limits.items()}


@dataclass(frozen=True)
class Seen:
    """A reply with the opinions of models that were trained without its writer."""

    sample: Sample
    opinions: Mapping[str, Opinion]


def weigh(seen: Sequence[Seen]) -> tuple[dict[str, float], dict[str, float]]:
    """Shares and limits per label with the best F1; a grave pattern must also spare good replies."""
    good = numpy.array([one.sample.record["grade"] >= GOOD for one in seen])
    shares, limits = {}, {}
    for label in LABELS:
        key = "patterns" if label in PATTERNS else "elements"
        true = numpy.array([label in one.sample.record[key] for one in seen])
        ruled = numpy.array([label in one.sample.ruled for one in seen])
        leaning = numpy.array([one.opinions[label].leaning for one in seen])
        spared = good & ~true if label in REDLINE | SERIOUS else numpy.zeros(len(seen), bool)
        found = [(*_best(leaning + share * ruled, true, spared, FALSE_GRAVE * good.sum()), share) for share in SHARES]
        _, limits[label], shares[label] = max(found, key=lambda one: (one[0], -one[2]))
    return shares, limits


def trusted(seen: Sequence[Seen]) -> frozenset[tuple[str, str]]:
    """The phrases of rules that stood for their pattern often enough, and as good as never without it."""
    right: Counter[tuple[str, str]] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    for one in seen:
        found.update(one.sample.plain)
        right.update(named for named in one.sample.plain if named[0] in one.sample.record["patterns"])
    return frozenset(named for named, times in found.items() if (right[named] + 0.5) / (times + 1) >= TRUST)


def _best(leaning: numpy.ndarray, true: numpy.ndarray, spared: numpy.ndarray, most: float) -> tuple[float, float]:
    """The best F1 and the limit that gives it, among limits that ``most`` of the spared replies lie above at most."""
    order = numpy.argsort(-leaning, kind="stable")
    right = numpy.cumsum(true[order])
    f1 = 2 * right / (numpy.arange(1, len(order) + 1) + true.sum())
    f1[numpy.cumsum(spared[order]) > most] = -1.0
    at = int(f1.argmax())
    following = leaning[order[min(at + 1, len(order) - 1)]]
    return float(f1[at]), round(float(leaning[order[at]] + following) / 2, 3)


assert set(LABELS) == PATTERNS | ELEMENTS
