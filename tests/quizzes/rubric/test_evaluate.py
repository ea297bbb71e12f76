"""The figures about the scorer are counted right."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric import load_rubric
from quizzes.rubric.evaluate import (
    Rates,
    Rating,
    baseline,
    evaluate,
    judged,
    quadratic_weighted_kappa,
    report_on,
    spelling_agreement,
)
from tests.quizzes.rubric.cases import FACTS, GOOD, POST


def record(reply: str, grade: int, **labels: object) -> dict[str, object]:
    return {
        "post": POST,
        "facts": list(FACTS),
        "reply": reply,
        "patterns": [],
        "spans": [],
        "elements": [],
        "grade": grade,
    } | labels


def test_rates() -> None:
    found = Rates(right=3, false=1, missed=2)
    assert (found.precision, found.recall) == (0.75, 0.6)
    assert found.f1 == pytest.approx(2 * 0.75 * 0.6 / 1.35)
    assert Rates(0, 0, 0).f1 == 0


def test_kappa_knows_perfect_chance_and_far_misses() -> None:
    assert quadratic_weighted_kappa([(0, 0), (2, 2), (4, 4)]) == 1
    near = quadratic_weighted_kappa([(0, 1), (2, 2), (4, 3), (1, 1)])
    far = quadratic_weighted_kappa([(0, 4), (2, 2), (4, 0), (1, 1)])
    assert far < 0 < near < 1
    assert quadratic_weighted_kappa([(2, 2), (2, 2)]) == 1


def test_a_report_counts_patterns_elements_grades_and_places() -> None:
    transfer = "您反映的路灯问题已转县城市管理局处理。"
    found = evaluate(
        [
            record(GOOD, 4, elements=["deadline", "contact"]),
            record(
                transfer,
                2,
                patterns=["transfer_only"],
                spans=[{"pattern": "transfer_only", "text": "已转县城市管理局处理"}],
                elements=["restate", "owner"],
            ),
            record("路灯会尽快修，请耐心等待。", 4),
        ]
    )
    assert found.records == 3
    assert found.patterns["transfer_only"] == Rates(1, 0, 0)
    assert found.patterns["vague_timing"] == Rates(0, 1, 0)
    assert found.elements["deadline"].missed == 0
    assert found.span_overlap == 1
    assert found.grade_exact == pytest.approx(2 / 3)
    assert found.false_serious == 0
    json.dumps(found.as_dict())


def test_what_is_given_without_a_label_is_counted_and_paired() -> None:
    rubric = load_rubric()
    rude = record("……", 0, patterns=["insult"], spans=[{"pattern": "insult", "text": "……"}])
    cold = Rating(frozenset({"coldness"}), frozenset(), 1, (("coldness", 0, 2),))
    silent = Rating(frozenset(), frozenset(), 3)
    found = report_on([(rude, cold), (record("好", 3), silent), (record("好", 4), cold)], rubric)
    assert found.redline == Rates(right=0, false=0, missed=1)
    assert found.confusions == (("insult", "coldness", 1),)
    assert found.false_grave == pytest.approx(2 / 3)
    assert found.false_serious == pytest.approx(1 / 2)
    assert found.span_overlap == 0, "no pattern is right, so no place can be"


def test_a_list_of_words_is_what_the_engine_has_to_beat() -> None:
    denied = record("我们绝不会说一句“不归我们管”就了事，11月21日18时前更换，电话0000-88102317。", 4)
    assert baseline([denied], load_rubric()).patterns["buck_passing"].false == 1
    assert evaluate([denied]).patterns["buck_passing"].false == 0


def test_other_spellings_are_compared_with_the_plain_one() -> None:
    assert spelling_agreement(judged([record(GOOD, 4), record("无可奉告。", 1)], load_rubric()), load_rubric()) == 1


def test_labels_and_notes_never_reach_the_scorer() -> None:
    plain = evaluate([record(GOOD, 4)]).as_dict()
    told = evaluate([record(GOOD, 4, note="红线：辱骂", spans=[{"pattern": "insult", "text": "您好"}])]).as_dict()
    assert told == plain


def test_no_records_are_refused() -> None:
    with pytest.raises(ValueError, match="no records"):
        evaluate([])


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30))
def test_kappa_never_exceeds_one(pairs: list[tuple[int, int]]) -> None:
    assert quadratic_weighted_kappa(pairs) <= 1
