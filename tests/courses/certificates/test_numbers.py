"""Codes that nobody guesses and everybody can type; texts with placeholders; dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.certificates import numbers, snapshot, wording

CODES = st.text(numbers.ALPHABET, min_size=16, max_size=16)


def test_codes_are_long_and_of_the_alphabet() -> None:
    codes = {numbers.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 16 and set(code) <= set(numbers.ALPHABET) for code in codes)
    assert set("".join(codes)) == set(numbers.ALPHABET), "every letter comes up"


@given(CODES)
def test_a_printed_code_is_read_however_it_is_typed(code: str) -> None:
    printed = numbers.grouped(code)
    assert len(printed) == 19
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in printed)
    for typed in (
        printed,
        printed.lower(),
        printed.replace("-", " "),
        code,
        f"  {printed}\n",
        wide,
        printed.replace("-", "—"),
    ):
        assert numbers.read_code(typed) == code
    assert numbers.read_code(printed.replace("0", "O").replace("1", "l")) == code, "what is misread is what it was"


@given(st.text(max_size=200))
def test_nonsense_is_no_code_and_never_an_error(typed: str) -> None:
    read = numbers.read_code(typed)
    assert read is None or (len(read) == 16 and set(read) <= set(numbers.ALPHABET))


@pytest.mark.parametrize("typed", ["", "7K3M", "7K3MQ2XV9D4THB6U", "7K3M-Q2XV-9D4T-HB6N-0", "７" * 61])
def test_these_are_no_codes(typed: str) -> None:
    assert numbers.read_code(typed) is None


def test_serial() -> None:
    assert numbers.serial(2026, 123) == "2026-000123"
    assert numbers.serial(2026, 1234567) == "2026-1234567"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (wording.DEFAULT_TEXT, None),
        ("｛姓名｝同志", None),
        ("学完本课程", "要有 {姓名}"),
        ("{姓名}{身份证号}", "没有“{身份证号}”"),
        ("{姓名}{}", "没有“{}”"),
    ],
)
def test_texts_name_what_there_is(text: str, said: str | None) -> None:
    problem = wording.problem(text)
    assert (problem is None) if said is None else (problem is not None and said in problem)


@given(st.text(max_size=80), st.text(max_size=40))
def test_what_is_filled_in_is_not_filled_again(text: str, name: str) -> None:
    filled = wording.filled(text + "{姓名}", {"name": name})
    assert filled.endswith(name)


def test_a_name_with_braces_stays_a_name() -> None:
    assert wording.filled("{姓名}，{课程}", {"name": "{课程}", "course": "《甲》"}) == "{课程}，《甲》"


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.integers(1, 240))
def test_months_later_is_the_same_day_or_the_last(day: date, months: int) -> None:
    later = wording.months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or ((later + timedelta(days=1)).day == 1 and later.day < day.day)


def test_how_long_it_is_valid() -> None:
    assert wording.last_day(date(2026, 1, 31), 1) == date(2026, 2, 27)
    assert wording.last_day(date(2026, 11, 26), 24) == date(2028, 11, 25)
    assert wording.last_day(date(2026, 11, 26), None) is None


HOLDER = snapshot.Holder("林晓", "青禾县 / 望舒街道", "网德：守住", 10.0, 92.5, date(2026, 11, 24))


def look(text: str) -> snapshot.Look:
    return snapshot.Look("结业证书", text, "干部学院", "组织部", "", "")


def test_what_is_not_printed_is_not_kept() -> None:
    kept = snapshot.printed(HOLDER, look("{姓名}同志学完{课程}。"), date(2026, 11, 26), None)
    assert kept["text"] == "林晓同志学完《网德：守住》。"
    assert (kept["unit"], kept["hours"], kept["score"], kept["completed_on"]) == ("", None, None, None)
    labels = [label for label, _ in snapshot.told(kept)]
    assert labels == ["姓名", "课程", "颁发单位", "颁发日期", "有效期"]


def test_what_is_printed_is_kept_and_told() -> None:
    text = "{姓名}（{单位}）{课程}{学时}{完成日期}{得分}{颁发日期}"
    kept = snapshot.printed(HOLDER, look(text), date(2026, 11, 26), date(2028, 11, 25))
    assert dict(snapshot.told(kept)) == {
        "姓名": "林晓",
        "单位": "青禾县 / 望舒街道",
        "课程": "《网德：守住》",
        "学时": "10",
        "得分": "92.5",
        "完成日期": "2026年11月24日",
        "颁发单位": "组织部",
        "颁发日期": "2026年11月26日",
        "有效期": "至2028年11月25日",
    }
