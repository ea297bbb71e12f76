"""People, units and a course that somebody is to be enrolled in."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from courses.enrolling import (
    Candidate,
)
from courses.models import Course, Enrolment, EnrolmentState
from literacy.dates import today
from literacy.db import db, now
from literacy.models import AuditEntry, Unit, User
from tests.courses.factories import enrol, make_course, make_lesson

DAY = date(2026, 11, 25)


def one_of(**who: bool) -> Candidate:
    return Candidate(1, "赵晴", "zhaoqing", **{"active": True, "learner": True, **who})


def entries(action: str) -> list[AuditEntry]:
    db.session.expire_all()
    return list(
        db.session.scalars(select(AuditEntry).where(AuditEntry.action == f"enrolment.{action}").order_by(AuditEntry.id))
    )


def enrolled(course: Course) -> dict[str, Enrolment]:
    """Everybody who is or was in a course, by account."""
    db.session.expire_all()
    return {row.user.account: row for row in db.session.scalars(select(Enrolment).filter_by(course_id=course.id))}


def state_of(row: Enrolment) -> EnrolmentState:
    return row.state_on(today())


@pytest.fixture
def tree(app: Any) -> dict[str, Unit]:
    """青禾县 over 望舒街道 over 桥头社区; 澜江市 apart."""
    county = Unit(name="青禾县")
    street = Unit(name="望舒街道", parent=county)
    db.session.add_all([county, street, Unit(name="桥头社区", parent=street), Unit(name="澜江市")])
    db.session.commit()
    return {unit.name: unit for unit in db.session.scalars(select(Unit))}


@pytest.fixture
def course(app: Any) -> Course:
    """A published course of two lessons."""
    made = make_course([make_lesson("a"), make_lesson("b")])
    db.session.commit()
    return made


@pytest.fixture
def admin(person: Any) -> User:
    """Somebody who may enrol."""
    return person("administrator", name="何平")


@pytest.fixture
def class_of(person: Any, course: Course) -> dict[str, Enrolment]:
    """Four people: two to finish, one through, one who left."""
    rows = {name: enrol(person(account=name, name=f"学员{name}"), course) for name in ("new", "begun", "done", "left")}
    rows["begun"].started_at = now()
    rows["done"].completed_at, rows["done"].hours = now(), 1.0
    rows["left"].withdrawn_at = now()
    db.session.commit()
    return rows
