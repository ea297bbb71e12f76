"""The verdict as a person would have it: their labels, the rubric's own arithmetic.

A person who reads a reply may take findings away, mark words the machine passed over, and say which elements and
points are there. What grade and score follow from that is worked out as for any other reply.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from quizzes.rubric import corpus, grading
from quizzes.rubric.conditions import answer
from quizzes.rubric.evidence import Reading
from quizzes.rubric.judge import finding, ordered
from quizzes.rubric.model import ReplyCase, Verdict
from quizzes.rubric.rules import Rubric, load_rubric

Place = tuple[str, int, int]
"""A pattern and where it stands in the reply: (pattern, start, end)."""


@dataclass(frozen=True)
class Labels:
    """What a person says of a reply: places of patterns, and which elements and points are there, by id."""

    places: tuple[Place, ...] = ()
    elements: frozenset[str] = frozenset()
    points: frozenset[str] = frozenset()

    @property
    def patterns(self) -> list[str]:
        """The patterns, each once, in the order of their places."""
        return list(dict.fromkeys(pattern for pattern, _, _ in self.places))


def labels_of(verdict: Mapping[str, Any]) -> Labels:
    """What a stored verdict says, as a person would say it."""
    return Labels(
        tuple((one["pattern"], one["start"], one["end"]) for one in verdict["findings"]),
        frozenset(one["id"] for one in verdict["elements"] if one["present"]),
        frozenset(one["id"] for one in verdict["points"] if one["met"]),
    )


def relabelled(
    case: ReplyCase, verdict: Verdict, labels: Labels, grade: int | None = None, rubric: Rubric | None = None
) -> Verdict:
    """The verdict with these labels instead of its own, graded anew, or with the grade that the person gives.

    Findings and elements that stay keep their words; places that are new get what the rubric says of the pattern.
    Raises ``KeyError`` for a pattern that the rubric does not know.
    """
    rubric = rubric or load_rubric()
    kept = {(one.pattern, one.start, one.end): one for one in verdict.findings}
    findings = ordered(
        kept.get((id_, start, end)) or finding(rubric.patterns[id_], start, end, case.reply[start:end])
        for id_, start, end in dict.fromkeys(labels.places)
    )
    elements = tuple(
        one if one.present == (one.id in labels.elements) else replace(
            one, present=not one.present, start=None, end=None, text=None
        )
        for one in verdict.elements
    )  # fmt: skip
    points = tuple(
        one if one.met == (one.id in labels.points) else replace(one, met=not one.met, start=None, end=None)
        for one in verdict.points
    )
    reading = Reading(case, rubric, answer)
    given = grading.grade(reading, findings, elements, points) if grade is None else grade
    lines = grading.arithmetic(rubric, given, findings, elements, points, empty=not reading.text.strip())
    return replace(
        verdict,
        grade=given,
        grade_label=rubric.grades[given],
        score=lines[-1].running,
        headline=grading.headline(rubric, given, findings, elements, points),
        findings=findings,
        elements=elements,
        points=points,
        arithmetic=lines,
        rubric_version=rubric.version,
        rubric_hash=rubric.content_hash,
        doubts=(),
        suspicions=(),  # a person read it: what is wrong, they say
    )


def highest_grade(patterns: AbstractSet[str]) -> int:
    """The best grade that the guidelines allow beside these patterns."""
    if patterns & corpus.REDLINE:
        return grading.REDLINE
    if patterns & corpus.SERIOUS:
        return grading.FAIL
    return grading.LACKING if patterns else grading.EXCELLENT


def withdrawn(verdict: Mapping[str, Any], places: Sequence[Place]) -> list[int]:
    """Which findings of a stored verdict are not among these places, by their index."""
    kept = set(places)
    return [
        index for index, one in enumerate(verdict["findings"]) if (one["pattern"], one["start"], one["end"]) not in kept
    ]
