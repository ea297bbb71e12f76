"""A filled installation is one that the product could have come to by itself."""

from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from courses.models import Course, Enrolment, Reading
from courses.scale.filling import Size, fill, units_of
from courses.service import roster, study
from literacy.cli import demo_accounts
from literacy.dates import today
from literacy.db import db
from literacy.models import AuditEntry, Role, Unit, User
from literacy.service import accounts
from quizzes.models import Answer, Attempt, Kind, Submission
from quizzes.service.competence import competencies_of
from run import main
from tests.conftest import PASSWORD
from tests.courses.factories import make_course, make_lesson
from tests.quizzes.factories import make_quiz

SIZE = Size(people=60, units=20, courses=3, results=300)


@pytest.fixture
def filled(app: Any) -> dict[Role, User]:
    """A small city; gives the demo accounts."""
    lessons = [make_lesson(f"l{number}") for number in range(4)]
    quiz = make_quiz("single", "multiple", "matching", slug="z1", attempts_allowed=3, time_limit_minutes=15)
    drill = make_quiz("reply", slug="y1", drill=True)
    make_course([*lessons[:2], quiz], [*lessons[2:], drill])
    units = units_of(SIZE.units)
    made, _ = demo_accounts(units[0])
    ids = {role: user.id for role, user in made.items()}
    fill(SIZE, units, made, lambda _: None)
    return {role: db.session.get_one(User, ids[role]) for role in Role}


def test_there_is_as_much_as_was_asked_for(filled: dict[Role, User]) -> None:
    assert db.session.scalar(select(func.count(User.id))) == SIZE.people + 3
    assert db.session.scalar(select(func.count(Unit.id))) == SIZE.units
    assert db.session.scalar(select(func.count(Course.id))) == SIZE.courses
    read = db.session.scalar(select(func.count(Reading.id)).where(Reading.finished_at.is_not(None))) or 0
    handed_in = db.session.scalar(select(func.count(Submission.id))) or 0
    assert abs(read + handed_in - SIZE.results) < 40
    assert db.session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == "user.created")) == 63


def test_completions_are_those_that_the_product_sees(filled: dict[Role, User]) -> None:
    rows = db.session.scalars(select(Enrolment).where(Enrolment.withdrawn_at.is_(None))).all()
    assert any(row.completed_at for row in rows) and not all(row.completed_at for row in rows)
    for row in rows:
        before = (row.completed_at, row.started_at, row.score, row.hours)
        study.update_completion(row.user, row, row.enrolled_at)
        assert (row.completed_at, row.started_at, row.score, row.hours) == before


def test_every_answer_is_marked_by_the_version_that_it_was_given(filled: dict[Role, User]) -> None:
    answers = db.session.scalars(select(Answer)).all()
    assert answers
    for answer in answers:
        assert answer.draft and answer.detail and answer.fraction is not None
        is_reply = answer.question_version.question.kind is Kind.REPLY
        assert is_reply == (answer.scenario_version is not None) == bool(answer.rubric_hash)
        assert answer.grade == answer.detail.get("grade") and answer.doubt == answer.detail.get("doubt")
    for attempt in db.session.scalars(select(Attempt)):
        assert attempt.submission is not None and attempt.submission.passed == (attempt.submission.score >= 60)
        assert attempt.ends_at is None or attempt.submission.submitted_at <= attempt.ends_at
        assert attempt.revises is None or attempt.revises.user_id == attempt.user_id


def test_pages_open_on_it(filled: dict[Role, User], client: Any, sign_in: Any) -> None:
    course = db.session.scalar(select(func.min(Course.id)))
    user = filled[Role.LEARNER]
    accounts.grant_roles(user, Role)
    accounts.set_password(user, PASSWORD)
    sign_in(user)
    manage = [
        f"/manage/{page}"
        for page in ("reports/completion", "people", "people/5", "units", "audit", f"enrolments/{course}")
    ]
    for path in [*manage, f"/teach/class?course={course}", "/teach/attempts", "/learn", "/learn/competencies"]:
        assert client.get(path).status_code == 200, path
    assert competencies_of(filled[Role.LEARNER])
    assert list(roster.rows_of(roster.Filter(today()), "unit"))


def test_nothing_is_put_where_somebody_is(app: Any, person: Any, monkeypatch: Any) -> None:
    person(name="先来的人")
    monkeypatch.setattr("run.create_app", lambda: app)
    db.session.commit()
    for scale in ("tiny", "small", "large"):
        answer = CliRunner().invoke(main, ["demo", "--scale", scale])
        assert answer.exit_code == 1 and "已经有人" in answer.output
    assert db.session.scalar(select(func.count(User.id))) == 1
