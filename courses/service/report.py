"""What lists of people in courses share: their columns, and the courses that they can be narrowed to."""

from sqlalchemy import exists, or_, select

from courses.models import Course, Enrolment
from literacy.db import db
from literacy.models import State

COLUMNS = (
    ("name", "姓名", 12),
    ("account", "账号", 18),
    ("unit", "单位", 30),
    ("post", "职务", 20),
    ("course", "课程", 32),
    ("state", "状态", 10),
    ("progress", "进度", 8),
    ("score", "得分", 8),
    ("hours", "学时", 8),
    ("completed", "完成时间", 18),
)
"""(name, header, width in characters), in the order of the columns. Those among `roster.SORTS` can be sorted by."""


def courses_with_people() -> list[tuple[int, str]]:
    """(id, title) of every course that a list can be narrowed to."""
    rows = db.session.execute(
        select(Course.id, Course.title)
        .where(or_(Course.state == State.PUBLISHED, exists().where(Enrolment.course_id == Course.id)))
        .order_by(Course.position, Course.id)
    )
    return [(course_id, title) for course_id, title in rows]
