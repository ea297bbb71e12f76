"""Expressions in what netizens wrote, pure."""

from hypothesis import given
from hypothesis import strategies as st

from quizzes.reference.terms import occurs, stretches

FORMS = {"l01": ["yyds", "永远的神"], "l03": ["破防", "绷不住"], "l25": ["绷"]}


def test_the_first_occurrence_of_each_is_marked() -> None:
    pieces = list(stretches("窗口YYDS，我破防了，真破防，绷不住", FORMS))
    assert [piece for piece in pieces if piece[1]] == [("YYDS", "l01"), ("破防", "l03"), ("绷", "l25")]


def test_where_two_overlap_the_longer_wins() -> None:
    assert [piece for piece in stretches("绷不住了", FORMS) if piece[1]] == [("绷不住", "l03")]


def test_what_does_not_occur_is_not_marked() -> None:
    assert list(stretches("路灯黑了", FORMS)) == [("路灯黑了", "")]
    assert occurs(FORMS["l01"], "路灯", "YYDS") and not occurs(FORMS["l01"], "路灯") and not occurs([""], "路灯")


@given(st.text(alphabet=st.sampled_from("yYdDsS永远的神破防绷不住，甲"), max_size=60))
def test_any_text_comes_back_whole(text: str) -> None:
    pieces = list(stretches(text, FORMS))
    assert "".join(piece for piece, _ in pieces) == text
    slugs = [slug for _, slug in pieces if slug]
    assert len(slugs) == len(set(slugs))
