"""Completion: who has completed what."""

from courses.reports.enrolled import Enrolments
from courses.reports.frame import Report

_SOURCE = Enrolments(
    ("name", "account", "unit", "post", "course", "state", "progress", "score", "hours", "completed"), charted=True
)

REPORT = Report(
    "completion",
    "完成情况",
    "谁在学哪门课、学到哪里、谁该提醒一声。",
    ("words", "unit", "course", "state", "dated", "since", "until"),
    _SOURCE.columns,
    _SOURCE.look,
    _SOURCE.rows,
    default_sort="unit",
    definitions=(
        "一行是一个人的一门课。",
        "已完成：每一步都做完，课文读完，测验和演练及格。",
        "已逾期：截止日期过了还没完成。已退出的人记录保留，不算在完成率里。",
    ),
    named=True,
)
