"""Marking and drafts: every kind, every edge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy.errors import Refused
from quizzes.drafts import clean_draft, open_parts
from quizzes.marking import counted_score, longest_run, mark, option_order, without_praise
from tests.quizzes.factories import RIGHT, body

KINDS = ("single", "multiple", "truefalse", "matching", "ordering", "short")
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["option", "options", "value", "matches", "order", "text", "0"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("kind", KINDS)
def test_right_answer_gets_everything(kind: str) -> None:
    found = mark(kind, body(kind), clean_draft(kind, body(kind), RIGHT[kind]))
    assert found.fraction == 1
    assert found.detail["state"] == "right"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_gets_nothing(kind: str) -> None:
    found = mark(kind, body(kind), None)
    assert (found.fraction, found.detail["state"]) == (0, "empty")


@pytest.mark.parametrize("kind", [*KINDS, "reply"])
@given(raw=JUNK)
def test_no_input_is_too_strange(kind: str, raw: object) -> None:
    draft = clean_draft(kind, body(kind), raw)
    assert clean_draft(kind, body(kind), draft) == draft  # what is stored stays as it is
    if kind != "reply":
        assert 0 <= mark(kind, body(kind), draft).fraction <= 1


@pytest.mark.parametrize(
    ("chosen", "fraction"),
    [([0], 0.5), ([0, 1], 1), ([0, 2], 0), ([0, 1, 2], 0.5), ([0, 1, 2, 3], 0), ([2, 3], 0)],
)
def test_multiple_choice_gives_part_of_the_marks(chosen: list[int], fraction: float) -> None:
    assert mark("multiple", body("multiple"), {"options": chosen}).fraction == fraction


@pytest.mark.parametrize(
    ("order", "fraction"),
    [([0, 1, 2, 3], 1), ([1, 0, 2, 3], 2 / 3), ([3, 0, 1, 2], 2 / 3), ([3, 2, 1, 0], 0), ([1, 0, 3, 2], 1 / 3)],
)
def test_ordering_counts_the_longest_right_run(order: list[int], fraction: float) -> None:
    assert mark("ordering", body("ordering"), {"order": order}).fraction == pytest.approx(fraction, abs=1e-5)


@given(st.permutations(range(7)))
def test_longest_run_ascends_and_keeps_the_order(order: list[int]) -> None:
    run = longest_run(order)
    assert run == sorted(run)
    assert [value for value in order if value in run] == run


def test_half_a_pairing() -> None:
    found = mark("matching", body("matching"), {"matches": {"0": 0, "1": 2}})
    assert found.fraction == 0.5
    assert [row["chosen"] for row in found.detail["pairs"]] == ["看宾语", "骂人"]


@pytest.mark.parametrize(
    ("text", "fraction"),
    [("受理之日", 1), ("应当从 受 理 之 日 起！", 1), ("受理以后", 0.5), ("接到那天", 0), ("ｘ", 0)],
)
def test_short_answers_compare_words_only(text: str, fraction: float) -> None:
    assert mark("short", body("short"), {"text": text}).fraction == fraction


def test_feedback_of_true_and_false_goes_by_what_was_chosen() -> None:
    wrong = mark("truefalse", body("truefalse"), {"value": True}).detail
    assert (wrong["feedback"], wrong["reason"]) == ("接到手里就有责任。", "先接住，再移交。")
    right = mark("truefalse", body("truefalse"), {"value": False}).detail
    assert (right["feedback"], right["reason"]) == ("对，先接住，再移交。", "")
    empty = mark("truefalse", body("truefalse"), None).detail
    assert (empty["feedback"], empty["reason"]) == ("", "先接住，再移交。")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("对。先圈事。", "先圈事。"),
        ("对，在等。", "在等。"),
        ("正确！", ""),
        ("对方在等。", "对方在等。"),
        ("不对。", "不对。"),
    ],
)
def test_a_reason_is_told_without_praise_to_who_chose_otherwise(text: str, left: str) -> None:
    assert without_praise(text) == left


def test_nobody_is_praised_for_an_option_that_they_did_not_choose() -> None:
    rows = mark("single", body("single"), {"option": 1}).detail["options"]
    assert rows[0]["feedback"] == "在等。"
    assert mark("single", body("single"), {"option": 0}).detail["options"][0]["feedback"] == "对，在等。"


def test_what_is_open_is_counted() -> None:
    assert [open_parts(kind, body(kind), None) for kind in KINDS] == [1, 1, 1, 2, 1, 1]
    assert [open_parts(kind, body(kind), RIGHT[kind]) for kind in KINDS] == [0] * 6
    assert open_parts("matching", body("matching"), {"matches": {"1": 2}}) == 1


@given(st.integers(0, 2**31), st.integers(1, 20), st.integers(0, 9), st.booleans())
def test_options_are_shown_in_a_lasting_order(seed: int, position: int, count: int, shuffle: bool) -> None:
    order = option_order(seed, position, count, shuffle)
    assert order == option_order(seed, position, count, shuffle)
    assert sorted(order) == list(range(count))
    if shuffle and count > 1:
        assert order != list(range(count))


def test_option_order_does_not_depend_on_the_process() -> None:
    assert option_order(7, 1, 5, True) == [2, 1, 3, 4, 0]


def test_a_reply_too_long_is_refused_not_cut() -> None:
    with pytest.raises(Refused, match="5000"):
        clean_draft("reply", {}, {"text": "字" * 5001})


def test_a_reply_is_stored_as_typed_but_harmless() -> None:
    draft = clean_draft("reply", {}, {"text": "您好\x00🙂\ud800\u202e\r\n再见"})
    assert draft == {"text": "您好🙂\ufffd\n再见"}


def test_score_weighs_by_marks() -> None:
    assert counted_score([(1, 1), (0.5, 3)]) == 62.5
    assert counted_score([]) == 0
