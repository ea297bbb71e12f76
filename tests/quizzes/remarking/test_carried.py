"""A draft that was entered for one wording is read in another by its words, or not at all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.marking import Unclear, carried, mark
from tests.quizzes.factories import RIGHT, body

ORDERS = {kind: st.permutations(range(count)) for kind, count in (("single", 3), ("multiple", 4), ("ordering", 4))}
ROWS = {"single": "options", "multiple": "options", "ordering": "items"}


def rearranged(kind: str, order: list[int]) -> dict[str, Any]:
    old = body(kind)
    return {**old, ROWS[kind]: [old[ROWS[kind]][place] for place in order]}


@pytest.mark.parametrize("kind", list(RIGHT))
def test_the_same_wording_carries_everything(kind: str) -> None:
    assert carried(kind, body(kind), body(kind), RIGHT[kind]) == RIGHT[kind]
    assert carried(kind, body(kind), body(kind), None) is None


@given(st.data(), st.sampled_from(["single", "multiple"]))
def test_moving_options_changes_no_mark(data: Any, kind: str) -> None:
    old, new = body(kind), rearranged(kind, data.draw(ORDERS[kind]))
    count = len(old["options"])
    chosen = data.draw(st.sets(st.integers(0, count - 1), min_size=1))
    draft = {"option": min(chosen)} if kind == "single" else {"options": sorted(chosen)}
    moved = carried(kind, old, new, draft)
    assert moved is not None
    assert mark(kind, new, moved).fraction == mark(kind, old, draft).fraction
    assert carried(kind, new, old, moved) == draft


@given(st.data())
def test_another_right_order_is_judged_by_the_learners_order_of_the_words(data: Any) -> None:
    old, new = body("ordering"), rearranged("ordering", data.draw(ORDERS["ordering"]))
    draft = {"order": list(data.draw(ORDERS["ordering"]))}
    moved = carried("ordering", old, new, draft)
    assert moved is not None
    assert [new["items"][place]["text"] for place in moved["order"]] == [
        old["items"][place]["text"] for place in draft["order"]
    ]


def single(*texts: str) -> dict[str, Any]:
    return {"options": [{"text": text, "correct": False, "feedback": ""} for text in texts]}


@pytest.mark.parametrize(
    ("old", "new", "option", "becomes"),
    [
        (single("甲说得对", "乙说得对"), single("新加的一项", "甲说得对", "乙说得对"), 0, 1),  # one was put before
        (single("甲说得对", "乙说得对"), single("甲说的对", "乙说得对"), 0, 0),  # a slip of the pen was mended
        (single("甲说得对", "乙说得对"), single("乙说得对", "丙说过的话"), 1, 0),  # another one was taken out
        (single("甲说得对", "乙说得对"), single("完全是另一回事", "乙说得对"), 0, None),  # another row in its place
        (single("甲说得对", "乙说得对", "丙"), single("乙说得对", "丙"), 0, None),  # taken out
    ],
)
def test_an_option_is_known_by_its_words(old: Any, new: Any, option: int, becomes: int | None) -> None:
    if becomes is None:
        with pytest.raises(Unclear):
            carried("single", old, new, {"option": option})
    else:
        assert carried("single", old, new, {"option": option}) == {"option": becomes}


def test_pairs_are_carried_by_both_sides() -> None:
    old = body("matching")
    new = {**old, "pairs": old["pairs"][::-1], "distractors": ["夸人", "骂人"]}
    assert carried("matching", old, new, {"matches": {"0": 2, "1": 1}}) == {"matches": {"0": 0, "1": 3}}
    with pytest.raises(Unclear):
        carried("matching", old, {**old, "distractors": []}, {"matches": {"0": 2}})
    shorter = {**old, "pairs": old["pairs"][:1], "distractors": ["骂人", "等"]}
    assert carried("matching", old, shorter, {"matches": {"0": 0, "1": 1}}) == {"matches": {"0": 0}}


def test_what_the_learner_never_saw_cannot_be_put_in_order() -> None:
    old = body("ordering")
    new = {**old, "items": [*old["items"], {"text": "归档", "feedback": ""}]}
    with pytest.raises(Unclear):
        carried("ordering", old, new, {"order": [0, 1, 2, 3]})
    fewer = {**old, "items": old["items"][1:]}
    assert carried("ordering", old, fewer, {"order": [3, 0, 1, 2]}) == {"order": [2, 0, 1]}
