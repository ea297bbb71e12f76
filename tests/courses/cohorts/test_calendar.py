"""States, dates a year later, and when somebody is reminded; what reminders say; pasted accounts. All pure."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.cohorts.calendar import CATCH_UP, OVERDUE, moved, read_days, stage_of, state_of, year_later
from courses.cohorts.pasting import read_lines, recognised
from courses.cohorts.wording import Item, line_of, message_to, occasion_in_words, occasion_of
from courses.enrolling import Candidate

DAY = date(2026, 11, 25)
DAYS = st.dates(date(2001, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("opened", "closed", "archived", "ends", "state"),
    [
        (False, False, False, 5, "preparing"),
        (False, False, False, -5, "preparing"),
        (True, False, False, 5, "running"),
        (True, False, False, 0, "running"),
        (True, False, False, -1, "ended"),
        (True, True, False, 5, "ended"),
        (True, True, True, 5, "archived"),
        (False, False, True, 5, "archived"),
    ],
)
def test_state(opened: bool, closed: bool, archived: bool, ends: int, state: str) -> None:
    found = state_of(opened=opened, closed=closed, archived=archived, ends_on=DAY + timedelta(days=ends), day=DAY)
    assert found == state


@pytest.mark.parametrize(
    ("left", "stage"),
    [(8, None), (7, 7), (6, 7), (5, 7), (4, None), (1, 1), (0, 1), (-1, OVERDUE), (-3, OVERDUE), (-4, None)],
)
def test_each_reminder_has_its_days(left: int, stage: int | None) -> None:
    assert stage_of(left, [7, 1]) == stage


@given(st.integers(-80, 80), st.lists(st.integers(1, 60), max_size=5))
def test_nobody_is_reminded_long_after_the_day_that_was_chosen(left: int, chosen: list[int]) -> None:
    stage = stage_of(left, chosen)
    if stage is None:
        assert left not in chosen and left != OVERDUE
    else:
        assert stage in (*chosen, OVERDUE) and 0 <= stage - left <= CATCH_UP


@given(DAYS)
def test_a_year_later_is_the_same_day(day: date) -> None:
    later = year_later(day)
    assert later.year == day.year + 1 and (later.month, min(day.day, 28)) == (day.month, min(later.day, 28))


@given(DAYS, st.integers(0, 300), st.integers(-400, 400), st.integers(0, 300))
def test_moved_dates_stay_inside(first: date, length: int, by: int, within: int) -> None:
    last = first + timedelta(days=length)
    due = moved(first + timedelta(days=min(within, length)), timedelta(days=by), first, last)
    assert due is not None and first <= due <= last


@pytest.mark.parametrize(
    ("text", "days"),
    [("7、1", [7, 1]), ("1,7", [7, 1]), ("", []), ("3 天", [3]), ("7 1 7", [7, 1]), ("14；3", [14, 3])],
)
def test_days_are_read_as_people_write_them(text: str, days: list[int]) -> None:
    assert read_days(text) == days


@pytest.mark.parametrize("text", ["0", "61", "-1", "一", "1、2、3、4、5、6", "²", "9999999999999999999999"])
def test_other_days_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"提醒|天数"):
        read_days(text)


@given(st.text())
def test_any_text_is_days_or_a_sentence(text: str) -> None:
    try:
        assert all(1 <= day <= 60 for day in read_days(text))
    except ValueError as problem:
        assert "请填" in str(problem) or "最多" in str(problem)


def item(due: int | None, stage: int | None = 7, course: str = "网德") -> Item:
    due_on = None if due is None else DAY + timedelta(days=due)
    return Item(1, 2, "新任班", "陈管", 3, course, due_on, occasion_of(stage, due_on, DAY))


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (7, "《网德》12月2日截止，还有 7 天。"),
        (0, "《网德》今天截止。"),
        (-1, "《网德》原定11月24日完成。现在仍然可以接着学，学完一样算完成。"),
        (None, "《网德》还没有学完，没有截止日期。"),
        (60, "《网德》2027年1月24日截止，还有 60 天。"),
    ],
)
def test_a_line_says_when_and_blames_nobody(due: int | None, said: str) -> None:
    assert line_of(item(due), DAY) == said


def test_one_message_holds_everything() -> None:
    title, body = message_to([item(7), item(-1, OVERDUE, "网感")], ["小结一"], DAY)
    assert title == "学习提醒：2 门课程"
    assert body.count("负责人陈管") == 1 and body.endswith("小结一")
    assert not any(word in body for word in ("逾期", "落后", "未按时", "请尽快", "通报"))


def test_occasions_differ_and_have_names() -> None:
    due = DAY + timedelta(days=3)
    occasions = [
        occasion_of(7, due, DAY),
        occasion_of(1, due, DAY),
        occasion_of(OVERDUE, due, DAY),
        occasion_of(None, due, DAY),
    ]
    assert len(set(occasions)) == 4
    assert [occasion_in_words(one) for one in occasions] == ["到期前 7 天", "到期前 1 天", "刚过截止日期", "手动提醒"]
    assert occasion_of(7, due, DAY) != occasion_of(7, DAY, DAY), "a new due date is a new occasion"


PEOPLE = {
    "zhao": Candidate(1, "赵", "zhao", True, True),
    "qian": Candidate(2, "钱", "qian", True, True, enrolled=True),
    "sun": Candidate(3, "孙", "sun", False, True),
    "li": Candidate(4, "李", "li", True, False),
    "zhou": Candidate(5, "周", "zhou", True, True, enrolled=True, withdrawn=True),
}


def test_problems_stand_on_their_lines() -> None:
    text = "ＺＨＡＯ 赵\n\nqian\nsun，孙\nli\nzhou\nnobody\nzhao"
    lines = recognised(read_lines(text), PEOPLE, "没有这个账号")
    assert [(line.number, line.problem) for line in lines] == [
        (1, ""),
        (3, "已经在班里"),
        (4, "账号已停用"),
        (5, "没有学员角色"),
        (6, ""),
        (7, "没有这个账号"),
        (8, "和第 1 行重复"),
    ]


@given(st.text())
def test_any_paste_is_read(text: str) -> None:
    lines = read_lines(text)
    assert all(line.account for line in lines)
    good = [line.account for line in lines if not line.problem]
    assert len(good) == len(set(good))
    assert [line.number for line in lines] == sorted({line.number for line in lines})
