"""What stands on the wall, step by step; and words without names."""

from hypothesis import given
from hypothesis import strategies as st

from courses.anonymous import MASK, same_words, without
from courses.steps import steps_of


def finding(start: int, end: int, level: str = "serious") -> dict[str, object]:
    return {"start": start, "end": end, "level": level, "name": "推诿扯皮", "reason": "", "better": ""}


def test_the_steps_of_a_reply() -> None:
    steps = steps_of("这事不归我们管。", {"findings": [finding(6, 7, "minor"), finding(2, 5)]})
    assert [step.name for step in steps] == ["post", "reply", "finding", "finding", "whole"]
    assert [(step.number, step.finding["start"]) for step in steps[2:4] if step.finding] == [(1, 2), (2, 6)]
    marked = [[piece.text for piece in step.pieces if piece.marks] for step in steps]
    assert marked == [[], [], ["不归我"], ["管"], ["不归我", "管"]]


def test_a_reply_without_findings_has_three_steps() -> None:
    assert [step.name for step in steps_of("好", {"findings": []})] == ["post", "reply", "whole"]


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=5))
def test_the_words_are_never_changed(text: str, places: list[tuple[int, int]]) -> None:
    for step in steps_of(text, {"findings": [finding(*place) for place in places]})[1:]:
        assert "".join(piece.text for piece in step.pieces) == text


def test_names_are_masked() -> None:
    assert without("经办人：张三丰（ZhangSF）", "张三丰", "zhangsf") == f"经办人：{MASK}（{MASK}）"
    assert without("李先生您好", "李") == "李先生您好"
    assert without("张三和张三丰", "张三", "张三丰") == f"{MASK}和{MASK}"


@given(st.text("甲乙，。 张三", max_size=40))
def test_a_name_does_not_stay(text: str) -> None:
    assert "张三" not in without(f"{text}张三{text}", "张三")


def test_signs_make_no_other_reply() -> None:
    assert same_words("好的。 谢谢！") == same_words("好的，谢谢") != same_words("好的，不谢")
