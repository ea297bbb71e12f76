"""Real places and people are seen in a text, and what only looks like them is not."""

import pytest

from quizzes.names import real_names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("甲\n青岛市的路灯", [(2, "青岛市")]),
        ("清河县有人", [(1, "清河县")]),
        ("请问马云", [(1, "马云")]),
        ("青禾县望舒街道，澜江市石榴湾镇，A市", []),
        ("少喝半天水，四平八稳，蚌埠住了，日照时间", []),
    ],
)
def test_real_names_are_found_with_their_line(text: str, found: list[tuple[int, str]]) -> None:
    assert list(real_names(text)) == found


def test_a_text_about_a_public_case_may_name_its_place() -> None:
    text = "北京市接诉即办，深圳罗湖区的做法"
    assert list(real_names(text, ["北京", "深圳", "罗湖"])) == []
    assert [name for _, name in real_names(text, ["北京"])] == ["深圳", "罗湖区"]
