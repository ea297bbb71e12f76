"""A county with a street and a neighbourhood, two courses, people, and a cohort in preparation."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from courses.cohorts.models import Cohort
from courses.cohorts.service import courses, life, members, opening, reminders
from courses.models import Course
from literacy.dates import today
from literacy.db import db, now
from literacy.models import Unit, User
from tests.courses.factories import make_course, make_lesson
from tests.quizzes.factories import make_quiz


@pytest.fixture
def tree(app: Any) -> dict[str, Unit]:
    """青禾县 over 望舒街道 over 桥头社区; 澜江市 apart."""
    county = Unit(name="青禾县")
    street = Unit(name="望舒街道", parent=county)
    db.session.add_all([county, street, Unit(name="桥头社区", parent=street), Unit(name="澜江市")])
    db.session.commit()
    return {unit.name: unit for unit in db.session.query(Unit)}


@pytest.fixture
def admin(person: Any) -> User:
    return person("administrator", account="guanli", name="陈管")


@pytest.fixture
def read_course(app: Any) -> Course:
    """A course of two lessons."""
    return make_course([make_lesson("a"), make_lesson("b")], slug="read")


@pytest.fixture
def quiz_course(app: Any) -> Course:
    """A course of a lesson and a quiz that may be tried once."""
    return make_course([make_lesson("c"), make_quiz("single", attempts_allowed=1)], slug="quiz")


@pytest.fixture
def learners(person: Any, tree: dict[str, Unit]) -> dict[str, User]:
    """赵, 钱 and 孙 in the street, 李 in the neighbourhood, 周 in the city."""
    where = {"zhao": "望舒街道", "qian": "望舒街道", "sun": "望舒街道", "li": "桥头社区", "zhou": "澜江市"}
    return {name: person(account=name, name=f"学员{name}", unit=tree[unit]) for name, unit in where.items()}


def plan_of(admin: User, **more: Any) -> life.Plan:
    """A cohort of 青禾县 that began ten days ago and lasts thirty more."""
    day = today()
    plan = life.Plan(
        "新任回复员班", day.year, "", day - timedelta(days=10), day + timedelta(days=30), None, admin.id, [7, 1]
    )
    return replace(plan, **more)


def make_cohort(admin: User, *taken: Course, people: list[User] | None = None, **more: Any) -> Cohort:
    """A cohort in preparation with these courses and people."""
    made = life.create(admin, plan_of(admin, **more))
    for course in taken:
        courses.add_course(admin, made, course.id, None, today())
    if people:
        members.add_people(admin, made, [user.id for user in people], today(), now())
    db.session.commit()
    return made


def begin(admin: User, cohort: Cohort, day: date | None = None) -> opening.Opened:
    """Open it and enrol its members."""
    opening.open_cohort(admin, cohort, day or today(), now())
    done = opening.enrol_waiting(admin, cohort, day or today(), now())
    db.session.commit()
    return done


@pytest.fixture
def cohort(admin: User, tree: dict[str, Unit], read_course: Course, learners: dict[str, User]) -> Cohort:
    """A cohort of 青禾县 in preparation, with a course and three people of the street."""
    people = [learners[name] for name in ("zhao", "qian", "sun")]
    return make_cohort(admin, read_course, people=people, unit_id=tree["青禾县"].id)


@pytest.fixture
def outbox(monkeypatch: Any) -> list[tuple[str, str, str, str]]:
    """What was sent, as (account, key, title, body)."""
    sent: list[tuple[str, str, str, str]] = []

    def send(user: User, *, key: str, title: str, body: str, url: str) -> None:
        assert url.startswith("/")
        sent.append((user.account, key, title, body))

    monkeypatch.setattr(reminders.messages, "send", send)
    return sent
