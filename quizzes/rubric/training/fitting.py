"""From labelled replies to two linear models: of whole replies and of single sentences."""

from collections.abc import Sequence

import numpy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from quizzes.rubric.corpus import PATTERNS, Sentence, fingerprint
from quizzes.rubric.learned import Learned, Weights, grams
from quizzes.rubric.normalise import fold
from quizzes.rubric.training.samples import LABELS, Sample, labels_of

_FEWEST = 3
"""Replies (sentences) that a run of characters must stand in to be learned from."""
_MOST = 60_000
_TRUST = 10.0
"""Inverse strength of the regularisation, chosen by leaving writers out (1, 3, 10, 30 tried)."""
_KEPT = {"patterns": 5_000, "elements": 10_000}
"""How many weights a label keeps, the heaviest: with these the F1 on writers left out is that of all (2026-11-25)."""


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
