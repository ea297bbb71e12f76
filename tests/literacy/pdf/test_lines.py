"""Lines of a PDF are broken as Chinese is broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy.pdf import fonts
from literacy.pdf.lines import NEVER_FIRST, NEVER_LAST, shortened, wrapped

PIECES = st.sampled_from(
    [
        "得分",
        "留言",
        "，",
        "。",
        "”",
        "“",
        "（",
        "）",
        "92.5",
        "zhangsan@example.cn",
        " ",
        "办",
        "、",
        "《条例》",
        "\n",
        "-",
        "A",
    ]
)


def half(text: str) -> float:
    """Latin characters are half as wide as Chinese ones."""
    return sum(0.5 if character < "\u0250" else 1 for character in text)


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("", 5, [""]),
        ("一二三四五六", 3, ["一二三", "四五六"]),
        ("一二三，四五", 3, ["一二", "三，四", "五"]),
        ("一二（三四）五", 3, ["一二", "（三", "四）五"]),
        ("得分92.5分", 3, ["得分", "92.5分"]),
        ("账号 zhang.san", 5, ["账号", "zhang.san"]),
        ("abcdefghij", 2, ["abcd", "efgh", "ij"]),
        ("第一行\n第二行", 9, ["第一行", "第二行"]),
        ("王", 0.1, ["王"]),
    ],
)
def test_lines_break_where_chinese_breaks(text: str, room: float, lines: list[str]) -> None:
    assert wrapped(text, room, half) == lines


@given(st.lists(PIECES, max_size=30).map("".join), st.integers(1, 20))
def test_nothing_is_lost_and_no_line_is_too_wide(text: str, room: int) -> None:
    lines = wrapped(text, room, half)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(half(line) <= room for line in lines if len(line) > 1)


@given(st.lists(PIECES.filter(lambda one: half(one) < 4), max_size=20).map("".join))
def test_no_line_begins_with_a_closing_mark(text: str) -> None:
    longest = 0
    for character in text:  # rooms that hold each run of marks with its neighbours
        longest = longest + 1 if character in NEVER_FIRST + NEVER_LAST + " -" else 0
        if longest > 3:
            return
    for part in text.split("\n"):
        for line in wrapped(part, 12, half)[1:]:
            assert not line or line[0] not in NEVER_FIRST


def test_what_does_not_fit_on_one_line_is_shortened() -> None:
    assert shortened("青禾县\n望舒街道", 20, half) == "青禾县 望舒街道"
    assert shortened("青禾县望舒街道", 4, half) in ("青禾县…", "青禾…")


def test_rare_characters_of_names_are_drawn_by_a_font_that_has_them() -> None:
    names = dict(fonts.runs("王䶮"))
    assert names == {fonts.SANS: "王", fonts.RARE: "䶮"}
    assert list(fonts.runs("𠮷")) == [(fonts.SANS, "𠮷")]
    assert list(fonts.runs("\U000e0041")) == [(fonts.SANS, fonts.UNKNOWN)]
    assert [name for name, _ in fonts.runs("证䶮𠮷", fonts.SERIF)] == [fonts.SERIF, fonts.RARE, fonts.SANS]


def test_every_character_of_gb2312_has_a_glyph() -> None:
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            text = bytes([high, low]).decode("gb2312", "ignore")
            for face in (fonts.SANS, fonts.SERIF):
                assert not text or list(fonts.runs(text, face)) == [(face, text)]
