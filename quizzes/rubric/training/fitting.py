"""From labelled replies to two linear models: of whole replies and of single sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from quizzes.rubric import Rubric
from quizzes.rubric.conditions import answer
from quizzes.rubric.corpus import ELEMENTS, PATTERNS, Sentence, fingerprint
from quizzes.rubric.elements import judge_elements
from quizzes.rubric.evaluate import case_of
from quizzes.rubric.evidence import Reading
from quizzes.rubric.hearing import Known
from quizzes.rubric.judge import judge_patterns, plain_words
from quizzes.rubric.learned import Learned, Weights, grams
from quizzes.rubric.normalise import fold

LABELS = (*sorted(PATTERNS), *sorted(ELEMENTS))
_FEWEST = 3
"""Replies (sentences) that a run of characters must stand in to be learned from."""
_MOST = 60_000
_TRUST = 10.0
"""Inverse strength of the regularisation, chosen by leaving writers out (1, 3, 10, 30 tried)."""
_KEPT = {"patterns": 5_000, "elements": 10_000}
"""How many weights a label keeps, the heaviest: with these the F1 on writers left out is that of all (2026-11-25)."""


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


def fit(samples: Sequence[Sample], sentences: Sequence[Sentence] = ()) -> Learned:
    """Train both models. Shares and limits are neutral (0) until they are weighed.

    Single ``sentences`` teach patterns only: nobody said which elements they would bring along.
    """
    alone = [fold(one.text) for one in sentences], [one.patterns for one in sentences]
    pieces = [(one, span) for one in samples for span in one.sentences if one.text[slice(*span)].strip()]
    return Learned(
        LABELS,
        PATTERNS,
        _weights([one.text for one in samples], [labels_of(one) for one in samples], *alone),
        _weights([one.text[slice(*span)] for one, span in pieces], [labels_of(*piece) for piece in pieces], *alone),
        dict.fromkeys(LABELS, 0.0),
        dict.fromkeys(LABELS, 0.0),
        frozenset(),
        fingerprint((one.record for one in samples), sentences),
    )


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


def _weights(
    texts: Sequence[str], labels: Sequence[frozenset[str]], alone: Sequence[str], patterns: Sequence[frozenset[str]]
) -> Weights:
    """``texts`` bear all their ``labels``; of the sentences ``alone`` only the ``patterns`` are known."""
    counter = TfidfVectorizer(analyzer=grams, min_df=_FEWEST, max_features=_MOST, sublinear_tf=True)
    full = counter.fit_transform([*texts, *alone])
    bias, columns = [], []
    for label in LABELS:
        table = full if label in PATTERNS else full[: len(texts)]
        truth = numpy.array([label in held for held in [*labels, *patterns][: table.shape[0]]], dtype=int)
        model = LogisticRegression(
            C=_TRUST,
            class_weight="balanced" if label in PATTERNS else None,
            solver="liblinear",
            max_iter=500,
            random_state=0,
        )
        model.fit(table, truth)
        bias.append(float(model.intercept_[0]))
        columns.append(model.coef_[0])
    weights = numpy.array(columns)
    heavy = numpy.abs(weights) * counter.idf_
    for row, label in enumerate(LABELS):
        kept = _KEPT["patterns" if label in PATTERNS else "elements"]
        if kept < heavy.shape[1]:
            weights[row, numpy.argpartition(heavy[row], -kept)[:-kept]] = 0
    runs = {
        run: (float(counter.idf_[at]), {int(row): float(weights[row, at]) for row in numpy.flatnonzero(weights[:, at])})
        for run, at in counter.vocabulary_.items()
    }
    return Weights.made(bias, runs)
