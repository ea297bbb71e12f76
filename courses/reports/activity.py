"""Activity records (课程学习记录): lessons read to the end, quizzes and drills handed in, the newest first."""

import heapq
from collections.abc import Iterator
from typing import Any

from flask import url_for
from sqlalchemy import Select, cast, func, literal, null, select, union_all

from courses.models import Lesson, Reading
from courses.reports import persons
from courses.reports.enrolled import opens_people
from courses.reports.frame import CHUNK, Cells, Column, Line, Look, Report, Type, Wanted
from courses.reports.groups import Tree
from literacy.db import db
from literacy.models import User
from quizzes.models import Attempt, Quiz, QuizKind, Submission

MOST = 10_000
"""So many are counted and can be paged through; an export holds all."""
FEW = 2000
"""Of up to so many people everything is read and sorted; of more, the newest is gone through until a page is full."""
KINDS = {"lesson": "课文", **{kind.value: kind.label for kind in QuizKind}}

COLUMNS = (
    Column("at", "时间", Type.MOMENT, 18, sorts=True, note="课文读完的时间，测验和演练提交的时间。"),
    Column("name", "姓名", width=12),
    Column("account", "账号", width=18),
    Column("unit", "单位", width=30),
    Column("post", "职务", width=20),
    Column("kind", "类型", width=8),
    Column("title", "内容", width=34),
    Column("result", "结果", width=10),
    Column("score", "得分", Type.NUMBER, 8, note="满分 100；课文没有。"),
)
_PERSON = (User.id.label("user_id"), User.name, User.account, User.unit_id, User.post)


def _who(wanted: Wanted, column: Any) -> list[Any]:
    """The filter on people, so written that the database begins where there is less to read."""
    chosen = persons.people(wanted)
    if chosen is None:
        return []
    ids = db.session.scalars(chosen.limit(FEW + 1)).all()
    if len(ids) <= FEW:
        return [column.in_(ids)]
    # Adding nothing keeps the index of people out of it: the index of moments leads.
    return [(column + 0).in_(chosen)]


def _read(wanted: Wanted) -> Select[Any]:
    columns: Any = (
        Reading.finished_at.label("at"), *_PERSON, literal("lesson").label("kind"), Lesson.title.label("title"),
        cast(null(), db.Boolean).label("passed"), cast(null(), db.Float).label("score"),
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(Reading)
        .join(User, User.id == Reading.user_id)
        .join(Lesson, Lesson.id == Reading.lesson_id)
        .where(
            Reading.finished_at.is_not(None),
            *persons.between(wanted, Reading.finished_at),
            *_who(wanted, Reading.user_id),
        )
    )


def _handed_in(wanted: Wanted) -> Select[Any]:
    query = (
        select(
            Submission.submitted_at.label("at"), *_PERSON, func.lower(Quiz.kind.cast(db.String)).label("kind"),
            Quiz.title.label("title"), Submission.passed.label("passed"), Submission.score.label("score"),
        )
        .select_from(Submission)
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .join(User, User.id == Attempt.user_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(*persons.between(wanted, Submission.submitted_at), *_who(wanted, Attempt.user_id))
    )  # fmt: skip
    return query.where(Quiz.kind == QuizKind(wanted.kind)) if wanted.kind else query


def _sources(wanted: Wanted) -> list[tuple[Select[Any], Any]]:
    found: list[tuple[Select[Any], Any]] = []
    if wanted.kind in ("", "lesson"):
        found.append((_read(wanted), Reading.finished_at))
    if wanted.kind != "lesson":
        found.append((_handed_in(wanted), Submission.submitted_at))
    return found


def look(wanted: Wanted, sort: str, offset: int, limit: int) -> Look:
    """A page of records; no more than MOST are counted."""
    back, sources = sort.startswith("-"), _sources(wanted)
    count = sum(
        db.session.scalar(select(func.count()).select_from(query.limit(MOST + 1).subquery())) or 0
        for query, _ in sources
    )
    offset = min(offset, MOST - limit)
    parts = [
        select(query.order_by(column.desc() if back else column.asc()).limit(offset + limit).subquery())
        for query, column in sources
    ]
    every = union_all(*parts).subquery()
    at = every.c.at
    rows = db.session.execute(select(every).order_by(at.desc() if back else at.asc()).limit(limit).offset(offset))
    tree, opens = Tree(), opens_people()
    lines = [_line(row, tree, opens) for row in rows]
    return Look(lines, min(count, MOST), more=count > MOST)


def rows(wanted: Wanted, sort: str) -> Iterator[Cells]:
    """All of them: both kinds are read in their order and merged, so that nothing is sorted or kept."""
    back, tree = sort.startswith("-"), Tree()
    streams = [
        db.session.execute(
            query.order_by(column.desc() if back else column.asc()), execution_options={"yield_per": CHUNK}
        )
        for query, column in _sources(wanted)
    ]
    for row in heapq.merge(*streams, key=lambda row: row.at, reverse=back):
        yield _line(row, tree, False).cells


def _line(row: Any, tree: Tree, opens: bool) -> Line:
    kind = KINDS[row.kind]
    result = "读完" if row.kind == "lesson" else ("及格" if row.passed else "没及格")
    score = None if row.score is None else round(row.score, 1)
    cells = (row.at, row.name, row.account, tree.paths.get(row.unit_id, ""), row.post, kind, row.title, result, score)
    return Line(cells, {"name": url_for("literacy.person", user_id=row.user_id)} if opens else {})


REPORT = Report(
    "activity",
    "课程学习记录",
    "谁在什么时候读完了哪篇课文、交了哪个测验或演练，结果怎样。",
    ("words", "unit", "kind", "since", "until"),
    COLUMNS,
    look,
    rows,
    default_sort="-at",
    definitions=(
        "一行是读完一篇课文，或者提交一次测验、演练。只记做完了什么，不记登录和在线时长。",
        f"屏幕上最多翻看 {MOST} 条；下载的是全部。",
    ),
    named=True,
)
