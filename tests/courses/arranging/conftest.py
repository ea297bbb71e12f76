"""What the pages that arrange courses are asked, and how the course stands then."""

from typing import Any

from sqlalchemy import func, select

from courses.models import Course
from literacy.db import db

SETTINGS = {"title": "回应入门", "summary": "给新到岗的人。", "position": "3"}
MODULE = {
    "title": "接住",
    "summary": "先接住。",
    "objectives": "辨认推诿\n\n写出期限",
    "competencies": ["WD1"],
    "hours": "1.5",
}


def the_course() -> Course:
    db.session.expire_all()
    return db.session.scalars(select(Course)).one()


def outline() -> list[list[str]]:
    return [[activity.target.slug for activity in module.activities] for module in the_course().modules]


def rows() -> dict[str, int]:
    """The row of each activity, by what is done in it."""
    return {activity.target.slug: activity.id for activity in the_course().activities}


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def add_url(course: Course, place: int = 0) -> str:
    return f"/teach/courses/{course.id}/modules/{course.modules[place].id}/add"


def module_url(course: Course, place: int = 0) -> str:
    return f"/teach/courses/{course.id}/modules/{course.modules[place].id}"
