"""Moving modules and activities about in a course, one at a time, to a place that is named."""

from collections.abc import Iterable
from typing import Any

from courses.models import Activity, Course, Module
from courses.service.authoring.courses import module_of, settled
from literacy.db import db
from literacy.errors import Refused, found
from literacy.models import User
from literacy.text import titled


def activity_of(course: Course, activity_id: int) -> Activity:
    """An activity of this course; raises NotFound."""
    return found(next((activity for activity in course.activities if activity.id == activity_id), None))


def move_module(author: User, course: Course, opened_on: int | None, module_id: int, place: int) -> str:
    """Put a module at this place of its course, from 0; gives where it stands, in words.

    One that stands there already stays, whatever was changed meanwhile: moving twice is moving once.
    Raises Refused if somebody else changed the course since.
    """
    module = module_of(course, module_id)
    rest = [other for other in course.modules if other is not module]
    order = _with(rest, module, place)
    if order != course.modules:
        course.change(opened_on)
        titles = [other.title for other in course.modules]
        _number(order)
        course.modules = order
        settled(author, course, course.activities, modules=[titles, [other.title for other in order]])
    return f"单元{titled(module.title)}：第 {order.index(module) + 1} 个，共 {len(order)} 个单元"


def move_activity(
    author: User, course: Course, opened_on: int | None, activity_id: int, module_id: int, place: int
) -> str:
    """Put an activity at this place of a module, from 0; gives where it stands, in words. It keeps its row.

    One that stands there already stays. Raises Refused if somebody else changed the course since, or if the module
    would hold the same lesson or quiz twice.
    """
    activity, module = activity_of(course, activity_id), module_of(course, module_id)
    rest = [other for other in module.activities if other is not activity]
    order = _with(rest, activity, place)
    if order != module.activities:
        if any(other.target is activity.target for other in rest):
            raise Refused(f"单元{titled(module.title)}里已经有{titled(activity.target.title)}了，不能再移过去。")
        course.change(opened_on)
        before = course.activities
        with db.session.no_autoflush:  # between two modules it is no orphan
            left = activity.module
            left.activities = [other for other in left.activities if other is not activity]
            module.activities = order
        _number(left.activities)
        _number(order)
        settled(author, course, before, module=[left.title, module.title], activity=activity.target.title)
    where = f"第 {course.modules.index(module) + 1} 单元{titled(module.title)}"
    return f"{titled(activity.target.title)}：{where}第 {order.index(activity) + 1} 项，共 {len(order)} 项"


def _with(rest: list[Any], row: Any, place: int) -> list[Any]:
    """The rows with one put in at a place; a place behind all others is the last one."""
    place = min(max(0, place), len(rest))
    return [*rest[:place], row, *rest[place:]]


def _number(rows: Iterable[Module | Activity]) -> None:
    for position, row in enumerate(rows):
        row.position = position
