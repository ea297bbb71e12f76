"""People who completed courses, and courses that give certificates."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image, ImageDraw

from courses.certificates.models import Certificate, CertificateDesign
from courses.certificates.service import designs, issuing
from courses.models import Course, Enrolment
from literacy.db import db
from literacy.models import User
from tests.courses.factories import enrol, make_course, make_lesson

SITE = "https://xue.example.cn"
DONE = datetime(2026, 11, 24, 3, tzinfo=UTC)


def seal(size: int = 300, ink: tuple[int, int, int] = (200, 20, 20), form: str = "PNG") -> bytes:
    """A ring of ink on white paper."""
    image = Image.new("RGB", (size, size), "white")
    ImageDraw.Draw(image).ellipse((8, 8, size - 8, size - 8), outline=ink, width=max(2, size // 12))
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def offer(course: Course, **columns: Any) -> CertificateDesign:
    """The course gives certificates."""
    row = designs.design_of(course)
    given = {"offered": True, "school": "青禾县干部学院", "revision": 1, **columns}
    for name, value in given.items():
        setattr(row, name, value)
    db.session.add(row)
    db.session.flush()
    return row


def completed(user: User, course: Course, **columns: Any) -> Enrolment:
    """The person has completed the course."""
    row = enrol(user, course)
    for name, value in {"completed_at": DONE, "started_at": DONE, "hours": 10.5, "score": 91.0, **columns}.items():
        setattr(row, name, value)
    db.session.flush()
    return row


@pytest.fixture
def course(app: Any) -> Course:
    """A course of one lesson that gives certificates."""
    made = make_course([make_lesson("zs")], slug="zs")
    made.title = "网德：守住"
    offer(made)
    db.session.commit()
    return made


@pytest.fixture
def admin(person: Any) -> User:
    return person("administrator", account="guanli", name="何平")


@pytest.fixture
def given(course: Course, person: Any, admin: User) -> Any:
    """A factory of certificates: given("林晓") completes the course and is given one."""

    def make(name: str = "林晓", **columns: Any) -> Certificate:
        user = person("learner", name=name)
        row = completed(user, course, **columns)
        (made,) = issuing.issue(admin, course, [row.id], issuing.moment_now(), SITE).made
        db.session.commit()
        return made

    return make
