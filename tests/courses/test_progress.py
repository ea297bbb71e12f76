"""Progress, pure."""

from hypothesis import given
from hypothesis import strategies as st

from courses.progress import Step, after, is_complete, mean_score, next_step, share_done


def steps(*marks: str) -> list[Step[str]]:
    """One step per mark: x done, b begun, anything else untouched; named by its position."""
    return [Step(str(number), mark == "x", mark in "xb") for number, mark in enumerate(marks)]


def test_goes_on_with_what_was_begun_before_what_is_new():
    assert next_step(steps("x", ".", "b", ".")).activity == "2"
    assert next_step(steps("x", ".", ".")).activity == "1"
    assert next_step(steps("x", "x")) is None
    assert next_step([]) is None


def test_what_follows():
    assert after(steps("x", ".", "."), "0") == "1"
    assert after(steps("x", "."), "1") is None
    assert after(steps("x"), "elsewhere") is None


@given(st.lists(st.sampled_from("xb."), max_size=30))
def test_complete_exactly_when_nothing_is_left(marks):
    made = steps(*marks)
    assert is_complete(made) == (bool(marks) and next_step(made) is None)


@given(st.integers(0, 50), st.integers(0, 50))
def test_share_is_a_share(done, total):
    assert 0 <= share_done(done, total) <= 1


def test_score_is_the_mean_of_what_was_scored():
    assert mean_score([None, 80, 90.5]) == 85.2
    assert mean_score([None]) is None
