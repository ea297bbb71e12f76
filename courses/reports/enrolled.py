"""What the reports whose rows are enrolments share: completion, the overdue list, enrolments themselves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import has_request_context, url_for
from flask_login import current_user
from sqlalchemy import ColumnElement, Select, case, func, select

from courses.models import Course, Enrolment, EnrolmentState
from courses.reports import persons
from courses.reports.frame import COSTLY, Bar, Cells, Chart, Column, Line, Look, Type, Wanted
from courses.reports.groups import Tree
from courses.service import parts, roster
from literacy.access import Permission, allows
from literacy.dates import day
from literacy.db import by_pinyin, db
from literacy.models import User

DATED: dict[str, Any] = {
    "enrolled": Enrolment.enrolled_at,
    "completed": Enrolment.completed_at,
    "due": Enrolment.due_on,
}

COLUMNS: dict[str, Column] = {
    one.key: one
    for one in (
        Column("name", "姓名", width=12, sorts=True, costly=True),
        Column("account", "账号", width=18, sorts=True),
        Column("unit", "单位", width=30, sorts=True, note="从最上一级写起的全名。排序按单位树的顺序。"),
        Column("post", "职务", width=20, sorts=True, costly=True),
        Column("course", "课程", width=32, sorts=True, costly=True),
        Column("state", "状态", Type.STATE, 10, sorts=True, note="按今天的日期算：截止当天不算逾期。"),
        Column(
            "progress", "进度", Type.PERCENT, 8, sorts=True, costly=True,
            note="做完的步数占全部步数；已完成的是 100%。不计时长。",
        ),
        Column("score", "得分", Type.NUMBER, 8, note="各测验和演练最好成绩的平均，完成时记下。不用来排序。"),
        Column("hours", "学时", Type.NUMBER, 8, sorts=True, note="课程规定的学时，完成才有，不测时长。"),
        Column("enrolled", "报名时间", Type.MOMENT, 18, sorts=True),
        Column("enrolled_by", "报名人", width=14, note="谁给报的名；空的是按单位自动报名。"),
        Column("started", "开始时间", Type.MOMENT, 18, sorts=True),
        Column("completed", "完成时间", Type.MOMENT, 18, sorts=True),
        Column("due", "截止日期", Type.DAY, 12, sorts=True),
        Column("late", "逾期天数", Type.NUMBER, 10, note="今天减截止日期。"),
        Column("withdrawn", "退出时间", Type.MOMENT, 18),
    )
}  # fmt: skip
"""Every column that such a report may have."""

OWN = {"state", "hours", "enrolled", "started", "completed", "due"}
"""Columns that the enrolment itself decides."""
_ORDER = {state.value: place for place, state in enumerate(EnrolmentState)}
LAST = (Course.position, Enrolment.id)
"""What decides between the enrolments of one person."""


@dataclass(frozen=True)
class Enrolments:
    """A report over enrolments: its columns by key, and which enrolments it is about."""

    keys: tuple[str, ...]
    only: Callable[[Wanted], list[ColumnElement[bool]]] = lambda _wanted: []
    charted: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns in order."""
        return tuple(COLUMNS[key] for key in self.keys)

    def _conditions(self, wanted: Wanted) -> list[ColumnElement[bool]]:
        found = [*self.only(wanted), *persons.of_people(wanted, Enrolment.user_id)]
        dated = wanted.dated or "enrolled"
        found += persons.between(wanted, DATED[dated], days=dated == "due")
        if wanted.course:
            found.append(Enrolment.course_id == wanted.course)
        return found

    def counted(self, wanted: Wanted) -> persons.Counted:
        """How many there are by unit and state, in one query."""
        state = roster.state_on(wanted.day).label("state")
        query = (
            select(User.unit_id, state, func.count())
            .select_from(Enrolment)
            # Everybody is there: the outer join only keeps SQLite from beginning with the people.
            .outerjoin(User, User.id == Enrolment.user_id)
            .where(*self._conditions(wanted))
            .group_by(User.unit_id, state)
        )
        return persons.counted(((unit, where, n) for unit, where, n in db.session.execute(query)), wanted.state)

    def _narrowed(self, query: Select[Any], wanted: Wanted) -> Select[Any]:
        query = query.where(*self._conditions(wanted))
        return query.where(roster.state_on(wanted.day) == wanted.state) if wanted.state else query

    def _sorters(self, wanted: Wanted) -> dict[str, Any]:
        share = roster.steps_done() * 1.0 / func.nullif(roster.steps_total(), 0)
        return {
            "name": User.name_key,
            "account": User.account,
            "post": by_pinyin(func.nullif(User.post, "")),
            "course": by_pinyin(Course.title),
            "state": case(_ORDER, value=roster.state_on(wanted.day)),
            "progress": case((Enrolment.completed_at.is_not(None), 1.0), else_=func.coalesce(share, 0.0)),
            "hours": Enrolment.hours,
            "enrolled": Enrolment.enrolled_at,
            "started": Enrolment.started_at,
            "completed": Enrolment.completed_at,
            "due": Enrolment.due_on,
        }

    def look(self, wanted: Wanted, sort: str, offset: int, limit: int) -> Look:
        """A page of rows, with what is said of all of them."""
        tree, counts = Tree(), self.counted(wanted)
        ids, sorters = self._narrowed(select(Enrolment.id), wanted), self._sorters(wanted)
        if counts.total > COSTLY and sort.removeprefix("-") in OWN:
            found = persons.page_by_own(ids, sort, sorters, Enrolment.id, offset, limit)
        else:
            ids = ids.join(User, User.id == Enrolment.user_id).join(Course, Course.id == Enrolment.course_id)
            found = persons.page_rows(ids, sort, sorters, LAST, tree, counts.by_unit, offset, limit)
        chosen = [row_id for (row_id,) in found]
        by_id: dict[int, Line] = {}
        for part in parts.read(parts.enrolments().where(Enrolment.id.in_(chosen)), self.keys, wanted.day):
            by_id |= zip(part["id"], self._lines(part), strict=True)
        lines = [by_id[row_id] for row_id in chosen if row_id in by_id]
        states = {state: counts.states.get(state.value, 0) for state in EnrolmentState}
        chart = by_unit(wanted, tree, counts) if self.charted else None
        totals = [(state.label, count, Type.NUMBER) for state, count in states.items()] if self.charted else []
        return Look(
            lines,
            counts.total,
            totals=[("人次", sum(counts.states.values()), Type.NUMBER), *totals],
            chart=chart,
            states=states if self.charted else None,
        )

    def _lines(self, part: parts.Part) -> Iterator[Line]:
        """The rows of a part as a page shows them."""
        opens = opens_people()
        told = ("user_id", "state", "due", "completed", *(("done", "steps") if "progress" in self.keys else ()))
        for cells, (user_id, state, due, completed, *so_far) in zip(part.rows(self.keys), part.rows(told), strict=True):
            links = {"name": url_for("literacy.person", user_id=user_id)} if opens else {}
            yield Line(cells, links, {**self._by_when(state, due), **_how_far(completed, *so_far)})

    def _by_when(self, state: EnrolmentState, due: date | None) -> dict[str, str]:
        if due and state in (EnrolmentState.NOT_STARTED, EnrolmentState.STUDYING):
            return {"state": f"{day(due)}截止"}
        if due and state is EnrolmentState.OVERDUE and "due" not in self.keys:
            return {"state": f"应于{day(due)}完成"}
        return {}

    def rows(self, wanted: Wanted, sort: str) -> Iterator[Cells]:
        """All rows, read in parts as they are asked for."""
        query = self._narrowed(parts.enrolments(), wanted)
        query = persons.all_rows(query, sort, self._sorters(wanted), LAST, Tree())
        keys = ["state_label" if key == "state" else key for key in self.keys]
        for part in parts.read(query, keys, wanted.day):
            yield from part.rows(keys)


def _how_far(completed: datetime | None, done: int | None = None, steps: int = 0) -> dict[str, str]:
    return {"progress": f"{done or 0} / {steps} 步"} if steps and not completed else {}


def opens_people() -> bool:
    """Whether who is signed in may open the pages of people; False outside requests."""
    return has_request_context() and allows(current_user, Permission.PEOPLE)


def by_unit(wanted: Wanted, tree: Tree, counts: persons.Counted) -> Chart | None:
    """How many of the enrolments of each unit are completed, in the order of the tree: no unit is ranked."""
    gone = EnrolmentState.WITHDRAWN.value
    own: dict[int, list[float]] = {}
    for (unit, state), count in counts.by_unit_state.items():
        held = own.setdefault(unit, [0, 0])
        held[0] += count if state != gone else 0
        held[1] += count if state == EnrolmentState.COMPLETED.value else 0
    sums = tree.summed(own.items())
    parts, whole = tree.parts(wanted)
    bars = []
    for part in [*parts, whole]:
        every, done = sums.get(part.key, (0, 0))
        if every:
            bars.append(Bar(part.name, done / every, f"{done / every:.0%}（{done:.0f} / {every:.0f} 人次）"))
    if len(bars) < 2:
        return None
    return Chart("各单位完成了多少", "已完成的人次占没有退出的人次。按单位树的顺序，不分名次。", bars)
