"""Credit hours (学时) by person and year."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import Select, func, select

from courses.models import Enrolment
from courses.reports import persons
from courses.reports.enrolled import opens_people
from courses.reports.frame import CHUNK, Cells, Column, Line, Look, Report, Type, Wanted
from courses.reports.groups import Tree
from literacy.dates import begins, today, zone
from literacy.db import by_pinyin, db
from literacy.models import Role, RoleGrant, User

COLUMNS = (
    Column("name", "姓名", width=12, sorts=True, costly=True),
    Column("account", "账号", width=18, sorts=True),
    Column("unit", "单位", width=30, sorts=True),
    Column("post", "职务", width=20, sorts=True, costly=True),
    Column("year", "年份", Type.TEXT, 8),
    Column("courses", "完成的课程", Type.NUMBER, 12, note="当年完成的课程门数。"),
    Column(
        "hours", "学时", Type.NUMBER, 8, note="当年完成的各门课程规定的学时之和。按完成时间归年。不测时长，不用来排序。"
    ),
)


def years() -> list[int]:
    """The years in which anything was completed, the newest first; at least this one."""
    first = db.session.scalar(select(func.min(Enrolment.completed_at)))
    this = today().year
    return list(range(this, min(this, first.astimezone(zone()).year) - 1, -1)) if first else [this]


def _year(wanted: Wanted) -> int:
    return wanted.year or wanted.day.year


def _in_year(wanted: Wanted) -> list[Any]:
    year = _year(wanted)
    since, until = begins(date(year, 1, 1)), begins(date(year + 1, 1, 1))
    return [Enrolment.completed_at >= since, Enrolment.completed_at < until]


def _learners(wanted: Wanted, *columns: Any) -> Select[Any]:
    """Everybody in use who learns, narrowed."""
    learns = User.id.in_(select(RoleGrant.user_id).where(RoleGrant.role == Role.LEARNER.value))
    query = select(*columns).select_from(User).where(User.active, learns, *persons.person_conditions(wanted))
    if wanted.fewer is None:
        return query
    # Joined, not as a list of those who have enough: PostgreSQL goes through a long one again for every person.
    earned = (
        select(Enrolment.user_id, func.sum(Enrolment.hours).label("hours"))
        .where(*_in_year(wanted))
        .group_by(Enrolment.user_id)
        .subquery()
    )
    query = query.outerjoin(earned, earned.c.user_id == User.id)
    return query.where(func.coalesce(earned.c.hours, 0.0) < wanted.fewer)


def _full(wanted: Wanted) -> list[Any]:
    """The columns of a row; what was earned is asked for each person by itself."""
    mine = select(func.count(Enrolment.id)).where(Enrolment.user_id == User.id, *_in_year(wanted))
    done = mine.correlate(User).scalar_subquery()
    hours = mine.with_only_columns(func.sum(Enrolment.hours)).correlate(User).scalar_subquery()
    return [User.id, User.name, User.account, User.unit_id, User.post, done, hours]


_SORTERS = {"name": User.name_key, "account": User.account, "post": by_pinyin(func.nullif(User.post, ""))}


def _line(row: Any, wanted: Wanted, tree: Tree, opens: bool) -> Line:
    user_id, name, account, unit_id, post, done, hours = row
    cells = (name, account, tree.paths.get(unit_id, ""), post, str(_year(wanted)), done or 0, hours or 0.0)
    return Line(cells, {"name": url_for("literacy.person", user_id=user_id)} if opens else {})


def look(wanted: Wanted, sort: str, offset: int, limit: int) -> Look:
    """A page of people, with the sums over all of them."""
    tree = Tree()
    counted = db.session.execute(_learners(wanted, User.unit_id, func.count(User.id)).group_by(User.unit_id))
    counts = {unit or 0: count for unit, count in counted}
    ids = _learners(wanted, User.id)
    found = persons.page_rows(ids, sort, _SORTERS, (User.id,), tree, counts, offset, limit)
    chosen = [user_id for (user_id,) in found]
    rows = {row[0]: row for row in db.session.execute(select(*_full(wanted)).where(User.id.in_(chosen)))}
    opens = opens_people()
    done, hours = _summed(wanted)
    totals = (
        ("人数", sum(counts.values()), Type.NUMBER),
        ("完成的课程（人次）", done, Type.NUMBER),
        ("学时合计", hours, Type.NUMBER),
    )
    lines = [_line(rows[one], wanted, tree, opens) for one in chosen if one in rows]
    return Look(lines, sum(counts.values()), totals=totals)


def _summed(wanted: Wanted) -> tuple[int, float]:
    """How many courses the people of the filter completed in the year, and what they earned together."""
    query = select(func.count(Enrolment.id), func.coalesce(func.sum(Enrolment.hours), 0.0))
    done, hours = db.session.execute(
        query.where(*_in_year(wanted), Enrolment.user_id.in_(_learners(wanted, User.id)))
    ).one()
    return int(done or 0), float(hours or 0)


def rows(wanted: Wanted, sort: str) -> Iterator[Cells]:
    """All of them, read in chunks as they are asked for."""
    tree = Tree()
    query = persons.all_rows(_learners(wanted, *_full(wanted)), sort, _SORTERS, (User.id,), tree)
    for row in db.session.execute(query, execution_options={"yield_per": CHUNK}):
        yield _line(row, wanted, tree, False).cells


REPORT = Report(
    "hours",
    "学时",
    "每个人这一年记了多少学时。填上“学时少于”，就看得到谁还没有记够。",
    ("words", "unit", "year", "fewer"),
    COLUMNS,
    look,
    rows,
    default_sort="unit",
    definitions=(
        "列出有学员角色、账号在用的每个人；没有完成课程的是 0。",
        "学时在完成课程时一次记入，是课程规定的学时，不是在线时长。",
    ),
    named=True,
)
