"""Who studied what when: a person's way through some courses, drawn by chance as it might have gone; pure.

Moments are seconds since 1970, so that two million of them cost little.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

DAY = 86_400
TWO_YEARS = 730
MORNING = 3_600
"""Where the working day begins within a day of UTC: nine o'clock in China."""
WORKDAY = 8 * 3_600
PAUSE = 25 * 60
"""Between two attempts at the same quiz."""


class Fate(StrEnum):
    """How a course goes for somebody."""

    COMPLETED = "completed"
    STUDYING = "studying"
    OVERDUE = "overdue"
    NOT_STARTED = "not_started"
    WITHDRAWN = "withdrawn"


_FATES = (Fate.COMPLETED, Fate.STUDYING, Fate.OVERDUE, Fate.NOT_STARTED, Fate.WITHDRAWN)
_WEIGHTS = (52, 19, 11, 12, 6)
_ENROLLED = {
    Fate.COMPLETED: (45, TWO_YEARS),
    Fate.STUDYING: (4, 60),
    Fate.OVERDUE: (45, 160),
    Fate.NOT_STARTED: (0, 40),
    Fate.WITHDRAWN: (30, TWO_YEARS),
}
"""How many days ago somebody was enrolled, at least and at most."""
_SHARES = {
    Fate.COMPLETED: (1.0, 1.0),
    Fate.STUDYING: (0.1, 0.9),
    Fate.OVERDUE: (-0.2, 0.9),
    Fate.NOT_STARTED: (0.0, 0.0),
    Fate.WITHDRAWN: (-0.1, 0.6),
}
"""Which share of the steps was done, at least and at most; below 0 is none."""


@dataclass(frozen=True)
class Step:
    """A step of a course: a lesson, or a quiz or drill with how many attempts it allows (0: any number)."""

    lesson_id: int = 0
    quiz_id: int = 0
    allowed: int = 0
    scored: bool = True
    """Whether anything was found that fails it."""

    @property
    def key(self) -> tuple[int, int]:
        """What is done once wherever it stands."""
        return self.lesson_id, self.quiz_id


@dataclass(frozen=True)
class Shape:
    """A course as far as studying it goes."""

    course_id: int
    steps: Sequence[Step]
    hours: float
    weight: int
    """How many people it is given to, against others."""


@dataclass(frozen=True)
class Try:
    """An attempt: begun, handed in, and whether it passed."""

    begun: int
    done: int
    passed: bool


@dataclass
class Deed:
    """What a person did in a step."""

    step: Step
    seen: int
    finished: int | None = None
    """When the lesson was finished or the quiz was passed; None where it was not."""
    tries: list[Try] = field(default_factory=list)


@dataclass
class Course:
    """A person in a course."""

    shape: Shape
    fate: Fate
    enrolled: int
    due_day: int | None
    """The day (since 1970) on which it is due."""
    withdrawn: int | None = None
    started: int | None = None
    completed: int | None = None


@dataclass
class Way:
    """Everything that a person did."""

    courses: list[Course]
    deeds: dict[tuple[int, int], Deed]

    @property
    def results(self) -> int:
        """How many lessons were finished and attempts handed in."""
        read = sum(1 for deed in self.deeds.values() if deed.step.lesson_id and deed.finished is not None)
        return read + sum(len(deed.tries) for deed in self.deeds.values())


def way_of(chance: random.Random, shapes: Sequence[Shape], present: int, *, keen: bool) -> Way:
    """A person's way through one to three of the courses, or (keen) two to four of them, up to the present moment."""
    count = chance.choice((2, 2, 3, 4)) if keen else chance.choice((1, 1, 1, 2))
    courses = [_enrolled(chance, shape, present) for shape in _picked(chance, shapes, count)]
    courses.sort(key=lambda course: course.enrolled)
    way = Way(courses, {})
    skill = chance.uniform(0.45, 0.95)
    for course in courses:
        _study(chance, way, course, skill, present)
    for course in courses:
        _conclude(way.deeds, course)
    return way


def _picked(chance: random.Random, shapes: Sequence[Shape], count: int) -> list[Shape]:
    """Some different courses, those of more weight more often."""
    drawn = chance.choices(shapes, [shape.weight for shape in shapes], k=count)
    return list(dict.fromkeys(drawn))


def _enrolled(chance: random.Random, shape: Shape, present: int) -> Course:
    fate = chance.choices(_FATES, _WEIGHTS)[0]
    today = present // DAY
    ago = chance.randint(*_ENROLLED[fate])
    # Whole classes begin together: on one day of a fortnight, long ago at least.
    day = today - ago if ago < 45 else today - max(45, ago // 14 * 14)
    due: int | None = day + chance.choice((30, 60, 60, 90))
    if fate is Fate.OVERDUE:
        due = min(due or 0, today - 1 - chance.randrange(20))
    elif fate in (Fate.STUDYING, Fate.NOT_STARTED):
        due = max(due or 0, today + 3) if chance.random() < 0.85 else None
    return Course(shape, fate, min(day * DAY + MORNING + chance.randrange(WORKDAY), present - 1), due)


def _study(chance: random.Random, way: Way, course: Course, skill: float, present: int) -> None:
    """Do a share of the course's steps in their order; what was done before in another course is done."""
    low, high = _SHARES[course.fate]
    count = round(max(0.0, chance.uniform(low, high)) * len(course.shape.steps))
    steps = [step for step in course.shape.steps[:count] if step.key not in way.deeds]
    begin, end = course.enrolled + DAY // 8, present - 2 * 3_600
    if course.fate is Fate.WITHDRAWN:
        course.withdrawn = min(present - 1, course.enrolled + chance.randint(5, 25) * DAY)
        end = min(end, course.withdrawn - 2 * 3_600)
    length = max(1, min(end - begin, round(len(steps) * chance.uniform(0.3, 1.6) * DAY)))
    for number, step in enumerate(steps):
        moment = _at_work(begin + length * (number + 1) // (len(steps) + 1), end)
        stays_open = number == len(steps) - 1 and course.fate is not Fate.COMPLETED and chance.random() < 0.3
        way.deeds[step.key] = _deed(chance, step, max(course.enrolled, moment), skill, stays_open=stays_open)


def _at_work(moment: int, latest: int) -> int:
    """The same day within working hours, where that is not too late."""
    day, second = divmod(moment, DAY)
    return min(day * DAY + MORNING + second * WORKDAY // DAY, latest)


def _deed(chance: random.Random, step: Step, moment: int, skill: float, *, stays_open: bool) -> Deed:
    deed = Deed(step, moment)
    if step.lesson_id:
        deed.finished = None if stays_open else moment
        return deed
    most = min(step.allowed or 3, 3)
    for number in range(most):
        begun = moment + number * PAUSE
        last = number == most - 1
        passed = not step.scored or (not stays_open and (last or chance.random() < skill + 0.15 * number))
        deed.tries.append(Try(begun, begun + chance.randint(240, 660), passed))
        if passed:
            deed.finished = deed.tries[-1].done
        if passed or (stays_open and chance.random() < 0.5):
            break
    return deed


def _conclude(deeds: Mapping[tuple[int, int], Deed], course: Course) -> None:
    """When the course was begun and completed, as the steps say that were done in it or in another course."""
    until = course.withdrawn
    mine = [deed for step in course.shape.steps if (deed := deeds.get(step.key))]
    begun = [deed.seen for deed in mine if until is None or deed.seen < until]
    if begun:
        course.started = max(course.enrolled, min(begun))
    done = [deed.finished for deed in mine if deed.finished is not None]
    if until is None and len(done) == len(course.shape.steps):
        course.completed = max(course.enrolled, *done)
