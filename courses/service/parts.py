"""Very many enrolments, read in parts: what is told of them, column by column.

The one reader for the list of a course, a person's page, the reports and their files, so that they cannot disagree.
A report has a hundred thousand rows: whatever is worked out is worked out for a whole column of a part at a time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, case, cast, exists, func, or_, select

from courses.models import Activity, ActivityKind, Course, Enrolment, EnrolmentState, Module, Reading
from courses.progress import share_done
from literacy.db import db
from literacy.models import User
from literacy.service import units
from quizzes.models import Attempt, Submission

CHUNK = 1000
"""How many rows of a long list are in memory at a time."""

_ALWAYS: dict[str, Any] = {
    "id": Enrolment.id,
    "user_id": Enrolment.user_id,
    "course_id": Enrolment.course_id,
    "unit_id": User.unit_id,
    "completed": Enrolment.completed_at,
    "due": Enrolment.due_on,
}
"""Columns that others are worked out of."""
_ASKED: dict[str, Any] = {
    "name": User.name,
    "account": User.account,
    "post": User.post,
    "score": Enrolment.score,
    "enrolled": Enrolment.enrolled_at,
    "started": Enrolment.started_at,
    "withdrawn": Enrolment.withdrawn_at,
}
"""Columns that are read as they are stored, where somebody asks for them."""
_STATES = {state.value: state for state in EnrolmentState}
_LABELS = {state.value: state.label for state in EnrolmentState}


def state_on(day: date) -> ColumnElement[str]:
    """`Enrolment.state_on` as SQL."""
    return case(
        (Enrolment.withdrawn_at.is_not(None), EnrolmentState.WITHDRAWN.value),
        (Enrolment.completed_at.is_not(None), EnrolmentState.COMPLETED.value),
        (Enrolment.due_on < day, EnrolmentState.OVERDUE.value),
        (Enrolment.started_at.is_not(None), EnrolmentState.STUDYING.value),
        else_=EnrolmentState.NOT_STARTED.value,
    )


def _steps(*conditions: ColumnElement[bool]) -> Any:
    """How many activities of the enrolment's course meet the conditions."""
    return (
        select(func.count(Activity.id))
        .join(Module, Module.id == Activity.module_id)
        .where(Module.course_id == Enrolment.course_id, *conditions)
        .correlate(Enrolment)
        .scalar_subquery()
    )


def steps_total() -> Any:
    """How many steps the course has."""
    return _steps()


def steps_done() -> Any:
    """How many of them the person has done: lessons read to the end, quizzes and drills passed (`study.steps_of`)."""
    read = exists().where(
        Reading.user_id == Enrolment.user_id, Reading.lesson_id == Activity.lesson_id, Reading.finished_at.is_not(None)
    )
    passed = exists().where(
        Attempt.user_id == Enrolment.user_id,
        Attempt.quiz_id == Activity.quiz_id,
        Submission.attempt_id == Attempt.id,
        Submission.passed,
    )
    # Two queries out: without saying so, each would look at everybody's readings.
    read, passed = (one.correlate(Activity, Enrolment) for one in (read, passed))
    is_lesson = Activity.kind == ActivityKind.LESSON
    return _steps(or_(and_(is_lesson, read), and_(~is_lesson, passed)))


def enrolments() -> Select[Any]:
    """Enrolments with their people and courses, to be narrowed and sorted for `read`.

    Everybody who is enrolled is there, and so is the course. The joins are outer ones all the same: they keep SQLite
    from beginning with the people or the courses, which takes five times as long.
    """
    return (
        select(Enrolment.id)
        .select_from(Enrolment)
        .outerjoin(User, User.id == Enrolment.user_id)
        .outerjoin(Course, Course.id == Enrolment.course_id)
    )


class Part:
    """Some rows of a list. Its columns, by key: those that were read, and those that are worked out of them."""

    def __init__(self, columns: Mapping[str, Sequence[Any]], known: "_Known") -> None:
        self._columns, self._known = dict(columns), known

    def __getitem__(self, key: str) -> Sequence[Any]:
        """A column. Raises KeyError for one that was not asked for."""
        if key not in self._columns:
            self._columns[key] = _WORKED_OUT[key](self, self._known)
        return self._columns[key]

    def rows(self, keys: Iterable[str]) -> Iterator[tuple[Any, ...]]:
        """The rows of these columns."""
        return zip(*(self[key] for key in keys), strict=True)


def _by_id(query: Select[int, Any]) -> dict[int, Any]:
    """The second column of a query by its first."""
    return dict(db.session.execute(query).all())


class _Known:
    """What is the same for every part of a list: asked for once, and only if somebody needs it."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.names: dict[int | None, str] = {None: ""}

    @cached_property
    def paths(self) -> dict[int, str]:
        """Full names of units."""
        return units.paths()

    @cached_property
    def courses(self) -> dict[int, str]:
        """Titles of courses."""
        return _by_id(select(Course.id, Course.title))

    @cached_property
    def steps(self) -> Mapping[int, tuple[list[str], list[str]]]:
        """The steps of each course: numbers of the lessons to read, and of the quizzes and drills to pass."""
        query = select(Module.course_id, Activity.lesson_id, Activity.quiz_id)
        found: defaultdict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for course, lesson, quiz in db.session.execute(query.join(Activity, Activity.module_id == Module.id)):
            lessons, quizzes = found[course]
            (quizzes if lesson is None else lessons).append(str(quiz if lesson is None else lesson))
        return found

    def named(self, ids: Sequence[int | None]) -> list[str]:
        """The names of people of whom there are few, such as those who enrol others."""
        if missing := {one for one in ids if one not in self.names}:
            self.names.update(_by_id(select(User.id, User.name).where(User.id.in_(missing))).items())
        return [self.names[one] for one in ids]


def _by_person(person: Any, thing: Any, *conditions: Any) -> Select[Any]:
    """Each of some people with the numbers of the things that they have done, in one text.

    A hundred thousand people have done a million things, and as many rows would take longer than all the rest.
    """
    things = func.aggregate_strings(cast(thing, Text), ",")
    return select(person, things).where(person.in_(bindparam("people", expanding=True)), *conditions).group_by(person)


# Not a join: PostgreSQL would go through everybody's submissions for each part.
_passed = select(Submission.passed).where(Submission.attempt_id == Attempt.id).scalar_subquery()
# Made once: to make them for each part takes a tenth of the time of an export.
_READ = _by_person(Reading.user_id, Reading.lesson_id, Reading.finished_at.is_not(None))
_PASSED = _by_person(Attempt.user_id, Attempt.quiz_id, _passed)


def _asked(query: Select[Any], people: Iterable[int]) -> defaultdict[int, set[str]]:
    rows = db.session.connection().execute(query, {"people": list(people)}).all()
    return defaultdict(set, {person: set(things.split(",")) for person, things in rows})


def _done(part: Part, known: _Known) -> Sequence[int | None]:
    """`steps_done`, counted here; None for whoever has completed, where it tells nothing.

    Everything that a person has done is read at once, whatever the course. To look for each step of each enrolment
    takes SQLite half as long again, and PostgreSQL five times as long.
    """
    rows = list(part.rows(("user_id", "course_id", "completed")))
    people = {person for person, _, completed in rows if completed is None}
    read, passed = _asked(_READ, people), _asked(_PASSED, people)

    def count(person: int, course: int) -> int:
        lessons, quizzes = known.steps[course]
        # The same lesson may be two steps, so the steps are counted, not the lessons.
        return sum(map(read[person].__contains__, lessons)) + sum(map(passed[person].__contains__, quizzes))

    return [None if completed else count(person, course) for person, course, completed in rows]


def _share(part: Part, _known: _Known) -> Sequence[float]:
    rows = part.rows(("completed", "done", "steps"))
    return [1.0 if completed else share_done(done or 0, steps) for completed, done, steps in rows]


def _late(part: Part, known: _Known) -> Sequence[int | None]:
    rows = part.rows(("state", "due"))
    return [(known.day - due).days if state is EnrolmentState.OVERDUE else None for state, due in rows]


_WORKED_OUT: dict[str, Any] = {
    "unit": lambda part, known: [known.paths.get(one, "") for one in part["unit_id"]],
    "course": lambda part, known: [known.courses[one] for one in part["course_id"]],
    "state": lambda part, _: [_STATES[one] for one in part["state_value"]],
    "state_label": lambda part, _: [_LABELS[one] for one in part["state_value"]],
    "hours": lambda part, _: [hours if done else None for hours, done in part.rows(("nominal", "completed"))],
    "enrolled_by": lambda part, known: known.named(part["enrolled_by_id"]),
    "steps": lambda part, known: [sum(map(len, known.steps[one])) for one in part["course_id"]],
    "done": _done,
    "progress": _share,
    "late": _late,
}


def read(query: Select[Any], keys: Iterable[str], day: date) -> Iterator[Part]:
    """The rows of a query over `enrolments()`, in its order, read from the database as they are asked for.

    `keys` are the columns that somebody will look at, `day` decides who is overdue. How far people are is asked part
    by part, and only of those who have not completed: while it sorts, a database would work it out for everybody.
    """
    asked = {key: _ASKED[key] for key in keys if key in _ASKED}
    columns = {
        **_ALWAYS,
        "state_value": state_on(day),
        "nominal": Enrolment.hours,
        "enrolled_by_id": Enrolment.enrolled_by_id,
        **asked,
    }
    known = _Known(day)
    db.session.flush()
    # By the connection: the session would make each row once more, for objects that nobody has asked for.
    found = db.session.connection().execute(
        query.with_only_columns(*columns.values(), maintain_column_froms=True), execution_options={"yield_per": CHUNK}
    )
    for rows in found.partitions():
        yield Part(dict(zip(columns, zip(*rows, strict=True), strict=True)), known)
