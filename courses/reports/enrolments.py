"""Enrolments (报名): who was put into which course, when and by whom."""

from courses.reports.enrolled import Enrolments
from courses.reports.frame import Report

_SOURCE = Enrolments(
    (
        "name", "account", "unit", "post", "course", "enrolled", "enrolled_by", "started", "due", "state", "completed",
        "withdrawn",
    )
)  # fmt: skip

REPORT = Report(
    "enrolments",
    "报名",
    "谁在什么时候被报进了哪门课，谁报的。",
    ("words", "unit", "course", "state", "dated", "since", "until"),
    _SOURCE.columns,
    _SOURCE.look,
    _SOURCE.rows,
    default_sort="unit",
    definitions=("一行是一个人的一门课。报名人空着的，是按单位自动报的名。",),
    named=True,
)
