"""How far somebody has come in each competency, pure."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.competence import Evidence, Standing, Step, standings, weakest

DAY = datetime(2026, 11, 26, tzinfo=UTC)


def answered(number: int, share: float, days: int = 0) -> Evidence:
    return Evidence("WG1", f"q{number}", share, DAY + timedelta(days=days))


def replied(number: int, share: float, difficulty: int = 1, days: int = 0) -> Evidence:
    return Evidence("WG1", f"s{number}", share, DAY + timedelta(days=days), difficulty)


def stand(*evidence: Evidence) -> Standing:
    return standings(evidence, ["WG1"])[0]


@pytest.mark.parametrize(
    ("evidence", "step"),
    [
        ([], Step.NONE),
        ([answered(1, 0.0)], Step.BEGUN),
        ([replied(1, 1.0)], Step.BEGUN),
        ([*(answered(n, 1) for n in range(4)), replied(1, 0.7)], Step.ABLE),
        ([*(answered(n, 1) for n in range(3)), replied(1, 0.7)], Step.BEGUN),
        ([*(answered(n, 1) for n in range(4)), replied(1, 0.69)], Step.BEGUN),
        ([*(answered(n, 0.6) for n in range(4)), replied(1, 1)], Step.BEGUN),
        ([*(answered(n, 1) for n in range(8)), *(replied(n, 0.8, 3) for n in range(3))], Step.FIRM),
        ([*(answered(n, 1) for n in range(8)), *(replied(n, 0.8, 2) for n in range(3))], Step.ABLE),
        ([*(answered(n, 0.75) for n in range(8)), *(replied(n, 0.8, 3) for n in range(3))], Step.ABLE),
    ],
)
def test_a_step_asks_for_questions_and_replies(evidence: list[Evidence], step: Step) -> None:
    assert stand(*evidence).step is step
    assert bool(stand(*evidence).needs) is (step is not Step.FIRM)


def test_the_latest_result_counts_whatever_came_before() -> None:
    found = stand(answered(1, 1.0, 0), answered(1, 0.0, 2), replied(1, 0.2, 1, 1), replied(1, 0.9, 1, 0))
    assert (found.questions, found.right, found.scenarios, found.good) == (1, 0.0, 1, 0)


def test_a_question_and_a_scenario_of_one_name_are_two_things() -> None:
    found = stand(Evidence("WG1", "1", 1.0, DAY), Evidence("WG1", "1", 1.0, DAY, 3))
    assert (found.questions, found.scenarios) == (1, 1)


def test_what_is_no_competency_is_left_out_and_the_order_is_kept() -> None:
    found = standings([Evidence("ZZ9", "q", 1.0, DAY), answered(1, 1.0)], ["WD1", "WG1"])
    assert [(one.competency, one.step) for one in found] == [("WD1", Step.NONE), ("WG1", Step.BEGUN)]


def test_what_was_begun_is_weaker_than_what_was_never_tried() -> None:
    evidence = [
        Evidence("WG2", "q", 0.2, DAY),
        Evidence("WG3", "q", 0.9, DAY),
        *(Evidence("WG4", f"q{n}", 1.0, DAY) for n in range(8)),
        *(Evidence("WG4", f"s{n}", 1.0, DAY, 3) for n in range(3)),
    ]
    order = [one.competency for one in weakest(standings(evidence, ["WG1", "WG2", "WG3", "WG4"]))]
    assert order == ["WG2", "WG3", "WG1"]


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 1), st.integers(0, 5)), max_size=40))
def test_a_better_result_never_leads_down(rows: list[tuple[int, float, int]]) -> None:
    def made(lift: float) -> list[Evidence]:
        return [
            Evidence("WG1", str(key), min(1.0, share + lift), DAY + timedelta(days=place), difficulty or None)
            for place, (key, share, difficulty) in enumerate(rows)
        ]

    assert stand(*made(0)).step <= stand(*made(0.3)).step
