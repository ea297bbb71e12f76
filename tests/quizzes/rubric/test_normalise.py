"""One spelling for matching, and the way back to what was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric.normalise import fold, normalise


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("您好，请讲。", "您好,请讲。"),
        ("推諉、敷衍、閉嘴！", "推诿、敷衍、闭嘴!"),
        ("處理時間與聯繫電話", "处理时间与联系电话"),
        ("后\u200b果\ufeff自\u2060负", "后果自负"),
        ("滚 . 蛋", "滚蛋"),
        ("闭*嘴", "闭嘴"),
        ("后 果 自 负", "后果自负"),
        ("后　果　自　负", "后果自负"),
        ("第1条\n第2条", "第1条\n第2条"),
        ("a\tb", "a b"),
        ("①②Ⅲ", "12iii"),
        ("", ""),
    ],
)
def test_one_spelling(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_signs_that_mean_something_stay() -> None:
    assert fold("上午8:30-11:30") == "上午8:30-11:30"
    assert fold("好的~收到") == "好的~收到"
    assert fold("周一-周五") == "周一-周五"


def test_places_lead_back_to_the_original() -> None:
    typed = "您\u200b好，後　果 自負！"
    normal = normalise(typed)
    at = normal.text.index("后果自负")
    start, end = normal.span(at, at + 4)
    assert typed[start:end] == "後　果 自負"


def test_one_character_may_become_several() -> None:
    normal = normalise("㈱㍿好")
    start, end = normal.span(normal.text.index("好"), len(normal.text))
    assert normal.original[start:end] == "好"


@given(st.text(alphabet=st.characters(), max_size=60))
def test_any_text_is_folded_and_every_slice_leads_back(typed: str) -> None:
    normal = normalise(typed)
    assert len(normal.origins) == len(normal.text)
    assert list(normal.origins) == sorted(normal.origins)
    assert all(0 <= origin < len(typed) for origin in normal.origins)
    start, end = normal.span(0, len(normal.text))
    assert 0 <= start <= end <= len(typed)


@given(st.text(alphabet="您好，。 *.後果自負\u200b１a\n", max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_spans_are_slices(typed: str, left: int, right: int) -> None:
    normal = normalise(typed)
    left, right = sorted((min(left, len(normal.text)), min(right, len(normal.text))))
    start, end = normal.span(left, right)
    assert 0 <= start <= end <= len(typed)
    assert (start == end) == (left == right) or not normal.text


@given(st.text(max_size=40))
def test_folding_twice_changes_little(typed: str) -> None:
    once = fold(typed)
    assert len(fold(once)) <= len(once)
