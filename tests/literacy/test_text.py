"""Typed text is made safe to store and stays what was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy.text import account_name, clean, clean_line, length, titled

anything = st.text(st.characters(), max_size=200)


@given(anything)
def test_clean_text_can_be_stored_anywhere(text):
    cleaned = clean(text)
    cleaned.encode("utf-8")  # no lone surrogates
    assert "\x00" not in cleaned and "\r" not in cleaned
    assert clean(cleaned) == cleaned


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs")), max_size=200))
def test_ordinary_characters_stay(text):
    assert clean(text) == text


def test_what_is_taken_out_and_what_stays():
    assert clean("一\x00二\ud800三") == "一二\ufffd三"
    assert clean("a\u202egnp.exe") == "agnp.exe"
    assert clean("家人👨‍👩‍👧 好😊\r\n第二行") == "家人👨‍👩‍👧 好😊\n第二行"
    assert clean(None) == ""


def test_lines_and_accounts_fold_blanks():
    assert clean_line("  张\n 三\t ") == "张 三"
    assert account_name("　Ｚhang San ") == "zhangsan"


def test_length_counts_as_a_writer_does():
    assert length("您好，\n 世界 ") == 5


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("网感：听懂", "《网感：听懂》"), ("「证明我是我」", "「证明我是我」"), ("“那请先干为敬”", "“那请先干为敬”"),
        ("三条大狗和一声「呵呵」", "《三条大狗和一声「呵呵」》"), ("", "《》"),
    ],
)  # fmt: skip
def test_a_title_has_one_pair_of_marks_around_it(title: str, shown: str) -> None:
    assert titled(title) == shown
