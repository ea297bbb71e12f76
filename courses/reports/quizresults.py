"""Results by quiz: attempts, pass rate, distribution. No person is named."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from courses.reports import sums
from courses.reports.frame import HIDDEN, Cells, Chart, Column, Line, Look, Report, Type, Wanted
from courses.reports.groups import Tree
from courses.reports.privacy import LEAST
from literacy.db import db
from literacy.pinyin import pinyin_key
from quizzes.models import Quiz

COLUMNS = (
    Column("quiz", "测验或演练", width=34, sorts=True),
    Column("kind", "类型", width=8),
    Column("people", "人数", Type.NUMBER, 8, note="这一年提交过的人。"),
    Column("attempts", "作答次数", Type.NUMBER, 10),
    Column("passed", "及格人数", Type.NUMBER, 10, note="至少有一次及格的人。"),
    Column("rate", "及格率", Type.PERCENT, 8, note="及格人数占人数。"),
    Column("mean", "平均分", Type.NUMBER, 8, note="全部作答的平均，满分 100。"),
)


@dataclass(frozen=True)
class _Row:
    quiz: Quiz
    figures: tuple[float, ...] | None
    """People, attempts, passed, sum of scores; None where they may not be shown."""

    @property
    def line(self) -> Line:
        begin = (self.quiz.title, self.quiz.kind.label)
        links = {"quiz": f"quiz={self.quiz.id}"}
        if self.figures is None:
            return Line((*begin, *[HIDDEN] * 5), links)
        people, attempts, passed, score = self.figures
        shares = (passed / people, round(score / attempts, 1))
        return Line((*begin, int(people), int(attempts), int(passed), *shares), links)


def _rows(wanted: Wanted, tree: Tree) -> tuple[list[_Row], sums.Sums]:
    """A row for each quiz that was handed in, in the order of its title."""
    only = {"quiz_id": wanted.quiz} if wanted.quiz else {}
    kept = sums.read("quizzes", year=wanted.year or wanted.day.year, **only)
    by_quiz: dict[int, dict[int, tuple[float, ...]]] = {}
    for _, unit, quiz, *figures in kept.rows:
        by_quiz.setdefault(quiz, {})[unit] = tuple(figures)
    seen = None if wanted.within is None else set(db.session.scalars(wanted.within))
    query = select(Quiz).where(Quiz.id.in_(by_quiz))
    if wanted.words:
        query = query.where(Quiz.title.icontains(wanted.words, autoescape=True))
    found = []
    for quiz in db.session.scalars(query):
        own = by_quiz[quiz.id]
        if wanted.unit:
            away = tree.hidden({unit: int(row[0]) for unit, row in own.items()})
            figures = tree.summed(own.items()).get(wanted.unit)
            away_here = wanted.unit in away
        else:
            mine = [row for unit, row in own.items() if seen is None or unit in seen]
            figures = [sum(column) for column in zip(*mine, strict=True)] if mine else None
            away_here = bool(figures) and figures is not None and figures[0] < LEAST
        if figures and figures[1]:
            found.append(_Row(quiz, None if away_here else tuple(figures)))
    return sorted(found, key=lambda row: (pinyin_key(row.quiz.title), row.quiz.id)), kept


def look(wanted: Wanted, sort: str, offset: int, limit: int) -> Look:
    """A page of quizzes; of a single one also how its scores are distributed."""
    tree = Tree()
    rows, kept = _rows(wanted, tree)
    if sort.startswith("-"):
        rows.reverse()
    chart = None
    if wanted.quiz and rows and rows[0].figures:
        chart = _distribution(wanted, tree, rows[0])
    shown = [row.figures for row in rows if row.figures]
    totals = (("测验和演练", len(rows), Type.NUMBER), ("作答次数", int(sum(row[1] for row in shown)), Type.NUMBER))
    return Look(
        [row.line for row in rows[offset : offset + limit]],
        len(rows),
        totals=totals,
        chart=chart,
        as_of=kept.at,
        never=kept.never,
    )


def _distribution(wanted: Wanted, tree: Tree, row: _Row) -> Chart:
    kept = sums.read("scores", year=wanted.year or wanted.day.year, quiz_id=wanted.quiz)
    seen = None if wanted.within is None else set(db.session.scalars(wanted.within))
    bins = [0] * sums.BANDS
    for _, _, unit, band, attempts in kept.rows:
        inside = not wanted.unit or wanted.unit in [at for _, at in tree.above(unit)]
        if inside and (seen is None or unit in seen):
            bins[band] += attempts
    figures = row.figures or (0, 1, 0, 0)
    return Chart(
        f"“{row.quiz.title}”的得分分布",
        "每 10 分一档，各有多少次作答。数的是次数，不是人。",
        bins=bins,
        mean=figures[3] / figures[1],
    )


def rows(wanted: Wanted, sort: str) -> Iterator[Cells]:
    """All of them."""
    found, _ = _rows(wanted, Tree())
    return (row.line.cells for row in (reversed(found) if sort.startswith("-") else found))


REPORT = Report(
    "quizzes",
    "测验成绩",
    "每个测验和演练多少人做、多少人及格、分数怎样分布。",
    ("words", "unit", "quiz", "year"),
    COLUMNS,
    look,
    rows,
    default_sort="quiz",
    definitions=(
        "一行是一个测验或演练，不列个人，不排名次。一个人做几次算几次作答、一个人。",
        "选一个测验，看得到得分分布。",
        f"不到 {LEAST} 个人提交的不显示；会推算出它的相邻单位也不显示。",
    ),
    least=LEAST,
    summed=True,
)
