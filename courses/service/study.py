"""A learner's way through a course: where they stand, what comes next, and what is finished."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from blinker import Namespace
from sqlalchemy import ColumnElement, Select, and_, exists, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from courses.models import Activity, ActivityKind, Course, Enrolment, Lesson, Module, Reading
from courses.progress import Step, after, is_complete, mean_score, next_step, running_step, share_done
from literacy.dates import begins, zone
from literacy.db import db
from literacy.errors import NotFound, found
from literacy.models import State, User
from literacy.settings import value
from literacy.text import titled
from quizzes.models import Attempt, Quiz, Submission
from quizzes.service.attempts import chance
from quizzes.service.results import Result, best_results

course_completed = Namespace().signal("course-completed")
"""Sent with an enrolment at the moment at which its last step was done."""


@dataclass(frozen=True)
class Standing:
    """Where a person stands in a course."""

    enrolment: Enrolment
    steps: Sequence[Step[Activity]]

    @property
    def course(self) -> Course:
        """The course."""
        return self.enrolment.course

    @property
    def done(self) -> int:
        """How many activities are done."""
        return sum(step.done for step in self.steps)

    @property
    def share(self) -> float:
        """The share of activities done, 0–1; once completed, all."""
        return 1.0 if self.enrolment.completed_at else share_done(self.done, len(self.steps))

    @property
    def next(self) -> Step[Activity] | None:
        """Where to go on."""
        return next_step(self.steps)

    @property
    def running(self) -> Step[Activity] | None:
        """Where a clock runs."""
        return running_step(self.steps)

    @property
    def closed(self) -> list[Step[Activity]]:
        """What is not done and cannot be attempted any more: somebody has to be asked."""
        return [step for step in self.steps if step.closed]

    def step(self, activity: Activity) -> Step[Activity]:
        """How the person stands to one activity."""
        return next(step for step in self.steps if step.activity is activity)

    def module_steps(self, module: Module) -> list[Step[Activity]]:
        """The steps of one module."""
        return [step for step in self.steps if step.activity.module_id == module.id]


_WHOLE_COURSE = (
    selectinload(Course.modules).selectinload(Module.activities).joinedload(Activity.lesson),
    selectinload(Course.modules).selectinload(Module.activities).joinedload(Activity.quiz),
)


def enrolments_of(user: User) -> list[Enrolment]:
    """The person's enrolments in published courses, the most urgent first, completed ones last."""
    rows = db.session.scalars(
        select(Enrolment)
        .join(Enrolment.course)
        .where(Enrolment.user_id == user.id, Enrolment.withdrawn_at.is_(None), Course.state == State.PUBLISHED)
        .options(selectinload(Enrolment.course).options(*_WHOLE_COURSE))
    ).all()
    return sorted(
        rows,
        key=lambda row: (
            row.completed_at is not None,
            row.due_on is None,
            row.due_on,
            row.course.position,
            row.course_id,
        ),
    )


def standings(user: User) -> list[Standing]:
    """Where the person stands in each of their courses, in a fixed number of queries."""
    enrolments = enrolments_of(user)
    activities = [activity for row in enrolments for activity in row.course.activities]
    steps = {step.activity.id: step for step in steps_of(user, activities)}
    return [Standing(row, [steps[activity.id] for activity in row.course.activities]) for row in enrolments]


def standing_in(user: User, course_id: int) -> Standing:
    """Where the person stands in one course.

    Raises NotFound unless they are enrolled in it and it is offered.
    """
    for standing in standings(user):
        if standing.course.id == course_id:
            return standing
    raise NotFound("没有找到这门课程，或者您没有报名。请向本单位管理员询问。")


def activity_for(user: User, activity_id: int) -> tuple[Standing, Activity]:
    """An activity of a course that the person is enrolled in, with where they stand.

    Raises NotFound otherwise.
    """
    activity = found(db.session.get(Activity, activity_id))
    return standing_in(user, activity.module.course_id), activity


def steps_of(user: User, activities: Sequence[Activity]) -> list[Step[Activity]]:
    """How a person stands to each of the activities, in two queries."""
    lesson_ids = {activity.lesson_id for activity in activities if activity.lesson_id}
    readings = {
        reading.lesson_id: reading
        for reading in db.session.scalars(
            select(Reading).where(Reading.user_id == user.id, Reading.lesson_id.in_(lesson_ids))
        )
    }
    results = best_results(user.id, [activity.quiz_id for activity in activities if activity.quiz_id])
    steps = []
    for activity in activities:
        if activity.kind is ActivityKind.LESSON:
            reading = readings.get(activity.lesson_id or 0)
            steps.append(Step(activity, bool(reading and reading.finished_at), reading is not None))
        else:
            steps.append(_quiz_step(activity, results.get(activity.quiz_id or 0)))
    return steps


def _quiz_step(activity: Activity, result: Result | None) -> Step[Activity]:
    """How somebody with this result stands to a quiz or drill."""
    quiz = found(activity.quiz)
    if result is None:
        return Step(activity, False, closed=chance(quiz, 0).hindrance or "")
    open_id = result.open_attempt_id
    over = result.passed or open_id is not None
    hindrance = None if over else chance(quiz, result.made, result.extra).hindrance
    return Step(activity, result.passed, True, result.score, hindrance or "", result.ends_at, open_id)


def first_of_all(standings: Sequence[Standing]) -> Standing | None:
    """The course to go on with: where a clock runs, else the first open one with something to do; None without."""
    running = running_step(step for standing in standings for step in standing.steps)
    for standing in standings:
        if running is not None and running in standing.steps:
            return standing
    going = [standing for standing in standings if standing.next and not standing.enrolment.completed_at]
    return going[0] if going else None


def reading_of(user: User, lesson: Lesson) -> Reading | None:
    """How far the person is in a lesson; None if they have not been there."""
    return db.session.scalar(select(Reading).where(Reading.user_id == user.id, Reading.lesson_id == lesson.id))


def keep_place(user: User, standing: Standing, lesson: Lesson, section: str, moment: datetime) -> Reading:
    """Remember the section that the person is reading."""
    reading = reading_of(user, lesson)
    if reading is None:
        reading = Reading(user_id=user.id, lesson_id=lesson.id)
        db.session.add(reading)
    reading.section = section[:40]
    reading.seen_at = moment
    standing.enrolment.started_at = standing.enrolment.started_at or moment
    return reading


def finish_lesson(user: User, standing: Standing, activity: Activity, moment: datetime) -> Activity | None:
    """Note that the person has finished a lesson and give the activity that follows; doing it twice changes nothing.

    Raises NotFound if the activity is not a lesson.
    """
    lesson = found(activity.lesson)
    reading = keep_place(user, standing, lesson, "", moment)
    reading.finished_at = reading.finished_at or moment
    db.session.flush()
    # A lesson may stand in several courses; reading it once is enough.
    for enrolment in _enrolments_with(user, Activity.lesson_id == lesson.id):
        update_completion(user, enrolment, moment)
    return after(standing.steps, activity)


def update_completion(user: User, enrolment: Enrolment, moment: datetime) -> None:
    """Complete an enrolment once everything is done.

    The date and the 学时 of a completion stay as they were; the score follows the best results, so that a
    trainer's correction reaches the report.
    """
    steps = steps_of(user, enrolment.course.activities)
    if any(step.begun for step in steps):
        enrolment.started_at = enrolment.started_at or moment
    completes = enrolment.completed_at is None and is_complete(steps)
    if completes:
        enrolment.completed_at = moment
        late = enrolment.due_on is not None and moment.astimezone(zone()).date() > enrolment.due_on
        enrolment.hours = 0.0 if late and not value("credit_late") else enrolment.course.hours
    if enrolment.completed_at is not None:
        enrolment.score = mean_score(step.score for step in steps)
    if completes:
        course_completed.send(enrolment)


def hours_in(user: User, year: int) -> float:
    """The 学时 that a person was credited with in a calendar year."""
    query = select(func.coalesce(func.sum(Enrolment.hours), 0.0)).where(
        Enrolment.user_id == user.id,
        Enrolment.completed_at >= begins(date(year, 1, 1)),
        Enrolment.completed_at < begins(date(year + 1, 1, 1)),
    )
    return float(db.session.scalar(query) or 0)


def note_result(user: User, quiz: Quiz, moment: datetime) -> None:
    """A quiz was marked: update every course of this person that it belongs to."""
    for enrolment in _enrolments_with(user, Activity.quiz_id == quiz.id):
        update_completion(user, enrolment, moment)


def _enrolments_with(user: User, activity: ColumnElement[bool]) -> Sequence[Enrolment]:
    """The person's enrolments in courses that hold such an activity."""
    holding = select(Module.course_id).join(Module.activities).where(activity)
    return db.session.scalars(
        select(Enrolment).where(
            Enrolment.user_id == user.id, Enrolment.course_id.in_(holding), Enrolment.withdrawn_at.is_(None)
        )
    ).all()


def _open() -> ColumnElement[bool]:
    return and_(Enrolment.completed_at.is_(None), Enrolment.withdrawn_at.is_(None))


def _left(*passing: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether an enrolment has a step that is not done; a quiz counts as passed under the conditions `passing` too."""
    read = exists().where(
        Reading.user_id == Enrolment.user_id,
        Reading.lesson_id == Activity.lesson_id,
        Reading.finished_at.is_not(None),
    )
    passed = exists().where(
        Submission.attempt_id == Attempt.id,
        Submission.passed,
        Attempt.user_id == Enrolment.user_id,
        Attempt.quiz_id == Activity.quiz_id,
    )
    left = exists().where(
        Activity.module_id == Module.id,
        Module.course_id == Enrolment.course_id,
        ~read.correlate(Activity, Enrolment),
        ~passed.correlate(Activity, Enrolment),
        *(~one for one in passing),
    )
    return left.correlate(Enrolment)


def would_complete(gained: Select[Any]) -> list[tuple[str, int]]:
    """How many people would complete which course if these attempts counted as passed, as (course, people).

    `gained` selects (user_id, quiz_id) from Attempt.
    """
    # As a set that is made once: a hundred thousand attempts are not gone through anew for every person. A lesson's
    # quiz_id is null, which would make "not in" unknown.
    theirs = tuple_(Enrolment.user_id, func.coalesce(Activity.quiz_id, 0)).in_(gained)
    concerned = Enrolment.user_id.in_(gained.with_only_columns(Attempt.user_id))
    query = (
        select(Course.title, func.count(Enrolment.id))
        .join(Enrolment.course)
        .where(_open(), concerned, ~_left(theirs))
        .group_by(Course.id, Course.title, Course.position)
        .order_by(Course.position, Course.id)
    )
    return [(f"课程{titled(title)}", people) for title, people in db.session.execute(query)]


def complete_those_done(course: Course, moment: datetime, user_ids: Collection[int] | None = None) -> None:
    """Complete the enrolments with nothing left to do, of everybody or of these people (as many as a statement names).

    After steps were taken out of a course, whoever had done everything else would otherwise wait for ever for a step
    that is no longer there; and who comes into a course may have done all of it in others. An empty course cannot be
    completed: nobody is looked at.
    """
    if not course.activities:
        return
    done = select(Enrolment).where(Enrolment.course_id == course.id, _open(), ~_left())
    if user_ids is not None:
        done = done.where(Enrolment.user_id.in_(user_ids))
    for enrolment in db.session.scalars(done.options(joinedload(Enrolment.user))).all():
        update_completion(enrolment.user, enrolment, moment)
    db.session.flush()


def place_of(user: User, quiz: Quiz) -> tuple[Standing, Activity] | None:
    """The course and activity in which this person meets the quiz; None if in none."""
    for standing in standings(user):
        for step in standing.steps:
            if step.activity.quiz_id == quiz.id:
                return standing, step.activity
    return None
