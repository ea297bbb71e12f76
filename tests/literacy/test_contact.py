"""Numbers and addresses as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from literacy.contact import email_of, email_problem, phone_of, phone_problem, veiled


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13800138000", "13800138000"), (" 138 0013 8000 ", "13800138000"), ("138-0013-8000", "13800138000"),
        ("+86 13800138000", "13800138000"), ("8613800138000", "13800138000"), ("１３８００１３８０００", "13800138000"),
        ("0571-87654321", "0571-87654321"), ("057187654321", "0571-87654321"), ("(010)87654321", "010-87654321"),
        ("（0571）87654321转12", "0571-87654321-12"), ("+86-571-87654321", "571-87654321"), ("87654321", "87654321"),
        ("", ""),
    ],
)  # fmt: skip
def test_numbers_are_stored_alike(typed: str, stored: str) -> None:
    assert phone_of(typed) == stored
    assert (phone_problem(stored) is None) == (stored != "571-87654321")


@pytest.mark.parametrize("typed", ["12800138000", "1380013800", "138001380001", "1.38E+10", "无", "123", "138a0138000"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert "区号" in (phone_problem(phone_of(typed)) or "")


@pytest.mark.parametrize("typed", ["a@b.cn", "Li.Er+1@Example.COM.cn", " a @b.cn", "ａ@b.cn"])
def test_addresses(typed: str) -> None:
    assert email_problem(email_of(typed)) is None


@pytest.mark.parametrize(
    "typed", ["a", "a@b", "@b.cn", "a@b..cn", "a@-b.cn", "a@b.cn,c@d.cn", "a" * 120 + "@b.cn", "甲@b.cn", "a..b@c.cn"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    assert email_problem(email_of(typed))


@given(some.text(max_size=60))
def test_any_text_is_taken_the_same_way_twice(text: str) -> None:
    assert phone_of(phone_of(text)) == phone_of(text) or phone_problem(phone_of(text))
    assert email_of(email_of(text)) == email_of(text) or email_problem(email_of(text))


def test_records_hold_too_little_to_call_anybody() -> None:
    assert veiled("13800138000") == "尾号 8000" and veiled("zhaoqing@example.cn") == "z***@example.cn"
    assert veiled("") == ""
