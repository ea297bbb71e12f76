"""A cohort of many is opened with as many statements as one of few: nobody is asked for singly."""

from typing import Any

from courses.cohorts.service import opening
from courses.models import Course, Enrolment, Reading
from literacy.dates import today
from literacy.db import db, now
from literacy.models import User
from tests.courses.cohorts.conftest import make_cohort
from tests.statements import statements


def test_statements_do_not_grow_with_members_who_read_before(
    person: Any, admin: User, read_course: Course, quiz_course: Course
) -> None:
    needed = []
    for size in (3, 12):
        people = [person(account=f"r{size}n{number}") for number in range(size)]
        for course in (read_course, quiz_course):
            lesson = next(one.lesson_id for one in course.activities if one.lesson_id)
            db.session.add_all(Reading(user_id=one.id, lesson_id=lesson, finished_at=now()) for one in people)
        made = make_cohort(admin, read_course, quiz_course, people=people)
        opening.open_cohort(admin, made, today(), now())
        db.session.commit()
        members = opening.next_part(made)
        with statements() as asked:
            done = opening.enrol_part(admin, made, members, today(), now())
        needed.append(len(asked))
        assert done.new == 2 * size
        started = db.session.query(Enrolment).filter(Enrolment.user_id.in_([one.id for one in people]))
        assert all(one.started_at and not one.completed_at for one in started), "begun before, and not completed"
        db.session.commit()
    assert needed[1] <= needed[0] + 2, needed
