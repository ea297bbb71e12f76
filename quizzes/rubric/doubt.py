"""Where a verdict hung by a thread: decisions of rules and learned models close to their limit.

Only what would have changed the grade is told: a decision may be narrow and matter to nobody.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import floor

from quizzes.rubric import grading
from quizzes.rubric.elements import element_margin
from quizzes.rubric.evidence import Reading
from quizzes.rubric.judge import finding, heard_margin
from quizzes.rubric.model import NARROW, Doubt, ElementVerdict, Finding, PointVerdict

Grader = Callable[[Sequence[Finding], Sequence[ElementVerdict]], int]


def doubts(
    reading: Reading,
    given: int,
    findings: Sequence[Finding],
    elements: Sequence[ElementVerdict],
    points: Sequence[PointVerdict],
    *,
    suspected: bool = False,
) -> tuple[Doubt, ...]:
    """The narrow decisions behind the grade ``given``, the narrowest first."""

    def graded(others: Sequence[Finding], there: Sequence[ElementVerdict]) -> int:
        return grading.grade(reading, others, there, points, suspected=suspected)

    close = (*_patterns(reading, graded, findings, elements), *_elements(reading, graded, findings, elements))
    return tuple(sorted((one for one in close if one.grade != given), key=lambda one: (one.margin, one.label)))


def _patterns(
    reading: Reading, graded: Grader, findings: Sequence[Finding], elements: Sequence[ElementVerdict]
) -> Iterator[Doubt]:
    found = {one.pattern for one in findings}
    for id_, pattern in reading.rubric.patterns.items():
        margin = heard_margin(reading, pattern)
        # Where the decision went one way and the verdict the other, another rule settled it, and not narrowly.
        if margin is None or abs(margin) >= NARROW or (margin > 0) != (id_ in found):
            continue
        others = [one for one in findings if one.pattern != id_]
        if id_ not in found:
            others.append(finding(pattern, 0, 0, ""))
        yield _doubt(reading, id_, pattern.name, margin, graded(others, elements))


def _elements(
    reading: Reading, graded: Grader, findings: Sequence[Finding], elements: Sequence[ElementVerdict]
) -> Iterator[Doubt]:
    for element in elements:
        margin = element_margin(reading, element.id)
        if margin is None or abs(margin) >= NARROW or (margin > 0) != element.present:
            continue
        there = [replace(one, present=not one.present) if one is element else one for one in elements]
        yield _doubt(reading, element.id, element.name, margin, graded(findings, there))


def _doubt(reading: Reading, label: str, name: str, margin: float, grade: int) -> Doubt:
    opinion = reading.opinions[label]
    start, end = reading.normal.span(opinion.start, opinion.end)
    text = reading.case.reply[start:end]
    narrow = floor(abs(margin) * 1000) / 1000  # not rounded up to NARROW, where there would be no doubt
    return Doubt(label, name, margin > 0, narrow, grade, start, end, text)
