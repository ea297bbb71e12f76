"""One learner's record (学员学习详情): who it is, courses, quizzes, hours, and what was done when.

What other parts have to say of a person, such as certificates, they hand in to `PARTS`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, Any

from flask import current_app
from sqlalchemy import func, select

from courses.models import Course, Enrolment, EnrolmentState
from courses.reports import activity, enrolled
from courses.reports.frame import Column, Type, Wanted
from courses.reports.scope import sight
from courses.service import roster
from literacy.dates import day, today, zone
from literacy.db import db
from literacy.errors import NotFound, found
from literacy.export import Table, plain, write_book
from literacy.models import User
from literacy.pdf.paper import Paper, issued
from literacy.pdf.table import Column as PaperColumn
from literacy.pdf.table import table as draw_table
from quizzes.models import Attempt, Quiz, Submission

MOST = 500
"""So many records of what was done are listed, the newest first."""


@dataclass(frozen=True)
class Part:
    """A table of a record: its title, columns, rows of cells, and what is said where there are none."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    empty: str


PARTS: list[Callable[[User], Part]] = []
"""Asked for further tables of a record, in the order in which they were handed in."""


@dataclass(frozen=True)
class Record:
    """Everything that a record shows."""

    person: User
    about: Sequence[tuple[str, str]]
    parts: Sequence[Part]

    @property
    def title(self) -> str:
        """What the file and the page are called."""
        return f"{self.person.name}的学习详情"


def record_of(viewer: User, user_id: int) -> Record:
    """The record of a person; raises NotFound, also for one whom the viewer may not see."""
    person = found(db.session.get(User, user_id))
    seen = sight(viewer)["people"]
    if seen is not None and not db.session.scalar(select(User.id).where(User.id == user_id, seen)):
        raise NotFound
    courses, hours = _courses(person), _hours(person)
    about = [
        ("姓名", person.name),
        ("账号", person.account),
        ("单位", person.unit.path if person.unit else "没有分到单位"),
        ("职务", person.post or "没有填"),
        ("累计学时", f"{sum(row[2] for row in hours.rows):g}"),
        ("制表", f"{day(today())}，由{viewer.name}"),
    ]
    parts = [courses, _quizzes(person), hours, *(make(person) for make in PARTS), _activity(person)]
    return Record(person, about, parts)


def _columns(*keys: str) -> list[Column]:
    return [enrolled.COLUMNS[key] for key in keys]


def _courses(person: User) -> Part:
    state = roster.state_on(today())
    done, steps = roster.steps_done(), roster.steps_total()
    query = (
        select(Enrolment, Course.title, state, done, steps)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.user_id == person.id)
        .order_by(Course.position, Enrolment.id)
    )
    rows = []
    for row, title, where, so_far, every in db.session.execute(query):
        share = 1.0 if row.completed_at else (min(so_far, every) / every if every else 0.0)
        hours = row.hours if row.completed_at else None
        rows.append(
            (title, EnrolmentState(where), share, row.score, hours, row.enrolled_at, row.completed_at, row.due_on)
        )
    columns = _columns("course", "state", "progress", "score", "hours", "enrolled", "completed", "due")
    return Part("课程", columns, rows, "还没有报名任何课程。")


def _quizzes(person: User) -> Part:
    query = (
        select(
            Quiz.title,
            Quiz.kind,
            func.count(Submission.id),
            func.max(Submission.score),
            func.max(Submission.passed.cast(db.Integer)),
            func.max(Submission.submitted_at),
        )
        .select_from(Submission)
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Attempt.user_id == person.id)
        .group_by(Quiz.id, Quiz.title, Quiz.kind)
        .order_by(func.max(Submission.submitted_at).desc(), Quiz.id)
    )
    rows = [
        (title, kind.label, count, round(best, 1), "及格" if passed else "没及格", last)
        for title, kind, count, best, passed, last in db.session.execute(query)
    ]
    columns = [
        Column("quiz", "测验或演练", width=32),
        Column("kind", "类型", width=8),
        Column("attempts", "次数", Type.NUMBER, 8),
        Column("best", "最好成绩", Type.NUMBER, 10),
        Column("passed", "结果", width=10),
        Column("last", "最近提交", Type.MOMENT, 18),
    ]
    return Part("测验和演练", columns, rows, "还没有提交过。")


def _hours(person: User) -> Part:
    query = select(Enrolment.completed_at, Enrolment.hours).where(
        Enrolment.user_id == person.id, Enrolment.completed_at.is_not(None)
    )
    years: dict[int, list[float]] = {}
    for at, hours in db.session.execute(query):
        if at is not None:
            years.setdefault(at.astimezone(zone()).year, []).append(hours or 0.0)
    rows = [(str(year), len(years[year]), sum(years[year])) for year in sorted(years, reverse=True)]
    columns = [
        Column("year", "年份", width=10),
        Column("courses", "完成的课程", Type.NUMBER, 12),
        Column("hours", "学时", Type.NUMBER, 10),
    ]
    return Part("学时", columns, rows, "还没有完成的课程，没有学时。")


def _activity(person: User) -> Part:
    wanted = Wanted(today(), people=User.id == person.id)
    keys = ("at", "kind", "title", "result", "score")
    places = [place for place, column in enumerate(activity.COLUMNS) if column.key in keys]
    lines = activity.look(wanted, "-at", 0, MOST).lines
    columns = [activity.COLUMNS[place] for place in places]
    rows = [tuple(line.cells[place] for place in places) for line in lines]
    return Part("课程学习记录", columns, rows, "还没有读完的课文，也没有提交过测验。")


def _cell(cell: Any) -> Any:
    return cell.label if isinstance(cell, EnrolmentState) else cell


def write_workbook(record: Record, target: IO[bytes]) -> None:
    """The record as a workbook with a sheet for each part."""
    sheets = [Table("基本情况", ("项目", "内容"), record.about, (16, 60), filtered=False)]
    for part in record.parts:
        percents = frozenset(place for place, column in enumerate(part.columns) if column.type is Type.PERCENT)
        sheets.append(
            Table(
                part.title,
                [column.title for column in part.columns],
                [[_cell(cell) for cell in row] for row in part.rows],
                [column.width for column in part.columns],
                percents,
            )
        )
    write_book(sheets, target, zone(), current_app.config["DATA_FOLDER"])


def write_pdf(record: Record, target: IO[bytes]) -> None:
    """The record on paper."""
    paper = Paper(target, record.title, beside=issued(), foot="学员学习详情", wide=False)
    paper.heading(record.title)
    for label, value in record.about:
        paper.say(f"{label}：{value}", 10)
    for part in record.parts:
        paper.space(14)
        paper.heading(part.title, 12)
        if not part.rows:
            paper.say(part.empty, 9, faint=True)
            continue
        columns = [PaperColumn(column.title, column.width, column.type.is_number) for column in part.columns]
        lines = ([_said(cell, column) for cell, column in zip(row, part.columns, strict=True)] for row in part.rows)
        draw_table(paper, columns, lines)
    paper.close()


def _said(cell: Any, column: Column) -> str:
    if column.type is Type.PERCENT and isinstance(cell, float):
        return f"{cell:.0%}"
    return str(plain(_cell(cell), zone()))
