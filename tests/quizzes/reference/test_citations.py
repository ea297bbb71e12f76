"""Citations in running text, pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.reference.citations import Known, citations, plain_title, stretches, unknown, unverified

REGISTER = {
    "个人信息保护法": Known(True, {"第四条": True, "第二十五条": True}),
    "网络安全法": Known(True, {"第三条": True, "第四十二条": False}),
    "网络信息内容生态治理规定": Known(False, {"第二十一条": False}),
    "某报报道": Known(True, {}),
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("据《个人信息保护法》第四条、第二十五条办", [("个人信息保护法", ("第四条", "第二十五条"))]),
        ("《公务员法》第五十九条第（六）项和第六十条", [("公务员法", ("第五十九条", "第六十条"))]),
        ("《刑法》第二百五十三条之一、第二百五十四条", [("刑法", ("第二百五十三条之一", "第二百五十四条"))]),
        ("《条例》第五条第二款第一项、第六条", [("条例", ("第五条", "第六条"))]),
        ("《三体》好看，第四条路不通", [("三体", ())]),
        ("《甲法》第一条；《乙法》第二条", [("甲法", ("第一条",)), ("乙法", ("第二条",))]),
        ("没有引用", []),
    ],
)
def test_titles_are_found_with_the_clauses_behind_them(text: str, found: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(one.title, one.clauses) for one in citations(text)] == found
    assert all(text[one.start : one.end].startswith(f"《{one.title}》") for one in citations(text))


def test_a_law_is_found_with_the_country_in_front() -> None:
    assert plain_title("中华人民共和国个人信息保护法") == "个人信息保护法"
    assert not unknown("《中华人民共和国个人信息保护法》第四条", REGISTER)


@pytest.mark.parametrize(
    ("text", "open_"),
    [
        ("《个人信息保护法》第四条", False),
        ("《个人信息保护法》第四条、第九条", True),
        ("《网络安全法》第三条", False),
        ("《网络安全法》第四十二条", True),
        ("《网络信息内容生态治理规定》", True),
        ("《某报报道》", False),
        ("《没有的法》第一条", True),
        ("《三体》", False),
    ],
)
def test_what_nobody_checked_is_marked(text: str, open_: bool) -> None:
    assert unverified(citations(text)[0], REGISTER) is open_
    assert any(mark for _, mark in stretches(f"按{text}办", REGISTER)) is open_


def test_what_is_not_registered_is_named_once() -> None:
    text = "《没有的法》第一条，《个人信息保护法》第九条，《三体》，再说《没有的法》第一条"
    assert unknown(text, REGISTER) == ["《没有的法》第一条", "《个人信息保护法》第九条"]
    assert unknown("《三体》", REGISTER, titles_too=True) == ["《三体》"]


@given(st.text(alphabet=st.sampled_from("《》第一二十百条之、款（）项 \n甲法个人信息保护法四")))
def test_any_text_comes_back_whole(text: str) -> None:
    assert "".join(piece for piece, _ in stretches(text, REGISTER)) == text
    assert all(text[one.start] == "《" for one in citations(text))
