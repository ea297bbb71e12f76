"""Work in portions ends when its time is over, and never before something was done."""

from literacy.portions import within


def test_the_first_is_always_done_and_the_rest_while_there_is_time() -> None:
    assert list(within(-1, "abc")) == ["a"]
    assert list(within(600, "abc")) == ["a", "b", "c"]
    assert list(within(-1, "")) == []
