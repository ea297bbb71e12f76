"""The completion report: one source of headers and rows for the screen's columns and for both kinds of files."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import exists, or_, select

from courses.models import Course, Enrolment
from courses.service import roster
from literacy.db import db
from literacy.export import Table
from literacy.models import State

TITLE = "学习完成情况"
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
PERCENTS = frozenset({6})


def cells(row: roster.Row) -> tuple[Any, ...]:
    """A row of the report in the order of the columns."""
    return (
        row.name,
        row.account,
        row.unit,
        row.post,
        row.course,
        row.state.label,
        row.share,
        row.score,
        row.hours,
        row.completed_at,
    )


def table(rows: Iterable[roster.Row]) -> Table:
    """The report as it is exported; the rows are read while it is written."""
    lines: Iterator[tuple[Any, ...]] = (cells(row) for row in rows)
    headers = [header for _, header, _ in COLUMNS]
    return Table(TITLE, headers, lines, [width for _, _, width in COLUMNS], PERCENTS)


def courses_with_people() -> list[tuple[int, str]]:
    """(id, title) of every course that the report can be narrowed to."""
    rows = db.session.execute(
        select(Course.id, Course.title)
        .where(or_(Course.state == State.PUBLISHED, exists().where(Enrolment.course_id == Course.id)))
        .order_by(Course.position, Course.id)
    )
    return [(course_id, title) for course_id, title in rows]
