"""Quizzes and drills as they come back answered and marked: as many papers of each as one wants, for load tests.

Each answer is marked once by what marks learners' answers (replies without the second reader); papers are put together
from them. They are kept as the rows that the tables hold, so that a million attempts cost no more marking than a
hundred.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from literacy.bulk import Filling, json_text
from literacy.db import db
from quizzes import marking, plausible
from quizzes.models import Answer, Attempt, Question, Quiz, QuizKind, Scenario, Slot, Submission
from quizzes.rubric import Rubric
from quizzes.standard.in_force import in_force

ATTEMPT = ("id", "quiz_id", "user_id", "number", "seed", "started_at", "ends_at", "pass_mark", "revises_id")
ANSWER = (
    "id", "attempt_id", "saved_at", "position", "marks", "question_version_id", "scenario_version_id", "draft",
    "fraction", "detail", "grade", "doubt", "rubric_version", "rubric_hash",
)  # fmt: skip
SUBMISSION = ("id", "attempt_id", "submitted_at", "score", "machine_score", "passed")
WAYS = 4
"""In how many ways a question is answered wrongly."""
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Paper:
    """All answers to a quiz, as rows of ANSWER from `position` on, with what they come to."""

    answers: Sequence[Row]
    score: float
    passed: bool


@dataclass(frozen=True)
class Papers:
    """What may be handed in at a quiz."""

    quiz_id: int
    drill: bool
    pass_mark: int
    minutes: int | None
    allowed: int | None
    good: Sequence[Paper]
    """Those that pass; never empty."""
    poor: Sequence[Paper]
    """Those that fail; may be empty where nothing was found that fails."""


@dataclass(frozen=True)
class _Given:
    """One answer to one question: what of its row does not depend on the quiz, with its share of the marks."""

    tail: Row
    fraction: float


def papers_of(quiz_ids: Iterable[int], chance: random.Random, count: int) -> dict[int, Papers]:
    """`count` papers of each of these quizzes (of a drill one for each reply), by quiz id."""
    query = (
        select(Quiz)
        .where(Quiz.id.in_(list(quiz_ids)))
        .order_by(Quiz.id)
        .options(
            selectinload(Quiz.slots)
            .joinedload(Slot.question)
            .options(selectinload(Question.versions), joinedload(Question.scenario).selectinload(Scenario.versions))
        )
    )
    given: dict[int, list[_Given]] = {}
    rubric = _quick(in_force())
    return {quiz.id: _papers(quiz, rubric, given, chance, count) for quiz in db.session.scalars(query).unique()}


def _quick(rubric: Rubric) -> Rubric:
    """The same rubric without its second reader: nobody waits a minute for marks of replies that are made up."""
    learned = rubric.learned
    return replace(rubric, learned=learned.alone or learned) if learned else rubric


def _papers(quiz: Quiz, rubric: Rubric, given: dict[int, list[_Given]], chance: random.Random, count: int) -> Papers:
    for slot in quiz.slots:
        if slot.question_id not in given:
            given[slot.question_id] = _answers(slot.question, rubric, chance)
    choices = [given[slot.question_id] for slot in quiz.slots]
    if quiz.kind is QuizKind.DRILL:
        picked = [[answer] for answer in choices[0]]
    else:
        picked = [_picked(choices, chance, 0.3 + 0.7 * number / count) for number in range(1, count + 1)]
    made = [_paper(quiz, answers) for answers in picked]
    good = [paper for paper in made if paper.passed] or [_paper(quiz, [one[0] for one in choices])]
    poor = [paper for paper in made if not paper.passed]
    return Papers(
        quiz.id,
        quiz.kind is QuizKind.DRILL,
        quiz.pass_mark,
        quiz.time_limit_minutes,
        quiz.attempts_allowed,
        good,
        poor,
    )


def _picked(choices: Sequence[Sequence[_Given]], chance: random.Random, sure: float) -> list[_Given]:
    """One answer to each question, the right one with this probability."""
    return [answers[0] if chance.random() < sure else chance.choice(answers[1:]) for answers in choices]


def _paper(quiz: Quiz, answers: Sequence[_Given]) -> Paper:
    marks = [slot.marks for slot in quiz.slots]
    score = marking.counted_score([(one.fraction, mark) for one, mark in zip(answers, marks, strict=True)])
    rows = [(at, mark, *one.tail) for at, (one, mark) in enumerate(zip(answers, marks, strict=True), start=1)]
    return Paper(rows, score, score >= quiz.pass_mark)


def _answers(question: Question, rubric: Rubric, chance: random.Random) -> list[_Given]:
    """The right answer to a question first, then others; of a reply question one for each reply."""
    version = question.latest
    if question.scenario is not None:
        case = question.scenario.latest
        texts = [{"text": text} for text in plausible.replies(case.body)]
        return [_given(version.id, case.id, text, marking.mark_reply(case.body, text, rubric)) for text in texts]
    drafts = [plausible.right(question.kind, version.body)]
    drafts += [plausible.wrong(chance, question.kind, version.body) for _ in range(WAYS)]
    return [_given(version.id, None, draft, marking.mark(question.kind, version.body, draft)) for draft in drafts]


def _given(version_id: int, case_id: int | None, draft: dict[str, Any], mark: marking.Mark) -> _Given:
    detail = mark.detail
    told = (detail.get("grade"), detail.get("doubt"), detail.get("rubric_version", ""), detail.get("rubric_hash", ""))
    return _Given((version_id, case_id, json_text(draft), mark.fraction, json_text(detail), *told), mark.fraction)


@dataclass
class Handed:
    """Rows of attempts on their way into the tables, numbered from the ids that are free."""

    attempt_id: int
    answer_id: int
    submission_id: int

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self.rows: defaultdict[str, list[Row]] = defaultdict(list)

    def add(
        self, papers: Papers, paper: Paper, user_id: int, number: int, begun: str, done: str, ends: str | None
    ) -> None:
        """One attempt of a person, begun and handed in at these stored moments. A second draft of a drill revises."""
        row_id, first = self.attempt_id, self.answer_id
        revises = row_id - 1 if papers.drill and number > 1 else None
        seed = row_id * 2_654_435_761 % 2**31
        self.rows["attempts"].append(
            (row_id, papers.quiz_id, user_id, number, seed, begun, ends, papers.pass_mark, revises)
        )
        self.rows["answers"] += [(first + at, row_id, done, *rest) for at, rest in enumerate(paper.answers)]
        self.rows["submissions"].append((self.submission_id, row_id, done, paper.score, paper.score, paper.passed))
        self.attempt_id += 1
        self.answer_id += len(paper.answers)
        self.submission_id += 1

    def put_into(self, into: Filling) -> None:
        """Write the rows so far; none are left."""
        rows, self.rows = self.rows, defaultdict(list)
        into.put(Attempt, ATTEMPT, rows["attempts"])
        into.put(Answer, ANSWER, rows["answers"])
        into.put(Submission, SUBMISSION, rows["submissions"])
