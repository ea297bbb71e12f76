"""What enrolling people would do, told before it is done. Pure."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.enrolling import (
    Admission,
    Candidate,
    Outcome,
    due_of_newcomer,
    names_in_words,
    outcome_of,
)
from tests.courses.enrolment.conftest import DAY, one_of


@pytest.mark.parametrize(
    ("candidate", "admission"),
    [
        (one_of(), Admission.NEW),
        (one_of(enrolled=True), Admission.ALREADY),
        (one_of(enrolled=True, active=False), Admission.ALREADY),
        (one_of(enrolled=True, withdrawn=True), Admission.LEFT),
        (one_of(enrolled=True, withdrawn=True, active=False), Admission.INACTIVE),
        (one_of(active=False), Admission.INACTIVE),
        (one_of(learner=False), Admission.NO_LEARNER),
    ],
)
def test_what_enrolling_somebody_would_do(candidate: Candidate, admission: Admission) -> None:
    assert candidate.admission is admission


@given(st.lists(st.builds(one_of, **dict.fromkeys(("active", "learner", "enrolled", "withdrawn"), st.booleans()))))
def test_everybody_is_counted_once(candidates: list[Candidate]) -> None:
    for restoring in (True, False):
        told = outcome_of(candidates, restoring=restoring)
        counts = (told.new, told.restored, told.already, told.left, told.inactive, told.no_learner)
        assert sum(counts) == len(candidates)
        assert not (told.left if restoring else told.restored)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome(new=3), "报名 3 人。"),
        (Outcome(new=2, restored=1, already=4), "报名 2 人，恢复报名 1 人；4 人早已报名。"),
        (Outcome(inactive=1, no_learner=2), "没有新报名的人；1 人账号已停用，没有报名；2 人没有学员角色，没有报名。"),
        (Outcome(new=1, left=1), "报名 1 人；1 人退出过，没有自动恢复。"),
    ],
)
def test_the_outcome_in_words(outcome: Outcome, said: str) -> None:
    assert outcome.sentence == said


def test_names_are_told_as_far_as_they_can_be_read() -> None:
    assert names_in_words(["甲", "乙"]) == "甲、乙"
    assert names_in_words(["甲"] * 30, 2) == "甲、甲等 30 人"


@pytest.mark.parametrize(("rule", "due"), [(None, None), (DAY, DAY), (DAY - timedelta(days=1), None)])
def test_nobody_begins_overdue(rule: date | None, due: date | None) -> None:
    assert due_of_newcomer(rule, DAY) == due
