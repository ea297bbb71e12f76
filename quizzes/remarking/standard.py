"""What answers are judged by now, and which were judged by something else."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import selectinload

from literacy.content import fingerprint
from literacy.db import db
from quizzes.models import Answer, Kind, Question, QuestionVersion, Scenario, ScenarioVersion, Submission
from quizzes.rubric import Rubric
from quizzes.standard.in_force import in_force

Subject = Question | Scenario
"""What was put right."""


@dataclass(frozen=True)
class Standard:
    """What answers are judged by now: the newest versions and the rubric."""

    questions: dict[int, QuestionVersion]
    """The newest version of each question of the subject, by question id."""
    scenarios: dict[int, ScenarioVersion]
    """The newest version of each scenario that they ask about, by scenario id."""
    rubric: Rubric | None
    """The rubric in force; None where nothing is judged by it."""

    @property
    def rubric_hash(self) -> str:
        """What tells the rubric from others; empty where nothing is judged by it."""
        return self.rubric.content_hash if self.rubric else ""

    @property
    def target(self) -> str:
        """What tells this standard from others."""
        return fingerprint(
            [
                sorted(one.id for one in self.questions.values()),
                sorted(one.id for one in self.scenarios.values()),
                self.rubric_hash,
            ]
        )


def standard_of(subject: Subject) -> Standard:
    """What the answers to a question, or to the reply questions of a scenario, are judged by now."""
    asked = Question.id == subject.id if isinstance(subject, Question) else Question.scenario_id == subject.id
    questions = db.session.scalars(select(Question).where(asked).options(selectinload(Question.versions))).all()
    replies = any(question.kind is Kind.REPLY for question in questions)
    meant = (
        select(ScenarioVersion.scenario_id)
        .join(Answer, Answer.scenario_version_id == ScenarioVersion.id)
        .join(Answer.question_version)
        .where(QuestionVersion.question_id.in_([question.id for question in questions]))
    )
    scenarios = (
        db.session.scalars(
            select(Scenario).where(Scenario.id.in_(meant)).options(selectinload(Scenario.versions))
        ).all()
        if replies
        else []
    )
    return Standard(
        {question.id: question.latest for question in questions},
        {scenario.id: scenario.latest for scenario in scenarios},
        in_force() if replies else None,
    )


def handed_in(subject: Subject, *columns: Any) -> Select[Any]:
    """Answers to the subject in attempts that were handed in."""
    query = (
        select(*columns)
        .select_from(Answer)
        .join(QuestionVersion, QuestionVersion.id == Answer.question_version_id)
        .outerjoin(ScenarioVersion, ScenarioVersion.id == Answer.scenario_version_id)
        .join(Submission, Submission.attempt_id == Answer.attempt_id)
    )
    if isinstance(subject, Question):
        return query.where(QuestionVersion.question_id == subject.id)
    return query.where(ScenarioVersion.scenario_id == subject.id)


def judged_otherwise(standard: Standard) -> ColumnElement[bool]:
    """Whether an answer was judged at submission by something else than is valid now."""
    versions = Answer.question_version_id.not_in([one.id for one in standard.questions.values()])
    scenarios = and_(
        Answer.scenario_version_id.is_not(None),
        Answer.scenario_version_id.not_in([one.id for one in standard.scenarios.values()]),
    )
    rubric = and_(Answer.rubric_hash != "", Answer.rubric_hash != standard.rubric_hash)
    return or_(versions, scenarios, rubric)
