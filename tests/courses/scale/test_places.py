"""The units of the load test are fictional and stand in a tree."""

import random

import pytest

from courses.scale.catalogue import TITLES
from courses.scale.places import CITY, POSTS, name_of, places
from quizzes.names import real_names


@pytest.mark.parametrize("count", [1, 30, 500, 3000])
def test_there_are_as_many_as_asked_for(count: int) -> None:
    made = places(count)
    assert len(made) == count
    assert [place.name for place in made if place.above < 0] == [CITY]
    for at, place in enumerate(made[1:], start=1):
        assert place.above < at and place.depth == made[place.above].depth + 1


def test_siblings_have_different_names_and_the_tree_is_deep() -> None:
    made = places(500)
    assert len({(place.above, place.name) for place in made}) == 500
    assert max(place.depth for place in made) >= 3


def test_no_place_is_real() -> None:
    told = "\n".join([*(place.name for place in places(500)), *POSTS, *TITLES])
    assert list(real_names(told)) == []


def test_names_are_drawn_alike_with_the_same_seed() -> None:
    drawn = [[name_of(random.Random(seed)) for seed in range(20)] for _ in range(2)]
    assert drawn[0] == drawn[1] and len(set(drawn[0])) > 15
    assert all(2 <= len(name) <= 3 for name in drawn[0])
