"""From labelled replies to two linear models: of whole replies and of single sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from quizzes.rubric import ReplyCase, Rubric, score_reply
from quizzes.rubric.corpus import ELEMENTS, PATTERNS, fingerprint
from quizzes.rubric.learned import Learned, Weights, grams
from quizzes.rubric.normalise import fold
from quizzes.rubric.segments import layout

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
    """One labelled reply, normalised, with what the rules alone say of it."""

    record: Mapping[str, Any]
    text: str
    sentences: tuple[tuple[int, int], ...]
    ruled: frozenset[str]


def sample(record: Mapping[str, Any], rules: Rubric) -> Sample:
    """Read one record; ``rules`` is the rubric without models."""
    text = fold(record["reply"])
    verdict = score_reply(
        ReplyCase(
            post=record["post"],
            reply=record["reply"],
            facts=tuple(record.get("facts") or ()),
            channel=record.get("channel"),
        ),
        rules,
    )
    ruled = {*verdict.patterns, *(element.id for element in verdict.elements if element.present)}
    return Sample(record, text, layout(text).sentences, frozenset(ruled))


def fit(samples: Sequence[Sample]) -> Learned:
    """Train both models. Shares and limits are neutral (0 and 0.5) until they are weighed."""
    whole = _weights([one.text for one in samples], [_labels(one) for one in samples])
    pieces = [(one, span) for one in samples for span in one.sentences if one.text[slice(*span)].strip()]
    parts = _weights([one.text[slice(*span)] for one, span in pieces], [_labels(*piece) for piece in pieces])
    return Learned(
        LABELS,
        PATTERNS,
        whole,
        parts,
        dict.fromkeys(LABELS, 0.0),
        dict.fromkeys(LABELS, 0.5),
        fingerprint(one.record for one in samples),
    )


def _labels(one: Sample, span: tuple[int, int] | None = None) -> frozenset[str]:
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
            start = one.text.find(said)
            if start >= 0 and min(span[1], start + len(said)) - max(span[0], start) >= min(4, len(said)):
                return True
    return False


def _weights(texts: Sequence[str], labels: Sequence[frozenset[str]]) -> Weights:
    counter = TfidfVectorizer(analyzer=grams, min_df=_FEWEST, max_features=_MOST, sublinear_tf=True)
    table = counter.fit_transform(texts)
    bias, columns = [], []
    for label in LABELS:
        truth = numpy.array([label in held for held in labels], dtype=int)
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
