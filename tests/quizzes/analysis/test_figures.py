"""The figures against a well-known data set, an independent computation, and what must hold whatever the results."""

import itertools
import json
import random
from collections import Counter
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.analysis import figures
from quizzes.analysis.sums import EMPTY, Given, ItemSums, Sums, summed

LSAT = (
    3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15, 10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298,
)  # fmt: skip
"""How many of 1000 people answered the five questions of the Law School Admission Test, section 6, in each of the 32
ways 00000, 00001, … 11111: the data of Bock & Lieberman, Psychometrika 35 (1970), LSAT in the R package ltm. They were
written down here without the paper at hand, so the figures below are worked out from them with numpy as well."""
FACILITY = (0.924, 0.709, 0.553, 0.763, 0.870)
EXCLUDED = (0.1128, 0.1532, 0.1728, 0.1444, 0.1216)
ALPHA = 0.2950


def attempt(fractions: Any, marks: Any = None) -> list[Given]:
    """An attempt with these shares; each question is its own item."""
    marks = marks or [1.0] * len(fractions)
    return [Given(n, n, m, f) for n, (f, m) in enumerate(zip(fractions, marks, strict=True))]


def sums_of(matrix: Any, marks: Any = None) -> Sums:
    return summed((attempt(row, marks), None) for row in matrix)


@pytest.fixture(scope="module")
def lsat() -> Sums:
    ways = itertools.product((0.0, 1.0), repeat=5)
    return sums_of([way for way, count in zip(ways, LSAT, strict=True) for _ in range(count)])


def test_the_figures_of_well_known_data_come_out(lsat: Sums) -> None:
    matrix = numpy.repeat(list(itertools.product((0.0, 1.0), repeat=5)), LSAT, axis=0)
    totals = matrix.sum(axis=1)
    rests = [numpy.corrcoef(own, totals - own)[0, 1] for own in matrix.T]
    assert tuple(rests) == pytest.approx(EXCLUDED, abs=5e-5)
    assert 5 / 4 * (1 - matrix.var(axis=0).sum() / totals.var()) == pytest.approx(ALPHA, abs=5e-5)
    assert lsat.count == 1000
    items = [figures.item_figures(key, lsat.items[key]) for key in range(5)]
    assert tuple(item.facility for item in items) == pytest.approx(FACILITY, abs=1e-9)
    assert tuple(item.discrimination for item in items) == pytest.approx(EXCLUDED, abs=5e-5)
    whole = figures.whole_figures(lsat)
    assert whole.alpha == pytest.approx(ALPHA, abs=5e-5)
    assert sum(whole.bins) == 1000
    assert whole.bins[0] == 3
    assert whole.bins[9] == 298


MARKS = (1.0, 2.0, 5.0, 0.5)
RESULTS = st.lists(st.tuples(*[st.sampled_from([0.0, 0.25, 0.5, 0.8, 1.0])] * len(MARKS)), min_size=3, max_size=40)


@given(RESULTS)
def test_numpy_finds_the_same(rows: list[tuple[float, ...]]) -> None:
    sums = sums_of(rows, MARKS)
    matrix, marks = numpy.array(rows), numpy.array(MARKS)
    totals = matrix @ marks
    for place in range(len(MARKS)):
        item = figures.item_figures(place, sums.items[place])
        own, rest = matrix[:, place], totals - marks[place] * matrix[:, place]
        assert item.facility == pytest.approx(own.mean())
        assert item.deviation == pytest.approx(own.std(ddof=1), abs=1e-6)
        if own.std() > 1e-6 and rest.std() > 1e-6:
            assert item.discrimination == pytest.approx(numpy.corrcoef(own, rest)[0, 1], abs=1e-6)
        else:
            assert item.discrimination is None
    whole = figures.whole_figures(sums)
    percent = 100 * totals / marks.sum()
    assert whole.mean == pytest.approx(percent.mean())
    assert whole.deviation == pytest.approx(percent.std(ddof=1), abs=1e-4)
    if totals.std() > 1e-6:
        parts = (matrix * marks).var(axis=0, ddof=1).sum()
        k = len(MARKS)
        expected = k / (k - 1) * (1 - parts / totals.var(ddof=1))
        assert whole.alpha == pytest.approx(expected, abs=1e-6)
        if expected > 1e-6:
            assert whole.error == pytest.approx(percent.std(ddof=1) * (1 - expected) ** 0.5, abs=1e-3)
    else:
        assert whole.alpha is None


@given(RESULTS, st.integers(0, 40))
def test_sums_of_parts_add_up_to_the_sums_of_all(rows: list[tuple[float, ...]], cut: int) -> None:
    both = sums_of(rows[:cut], MARKS) + sums_of(rows[cut:], MARKS)
    whole = sums_of(rows, MARKS)
    one, other = figures.whole_figures(both), figures.whole_figures(whole)
    assert (one.count, one.bins, one.mean) == (other.count, other.bins, pytest.approx(other.mean))
    for key in whole.items:
        assert figures.item_figures(key, both.items[key]).facility == pytest.approx(figures.facility(whole.items[key]))
    assert Sums.from_dict(json.loads(json.dumps(whole.as_dict()))) == whole


@given(RESULTS)
def test_figures_keep_within_their_bounds(rows: list[tuple[float, ...]]) -> None:
    sums = sums_of(rows, MARKS)
    whole = figures.whole_figures(sums)
    assert 0 <= whole.mean <= 100
    assert whole.alpha is None or whole.alpha <= 1 + 1e-9
    assert sum(whole.bins) == len(rows)
    for key, sum_ in sums.items.items():
        item = figures.item_figures(key, sum_)
        assert 0 <= item.facility <= 1
        assert item.discrimination is None or -1 <= item.discrimination <= 1


@given(RESULTS, st.randoms())
def test_the_order_of_attempts_does_not_matter(rows: list[tuple[float, ...]], draw: random.Random) -> None:
    mixed = list(rows)
    draw.shuffle(mixed)
    one, other = figures.whole_figures(sums_of(rows)), figures.whole_figures(sums_of(mixed))
    assert one.alpha == pytest.approx(other.alpha) if one.alpha is not None else other.alpha is None
    assert one.bins == other.bins


def test_a_question_alone_has_no_discrimination_and_no_reliability() -> None:
    sums = sums_of([(1.0,), (0.5,), (0.0,)])
    assert figures.item_figures(0, sums.items[0]).discrimination is None
    assert figures.whole_figures(sums).alpha is None
    assert figures.whole_figures(sums).error is None


def test_nothing_is_no_fault() -> None:
    whole = figures.whole_figures(Sums())
    assert (whole.count, whole.mean, whole.alpha, whole.minutes) == (0, 0.0, None, None)
    assert figures.item_figures(1, ItemSums()).facility == 0


def test_reliability_rests_on_those_asked_the_same() -> None:
    sums = sums_of([(1.0, 1.0), (0.0, 0.0), (1.0, 0.0)]) + sums_of([(1.0, 0.0, 1.0)])
    whole = figures.whole_figures(sums)
    assert (whole.count, whole.alpha_count) == (4, 3)


def test_the_reworded_question_is_kept_apart_but_counts_as_one_for_reliability() -> None:
    old = [[Given(1, 7, 1.0, f), Given(5, 8, 1.0, f)] for f in (0.0, 1.0)]
    new = [[Given(2, 7, 1.0, f), Given(5, 8, 1.0, f)] for f in (0.0, 1.0, 1.0)]
    sums = summed((answers, None) for answers in old + new)
    assert (sums.items[1].count, sums.items[2].count, sums.items[5].count) == (2, 3, 5)
    assert figures.whole_figures(sums).alpha_count == 5


@given(st.dictionaries(st.integers(0, 100), st.integers(1, 30), min_size=1), st.booleans())
def test_a_third_is_a_third(bands: dict[int, int], upper: bool) -> None:
    shares = figures.third(bands, upper=upper)
    assert sum(share * bands[band] for band, share in shares.items()) == pytest.approx(sum(bands.values()) / 3)
    assert all(0 < share <= 1 for share in shares.values())
    taken = sorted(shares, reverse=upper)
    assert taken == sorted(bands, reverse=upper)[: len(taken)]


def test_choices_of_the_thirds() -> None:
    """Nine people in a row of scores: who is low chose 1, who is high chose 0; nobody chose 2, one chose nothing."""
    chosen = ["1", "1", EMPTY, "1", "0", "0", "0", "0", "0"]
    rows = [
        ([Given(1, 1, 1.0, float(option == "0"), (option,)), Given(2, 2, 9.0, place / 10)], None)
        for place, option in enumerate(chosen)
    ]
    found = {choice.option: choice for choice in figures.item_figures(1, summed(rows).items[1]).choices}
    assert list(found) == ["0", "1", EMPTY]
    assert (found["0"].count, found["0"].lower, found["0"].upper) == (5, 0.0, pytest.approx(1.0))
    assert (found["1"].lower, found["1"].upper) == (pytest.approx(2 / 3), 0.0)
    assert found[EMPTY].share == pytest.approx(1 / 9)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_the_median_is_the_median(values: list[int]) -> None:
    assert figures.median(Counter(values)) == pytest.approx(float(numpy.median(values)))
