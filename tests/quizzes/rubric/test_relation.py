"""How much two texts share."""

from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric.relation import coverage, figures, shared, words

TEXT = st.text(alphabet="路灯电缆施工学院的了是您好问题，。0123456789.:", max_size=60)


def test_words_of_substance_and_figures() -> None:
    assert words("学院路的路灯") == {"学院", "院路", "路灯"}
    assert words("您好，反映的问题") == frozenset()
    assert figures("11月21日18:00，12.5米") == {"11", "21", "18:00", "12.5"}


def test_shared_topic() -> None:
    assert "路灯" in shared("学院路的路灯坏了", "路灯正在修")
    assert not shared("学院路的路灯坏了", "公交改线公示")


def test_coverage_counts_only_what_the_fact_adds() -> None:
    post, fact = "路灯坏了", "路灯的电缆被施工挖断"
    assert coverage(fact, "电缆被施工挖断了", post) > 0.8
    assert coverage(fact, "路灯坏了", post) == 0
    assert coverage(post, "路灯坏了", post) == 0


@given(TEXT, TEXT, TEXT)
def test_coverage_is_a_share_and_a_full_copy_is_full(source: str, reply: str, known: str) -> None:
    assert 0 <= coverage(source, reply, known) <= 1
    assert coverage(source, source + reply, known) in (0, 1) or coverage(source, source + "。" + reply, known) == 1


@given(TEXT, TEXT)
def test_shared_is_symmetric(left: str, right: str) -> None:
    assert shared(left, right) == shared(right, left)
