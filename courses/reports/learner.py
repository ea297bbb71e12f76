"""Learners (学员学习详情): finding one, and the way to the record of each."""

from collections.abc import Iterator
from typing import Any

from flask import has_request_context, url_for
from sqlalchemy import Integer, Select, case, func, select

from courses.models import Enrolment
from courses.reports import persons
from courses.reports.frame import CHUNK, Cells, Column, Line, Look, Report, Type, Wanted
from courses.reports.groups import Tree
from literacy.db import by_pinyin, db
from literacy.models import Role, RoleGrant, User

COLUMNS = (
    Column("name", "姓名", width=12, sorts=True, costly=True),
    Column("account", "账号", width=18, sorts=True),
    Column("unit", "单位", width=30, sorts=True),
    Column("post", "职务", width=20, sorts=True, costly=True),
    Column("enrolled", "报名的课程", Type.NUMBER, 12, note="不含已退出的。"),
    Column("completed", "完成的课程", Type.NUMBER, 12),
    Column("hours", "学时", Type.NUMBER, 8, note="各年学时之和。"),
    Column("last", "最近完成", Type.MOMENT, 18, note="最近一次完成课程的时间。"),
)
_SORTERS = {"name": User.name_key, "account": User.account, "post": by_pinyin(func.nullif(User.post, ""))}


def _learners(query: Select[Any], wanted: Wanted) -> Select[Any]:
    learns = User.id.in_(select(RoleGrant.user_id).where(RoleGrant.role == Role.LEARNER.value))
    return query.select_from(User).where(learns, *persons.person_conditions(wanted))


def _full() -> Select[Any]:
    """People with what their enrolments add up to."""
    done = Enrolment.completed_at.is_not(None)

    def of(figure: Any) -> Any:
        return select(figure).where(Enrolment.user_id == User.id).correlate(User).scalar_subquery()

    return select(
        User.id, User.name, User.account, User.unit_id, User.post,
        of(func.count(case((Enrolment.withdrawn_at.is_(None), Enrolment.id)))),
        of(func.coalesce(func.sum(done.cast(Integer)), 0)),
        of(func.coalesce(func.sum(case((done, Enrolment.hours))), 0.0)),
        of(func.max(Enrolment.completed_at)),
    )  # fmt: skip


def look(wanted: Wanted, sort: str, offset: int, limit: int) -> Look:
    """A page of learners."""
    tree = Tree()
    columns: Any = (User.unit_id, func.count())
    counted = _learners(select(*columns), wanted).group_by(User.unit_id)
    counts = {unit or 0: count for unit, count in db.session.execute(counted)}
    found = persons.page_rows(
        _learners(select(User.id), wanted), sort, _SORTERS, (User.id,), tree, counts, offset, limit
    )
    chosen = [user_id for (user_id,) in found]
    rows = {row[0]: row for row in db.session.execute(_full().where(User.id.in_(chosen)))}
    return Look([_line(rows[one], tree) for one in chosen if one in rows], sum(counts.values()))


def rows(wanted: Wanted, sort: str) -> Iterator[Cells]:
    """All of them."""
    tree = Tree()
    query = persons.all_rows(_learners(_full(), wanted), sort, _SORTERS, (User.id,), tree)
    for row in db.session.execute(query, execution_options={"yield_per": CHUNK}):
        yield _line(row, tree).cells


def _line(row: Any, tree: Tree) -> Line:
    user_id, name, account, unit_id, post, *figures = row
    links = {"name": url_for("courses.report_record", user_id=user_id)} if has_request_context() else {}
    return Line((name, account, tree.paths.get(unit_id, ""), post, *figures), links)


REPORT = Report(
    "learner",
    "学员学习详情",
    "一个人学了哪些课、成绩怎样、记了多少学时：点姓名打开，可以打印。",
    ("words", "unit"),
    COLUMNS,
    look,
    rows,
    default_sort="unit",
    definitions=("列出有学员角色的每个人，含账号已停用的。",),
    named=True,
)
