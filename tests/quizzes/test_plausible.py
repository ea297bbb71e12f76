"""Plausible answers are marked as what they are meant to be."""

import random

import pytest

from quizzes import marking
from quizzes.drafts import clean_draft
from quizzes.models import Kind
from quizzes.plausible import replies, right, wrong
from tests.quizzes.factories import SCENARIO, body

KINDS = [kind for kind in Kind if kind is not Kind.REPLY]


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_answer_earns_everything(kind: Kind) -> None:
    draft = right(kind, body(kind))
    assert clean_draft(kind, body(kind), draft) == draft
    assert marking.mark(kind, body(kind), draft).fraction == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(5))
def test_a_wrong_answer_does_not(kind: Kind, seed: int) -> None:
    draft = wrong(random.Random(seed), kind, body(kind))
    assert clean_draft(kind, body(kind), draft) == draft, "in the shape in which answers are stored"
    assert marking.mark(kind, body(kind), draft).fraction < 1


def test_replies_are_of_every_quality() -> None:
    offered = replies(SCENARIO)
    assert offered[0] == SCENARIO["exemplar"]
    assert SCENARIO["anti_exemplars"][0]["reply"] in offered and len(set(offered)) == len(offered) > 3
