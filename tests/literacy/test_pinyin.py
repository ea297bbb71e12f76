"""Chinese sorts by how it sounds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select, union_all

from literacy.db import by_pinyin, db
from literacy.models import User
from literacy.pinyin import KEY_LENGTH, compare, pinyin_key, stored_key

NAMES = ["1号窗口", "安宁", "曹雨", "陈晨", "何平", "何平平", "林晓", "吕燕", "欧阳青", "沈清", "王芳", "张伟", "周敏"]


def test_names_stand_as_in_a_class_list() -> None:
    assert sorted(sorted(NAMES), key=pinyin_key) == NAMES
    assert sorted(NAMES) != NAMES


@pytest.mark.usefixtures("app")
def test_the_database_agrees() -> None:
    """On SQLite this is our collation, on PostgreSQL that of ICU."""
    names = union_all(*(select(literal(name).label("name")) for name in NAMES[::-1])).subquery()
    assert db.session.scalars(select(names.c.name).order_by(by_pinyin(names.c.name))).all() == NAMES


@given(st.text(), st.text(), st.text())
def test_it_is_an_order(one: str, two: str, three: str) -> None:
    assert compare(one, two) == -compare(two, one)
    assert (compare(one, two) == 0) == (one == two)
    first, second, third = sorted([one, two, three], key=pinyin_key)
    assert compare(first, third) <= 0 and compare(first, second) <= 0


def test_a_stored_key_puts_names_where_pinyin_does() -> None:
    assert sorted(sorted(NAMES), key=lambda name: stored_key(name).encode()) == NAMES


LETTERS = st.text(st.sampled_from("安宁陈晨何平平林晓张章长重1a B·"), max_size=12)


@given(LETTERS, LETTERS)
def test_the_order_of_bytes_is_the_order_of_sounds(one: str, other: str) -> None:
    keys = stored_key(one).encode(), stored_key(other).encode()
    sounds = pinyin_key(one)[0], pinyin_key(other)[0]
    assert (sounds[0] < sounds[1]) <= (keys[0] < keys[1])
    assert (keys[0] == keys[1]) == (one == other)


@given(st.text())
def test_a_stored_key_fits_its_column(text: str) -> None:
    assert len(stored_key(text)) <= KEY_LENGTH


def test_the_key_follows_the_name(app: object, person: Any) -> None:
    user = person(name="何平")
    user.name = "安宁"
    db.session.flush()
    assert db.session.scalar(select(User.name_key).where(User.id == user.id)) == stored_key("安宁")
