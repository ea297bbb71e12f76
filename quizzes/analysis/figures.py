"""The figures of classical test theory, from sums (see `sums`); pure.

The formulas are those of the textbooks; each names its source. Shares are 0–1, scores are percent.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from quizzes.analysis.sums import FormSums, ItemSums, Sums

BINS = 10
"""Bars of the distribution: 0–9, 10–19, … 90–100 percent."""


@dataclass(frozen=True)
class Choice:
    """How often an option was chosen: by how many, the share of all, and of the lower and upper third by score."""

    option: str
    count: int
    share: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Item:
    """What the results say of one question in one version."""

    key: int
    count: int
    facility: float
    deviation: float | None
    discrimination: float | None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Whole:
    """What the results say of a whole quiz."""

    count: int
    mean: float
    deviation: float | None
    alpha: float | None
    error: float | None
    """Standard error of measurement, in percent of the marks."""
    alpha_count: int
    """How many attempts the reliability rests on: those that were asked the same questions."""
    minutes: float | None
    bins: tuple[int, ...]


def variance(count: int, total: float, squares: float) -> float | None:
    """The sample variance from sums, with count - 1 below the line; None below two values.

    Rounding may leave a hair below zero where all values are the same; that is zero.
    """
    if count < 2:
        return None
    spread = squares - total * total / count
    return spread / (count - 1) if spread > 1e-9 * max(squares, 1.0) else 0.0


def deviation(count: int, total: float, squares: float) -> float | None:
    """The sample standard deviation from sums; None below two values."""
    spread = variance(count, total, squares)
    return None if spread is None else sqrt(spread)


def facility(item: ItemSums) -> float:
    """Facility index: the mean share of the marks, 0–1; of right-or-wrong questions the share of right answers.

    Source: Moodle documentation, “Quiz statistics report”; the p of Ebel & Frisbie, Essentials of Educational
    Measurement (5th ed. 1991).
    """
    return item.total / item.count if item.count else 0.0


def discrimination(item: ItemSums) -> float | None:
    """Corrected item–total correlation: of the share with the score on everything else; None where either is flat.

    The item is left out of the total, for otherwise it would correlate with itself.
    Source: Henrysson, Correction of item–total correlations in item analysis, Psychometrika 28 (1963); the
    “discrimination index” of Moodle's quiz statistics report.
    """
    n = item.with_rest
    own = variance(n, item.own, item.own_squares)
    rest = variance(n, item.rest, item.rest_squares)
    if not own or not rest:
        return None
    together = (item.products - item.own * item.rest / n) / (n - 1)
    return max(-1.0, min(1.0, together / sqrt(own * rest)))


def alpha(form: FormSums) -> float | None:
    """Cronbach's α: how far the questions measure one thing; None with one question or where all totals are the same.

    α = k/(k-1) · (1 - Σ variance of the items / variance of the totals).
    Source: Cronbach, Coefficient alpha and the internal structure of tests, Psychometrika 16 (1951).
    """
    k = len(form.items)
    whole = variance(form.count, form.total, form.squares)
    if k < 2 or not whole:
        return None
    parts = sum(
        variance(form.count, total, squares) or 0.0
        for total, squares in zip(form.items, form.item_squares, strict=True)
    )
    return k / (k - 1) * (1 - parts / whole)


def measurement_error(spread: float | None, reliability: float | None) -> float | None:
    """Standard error of measurement: the standard deviation times √(1 - α).

    None without either, and for an α below 0, which says nothing of reliability.
    Source: Lord & Novick, Statistical Theories of Mental Test Scores (1968).
    """
    if spread is None or reliability is None or reliability < 0:
        return None
    return spread * sqrt(1 - min(reliability, 1.0))


def third(bands: Mapping[int, int], *, upper: bool) -> dict[int, float]:
    """Which share of each band belongs to the lower or upper third of all, as {band: share}.

    Equal scores on the border are shared out in proportion, as if lots were drawn, so that a third is a third.
    Source: upper and lower groups as in Ebel & Frisbie (1991); thirds instead of 27 % since classes are small.
    """
    left = sum(bands.values()) / 3
    shares: dict[int, float] = {}
    for band in sorted(bands, reverse=upper):
        count = bands[band]
        if count <= 0:
            continue
        if left <= 0:
            break
        shares[band] = min(1.0, left / count)
        left -= count
    return shares


def choices(item: ItemSums) -> tuple[Choice, ...]:
    """How often each option was chosen that somebody chose, in the order of the options."""
    size = item.count / 3
    groups = third(item.bands, upper=False), third(item.bands, upper=True)

    def share_in(group: Mapping[int, float], chosen: Counter[int]) -> float:
        return min(1.0, sum(group.get(band, 0.0) * count for band, count in chosen.items()) / size) if size else 0.0

    found = []
    for option in sorted(item.chosen, key=lambda one: (not one, len(one), one)):
        chosen = item.chosen[option]
        count = chosen.total()
        found.append(Choice(option, count, count / item.count, *(share_in(group, chosen) for group in groups)))
    return tuple(found)


def item_figures(key: int, item: ItemSums) -> Item:
    """Everything about one item."""
    spread = deviation(item.count, item.total, item.squares)
    return Item(key, item.count, facility(item), spread, discrimination(item), choices(item))


def median(counts: Mapping[int, int]) -> float | None:
    """The middle of values that are given by how often each occurs; None of nothing."""
    size = sum(counts.values())
    if not size:
        return None
    middle = [(size - 1) // 2, size // 2]
    found: list[int] = []
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        while len(found) < len(middle) and middle[len(found)] < passed:
            found.append(value)
    return sum(found) / len(found)


def binned(bands: Mapping[int, int]) -> tuple[int, ...]:
    """How many attempts fall into each bar of the distribution."""
    bins = [0] * BINS
    for band, count in bands.items():
        bins[min(band * BINS // 100, BINS - 1)] += count
    return tuple(bins)


def whole_figures(sums: Sums) -> Whole:
    """Everything about the quiz. Its reliability is that of the questions asked most often together."""
    spread = deviation(sums.count, sums.score, sums.score_squares)
    form = max(sums.forms.values(), key=lambda form: form.count, default=FormSums())
    reliability = alpha(form)
    return Whole(
        sums.count,
        sums.score / sums.count if sums.count else 0.0,
        spread,
        reliability,
        measurement_error(spread, reliability),
        form.count,
        median(sums.minutes),
        binned(sums.bands),
    )
