"""Chinese sorts by how it sounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select, union_all

from literacy.db import by_pinyin, db
from literacy.pinyin import compare, pinyin_key

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
