"""A class: the people of a unit or cohort in a course. Who needs help, which faults recur, what is not understood."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Cohort, CohortMember
from courses.models import Activity, Course, Enrolment, Module, Reading
from courses.service.roster import is_open
from literacy.db import Page, db, page_of
from literacy.errors import found
from literacy.models import Role, Unit, User
from literacy.service import scope, units
from quizzes.analysis.advice import PEOPLE
from quizzes.competencies import COMPETENCIES
from quizzes.models import Answer, Attempt, Question, QuestionVersion, Quiz, Scenario, Submission
from quizzes.service.analysis import first_finished

QUIET_DAYS = 14
"""After so many days without a finished step somebody is asked what is in the way."""
FAILED = 2
"""After so many attempts without a pass, likewise."""
LATEST = 2000
"""How many of the newest attempts of a class are looked at: what it is unsure in now, however large it is."""
MOST = 8
"""How many questions or competencies are named: more would be a list, not advice."""
UNSURE = 0.7
"""Mean share of the marks below which a question or competency is worth going through in class."""


@dataclass(frozen=True)
class Class:
    """The people of a unit (of all units where it is None) in a course; with a cohort, those of them who are in it."""

    course: Course
    unit: Unit | None
    size: int
    cohort: Cohort | None = None

    @property
    def shown(self) -> bool:
        """Whether it is large enough for figures, so that nobody can be told from them."""
        return self.size >= PEOPLE

    @property
    def title(self) -> str:
        """The class in words."""
        names = [self.cohort.name] if self.cohort else []
        names += [self.unit.name] if self.unit else []
        return " · ".join([*names, self.course.title])

    @cached_property
    def belongs(self) -> list[ColumnElement[bool]]:
        """Conditions on Enrolment and User that leave its people."""
        return _belongs(self.course.id, self.unit.id if self.unit else 0, self.cohort.id if self.cohort else 0)

    @cached_property
    def lessons(self) -> Sequence[int]:
        """The ids of the lessons of its course."""
        return db.session.scalars(_targets(self.course.id, Activity.lesson_id)).all()

    @cached_property
    def quizzes(self) -> Sequence[int]:
        """The ids of the quizzes and drills of its course. As a list: a database that sees which plans better."""
        return db.session.scalars(quizzes_in(self.course.id)).all()

    @cached_property
    def latest(self) -> dict[int, int]:
        """The newest attempts that its people handed in within the course, LATEST at most, as {id: whose}."""
        people = select(Enrolment.user_id).join(Enrolment.user).where(*self.belongs)
        query = (
            select(Attempt.id, Attempt.user_id)
            .join(Submission, Submission.attempt_id == Attempt.id)
            .where(Attempt.quiz_id.in_(self.quizzes), Attempt.user_id.in_(people))
        )
        found_in: Any = db.session.execute(query.order_by(Attempt.id.desc()).limit(LATEST)).all()
        return dict(found_in)

    @property
    def is_large(self) -> bool:
        """Whether more was handed in than is looked at."""
        return len(self.latest) >= LATEST


@dataclass(frozen=True)
class Stuck:
    """Somebody who has begun and does not get on: quizzes failed again and again, and whether it is quiet."""

    user: User
    quiet: bool
    failed: Sequence[Quiz]


@dataclass(frozen=True)
class Pattern:
    """A fault that recurs: in how many replies."""

    id: str
    count: int


@dataclass(frozen=True)
class Patterns:
    """The faults in the replies of a class, the most frequent first."""

    replies: int
    shown: bool
    """Whether enough people wrote."""
    found: Sequence[Pattern]


@dataclass(frozen=True)
class Unsure:
    """A question or competency that a class is not sure in: the mean share of the marks over so many answers."""

    share: float
    answers: int
    question: Question | None = None
    competency: str = ""


def class_of(trainer: User | None, course_id: int, unit_id: int, cohort_id: int = 0) -> Class:
    """The class of a unit and a cohort (0: of all whom the trainer looks after) in a course.

    Raises NotFound where there is no such course, unit or cohort, or the trainer does not look after the unit.
    """
    course = found(db.session.get(Course, course_id))
    unit_id = unit_id or scope.top(trainer, Role.TRAINER) or 0
    scope.check_unit(trainer, unit_id, Role.TRAINER)
    unit = units.unit_for(trainer, unit_id, Role.TRAINER) if unit_id else None
    cohort = found(db.session.get(Cohort, cohort_id)) if cohort_id else None
    size = select(func.count(Enrolment.id)).join(Enrolment.user).where(*_belongs(course_id, unit_id, cohort_id))
    return Class(course, unit, db.session.scalar(size) or 0, cohort)


def _belongs(course_id: int, unit_id: int, cohort_id: int) -> list[ColumnElement[bool]]:
    """Conditions that leave the people of a class: enrolled, not withdrawn, in use."""
    found_by: list[Any] = [Enrolment.course_id == course_id, Enrolment.withdrawn_at.is_(None), User.active]
    if cohort_id:
        there = select(CohortMember.user_id).where(CohortMember.cohort_id == cohort_id)
        found_by.append(Enrolment.user_id.in_(there.where(CohortMember.withdrawn_at.is_(None))))
    if unit_id:
        # As a list: it is asked for several times, and there are few units.
        found_by.append(User.unit_id.in_(db.session.scalars(units.below(unit_id)).all()))
    return found_by


def quizzes_in(course_id: int) -> Select[Any]:
    """The ids of the quizzes and drills of a course."""
    return _targets(course_id, Activity.quiz_id)


def _targets(course_id: int, column: Any) -> Select[Any]:
    """What a course is made of: the ids of its lessons, or of its quizzes and drills."""
    return (
        select(column)
        .join(Module, Module.id == Activity.module_id)
        .where(Module.course_id == course_id, column.is_not(None))
        .distinct()
    )


# Who needs help


def stuck(group: Class, moment: datetime, page: int) -> Page:
    """Who has begun, is not done and does not get on, by name; each as a Stuck."""
    since = moment - timedelta(days=QUIET_DAYS)
    studying = select(Enrolment.user_id, Enrolment.started_at).join(Enrolment.user)
    studying = studying.where(*group.belongs, Enrolment.started_at.is_not(None), is_open())
    # Two questions about all of them, not two about each: that is what both databases answer quickly.
    ids = studying.with_only_columns(Enrolment.user_id)
    moved, failed = _readers(group, ids, since), defaultdict[int, list[int]](list)
    for user_id, quiz_id, tries, passed_at in db.session.execute(_tries(group, ids)):
        if passed_at is None and tries >= FAILED:
            failed[user_id].append(quiz_id)
        elif passed_at is not None and passed_at >= since:
            moved.add(user_id)
    known: Any = db.session.execute(studying.order_by(User.name_key, User.id))
    quiet = {user_id: started < since and user_id not in moved for user_id, started in known}
    rows = page_of([user_id for user_id, still in quiet.items() if still or user_id in failed], page)
    users = db.session.scalars(select(User).where(User.id.in_(rows.items)).options(joinedload(User.unit)))
    by_id = {user.id: user for user in users}
    quizzes = {quiz.id: quiz for quiz in db.session.scalars(select(Quiz).where(Quiz.id.in_(group.quizzes)))}
    people = [
        Stuck(by_id[user_id], quiet[user_id], [quizzes[one] for one in failed.get(user_id, ())])
        for user_id in rows.items
    ]
    return Page(people, rows.page, rows.total, rows.per_page)


def _readers(group: Class, people: Select[Any], since: datetime) -> set[int]:
    """Which of these people read a lesson of the course to the end since then."""
    read = select(Reading.user_id).where(
        Reading.user_id.in_(people), Reading.lesson_id.in_(group.lessons), Reading.finished_at >= since
    )
    return set(db.session.scalars(read))


def _tries(group: Class, people: Select[Any]) -> Any:
    """(person, quiz, how often handed in, when last passed) for these people and the quizzes of the course."""
    columns: Any = (Attempt.user_id, Attempt.quiz_id)
    passed_at = func.max(case((Submission.passed, Submission.submitted_at)))
    return (
        select(*columns, func.count(), passed_at)
        .join(Submission, Submission.attempt_id == Attempt.id)
        .where(Attempt.quiz_id.in_(group.quizzes), Attempt.user_id.in_(people))
        .group_by(*columns)
        .order_by(*columns)
    )


# What recurs, what is not understood


def replies(group: Class, *columns: Any) -> Select[Any]:
    """What a class handed in in reply to scenarios within the course lately, the newest first."""
    return (
        select(*columns)
        .select_from(Answer)
        .where(Answer.scenario_version_id.is_not(None), Answer.attempt_id.in_(group.latest))
        .order_by(Answer.id.desc())
    )


def patterns(group: Class) -> Patterns:
    """Which faults recur in the latest replies of a class: counts of replies, not of people."""
    rows = db.session.execute(replies(group, Answer.attempt_id, Answer.detail["patterns"])).all()
    if not group.shown or len({group.latest[attempt_id] for attempt_id, _ in rows}) < PEOPLE:
        return Patterns(len(rows), False, [])
    counts = Counter(pattern for _, found_in in rows for pattern in found_in or ())
    return Patterns(len(rows), True, [Pattern(pattern, count) for pattern, count in counts.most_common()])


def unsure(group: Class) -> tuple[list[Unsure], list[Unsure]]:
    """The questions and the competencies that a class is least sure in, by first attempts among the latest ones.

    A question counts only where PEOPLE people or more of the class answered it.
    """
    if not group.shown:
        return [], []
    rows = db.session.execute(
        select(QuestionVersion.question_id, func.count(Answer.id), func.avg(Answer.counted_fraction))
        .select_from(Answer)
        .join(Answer.attempt)
        .join(Answer.question_version)
        .where(Answer.attempt_id.in_(group.latest), first_finished())
        .group_by(QuestionVersion.question_id)
        .having(func.count(Attempt.user_id.distinct()) >= PEOPLE)
        .order_by(QuestionVersion.question_id)
    ).all()
    questions = _questions([question_id for question_id, _, _ in rows])
    asked = [Unsure(share, count, questions[question_id]) for question_id, count, share in rows]
    return _weakest(asked), _weakest(_by_competency(asked))


def _questions(ids: Sequence[int]) -> dict[int, Question]:
    query = select(Question).where(Question.id.in_(ids))
    query = query.options(joinedload(Question.scenario).selectinload(Scenario.versions))
    return {question.id: question for question in db.session.scalars(query).unique()}


def _by_competency(asked: Sequence[Unsure]) -> list[Unsure]:
    """The same results by competency; a reply speaks for every one that its scenario trains."""
    answers: Counter[str] = Counter()
    earned: defaultdict[str, float] = defaultdict(float)
    for one in asked:
        question = found(one.question)
        trained = question.scenario.body.get("competencies") if question.scenario else [question.competency]
        for competency in set(trained or ()) & set(COMPETENCIES):
            answers[competency] += one.answers
            earned[competency] += one.share * one.answers
    return [Unsure(earned[key] / answers[key], answers[key], competency=key) for key in answers]


def _weakest(rows: Sequence[Unsure]) -> list[Unsure]:
    weak = [row for row in rows if row.share < UNSURE]
    return sorted(weak, key=lambda row: (row.share, row.competency))[:MOST]
