"""How far somebody is, in the model, in SQL and on the page."""

import itertools
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from courses.models import Enrolment, EnrolmentState
from courses.service import roster, study
from literacy.dates import today
from literacy.db import db, now
from literacy.models import User
from tests.courses.completion.conftest import place
from tests.courses.factories import enrol, make_course, make_lesson, pass_quiz, read
from tests.filling import text_of
from tests.quizzes.factories import make_quiz


def test_the_state_in_sql_is_the_state_of_the_model(person: Any) -> None:
    """Every combination of the dates that decide it."""
    day, moment = today(), now()
    course = make_course([make_lesson()])
    dues = (None, day - timedelta(days=1), day, day + timedelta(days=1))
    combinations = list(itertools.product(dues, (None, moment), (None, moment), (None, moment)))
    for due, started, completed, withdrawn in combinations:
        place(enrol(person(), course), due_on=due, started_at=started, completed_at=completed, withdrawn_at=withdrawn)
    rows = db.session.execute(select(Enrolment, roster.state_on(day))).all()
    assert len(rows) == len(combinations)
    assert [state for _, state in rows] == [enrolment.state_on(day).value for enrolment, _ in rows]


def test_progress_is_what_the_learner_sees(person: Any, client: Any, sign_in: Any) -> None:
    quiz, drill = make_quiz("single", slug="z"), make_quiz("reply", slug="d", drill=True)
    lessons = [make_lesson("a"), make_lesson("b")]
    course, other = make_course([*lessons, quiz], [drill]), make_course([lessons[0], quiz], slug="other")
    people = [person(name=name) for name in ("零", "一", "二", "三")]
    for user in people:
        enrol(user, course)
    enrol(people[1], other)
    read(people[1], lessons[0])
    pass_quiz(people[1], drill, 20)  # handed in, not passed: not done
    read(people[2], *lessons)
    pass_quiz(people[2], quiz)
    read(people[3], *lessons)
    pass_quiz(people[3], quiz)
    pass_quiz(people[3], drill)
    study.update_completion(
        people[3], db.session.scalars(select(Enrolment).filter_by(user_id=people[3].id)).one(), now()
    )
    page = roster.page_of(roster.Filter(today()), "name", 1)
    assert len(page.items) == 5
    shares = {}
    for row in page.items:
        standing = study.standing_in(db.session.get(User, row.user_id), row.course_id)
        assert (row.total, row.share) == (len(standing.steps), standing.share)
        assert row.done == (None if row.completed_at else standing.done)
        shares[row.name, row.course] = row.share
    assert [shares[name, course.title] for name in "零一二三"] == [0.0, 0.25, 0.75, 1.0]
    assert shares["一", other.title] == 0.5
    sign_in(people[2])
    assert "已完成 3 步，共 4 步" in text_of(client.get(f"/learn/courses/{course.id}"))


def test_who_completed_stays_complete_when_the_course_grows(person: Any) -> None:
    lesson = make_lesson("a")
    course, user = make_course([lesson]), person()
    row = enrol(user, course)
    read(user, lesson)
    study.update_completion(user, row, now())
    course.modules[0].activities.extend(make_course([make_lesson("b")], slug="x").modules[0].activities)
    db.session.flush()
    [shown] = roster.page_of(roster.Filter(today(), course_id=course.id), "name", 1).items
    assert (shown.share, shown.done, shown.total, shown.state) == (1.0, None, 2, EnrolmentState.COMPLETED)


def test_a_course_without_steps_is_not_begun(person: Any) -> None:
    enrol(person(), make_course([]))
    for sort in ("progress", "-progress"):
        assert [row.share for row in roster.page_of(roster.Filter(today()), sort, 1).items] == [0.0]
