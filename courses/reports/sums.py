"""Sums over results by unit: worked out in the database, renewed from time to time, read by reports.

Two million results cannot be counted while a page is opened. A small installation has them counted anew for each
page, so that what was handed in a minute ago is in; a large one says as of when they are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, delete, func, insert, literal, select, true, type_coerce, union_all
from sqlalchemy import column as named
from sqlalchemy import values as listed
from sqlalchemy.dialects.postgresql import JSONB

from courses.reports.models import CompetencySum, PatternSum, QuizSum, ReplySum, ScoreSum, Summed
from literacy.dates import begins, today, zone
from literacy.db import Model, alone, db, now, reading
from literacy.models import User
from quizzes.competencies import COMPETENCIES
from quizzes.models import Answer, Attempt, Kind, Question, QuestionVersion, ScenarioVersion, Submission
from quizzes.remarking.models import Remark

LIVE = 3000
"""Up to so many results are counted while the page is opened."""
BANDS = 10
UNIT = func.coalesce(User.unit_id, 0)
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Kept:
    """A kind of sum: the rows' model, its columns in order, and how they are worked out."""

    name: str
    model: type[Model]
    columns: tuple[str, ...]
    work_out: Callable[[], Iterable[Row]]


@dataclass(frozen=True)
class Sums:
    """Rows of a kind of sum, and as of when: None for just now. `never` where none were kept yet."""

    rows: Sequence[Any]
    at: datetime | None
    never: bool = False


def year_of(column: Any, first: date, last: date) -> ColumnElement[int]:
    """The year of a moment where the people are, for moments from the year of `first` to that of `last`."""
    years = range(last.year, first.year, -1)
    cases = [(column >= begins(date(year, 1, 1)), literal(year)) for year in years]
    return case(*cases, else_=literal(first.year)) if cases else literal(first.year)


def years() -> list[int]:
    """The years in which anything was handed in, the newest first; at least this one."""
    first = db.session.scalar(select(func.min(Submission.submitted_at)))
    this = today().year
    return list(range(this, min(this, first.astimezone(zone()).year) - 1, -1)) if first else [this]


def _year() -> ColumnElement[int]:
    known = years()
    return year_of(Submission.submitted_at, date(known[-1], 1, 1), date(known[0], 1, 1))


def _handed_in(*columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(Submission)
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .join(User, User.id == Attempt.user_id)
    )


def quizzes() -> Iterable[Row]:
    """Rows of QuizSum."""
    year = _year().label("year")
    unit = UNIT.label("unit_id")
    passed = func.count(case((Submission.passed, Attempt.user_id)).distinct())
    people = func.count(Attempt.user_id.distinct())
    query = _handed_in(
        year, unit, Attempt.quiz_id, people, func.count(Submission.id), passed, func.sum(Submission.score)
    )
    return [tuple(row) for row in db.session.execute(query.group_by(year, unit, Attempt.quiz_id))]


def scores() -> Iterable[Row]:
    """Rows of ScoreSum."""
    year, unit = _year().label("year"), UNIT.label("unit_id")
    steps = [(Submission.score < 100 / BANDS * (at + 1), literal(at)) for at in range(BANDS - 1)]
    band = case(*steps, else_=literal(BANDS - 1)).label("band")
    query = _handed_in(year, Attempt.quiz_id, unit, band, func.count(Submission.id))
    return [tuple(row) for row in db.session.execute(query.group_by(year, Attempt.quiz_id, unit, band))]


def competencies() -> Iterable[Row]:
    """Rows of CompetencySum: of each question, everybody's latest answer; a reply speaks for all that it trains."""
    latest = (
        select(func.max(Answer.id).label("id"), Attempt.user_id.label("user_id"))
        .select_from(Answer)
        .join(Answer.attempt)
        .join(Submission, Submission.attempt_id == Attempt.id)
        .join(Answer.question_version)
        .group_by(Attempt.user_id, QuestionVersion.question_id)
        .subquery()
    )
    share = Answer.counted_fraction.label("share")
    plain = (
        select(latest.c.user_id, Question.competency.label("competency"), share)
        .join(Answer, Answer.id == latest.c.id)
        .join(Answer.question_version)
        .join(QuestionVersion.question)
        .where(Question.kind != Kind.REPLY, Question.competency.in_(COMPETENCIES))
    )
    parts = [plain]
    if trained := _trained():
        table = listed(named("version", Integer), named("competency", db.String)).data(trained).cte("trained")
        parts.append(
            select(latest.c.user_id, table.c.competency, share)
            .join(Answer, Answer.id == latest.c.id)
            .join(table, table.c.version == Answer.scenario_version_id)
        )
    evidence = union_all(*parts).subquery()
    unit = UNIT.label("unit_id")
    query = (
        select(
            evidence.c.competency,
            unit,
            func.count(evidence.c.user_id.distinct()),
            func.count(),
            func.sum(evidence.c.share),
        )
        .join(User, User.id == evidence.c.user_id)
        .where(User.active)
        .group_by(evidence.c.competency, unit)
    )
    return [tuple(row) for row in db.session.execute(query)]


def _trained() -> list[tuple[int, str]]:
    """Every version of a scenario with each competency that it trains."""
    versions = db.session.execute(select(ScenarioVersion.id, ScenarioVersion.body["competencies"]))
    return [(version, key) for version, keys in versions for key in keys or () if key in COMPETENCIES]


def _replies(*columns: Any) -> Any:
    return (
        _handed_in(*columns)
        .join(Answer, Answer.attempt_id == Attempt.id)
        .where(Answer.scenario_version_id.is_not(None))
    )


def replies() -> Iterable[Row]:
    """Rows of ReplySum."""
    year, unit = _year().label("year"), UNIT.label("unit_id")
    query = _replies(year, unit, func.count(Attempt.user_id.distinct()), func.count(Answer.id))
    return [tuple(row) for row in db.session.execute(query.group_by(year, unit))]


def patterns() -> Iterable[Row]:
    """Rows of PatternSum: what the verdict that counts found, the last re-marking's before the first."""
    again = select(Remark.detail).where(Remark.answer_id == Answer.id, Remark.at.is_not(None))
    again_last = again.order_by(Remark.at.desc(), Remark.id.desc()).limit(1).correlate(Answer).scalar_subquery()
    verdict = func.coalesce(again_last, Answer.detail)
    if db.session.get_bind().dialect.name == "postgresql":
        found = func.jsonb_array_elements_text(type_coerce(verdict, JSONB).op("->")("patterns")).table_valued("value")
    else:
        found = func.json_each(verdict, "$.patterns").table_valued("value")
    year, unit = _year().label("year"), UNIT.label("unit_id")
    query = _replies(year, unit, found.c.value, func.count(Answer.id.distinct())).join(found, true())
    return [tuple(row) for row in db.session.execute(query.group_by(year, unit, found.c.value))]


KEPT = (
    Kept("quizzes", QuizSum, ("year", "unit_id", "quiz_id", "people", "attempts", "passed", "score"), quizzes),
    Kept("scores", ScoreSum, ("year", "quiz_id", "unit_id", "band", "attempts"), scores),
    Kept("competencies", CompetencySum, ("competency", "unit_id", "people", "answers", "earned"), competencies),
    Kept("replies", ReplySum, ("year", "unit_id", "people", "replies"), replies),
    Kept("patterns", PatternSum, ("year", "unit_id", "pattern", "replies"), patterns),
)


def read(name: str, **only: Any) -> Sums:
    """The sums of a kind, narrowed to rows with these values: counted now where there is little, else as they are kept.

    Raises KeyError for a kind that is none.
    """
    kept = {one.name: one for one in KEPT}[name]
    if is_small():
        places = [(kept.columns.index(key), value) for key, value in only.items()]
        rows = [row for row in kept.work_out() if all(row[place] == value for place, value in places)]
        return Sums(rows, None)
    table = kept.model.__table__
    query = select(*(table.c[one] for one in kept.columns))
    query = query.where(*(table.c[key] == value for key, value in only.items()))
    at = as_of(name)
    return Sums(db.session.execute(query).all(), at, never=at is None)


def is_small() -> bool:
    """Whether results are counted while a page is opened."""
    return (db.session.scalar(select(func.max(Submission.id))) or 0) <= LIVE


def as_of(name: str) -> datetime | None:
    """When sums of this kind were last renewed."""
    return db.session.scalar(select(Summed.at).where(Summed.name == name))


def renew(step: Callable[[int, int], None] | None = None) -> None:
    """Work out all sums anew. Commits, after each kind: while it reads, others write.

    `step(done, total)` is called in place of a commit, by whoever has to say how far it is.
    """
    for number, kept in enumerate(KEPT, start=1):
        moment = now()
        db.session.commit()
        with reading():
            rows = list(kept.work_out())
            db.session.rollback()
        alone("report_sums")
        db.session.execute(delete(kept.model))
        for start in range(0, len(rows), 5000):
            part = rows[start : start + 5000]
            db.session.execute(insert(kept.model), [dict(zip(kept.columns, row, strict=True)) for row in part])
        db.session.merge(Summed(name=kept.name, at=moment))
        if step:
            step(number, len(KEPT))
        else:
            db.session.commit()
