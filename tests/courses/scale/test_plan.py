"""However chance falls, what somebody did could have happened."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.scale.plan import DAY, Fate, Shape, Step, Way, way_of

PRESENT = 20_000 * DAY + 40_000
LESSONS = tuple(Step(lesson_id=number) for number in range(1, 6))
QUIZ, DRILL = Step(quiz_id=1, allowed=3), Step(quiz_id=2)
SHAPES = [
    Shape(1, (*LESSONS, QUIZ, DRILL), 3.0, 4),
    Shape(2, (*LESSONS[:2], QUIZ), 1.0, 8),
    Shape(3, (LESSONS[4], DRILL, Step(quiz_id=3, allowed=1)), 2.0, 8),
]


def ways(seed: int, *, keen: bool = True) -> Way:
    return way_of(random.Random(seed), SHAPES, PRESENT, keen=keen)


@given(st.integers(), st.booleans())
def test_nothing_happens_before_its_time(seed: int, keen: bool) -> None:
    way = ways(seed, keen=keen)
    first = min(course.enrolled for course in way.courses)
    for deed in way.deeds.values():
        assert first <= deed.seen <= PRESENT
        assert deed.finished is None or deed.seen <= deed.finished <= PRESENT
        for one in deed.tries:
            assert deed.seen <= one.begun < one.done <= PRESENT
    for course in way.courses:
        moments = [course.started, course.completed, course.withdrawn]
        assert all(course.enrolled <= moment <= PRESENT for moment in moments if moment is not None)


@given(st.integers())
def test_completed_is_who_has_done_everything(seed: int) -> None:
    way = ways(seed)
    done = {key for key, deed in way.deeds.items() if deed.finished is not None}
    for course in way.courses:
        everything = all(step.key in done for step in course.shape.steps)
        assert (course.completed is not None) == (everything and course.withdrawn is None)
        assert course.fate is not Fate.COMPLETED or course.completed is not None


@given(st.integers())
def test_attempts_end_with_the_one_that_passes(seed: int) -> None:
    for deed in ways(seed).deeds.values():
        assert all(not one.passed for one in deed.tries[:-1])
        assert len(deed.tries) <= (deed.step.allowed or 3)
        if deed.step.quiz_id:
            assert bool(deed.finished) == deed.tries[-1].passed


def test_every_fate_befalls_somebody_and_the_keen_do_more() -> None:
    fates = {course.fate for seed in range(60) for course in ways(seed).courses}
    assert fates == set(Fate)
    keen, other = (sum(ways(seed, keen=one).results for seed in range(60)) for one in (True, False))
    assert keen > other


@pytest.mark.parametrize("seed", range(3))
def test_the_same_seed_tells_the_same(seed: int) -> None:
    assert ways(seed) == ways(seed)
