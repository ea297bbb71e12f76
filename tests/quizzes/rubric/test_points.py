"""Points of a scenario, and figures without a source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric import Point, ReplyCase, score_reply
from quizzes.rubric.points import unsupported
from tests.quizzes.rubric.cases import FACTS, GOOD, POST, point, read


def met(reply: str, *groups: tuple[str, ...]) -> bool:
    case = ReplyCase(post=POST, reply=reply, facts=FACTS, points=(point(*groups),))
    (verdict,) = score_reply(case).points
    if verdict.met:
        assert verdict.start is not None
        assert verdict.end is not None
        assert reply[verdict.start : verdict.end]
    return verdict.met


def test_any_group_will_do() -> None:
    assert met("11月21日亮灯。", ("没有的词",), ("21日", "亮"))


def test_all_words_of_a_group_are_needed() -> None:
    assert not met("11月21日到货。", ("21日", "亮"))


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("今晚先架灯。临时的两盏，19时前亮。", True),
        ("今晚先架灯。电缆在换。别的路段再说。临时的两盏也有。", False),
    ],
)
def test_words_stand_in_the_same_or_the_next_sentence(reply: str, expected: bool) -> None:
    assert met(reply, ("今晚", "临时")) is expected


@pytest.mark.parametrize(
    ("reply", "word"),
    [
        ("11月21号亮灯。", "11月21日"),
        ("十一月二十一日亮灯。", "11月21日"),
        ("二楼六号窗口办。", "6号窗口"),
        ("18:00前亮灯。", "18时"),
        ("18点前亮灯。", "18时前"),
        ("晚上6点亮灯。", "18时"),
        ("傍晚六点整亮灯。", "18:00"),
        ("明晚8点半停。", "20:30"),
        ("晚八点半停。", "20时30分"),
        ("20时30分停。", "20:30"),
        ("二十点半停。", "20:30"),
        ("上午9点一刻到。", "9:15"),
        ("9时15分到。", "9点15"),
        ("１１月２１日亮灯。", "11月21日"),
        ("由总承包先行予以清偿。", "先行清偿"),
    ],
)
def test_other_spellings_count(reply: str, word: str) -> None:
    assert met(reply, (word,))


@pytest.mark.parametrize(
    ("reply", "word"),
    [
        ("121日亮灯。", "21日"),
        ("11月2日亮灯。", "11月21日"),
        ("早上6点亮灯。", "18时"),
        ("18点半亮灯。", "18时"),
        ("18时05分亮灯。", "18时"),
        ("8点半停。", "20:30"),
        ("晚上8点停。", "20:30"),
        ("晚上18点停。", "20:30"),
    ],
)
def test_other_numbers_do_not(reply: str, word: str) -> None:
    assert not met(reply, (word,))


def test_a_denied_word_does_not_count_unless_the_point_is_the_denial() -> None:
    assert not met("这一段没有临时照明灯。", ("临时", "灯"))
    assert met("水箱没有按时清洗。", ("水箱", "没有按时"))
    assert met("我们一直没告诉您。", ("没", "告诉"))


def test_a_point_without_groups_is_not_met() -> None:
    assert not met(GOOD)
    assert not met(GOOD, ("",))


def test_many_words_in_a_group_stay_fast() -> None:
    word = "灯"
    assert met((word + "。") * 2000, tuple(word for _ in range(12)))


@given(st.lists(st.lists(st.text(max_size=6), max_size=4), max_size=4), st.text(max_size=80))
def test_any_groups_and_any_text_are_taken(groups: list[list[str]], reply: str) -> None:
    scenario_point = Point.from_dict({"id": "p", "text": "t", "any": groups})
    (verdict,) = score_reply(ReplyCase(post=POST, reply=reply, points=(scenario_point,))).points
    assert verdict.met == (verdict.start is not None)


@given(st.sampled_from(("临时灯", "电缆", "11月21日")), st.text(alphabet="的了呢。，", max_size=10))
def test_text_around_the_words_does_not_unmeet_a_point(word: str, tail: str) -> None:
    assert met(word + tail, (word,))


def claims(reply: str, facts: tuple[str, ...] = FACTS) -> list[str]:
    return [span.text for span in unsupported(read(reply, facts=facts))]


def test_figures_from_facts_and_post_are_supported() -> None:
    assert claims(GOOD) == []


@pytest.mark.parametrize(
    "reply",
    [
        "值班电话0000 88102317，24小时有人接。",
        "值班电话0000—88102317。",
        "今天、明天都有人。1、换电缆；2、送电。",
        "11月21日下午6点前亮灯。",
        "十一月二十一日亮灯。",
        "急事请拨110或12345。",
        "“UU0081625”您好。",
        "路灯已修好。\n青禾县城市管理局\n2026年11月14日",
    ],
)
def test_other_spellings_and_common_numbers_are_no_claims(reply: str) -> None:
    assert claims(reply) == []


@pytest.mark.parametrize(
    ("reply", "claim"),
    [
        ("一共要花38万元。", "38万元"),
        ("12月3日亮灯。", "12月3日"),
        ("电话0000-88109999。", "0000-88109999"),
        ("依据《城市照明管理规定》第二十一条。", "《城市照明管理规定》"),
    ],
)
def test_what_nobody_said_is_shown(reply: str, claim: str) -> None:
    assert claim in claims(reply)


def test_unsupported_figures_cost_nothing() -> None:
    plain = score_reply(ReplyCase(post=POST, reply=GOOD, facts=FACTS))
    more = score_reply(ReplyCase(post=POST, reply=GOOD + "共换电缆320米。", facts=FACTS))
    assert more.unsupported
    assert more.score == plain.score
