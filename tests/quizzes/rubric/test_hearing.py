"""What the learned models are given: the writer's own words, without identities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric.dates import days_of
from quizzes.rubric.hearing import PAST, heard, own_words
from quizzes.rubric.normalise import fold
from quizzes.rubric.segments import layout


def own(reply: str, post: str = "") -> str:
    return own_words(layout(fold(reply)), fold(post), days_of(fold(reply)))


def test_what_others_said_is_left_out_and_places_stay() -> None:
    reply = "窗口人员说了一句“爱信不信”，我们向您道歉。"
    left = own(reply)
    assert "爱信不信" not in left and left.index("道歉") == fold(reply).index("道歉")


def test_the_date_under_a_reply_is_left_out_and_days_before_it_are_marked() -> None:
    reply = "5月8日已查看，6月30日前修好。2024年5月20日"
    assert own(reply) == fold(reply).replace("5月8日", f"{PAST}   ").replace("2024年5月20日", " " * 10)


def test_words_of_the_post_in_marks_are_left_out() -> None:
    assert "踢皮球" not in own("您写的“踢皮球”三个字，我们看到了。", post="你们就会踢皮球")


def test_marks_alone_excuse_nothing() -> None:
    assert "大聪明" in own("这位“大聪明”，材料自己带齐。")


@given(st.text(alphabet="甲乙“”「」，。说《》 \n", max_size=40), st.text(alphabet="甲乙", max_size=6))
def test_nothing_is_moved(reply: str, post: str) -> None:
    assert len(own(reply, post)) == len(fold(reply))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("您是外地来的住户", "您是农村来的住户"),
        ("藏族同胞反映的事", "壮族同胞反映的事"),
        ("网友“UU0081736”您好", "网友“UU008259”您好"),
        ("A市规划局", "K6市规划局"),
        ("张某某的证明", "张某的证明"),
        ("11月20日前办好", "12月31日前办好"),
        ("请拨0000-88102317", "请拨0000-88990011"),
    ],
)
def test_identities_sound_alike(one: str, other: str) -> None:
    assert heard(fold(one)) == heard(fold(other))


def test_a_number_still_has_its_size() -> None:
    assert heard("5日") != heard("15日") != heard("2025日")
