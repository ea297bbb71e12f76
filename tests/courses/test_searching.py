"""Who could come into a course, in pages: everybody once, in the order that is promised."""

from typing import Any

import pytest
from sqlalchemy import select

from courses.enrolling import outcome_of
from courses.models import Course
from courses.service import candidates, searching
from courses.service.placing import window
from literacy.db import db, now
from literacy.models import Unit, User
from literacy.service import units
from tests.courses.factories import enrol, make_course, make_lesson


@pytest.fixture
def course(app: Any) -> Course:
    return make_course([make_lesson("a")])


@pytest.fixture
def town(person: Any, course: Course) -> dict[str, Unit]:
    """Two units of a town, and people of every kind in them and in none."""
    root = Unit(name="青禾县")
    units = {"none": None, "east": Unit(name="东街", parent=root), "south": Unit(name="南街", parent=root)}
    db.session.add(root)
    db.session.flush()
    for place, unit in units.items():
        for name in ("赵", "钱"):
            person(name=name, account=f"{place}-{name}-free", unit=unit)
        person("trainer", name="孙", account=f"{place}-trainer", unit=unit)
        person(name="李", account=f"{place}-unused", unit=unit).active = False
        enrol(person(name="周", account=f"{place}-in", unit=unit), course)
        enrol(person(name="吴", account=f"{place}-left", unit=unit), course).withdrawn_at = now()
    db.session.commit()
    return {name: unit for name, unit in units.items() if unit}


def walked(course: Course, **asked: Any) -> list[str]:
    """The accounts of all pages, one after the other."""
    wanted = {"words": "", "unit_id": 0, **asked}
    pages = [candidates.search_people(None, course.id, page=1, **wanted)]
    pages += [
        candidates.search_people(None, course.id, page=number, **wanted) for number in range(2, pages[0].pages + 1)
    ]
    assert all(page.total == pages[0].total for page in pages)
    return [one.account for page in pages for one in page.items]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_everybody_stands_on_one_page_in_order(
    size: int, course: Course, town: dict[str, Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "PAGE_SIZE", size)
    monkeypatch.setattr(searching.Page, "pages", property(lambda page: -(-page.total // size)))
    found = walked(course)
    # 钱, 吴, 赵 by pinyin: Qian, Wu, Zhao; then those who cannot come in, and who is in.
    free = [f"{place}-{name}" for place in ("east", "south", "none") for name in ("钱-free", "left", "赵-free")]
    rest = [f"{place}-{kind}" for kind in ("trainer", "unused", "in") for place in ("east", "south", "none")]
    assert found == [*free, *rest]
    assert len(found) == db.session.query(User).count()


def test_what_is_told_of_each(course: Course, town: dict[str, Unit]) -> None:
    page = candidates.search_people(None, course.id, "EAST", town["east"].id, 1)
    told = {one.account.partition("-")[2]: (one.admission.value, one.unit) for one in page.items}
    assert told["left"] == ("left", "青禾县 / 东街")
    assert {key: value for key, (value, _) in told.items()} == {
        "钱-free": "new", "赵-free": "new", "left": "left", "trainer": "no_learner", "unused": "inactive",
        "in": "already",
    }  # fmt: skip


def test_a_page_beyond_the_last_is_the_last(course: Course, town: dict[str, Unit]) -> None:
    page = candidates.search_people(None, course.id, "free", 0, 99)
    assert (page.page, page.total, len(page.items)) == (1, 6, 6)
    nobody = candidates.search_people(None, course.id, "没有这个人", 0, 3)
    assert (nobody.page, nobody.total, list(nobody.items)) == (1, 0, [])


def test_only_the_units_of_a_page_are_looked_in() -> None:
    rank = {7: 0, 3: 1, 5: 2}
    by_unit = {3: 10, 5: 10, 7: 10, 0: 4}
    assert window(by_unit, rank, 0, 10, back=False) == ([7], 0)
    assert window(by_unit, rank, 15, 10, back=False) == ([3, 5], 5)
    assert window(by_unit, rank, 28, 10, back=False) == ([5, 0], 8)
    assert window(by_unit, rank, 0, 5, back=True) == ([5], 0)
    assert window(by_unit, rank, 40, 10, back=False) == ([], 0)


def test_a_unit_is_counted_as_its_people_one_by_one_would_be(course: Course, town: dict[str, Unit]) -> None:
    for unit in (*town.values(), town["east"].parent):
        below = User.unit_id.in_(units.below(unit.id))
        each = outcome_of(candidates.candidates(course.id, below), restoring=False)
        assert candidates.preview_unit(None, course.id, unit.id) == each
    assert (each.new, each.already, each.left, each.inactive, each.no_learner) == (4, 2, 2, 2, 2)


def test_people_who_are_put_in_are_told_by_name(course: Course, town: dict[str, Unit]) -> None:
    free = candidates.candidates(course.id, User.account.endswith("free"))
    assert [one.name for one in free] == ["钱"] * 3 + ["赵"] * 3
    assert db.session.scalars(select(User.id).where(User.account == "east-in")).one() not in {
        one.user_id for one in free
    }
