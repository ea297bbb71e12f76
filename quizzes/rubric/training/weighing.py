"""How much a rule adds to what the models say, and from where a label holds; chosen on replies neither had seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quizzes.rubric.corpus import ELEMENTS, PATTERNS, REDLINE, SERIOUS
from quizzes.rubric.learned import Opinion
from quizzes.rubric.training.fitting import LABELS, Sample

_SHARES = tuple(step / 20 for step in range(17))
_LIMITS = tuple(step / 40 for step in range(6, 36))
_FALSE_GRAVE = 0.004
"""Share of good replies (grades 3 and 4) that the models alone may wrongly see one grave pattern in."""
_RULES_ALONE = frozenset(
    [
        "template_error",
        "boilerplate",
        "non_answer",
        "transfer_only",
        "vague_timing",
        "buck_passing",
        "dismissive_denial",
    ]
)
"""Faults of the whole reply, referrals and denials: here the models hear officialese rather than the fault. On 160 real
replies labelled by reading (2026-11-25) they would have seen buck_passing 27 times, 4 of them rightly.
"""


@dataclass(frozen=True)
class Seen:
    """A reply with the opinions of models that were trained without its writer."""

    sample: Sample
    opinions: Mapping[str, Opinion]


def weigh(seen: Sequence[Seen]) -> tuple[dict[str, float], dict[str, float]]:
    """Shares and limits per label with the best F1.

    A grave pattern that a rule names by its words always counts: nobody would understand why an open threat passes.
    What the models add to it must spare good replies.
    """
    shares, limits = {}, {}
    for label in LABELS:
        shares[label], limits[label] = max(_pairs(label), key=lambda pair: _worth(seen, label, *pair))
    return shares, limits


def _pairs(label: str) -> list[tuple[float, float]]:
    if label in _RULES_ALONE:
        return [(1.0, 1.0)]
    if label in REDLINE | SERIOUS:
        return [(limit, limit) for limit in _LIMITS]
    return [(share, limit) for share in _SHARES for limit in _LIMITS]


def _worth(seen: Sequence[Seen], label: str, share: float, limit: float) -> tuple[bool, float]:
    right = false = missed = false_on_good = good = 0
    for one in seen:
        record, ruled = one.sample.record, label in one.sample.ruled
        given = one.opinions[label].chance + share * ruled > limit
        true = label in record["patterns"] or label in record["elements"]
        right += given and true
        false += given and not true
        missed += true and not given
        if record["grade"] >= 3:
            good += 1
            false_on_good += given and not true and not ruled
    spares = label not in REDLINE | SERIOUS or false_on_good <= _FALSE_GRAVE * good
    return spares, 2 * right / (2 * right + false + missed) if right else 0.0


assert set(LABELS) == PATTERNS | ELEMENTS
