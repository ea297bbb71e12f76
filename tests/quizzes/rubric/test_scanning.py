"""Long expressions made fast find what the plain ones find."""

import re

from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric import blanks, points
from quizzes.rubric.scanning import AnyOf, matches_from

ALTERNATIVES = (("ab|ac", "a[bc]+"), ("b", "b(?=c)"), ("", "[cd]{2}"), ("d", "(?<!c)d"))
WORDS = (
    "12 2025 12月31日 2月30日 某某 电话 联系 先生 女士 您好 感谢 收悉 回复 答复 问题 关于 反映 不便 造成 局 办公室 稿 "
    "〔2025〕第3号 工作日 个 《办法》 uu12 模板 略 姓名 尊敬的 网友 业务 申请 路灯 重复件 见 按此口径 请科拟稿"
)
SIGNS = "x×○某*月年日号元第《》【】[]{}<>()$%_-—/:,。\n 3一您对给"
PIECES = st.lists(st.sampled_from([*SIGNS, *WORDS.split()]), max_size=12).map("".join)


def spans(found: object) -> list[tuple[int, int]]:
    return [match.span() for match in found]  # type: ignore[attr-defined]


def plain(found: AnyOf) -> re.Pattern[str]:
    """The same alternatives in one expression, without names for groups."""
    patterns = (re.sub(r"\(\?P<\w+>", "(", pattern.pattern) for pattern in found.patterns)
    return re.compile("|".join(patterns))


@given(st.text(alphabet="abcd", max_size=12))
def test_alternatives_are_found_as_in_one_expression(text: str) -> None:
    found = AnyOf(*ALTERNATIVES)
    assert spans(found.finditer(text)) == spans(plain(found).finditer(text))
    assert found.remove(text) == plain(found).sub("", text)


@given(PIECES)
def test_no_certain_word_of_an_alternative_is_forgotten(text: str) -> None:
    for found in (blanks._PLACEHOLDER, blanks._NAMED_MATTER, blanks._SIGNED):
        assert spans(found.finditer(text)) == spans(plain(found).finditer(text)), found


@given(PIECES)
def test_a_text_without_a_signature_bears_the_same_frame(text: str) -> None:
    assert blanks.frame_of(text).remove(text) == plain(blanks._SIGNED).sub("", text)


@given(PIECES)
def test_figures_begin_nowhere_else(text: str) -> None:
    assert spans(points._checked(text)) == spans(points._CHECKED.finditer(text))


def test_a_start_that_leads_nowhere_is_passed() -> None:
    found = matches_from(re.compile("ab+"), re.compile("a"), "aabbaab")
    assert spans(found) == [(1, 4), (5, 7)]
