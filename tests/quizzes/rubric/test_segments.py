"""What a stretch of text is doing: quoting, denying, apologising, echoing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric.segments import is_denied, is_echo, is_regretted, is_reported, layout


def at(text: str, word: str) -> tuple[int, int]:
    start = text.index(word)
    return start, start + len(word)


def test_borders() -> None:
    text = "您好,请讲。谢谢!再见"
    page = layout(text)
    assert [text[slice(*span)] for span in page.sentences] == ["您好,请讲", "谢谢", "再见"]
    assert [text[slice(*span)] for span in page.clauses] == ["您好", "请讲", "谢谢", "再见"]
    assert text[slice(*page.sentence(text.index("请讲")))] == "您好,请讲"
    assert text[slice(*page.clause(text.index("请讲")))] == "请讲"


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("您来信说物业答复“没办法”,我们已约谈。", True),
        ("网友称“没办法”。", True),
        ("他若夸口“没办法”,请告诉我们。", True),
        ("“没办法”这句话不该说。", True),
        ("《没办法》一文已读。", True),
        ("您这种“没办法”的想法要不得。", False),
        ("没办法。", False),
    ],
)
def test_reported_words(text: str, reported: bool) -> None:
    assert is_reported(layout(text), *at(text, "没办法"), post="") is reported


def test_words_of_the_post_in_quotation_marks_are_reported() -> None:
    text = "至于“没人管”,今天起有人管。"
    assert is_reported(layout(text), *at(text, "没人管"), post="一直没人管啊")
    assert not is_reported(layout(text), *at(text, "没人管"), post="")


@pytest.mark.parametrize(
    ("text", "word", "denied"),
    [
        ("我们绝不推诿", "推诿", True),
        ("杜绝答非所问", "答非所问", True),
        ("不会一推了之", "一推了之", True),
        ("这不是您没看清", "是您没看清", True),
        ("我们不认为您恶意炒作", "恶意炒作", True),
        ("也不用觉得“家丑不可外扬”", "家丑", True),
        ("不得不推诿", "推诿", False),
        ("是不是推诿", "推诿", False),
        ("敢不敢推诿", "推诿", False),
        ("没有空,推诿就推诿", "推诿", False),
        ("就是推诿", "推诿", False),
    ],
)
def test_denial(text: str, word: str, denied: bool) -> None:
    assert is_denied(layout(text), text.index(word)) is denied


def test_an_order_is_no_denial() -> None:
    text = "请您不要再发帖"
    assert not is_denied(layout(text), text.index("发帖"))
    assert is_denied(layout(text), text.index("发帖"), prohibition_counts=True)


def test_regret_for_the_words_of_others() -> None:
    text = "窗口人员说爱办不办,我们道歉。另外,爱办不办。"
    page = layout(text)
    assert is_regretted(page, text.index("爱办"))
    assert not is_regretted(page, text.rindex("爱办"))


def test_echo_needs_eight_characters_of_the_post() -> None:
    post = "窗口的人冲我喊不归我们管你找物业去"
    page = layout("您说窗口喊不归我们管你找物业去。")
    assert is_echo(page, *at(page.text, "不归我们管"), post)
    page = layout("不归我们管。")
    assert not is_echo(page, *at(page.text, "不归我们管"), post)


@given(st.text(alphabet="您好,。!“”「」《》不会\n", max_size=40), st.integers(0, 39))
def test_every_place_lies_in_its_sentence_and_clause(text: str, place: int) -> None:
    page = layout(text)
    place = min(place, max(len(text) - 1, 0))
    for start, end in (page.sentence(place), page.clause(place)):
        assert 0 <= start <= end <= len(text) and start <= place
    is_denied(page, place)
    is_regretted(page, place)
    is_reported(page, place, place + 1, "")
    is_echo(page, place, place + 1, "您好")
