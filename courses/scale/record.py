"""What the audit log says of the load test: everybody who was made, and who was put into which course when."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.enrolling import day_in_words
from courses.models import Course, Enrolment
from literacy import audit
from literacy.db import db
from literacy.models import AuditEntry, User
from literacy.text import titled

PART = 1000


def note_all(actor_id: int, prefix: str) -> int:
    """Write the entries, the oldest first, for accounts that begin so; gives how many. Commits now and then."""
    count = 0
    for part in _people(prefix):
        actor = db.session.get_one(User, actor_id)
        for user_id, name, account, at in part:
            audit.record(actor, "user.created", User(id=user_id), f"新建账号{name}（{account}），角色：学员").at = at
        count += _keep(db.session())
    courses = {course.id: course for course in db.session.scalars(select(Course))}
    actor = db.session.get_one(User, actor_id)
    classes = (
        select(Enrolment.course_id, func.min(Enrolment.enrolled_at), func.min(Enrolment.due_on), func.count())
        .where(Enrolment.enrolled_by_id == actor_id)
        .group_by(Enrolment.course_id, func.date(Enrolment.enrolled_at))
        .order_by(func.min(Enrolment.enrolled_at))
    )
    for course_id, at, due_on, people in db.session.execute(classes).all():
        course = courses[course_id]
        summary = f"{titled(course.title)}{people} 人；{day_in_words(due_on)}"
        audit.record(actor, "enrolment.added", course, summary).at = at
        count += 1
    db.session.commit()
    return count


def _keep(session: Session) -> int:
    count = sum(isinstance(row, AuditEntry) for row in session.new)
    session.commit()
    session.expunge_all()
    return count


def _people(prefix: str) -> Iterator[Sequence[Any]]:
    """Those whose account begins so, by their numbers, a part at a time."""
    columns = (User.id, User.name, User.account, User.created_at)
    query = select(*columns).where(User.account.startswith(prefix)).order_by(User.id).limit(PART)
    last = 0
    while part := db.session.execute(query.where(User.id > last)).all():
        yield part
        last = part[-1][0]
