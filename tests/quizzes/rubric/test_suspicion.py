"""Several patterns just below their limits keep a reply from passing; one alone, or a finding, does not add that."""

from dataclasses import replace
from math import exp, log
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric import ReplyCase, Verdict, load_rubric, score_reply
from quizzes.rubric.learned import Opinion
from quizzes.rubric.relabel import labels_of, relabelled
from quizzes.rubric.rules import Rubric
from tests.quizzes.rubric.cases import FACTS, GOOD, POST

LEVEL = -log(4)
"""Log-odds below its limit at which two patterns weigh too little, and three enough."""


def heard_by_both() -> Rubric:
    """The shipped rubric as if the second reader were asked; what he says is given."""
    rubric = load_rubric()
    assert rubric.learned is not None
    second: Any = SimpleNamespace(labels=())
    return replace(rubric, learned=replace(rubric.learned, second=second))


BOTH = heard_by_both()


def case(reply: str) -> ReplyCase:
    return ReplyCase(POST, reply, FACTS)


def judged(rubric: Rubric = BOTH, reply: str = GOOD, **margins: float) -> Verdict:
    """The verdict where these patterns lie so far above their limits, every other far below, all elements there."""
    assert rubric.learned is not None
    limits = rubric.learned.limits
    there = {id_: limits[id_] + (9.0 if id_ in rubric.elements else margins.get(id_, -40.0)) for id_ in limits}
    sentence = reply.index("配件"), reply.index("修好当晚")
    return score_reply(case(reply), rubric, {id_: Opinion(said, *sentence) for id_, said in there.items()})


def test_three_at_once_keep_a_reply_from_passing() -> None:
    assert 2 * exp(LEVEL / 2) < 1.4 < 3 * exp(LEVEL / 2)
    assert judged(coldness=LEVEL, blame=LEVEL).grade == 4 and not judged(coldness=LEVEL, blame=LEVEL).suspicions
    found = judged(coldness=LEVEL + 0.1, blame=LEVEL, insult=LEVEL)
    assert (found.grade, found.findings) == (2, ()) and found.patterns == ()
    assert [one.pattern for one in found.suspicions] == ["coldness", "blame"]
    assert found.headline == BOTH.grading.headlines["suspected"]
    assert found.doubt == 1, "somebody should look"


def test_what_is_suspected_is_told_with_its_place_and_a_better_way_and_costs_no_more_than_the_pass() -> None:
    found = judged(coldness=-1.0, blame=-1.2, threat=-1.4)
    assert [one.pattern for one in found.suspicions] == ["coldness", "blame"]
    for one in found.suspicions:
        assert GOOD[one.start : one.end] == one.text and one.text.startswith("配件") and one.better
    likely = judged(coldness=-0.1, blame=-2.4, threat=-2.5)
    assert [one.pattern for one in likely.suspicions] == ["coldness"], "the others are too far off to be named"
    assert not [line for line in found.arithmetic if line.label.startswith("问题")]
    assert found.score == found.arithmetic[-1].running == BOTH.grading.bands[2][1]


def test_beside_a_finding_nothing_is_suspected() -> None:
    found = judged(insult=1.0, coldness=-0.1, blame=-0.1, threat=-0.1)
    assert found.patterns == ("insult",) and not found.suspicions


def test_the_first_reader_alone_suspects_nothing() -> None:
    assert not judged(load_rubric(), coldness=-0.1, blame=-0.1, threat=-0.1).suspicions


def test_a_letter_written_by_the_form_takes_more() -> None:
    letter = "您的来信收悉，现回复如下：" + GOOD
    near = {"coldness": -0.5, "blame": -0.5, "insult": -0.5}
    assert judged(**near).suspicions and not judged(reply=letter, **near).suspicions


def test_whoever_reads_the_reply_decides() -> None:
    found = judged(coldness=-0.5, blame=-0.6)
    labels = labels_of(found.as_dict())
    again = relabelled(case(GOOD), found, labels, rubric=BOTH)
    assert (again.grade, again.suspicions) == (4, ()) and again.headline == BOTH.grading.headlines["grade_4"]


def test_it_is_kept_and_older_verdicts_have_none() -> None:
    found = judged(coldness=-0.5, blame=-0.6)
    stored = found.as_dict()
    assert Verdict.from_dict(stored) == found and stored["suspicions"][0]["pattern"] == "coldness"
    del stored["suspicions"]
    assert Verdict.from_dict(stored).suspicions == ()


@given(st.dictionaries(st.sampled_from(sorted(BOTH.patterns)), st.floats(-30, -0.01), max_size=19))
def test_nothing_is_suspected_without_cause_and_a_suspected_reply_never_passes(margins: dict[str, Any]) -> None:
    found = judged(**margins)
    assert not found.findings and (found.grade <= 2) == bool(found.suspicions)
    assert len(found.suspicions) <= 2
    if max(margins.values(), default=-30) < -2 * log(19 / 1.4):
        assert not found.suspicions


@pytest.mark.parametrize("reply", ["", "您好。", "已收悉。"])
def test_next_to_nothing_is_no_matter_of_suspicion(reply: str) -> None:
    near = {id_: Opinion(BOTH.learned.limits[id_] - 0.01, 0, len(reply)) for id_ in BOTH.patterns}  # type: ignore[union-attr]
    assert not score_reply(case(reply), BOTH, near).suspicions
