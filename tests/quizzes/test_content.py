"""What questions are called in lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.content import CUT, TITLE_LENGTH, question_title


@pytest.mark.parametrize(
    ("stem", "title"),
    [
        ("结尾的[微笑]是什么意思？", "结尾的[微笑]是什么意思？"),
        ("“办得*真*好”是不是反话？\n原帖如下", "“办得*真*好”是不是反话？"),
        ("  \n ", "（没有题干）"),
        ("问" * TITLE_LENGTH, "问" * TITLE_LENGTH),
        ("问" * (TITLE_LENGTH + 1), "问" * (TITLE_LENGTH - 2) + CUT),
    ],
)
def test_a_title_is_the_first_line_with_every_sign_in_it(stem: str, title: str) -> None:
    assert question_title({"stem": stem}) == title


def test_a_reply_question_bears_the_name_of_its_scenario() -> None:
    assert question_title({"scenario": "s1"}, {"s1": {"title": "路灯"}}) == "答复：路灯"


@given(st.text())
def test_a_title_is_never_empty_nor_too_long(stem: str) -> None:
    assert 0 < len(question_title({"stem": stem})) <= TITLE_LENGTH
