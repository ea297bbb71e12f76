"""What a trainer is told of a question."""

import pytest

from quizzes.analysis import advice
from quizzes.analysis.figures import Choice, Item, Whole
from quizzes.analysis.options import Option

OPTIONS = {"0": Option("等人回答", True), "1": Option("蹲在地上", False), "2": Option("求人下架", False)}


def item(
    count: int = 40, facility: float = 0.6, r: float | None = 0.4, shares: tuple[float, ...] = (0.6, 0.2, 0.2),
    thirds: tuple[tuple[float, float], ...] = ((0.4, 0.8), (0.3, 0.1), (0.3, 0.1)),
) -> Item:  # fmt: skip
    choices = tuple(
        Choice(str(place), round(share * count), share, *pair)
        for place, (share, pair) in enumerate(zip(shares, thirds, strict=True))
        if share
    )
    return Item(1, count, facility, 0.4, r, choices)


def said(one: Item, **more: bool) -> str:
    return " ".join(f"{flag.tone}:{flag.sentence}" for flag in advice.flags(one, OPTIONS, **more))


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (item(count=19), "info:答的人太少（不到 20 次），先别下结论。"),
        (item(count=19, r=-0.9), "info:答的人太少"),
        (item(), "good:很能分出会和不会。"),
        (item(r=0.3), "good:没有看出问题。"),
        (item(r=0.1), "minor:分不出会和不会"),
        (item(r=-0.1), "minor:分不出会和不会"),
        (item(r=-0.3), "serious:答对的人总分反而低，先查答案"),
        (item(facility=0.97, shares=(0.97, 0.03, 0.0), r=-0.3), "info:这题几乎人人答对"),
        (item(facility=0.4, shares=(0.4, 0.3, 0.3)), "minor:和瞎猜差不多"),
        (item(facility=0.35, shares=(0.35, 0.5, 0.15)), "serious:选错项“蹲在地上”的比选对的还多"),
        (item(shares=(0.7, 0.3, 0.0)), "info:干扰项“求人下架”无人选"),
        (item(shares=(0.68, 0.3, 0.025)), "info:干扰项“求人下架”几乎无人选"),
        (item(thirds=((0.6, 0.5), (0.1, 0.3), (0.3, 0.2))), "minor:错项“蹲在地上”，高分的人反而更爱选"),
    ],
)  # fmt: skip
def test_each_flag(one: Item, sentence: str) -> None:
    assert sentence in said(one)


def test_an_easy_question_is_not_blamed_for_its_distractors() -> None:
    assert "干扰项" not in said(item(facility=0.97, shares=(0.97, 0.03, 0.0)))


def test_several_right_options_are_not_compared_with_guessing() -> None:
    assert "瞎猜" not in said(item(facility=0.4), one_right=False)
    assert "太难" in said(item(facility=0.2, shares=(0.2, 0.4, 0.4)), one_right=False)


def test_the_most_pressing_comes_first() -> None:
    tones = [flag.tone for flag in advice.flags(item(r=-0.5, shares=(0.5, 0.5, 0.0)), OPTIONS)]
    assert tones == sorted(tones, key=("serious", "minor", "info").index)
    assert len(tones) > 1


@pytest.mark.parametrize(
    ("alpha", "count", "mixed", "sentence"),
    [
        (0.8, 40, False, "good:各题考的是同一件事"),
        (0.5, 40, False, "minor:一次的分数还不太靠得住"),
        (-0.2, 40, False, "serious:各题互相抵触"),
        (0.8, 10, False, "info:作答不到 20 次"),
        (0.8, 40, True, "info:测验换过题目，信度只按题目相同的那 30 次算。"),
    ],
)
def test_the_whole_quiz(alpha: float, count: int, mixed: bool, sentence: str) -> None:
    whole = Whole(count, 60.0, 20.0, alpha, 9.0, 30, 12.0, (0,) * 10)
    assert sentence in " ".join(f"{flag.tone}:{flag.sentence}" for flag in advice.on_whole(whole, mixed=mixed))
