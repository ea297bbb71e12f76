"""Grades follow the guidelines; the arithmetic adds up and can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric import Verdict, load_rubric
from tests.quizzes.rubric.cases import FACTS, GOOD, POST, point, score

ELEMENTS = tuple(load_rubric().elements)
PIECES = (
    "您好。",
    "让您久等了，对不起。",
    "学院路的路灯电缆被施工挖断。",
    "已转相关部门处理。",
    "我局高度重视，将进一步加强管理。",
    "11月21日18时前由路灯管理所恢复照明。",
    "电话0000-88102317。",
    "会尽快处理，请耐心等待。",
    "你再发帖，后果自负。",
    "这事不归我们管，找别人去。",
    "保证今后绝不再发生。",
    "闭嘴。",
)
REPLIES = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def adds_up(verdict: Verdict) -> bool:
    running = 0
    for line in verdict.arithmetic:
        running += line.delta
        if running != line.running:
            return False
    return running == verdict.score


def test_a_full_reply_is_excellent() -> None:
    assert score(GOOD).grade == 4


def test_a_plain_question_answered_in_one_line_is_excellent_too() -> None:
    found = score(
        "可以。周六上午9点到12点带身份证到县政务中心1号窗口办身份证，免费。",
        "周六能办身份证吗？",
        ("周六上午9点到12点可以办身份证",),
    )
    assert found.grade == 4


@pytest.mark.parametrize(
    ("title", "grade"),
    [
        ("咨询异地车辆年检的手续", 4),
        ("投诉检测站，异地车辆年检要什么手续", 3),
        ("关于异地车辆年检", 3),
    ],
)
def test_a_long_consultation_answered_with_a_way_on_is_excellent(title: str, grade: int) -> None:
    """A letter that only asks needs no date; one that complains does, however it goes on."""
    post = (
        title
        + "\n"
        + "我的车是外省牌照，人在青禾县上班，回去一趟要两天。"
        + "问过邻居，有说要回的，有说不用的，都说不准。" * 2
    )
    reply = "您好，外省牌照的车辆可以在青禾县年检，不用回老家，由县车辆检测站办理，电话0000-88102317。"
    facts = ("外省牌照的车辆可以在青禾县年检，不用回老家", "县车辆检测站电话0000-88102317")
    assert len(post) > 60 and score(reply, post, facts).grade == grade


def test_an_answer_that_lacks_date_or_way_is_a_pass() -> None:
    assert score("您好，学院路路灯是电缆被施工挖断了，配件到货后由路灯管理所更换电缆，恢复照明。").grade == 3


@pytest.mark.parametrize(
    ("reply", "grade"),
    [
        ("学院路的路灯已转县城市管理局处理。", 2),
        ("你再到处发帖，我们就通知你单位，想想孩子的前途。", 0),
        ("这事不归我们管，你去找物业。", 1),
        ("", 1),
    ],
)
def test_faults_set_the_limit(reply: str, grade: int) -> None:
    assert score(reply).grade == grade


def test_kindness_never_makes_up_for_a_missing_measure() -> None:
    kind = "学院路路灯的事让您和孩子受委屈了，我们非常理解您的心情，深表歉意，感谢您的监督和批评。"
    assert score(kind).grade <= 2


def test_a_date_far_from_the_facts_still_cannot_buy_off_a_threat() -> None:
    found = score(GOOD + "你再发帖，后果自负，我们会通知你单位。")
    assert found.grade == 0
    assert found.score <= 29


def test_a_serious_fault_caps_a_good_reply() -> None:
    found = score(GOOD + "谁让你自己不早点来问，怪得了谁？")
    assert found.grade <= 1
    assert found.score <= 54


@pytest.mark.parametrize(
    "post",
    [
        "楼道里一股燃气味，越来越浓，物业电话没人接！",
        "有人正在砸门，堵在我家门口不走，我不敢出去",
        "我不想活了，今晚就跳楼",
    ],
)
def test_danger_left_unheeded_is_grade_zero_and_heeded_is_not(post: str) -> None:
    assert score("您反映的情况已登记，我们5个工作日内答复您，感谢您的监督。", post, ()).grade == 0
    helped = "请马上离开，到室外安全处拨打110，民警已在路上，社区网格员五分钟内到，电话0000-88103306。"
    assert score(helped, post, ()).grade > 0


@pytest.mark.parametrize("post", ["楼道堆满杂物，万一着火谁负责？", "小区落水管坏了，什么时候修？"])
def test_supposed_danger_is_no_emergency(post: str) -> None:
    assert score("您好，已安排社区清理，11月21日前完成。", post, ()).grade > 0


def test_points_lower_grade_and_score_visibly() -> None:
    met, unmet = point(("11月21日",), id_="when"), point(("临时", "灯"), id_="tonight")
    full = score(GOOD, points=(met,))
    partial = score(GOOD, points=(met, unmet))
    none = score(GOOD, points=(unmet,))
    assert (full.grade, partial.grade, none.grade) == (4, 3, 2)
    assert full.score > partial.score > none.score
    assert any("要点" in line.label for line in full.arithmetic)


def test_missing_required_elements_lower_the_grade() -> None:
    bare = GOOD.replace("修好当晚电话回复您", "请放心")
    assert score(bare).grade == 4
    assert score(bare, required_elements=("follow_up", "deadline")).grade == 3


def test_everything_there_comes_to_one_hundred_without_a_correcting_line() -> None:
    for points in ((), (point(("11月21日",)),), tuple(point(("路灯",), id_=str(n)) for n in range(7))):
        found = score(GOOD, points=points)
        assert found.score == 100
        assert not any("之间" in line.label for line in found.arithmetic)


def test_every_finding_costs_once_and_is_named() -> None:
    found = score("会尽快处理，请耐心等待。保证今后绝不再发生，绝不再有第二次。")
    labels = [line.label for line in found.arithmetic]
    assert len(labels) == len(set(labels))
    assert "问题：过度承诺" in labels


@given(reply=REPLIES)
def test_the_arithmetic_ends_on_the_score_inside_the_band(reply: str) -> None:
    found = score(reply)
    low, high = load_rubric().grading.bands[found.grade]
    assert adds_up(found)
    assert low <= found.score <= high


@given(reply=REPLIES, required=st.sets(st.sampled_from(ELEMENTS)), more=st.sets(st.sampled_from(ELEMENTS)))
def test_more_required_elements_never_raise_the_score(reply: str, required: set[str], more: set[str]) -> None:
    few = score(reply, required_elements=tuple(required))
    many = score(reply, required_elements=tuple(required | more))
    assert many.score <= few.score
    assert many.grade <= few.grade


@given(reply=REPLIES, met=st.integers(0, 3), unmet=st.integers(0, 3))
def test_points_never_lift_the_grade_of_the_text(reply: str, met: int, unmet: int) -> None:
    points = (
        *(point(("灯",), id_=f"m{n}") for n in range(met)),
        *(point(("不会出现的词",), id_=f"u{n}") for n in range(unmet)),
    )
    found = score(reply, POST, FACTS, points=points)
    assert found.grade <= score(reply).grade
    assert adds_up(found)


@given(reply=REPLIES)
def test_findings_bound_the_grade(reply: str) -> None:
    found = score(reply)
    levels = {finding.level for finding in found.findings}
    if "redline" in levels:
        assert found.grade == 0
    elif "serious" in levels:
        assert found.grade <= 1
    elif levels:
        assert found.grade <= 2


JIBE = "你脑子有病吧。"


def test_one_grave_fault_in_a_useful_reply_is_said_kindly() -> None:
    assert score(GOOD + JIBE).headline == load_rubric().grading.headlines["insult_helpful"]


def test_nothing_is_praised_beside_several_grave_faults() -> None:
    headlines = load_rubric().grading.headlines
    said = score(GOOD + JIBE + "再发帖就找您单位领导谈谈。").headline
    assert said == headlines["insult"] or said == headlines["threat"]


def test_nothing_is_praised_while_something_that_had_to_be_said_is_missing() -> None:
    assert score(GOOD + JIBE, points=(point(("退还",)),)).headline == load_rubric().grading.headlines["insult"]
