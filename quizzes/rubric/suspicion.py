"""Faults that nobody could name for certain, and that together say that something is wrong with a reply.

One pattern just below its limit may be chance; several at once, or one very near, hardly are. Such a reply is not said
to have a fault, but it does not pass either: the writer is shown the sentences and may change them.
"""

from collections.abc import Sequence
from math import exp

from quizzes.rubric.evidence import Reading
from quizzes.rubric.judge import finding, wary_margin
from quizzes.rubric.model import Finding

_HALVES = 2
"""Log-odds below its limit at which a pattern still weighs 1/e of what it weighs at the limit.

Chosen on replies whose writers the models had not seen (1/2, 1 and 2 tried), where one pattern at its limit weighs 1.
"""
_ENOUGH = 1.4
"""What all patterns together have to weigh.

Chosen on the same replies (0.6 to 1.4 tried) so that nine in ten of those that pass no longer are grade 2 or worse.
"""
_TOLD = 2
_TOO_FAR = 2.0
"""Log-odds below its limit from which a pattern is not told beside a likelier one."""


def suspicions(reading: Reading, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The likeliest patterns, at most two, where none was found and all together weigh enough.

    Each stands at the sentence that speaks most for it, the likeliest first. None beside findings: those say enough.
    None either where only the first reader is heard: what it says of many patterns at once wrongs two in three.
    """
    learned = reading.rubric.learned
    if findings or learned is None or learned.second is None or reading.holds("hollow"):
        return ()
    margins = {id_: wary_margin(reading, pattern) for id_, pattern in reading.rubric.patterns.items()}
    near = {id_: margin for id_, margin in margins.items() if margin is not None}
    if sum(exp(margin / _HALVES) for margin in near.values()) <= _ENOUGH:
        return ()
    first, *others = sorted(near, key=lambda id_: (-near[id_], id_))[:_TOLD]
    return tuple(_at_its_sentence(reading, id_) for id_ in (first, *(id_ for id_ in others if near[id_] > -_TOO_FAR)))


def _at_its_sentence(reading: Reading, id_: str) -> Finding:
    opinion = reading.opinions[id_]
    start, end = reading.normal.span(opinion.start, opinion.end)
    return finding(reading.rubric.patterns[id_], start, end, reading.case.reply[start:end])
