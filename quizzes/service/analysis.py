"""What the results of a quiz say: summed up in the database's order, kept, and only what came since read again."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Text, case, cast, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from literacy.db import alone, by_pinyin, db, now
from literacy.export import Table
from quizzes.analysis.advice import PEOPLE, Flag, flags, on_whole
from quizzes.analysis.figures import Choice, Item, Whole, item_figures, whole_figures
from quizzes.analysis.options import CHOSEN, Option, chosen_in, one_right, options_of
from quizzes.analysis.sums import EMPTY, Given, Sums
from quizzes.models import Answer, Attempt, Kind, Override, Question, QuestionVersion, Quiz, Slot, Submission
from quizzes.summary import QuizSummary

CHUNK = 20000
"""How many answers are read at a time."""
MARGIN = 500
"""How many of the newest submissions are always read: one numbered earlier may be committed later."""
MANY = 2000
"""From how many newer submissions, at whatever quiz, the sums are kept again."""
WEEK = timedelta(days=7)
"""After which kept sums are summed up anew, whatever happened to the results behind our back."""
SHAPE = 1
"""Raised when the sums change their shape or meaning, so that what was kept before is not read."""


@dataclass(frozen=True)
class Row:
    """A question in one version, with what the results say of it. `place` is its number in the quiz; 0 if it left."""

    place: int
    question: Question
    version: QuestionVersion
    item: Item
    options: dict[str, Option]
    flags: Sequence[Flag]
    reworded: bool
    """Whether other attempts were asked it in another version."""

    @property
    def chosen(self) -> list[tuple[str, str, Choice]]:
        """Each option with what it is (对, 错, or nothing for no answer) and how often it was chosen."""
        counted = {choice.option: choice for choice in self.item.choices}
        rows = [
            (option.text, "对" if option.correct else "错", counted.get(name, Choice(name, 0, 0.0, 0.0, 0.0)))
            for name, option in self.options.items()
        ]
        return [*rows, ("没有作答", "", counted[EMPTY])] if EMPTY in counted else rows


@dataclass(frozen=True)
class Analysis:
    """What the results of a quiz say; `shown` only from PEOPLE people up, else nothing but the quiz."""

    quiz: Quiz
    shown: bool
    whole: Whole
    flags: Sequence[Flag]
    rows: Sequence[Row]


def analysed(quiz: Quiz, *, first_only: bool = True, moment: datetime | None = None) -> Analysis:
    """What the results of a quiz say of it and of its questions; reads only.

    `first_only`: of everybody the first attempt that was handed in, else all attempts.
    """
    if not enough_people(quiz.id):
        return Analysis(quiz, False, whole_figures(Sums()), [], [])
    sums = _sums(quiz.id, first_only, moment or now())
    whole = whole_figures(sums)
    rows = _rows(quiz, sums)
    return Analysis(quiz, True, whole, on_whole(whole, mixed=len(sums.forms) > 1), rows)


def enough_people(quiz_id: int) -> bool:
    """Whether so many people handed the quiz in that nobody can be told from the figures."""
    people = (
        select(Attempt.user_id)
        .join(Submission, Submission.attempt_id == Attempt.id)
        .where(Attempt.quiz_id == quiz_id)
        .distinct()
        .limit(PEOPLE)
        .subquery()
    )
    return (db.session.scalar(select(func.count()).select_from(people)) or 0) >= PEOPLE


def _rows(quiz: Quiz, sums: Sums) -> list[Row]:
    """The questions in the order of the quiz, the newest wording first; those that left it at the end."""
    places = {slot.question_id: place for place, slot in enumerate(quiz.slots, start=1)}
    versions = db.session.scalars(
        select(QuestionVersion).where(QuestionVersion.id.in_(sums.items)).options(joinedload(QuestionVersion.question))
    ).all()
    asked = Counter(version.question_id for version in versions)
    rows = []
    for version in versions:
        kind, item = version.question.kind, item_figures(version.id, sums.items[version.id])
        options = options_of(kind, version.body)
        advice = flags(item, options, one_right=one_right(kind))
        place, reworded = places.get(version.question_id, 0), asked[version.question_id] > 1
        rows.append(Row(place, version.question, version, item, options, advice, reworded))
    return sorted(rows, key=lambda row: (not row.place, row.place, row.question.id, -row.version.number))


# Summing up


def _sums(quiz_id: int, first_only: bool, moment: datetime) -> Sums:
    """The sums over all attempts: what was kept, and what came since."""
    kept = _kept(quiz_id, first_only, moment)
    base, start = (Sums.from_dict(kept.sums), kept.upto) if kept else (Sums(), 0)
    return base + _summed(quiz_id, first_only, start, _last())


def worth_keeping(quiz_id: int, *, first_only: bool = True, moment: datetime | None = None) -> QuizSummary | None:
    """Sums that spare the next reader much reading, ready for `keep`; None where little came since the last."""
    moment = moment or now()
    kept = _kept(quiz_id, first_only, moment)
    start, settled = kept.upto if kept else 0, _last() - MARGIN
    if settled - start < MANY:
        return None
    sums = (Sums.from_dict(kept.sums) if kept else Sums()) + _summed(quiz_id, first_only, start, settled)
    return QuizSummary(
        quiz_id=quiz_id,
        first_only=first_only,
        upto=settled,
        stamp=_stamp(quiz_id),
        sums=sums.as_dict(),
        at=kept.at if kept else moment,
    )


def _last() -> int:
    return db.session.scalar(select(func.max(Submission.id))) or 0


def _kept(quiz_id: int, first_only: bool, moment: datetime) -> QuizSummary | None:
    """The sums that were kept, if they still hold."""
    kept = db.session.scalar(select(QuizSummary).filter_by(quiz_id=quiz_id, first_only=first_only))
    holds = kept is not None and moment - kept.at < WEEK and kept.upto <= _last() and kept.stamp == _stamp(quiz_id)
    return kept if holds else None


def keep(summary: QuizSummary) -> None:
    """Keep sums in place of those that were kept before."""
    alone("quiz_summaries")
    row = db.session.scalar(
        select(QuizSummary).filter_by(quiz_id=summary.quiz_id, first_only=summary.first_only)
    ) or QuizSummary(quiz_id=summary.quiz_id, first_only=summary.first_only)
    row.upto, row.stamp, row.sums, row.at = summary.upto, summary.stamp, summary.sums, summary.at
    db.session.add(row)
    db.session.flush()


def _stamp(quiz_id: int) -> str:
    """What the sums rest on besides submissions: the trainers' marks at this quiz."""
    query = (
        select(func.count(Override.id), func.max(Override.id))
        .join(Override.answer)
        .join(Answer.attempt)
        .where(_of(quiz_id, led=True))
    )
    count, last = db.session.execute(query).one()
    return f"{SHAPE}:{count}:{last or 0}"


def _summed(quiz_id: int, first_only: bool, after: int, upto: int) -> Sums:
    """The sums over the attempts whose submissions are numbered after `after` and up to `upto`."""
    sums = Sums()
    if after >= upto:
        return sums
    known = _Versions(quiz_id)
    given = _overrides(quiz_id)
    for _, rows in groupby(_answers(quiz_id, first_only, after, upto, known.counted), key=itemgetter(0)):
        of_one = list(rows)
        answers = [
            Given(
                version,
                known.question(version),
                marks,
                given.get(answer, fraction or 0.0),
                known.chosen(version, draft),
            )
            for _, answer, version, marks, fraction, draft, _, _ in of_one
        ]
        started, ended = of_one[0][6:]
        sums.add(answers, (ended - started).total_seconds() / 60)
    return sums


class _Versions:
    """The questions behind the versions that answers name, and what their drafts choose, each read once."""

    def __init__(self, quiz_id: int) -> None:
        query = (
            select(QuestionVersion.id, Question.id, Question.kind)
            .join(QuestionVersion.question)
            .where(Question.id.in_(select(Slot.question_id).where(Slot.quiz_id == quiz_id)))
        )
        rows = db.session.execute(query).all()
        self._questions: dict[int, int] = {version: question for version, question, _ in rows}
        self.counted: dict[int, Kind] = {version: kind for version, _, kind in rows if kind in CHOSEN}
        """The versions whose options are counted: those of questions that stand in the quiz now."""
        self._read: dict[tuple[int, str | None], tuple[str, ...]] = {}

    def question(self, version: int) -> int:
        """The question of a version; one that has left the quiz is asked for when an answer names it."""
        if version not in self._questions:
            self._questions[version] = db.session.get_one(QuestionVersion, version).question_id
        return self._questions[version]

    def chosen(self, version: int, draft: str | None) -> tuple[str, ...]:
        """What a stored draft chooses."""
        if version not in self.counted:
            return ()
        key = (version, draft)
        if key not in self._read:
            self._read[key] = chosen_in(self.counted[version], json.loads(draft) if draft else None)
        return self._read[key]


def _overrides(quiz_id: int) -> dict[int, float]:
    """The trainers' marks that count, by answer: the last of each."""
    query = (
        select(Override.answer_id, Override.fraction)
        .join(Override.answer)
        .join(Answer.attempt)
        .where(_of(quiz_id, led=True))
        .order_by(Override.id)
    )
    return dict(db.session.execute(query).all())


def _answers(quiz_id: int, first_only: bool, after: int, upto: int, counted: Iterable[int]) -> Iterator[Any]:
    """(attempt, answer, version, marks, fraction, draft, begun, ended), attempt by attempt.

    Drafts come as text, and only those of the `counted` versions; the moments stand in an attempt's first row.
    """
    draft = case((Answer.question_version_id.in_(list(counted)), cast(Answer.draft, Text)))
    first = Answer.position == 1
    query = (
        select(
            Attempt.id, Answer.id, Answer.question_version_id, Answer.marks, Answer.fraction, draft,
            case((first, Attempt.started_at)), case((first, Submission.submitted_at)),
        )
        .select_from(Submission)
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .join(Answer, Answer.attempt_id == Attempt.id)
        .where(_of(quiz_id, led=bool(after)), Submission.id > after, Submission.id <= upto)
        .order_by(Submission.id, Answer.position)
    )  # fmt: skip
    if first_only:
        query = query.where(first_finished())
    yield from db.session.execute(query, execution_options={"yield_per": CHUNK})


def _of(quiz_id: int, *, led: bool) -> ColumnElement[bool]:
    """Attempts at this quiz. `led`: the other table of the query is small and leads, not the index of quizzes."""
    return Attempt.quiz_id + 0 == quiz_id if led else Attempt.quiz_id == quiz_id


def first_finished() -> ColumnElement[bool]:
    """Whether an attempt is the first at its quiz that its person handed in."""
    earlier, submitted = aliased(Attempt), aliased(Submission)
    before = (
        exists()
        .where(
            earlier.quiz_id == Attempt.quiz_id,
            earlier.user_id == Attempt.user_id,
            earlier.number < Attempt.number,
            submitted.attempt_id == earlier.id,
        )
        .correlate(Attempt)
    )
    return (Attempt.number == 1) | ~before


# One question in all quizzes


def quizzes_asking(question: Question) -> Sequence[Quiz]:
    """The quizzes that ask a question now, by title."""
    query = select(Quiz).join(Quiz.slots).where(Slot.question_id == question.id)
    return db.session.scalars(query.order_by(by_pinyin(Quiz.title), Quiz.id)).all()


# As a file

HEADERS = (
    "题号", "题目", "题型", "版本", "作答次数", "得分率", "标准差", "区分度",
    "选项", "对错", "选的人次", "选择率", "低分组选择率", "高分组选择率", "提示",
)  # fmt: skip
WIDTHS = (6, 40, 8, 6, 10, 8, 8, 8, 34, 6, 10, 8, 14, 14, 60)
PERCENTS = frozenset({5, 11, 12, 13})


def table(analysis: Analysis) -> Table:
    """The questions with their figures, and under each its options, for a file."""
    return Table(f"题目分析_{analysis.quiz.title}", HEADERS, _lines(analysis), WIDTHS, PERCENTS)


def _lines(analysis: Analysis) -> Iterator[Sequence[Any]]:
    for row in analysis.rows:
        item = row.item
        begin = (row.place or "已移出", row.question.title, row.question.kind.label, row.version.number)
        figures = (item.count, item.facility, _rounded(item.deviation), _rounded(item.discrimination))
        said = "".join(flag.sentence for flag in row.flags)
        yield (*begin, *figures, None, None, None, None, None, None, said)
        for name, correct, choice in row.chosen:
            shares = (choice.count, choice.share, choice.lower, choice.upper)
            yield (*begin, None, None, None, None, name, correct, *shares, None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
