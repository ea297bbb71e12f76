"""What differs between two states of content: nothing is lost, and what is shown is what a reader would mark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.history.differences import GONE, NEW, SAME, SKIPPED, Piece, Words, fields_between, text_between

TEXT = st.text(alphabet="的一是在不了有和人这，。；\n村镇办12月 a", max_size=60)
ROWS = st.lists(st.fixed_dictionaries({"text": TEXT, "correct": st.booleans()}), max_size=6)
BODY = st.fixed_dictionaries(
    {"stem": TEXT, "options": ROWS, "facts": st.lists(TEXT, max_size=5), "marks": st.floats(0, 1)}
)
WORDS = Words(
    {"stem": "题干", "options": "选项", "facts": "事实卡", "text": "文字", "correct": "正确", "marks": "分值"}
)


def side(pieces, *kinds: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind in kinds)


@given(TEXT, TEXT)
def test_both_texts_can_be_put_together_again(before: str, after: str) -> None:
    pieces = text_between(before, after)
    assert side(pieces, SAME, SKIPPED, GONE) == before
    assert side(pieces, SAME, SKIPPED, NEW) == after


@given(TEXT)
def test_the_same_text_shows_nothing_changed(text: str) -> None:
    assert text_between(text, text) == ([Piece(SAME, text)] if text else [])


@pytest.mark.parametrize(
    ("before", "after", "gone", "new"),
    [
        ("11月27日前答复由谁修。", "11月29日前答复由谁修。", "27", "29"),
        ("办公电话，应当写。", "办公电话，不用写。", "应当", "不用"),
        ("先核实，再答复。", "先接住，先核实，再答复。", "", "先接住，"),
        ("请耐心等待。谢谢支持。", "谢谢支持。", "请耐心等待。", ""),
        # nothing in common: the whole sentence, not crumbs of it
        ("不属于我办职责范围。", "您说得对，是我们没接好。", "不属于我办职责范围。", "您说得对，是我们没接好。"),
    ],
)
def test_what_is_marked_is_what_a_reader_would_mark(before: str, after: str, gone: str, new: str) -> None:
    pieces = text_between(before, after)
    assert (side(pieces, GONE), side(pieces, NEW)) == (gone, new)


def test_a_long_text_is_folded_but_for_the_surroundings_of_a_change() -> None:
    lines = [f"第{number}段讲的是另一件事，和别的段落都不同。\n" for number in range(60)]
    pieces = text_between("".join(lines), "".join(lines).replace("第30段", "第三十段"))
    assert [piece.kind for piece in pieces] == [SKIPPED, SAME, GONE, NEW, SAME, SKIPPED]
    assert len(side(pieces, SAME)) <= 100


def test_two_long_unlike_texts_are_compared_quickly() -> None:
    before, after = "甲乙丙丁" * 15000, "子丑寅卯" * 15000
    assert text_between(before, after) == [Piece(GONE, before), Piece(NEW, after)]


@given(BODY, BODY)
def test_a_field_is_changed_exactly_where_the_bodies_differ(before, after) -> None:
    changed = {field.label for field in fields_between(before, after, WORDS) if field.changed}
    said = {
        WORDS.label(key)
        for key in before
        if (
            before[key] != after[key]
            if isinstance(before[key], list)
            else WORDS.say(key, before[key]) != WORDS.say(key, after[key])
        )
    }
    assert changed == said


@given(ROWS, ROWS)
def test_every_row_of_both_lists_is_shown_once(before, after) -> None:
    rows = [row for field in fields_between({"options": before}, {"options": after}, WORDS) for row in field.rows]
    assert sum(row.how != "gone" for row in rows) == len(after)
    assert sum(row.how != "new" for row in rows) == len(before)


def test_rows_that_moved_were_changed_or_lost_are_told_apart() -> None:
    before = [{"text": text, "correct": False} for text in ("等人回答", "蹲在地上", "求人下架")]
    after = [
        {"text": "求人下架", "correct": False},
        {"text": "等人回答", "correct": True},
        {"text": "发个定位", "correct": False},
    ]
    rows = fields_between({"options": before}, {"options": after}, WORDS)[0].rows
    assert [(row.how, row.place) for row in rows] == [
        ("moved", "第 1 行，原第 3 行"),
        ("changed", "第 2 行"),
        ("gone", "原第 2 行"),
        ("new", "第 3 行"),
    ]


def test_codes_are_told_in_words() -> None:
    words = Words({"competencies": "能力"}, {"WG1": "WG1 识语"}, frozenset({"competencies"}))
    field = fields_between({"competencies": []}, {"competencies": ["WG1"]}, words)[0]
    assert field.rows[0].fields[0].pieces == (Piece(NEW, "WG1 识语"),)
