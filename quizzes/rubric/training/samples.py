"""A labelled reply as the readers learn from it, and which labels it and each of its sentences bear."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizzes.rubric import Rubric
from quizzes.rubric.conditions import answer
from quizzes.rubric.corpus import ELEMENTS, PATTERNS
from quizzes.rubric.elements import judge_elements
from quizzes.rubric.evaluate import case_of
from quizzes.rubric.evidence import Reading
from quizzes.rubric.hearing import Known
from quizzes.rubric.judge import judge_patterns, plain_words
from quizzes.rubric.normalise import fold

LABELS = (*sorted(PATTERNS), *sorted(ELEMENTS))


@dataclass(frozen=True)
class Sample:
    """One labelled reply in its writer's own words, normalised, with what the rules alone say of it.

    ``known``: what stands beside it; ``ruled``: the labels the rules give; ``plain``: (pattern, phrase) of their strong
    phrases in it.
    """

    record: Mapping[str, Any]
    text: str
    sentences: tuple[tuple[int, int], ...]
    known: Known
    ruled: frozenset[str]
    plain: frozenset[tuple[str, str]]


def sample(record: Mapping[str, Any], rules: Rubric) -> Sample:
    """Read one record; ``rules`` is the rubric without models."""
    reading = Reading(case_of(record), rules, answer)
    findings = judge_patterns(reading)
    elements = (element.id for element in judge_elements(reading, findings=findings) if element.present)
    ruled = frozenset((*(finding.pattern for finding in findings), *elements))
    return Sample(record, reading.own_words, reading.page.sentences, reading.known, ruled, plain_words(reading))


def labels_of(one: Sample, span: tuple[int, int] | None = None) -> frozenset[str]:
    """The labels of a reply, or of one of its sentences: there a pattern counts where the rater pointed.

    Raters do not point at elements, so every sentence of a reply bears all of its elements.
    """
    held = frozenset(one.record["patterns"]) | frozenset(one.record["elements"])
    if span is None:
        return held
    return frozenset(label for label in held if label in ELEMENTS or _pointed_at(one, label, span))


def _pointed_at(one: Sample, pattern: str, span: tuple[int, int]) -> bool:
    for marked in one.record["spans"]:
        if marked["pattern"] == pattern:
            said = fold(marked["text"]).strip()
            start = fold(one.record["reply"]).find(said)
            if start >= 0 and min(span[1], start + len(said)) - max(span[0], start) >= min(4, len(said)):
                return True
    return False
