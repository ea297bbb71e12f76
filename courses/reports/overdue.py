"""Whoever is past the due date and has not completed."""

from sqlalchemy import ColumnElement

from courses.models import Enrolment
from courses.reports.enrolled import Enrolments
from courses.reports.frame import Report, Wanted
from courses.service import roster


def _late(wanted: Wanted) -> list[ColumnElement[bool]]:
    return [Enrolment.due_on < wanted.day, roster.is_open()]


_SOURCE = Enrolments(("name", "account", "unit", "post", "course", "due", "late", "progress"), _late)

REPORT = Report(
    "overdue",
    "逾期名单",
    "谁过了截止日期还没完成，差在哪里，好逐个提醒。",
    ("words", "unit", "course"),
    _SOURCE.columns,
    _SOURCE.look,
    _SOURCE.rows,
    default_sort="unit",
    definitions=("截止当天不算逾期。已退出的不在内。", "用来提醒和帮助，不用来通报排名。"),
    named=True,
)
