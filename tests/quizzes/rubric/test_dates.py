"""Days that a reply names: which were over when it was signed, and which were to come."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric.dates import days_of
from quizzes.rubric.normalise import fold
from tests.quizzes.rubric.cases import present

SIGNED = "。感谢您的来信！2024年5月20日"


def named(text: str) -> list[str]:
    return [fold(text)[start:end] for start, end, _ in days_of(fold(text)).past]


@pytest.mark.parametrize(
    "text",
    [
        "已修好。青禾县住建局2024年5月20日",
        "已修好。\n2024年5月20日",
        "已修好。2024.5.20",
        "已修好。 2024年5月20日“UU001”您好",
    ],
)
def test_a_full_date_at_the_end_or_before_the_next_salutation_signs(text: str) -> None:
    assert [one.last for one in days_of(fold(text)).signed] == [date(2024, 5, 20)]


@pytest.mark.parametrize("text", ["工期到2024年5月20日", "2024年5月20日我们到了现场。", "5月20日", "二期2024年5月"])
def test_a_date_in_a_sentence_or_without_its_year_signs_nothing(text: str) -> None:
    assert days_of(fold(text)).signed == ()


def test_days_before_the_signature_are_over_and_later_ones_are_not() -> None:
    assert named("5月8日到现场查看，2023年立项，6月30日前完工，计划2025年通车" + SIGNED) == ["5月8日", "2023年"]


def test_a_month_far_ahead_belongs_to_the_year_before() -> None:
    assert named("12月7日我们接到投诉。2024年1月9日") == ["12月7日"]


def test_the_month_of_signing_may_still_be_to_come() -> None:
    assert named("5月底前完成，预计今年5月开工" + SIGNED) == []


def test_without_a_signature_nobody_can_tell() -> None:
    assert named("2019年5月8日到现场查看，2019年6月30日前完工。") == []


def test_of_two_replies_run_together_each_goes_by_its_own_signature() -> None:
    text = "已转镇里，5月25日前回复。2024年5月20日网友您好：5月22日已上门。2024年5月24日"
    assert named(text) == ["5月22日"]


@pytest.mark.parametrize("text", ["2024年2月31日", "13月5日", "0月0日", "9999年1月1日。2024年5月20日"])
def test_days_that_no_calendar_holds_do_no_harm(text: str) -> None:
    days_of(fold(text))


@given(st.text(alphabet="0123456789年月日./-。网友您好 ", max_size=60))
def test_any_text_is_read_and_places_lie_inside(text: str) -> None:
    for days in days_of(text):
        assert all(0 <= day.start < day.end <= len(text) for day in days)


def test_a_day_that_was_over_is_no_time_limit() -> None:
    told = "您好，您反映的路灯已于5月8日完成更换，费用由社区承担，请放心使用"
    assert "deadline" not in present(told + SIGNED, facts=())
    assert "deadline" in present("您好，您反映的路灯由社区更换，6月8日前完成更换，费用由社区承担" + SIGNED, facts=())
