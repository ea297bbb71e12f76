"""Elements of a good reply: what counts, what only looks like it, and where the evidence stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric import load_rubric
from tests.quizzes.rubric.cases import FACTS, GOOD, POST, present, score

NO_FACTS: tuple[str, ...] = ()


def test_a_full_reply_has_all_eight() -> None:
    assert present(GOOD) == set(load_rubric().elements)


def test_a_blank_reply_has_none() -> None:
    assert present("") == set()
    assert present("您好，您的留言已收悉。") == set()


@pytest.mark.parametrize(
    "reply",
    [
        "让您白跑两趟，是我们没做好，向您道歉。",
        "感谢您的监督，问题已经在查。",
        "孩子摸黑回家，换谁都急。",
        "您批评得对，这条我们认。",
    ],
)
def test_a_real_response_to_the_person_is_acknowledgement(reply: str) -> None:
    assert "acknowledge" in present(reply)


@pytest.mark.parametrize("reply", ["您好，您的留言收悉。", "感谢您的关注。", "感谢您对路灯工作的支持，祝您愉快。"])
def test_courtesy_alone_is_not(reply: str) -> None:
    assert "acknowledge" not in present(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "11月21日前完成更换。",
        "受理后5个工作日内书面答复。",
        "明天上午9点派人上门。",
        "预计11月底恢复。",
        "最迟年底前修好。",
        "20时40分在这里公布搜救进展。",
        "应急发电车20时30分前到。",
        "这条路已列入2027年改造计划。",
    ],
)
def test_a_date_that_can_be_checked_is_a_deadline(reply: str) -> None:
    assert "deadline" in present(reply, facts=NO_FACTS)


@pytest.mark.parametrize("reply", ["我们会尽快修复。", "近期安排维修，请耐心等待。", "工作日8:30至17:30有人接听。"])
def test_a_hedge_or_office_hours_are_not(reply: str) -> None:
    assert "deadline" not in present(reply, facts=NO_FACTS)


@pytest.mark.parametrize(
    "reply",
    [
        "请拨打值班电话0000-88102317。",
        "请到区政务中心二楼6号窗口办理。",
        "可在“青禾办事”小程序里申请。",
        "地址是学院路18号。",
    ],
)
def test_a_place_to_turn_to_is_contact(reply: str) -> None:
    assert "contact" in present(reply, facts=NO_FACTS)


@pytest.mark.parametrize("reply", ["“UU0081625”您好！", "11月8日的工单在办。", "窗口工作人员已经说明。"])
def test_a_number_or_a_window_in_passing_is_not(reply: str) -> None:
    assert "contact" not in present(reply, facts=NO_FACTS)


def test_who_signs_is_the_owner_but_not_under_an_empty_reply() -> None:
    assert "owner" in present("您好，路灯电缆被挖断，正在换。\n青禾县城市管理局\n2026年11月14日", facts=NO_FACTS)
    assert "owner" not in present("网友：您好！\n青禾县城市管理局\n2026年11月14日", facts=NO_FACTS)


def test_related_departments_are_nobody() -> None:
    assert "owner" not in present("您反映的情况已转相关部门处理。", facts=NO_FACTS)
    assert "owner" in present("您反映的情况已转县城市管理局处理。", facts=NO_FACTS)


def test_known_facts_told_are_a_basis_even_without_a_cue() -> None:
    told = "学院路3号至7号那几盏是让施工的把电缆挖断了。"
    assert "basis" in present(told)
    assert "basis" not in present(told, facts=NO_FACTS)


def test_restate_asks_for_this_matter() -> None:
    assert "restate" in present("学院路的路灯正在修。", facts=NO_FACTS)
    assert "restate" not in present("您反映的问题正在办理。", facts=NO_FACTS)


def test_a_reply_meant_for_somebody_else_has_no_elements() -> None:
    assert present("您反映的农田灌溉问题，我站11月21日前派人疏通水渠，电话0000-88105566。") == set()


def test_the_evidence_is_a_slice_of_the_learners_own_text() -> None:
    reply = "您好，" + "０" * 3 + GOOD.replace("11月21日", "１１月２１日")
    for element in score(reply).elements:
        if element.present:
            assert element.text == reply[element.start : element.end]


@given(st.text(max_size=200))
def test_any_text_gives_every_element_a_verdict(reply: str) -> None:
    elements = score(reply, POST, FACTS).elements
    assert [element.id for element in elements] == list(load_rubric().elements)
    for element in elements:
        assert element.present == (element.text is not None)
        if element.start is not None and element.end is not None:
            assert 0 <= element.start <= element.end <= len(reply)


def test_words_that_are_a_grave_fault_are_no_virtue() -> None:
    """Whoever says what is not his has not named who takes care."""
    assert "owner" not in present("不归我们路灯管理所管，你找别人。")
    assert "owner" in present("这几盏灯由路灯管理所负责修，他们明天回您。")
