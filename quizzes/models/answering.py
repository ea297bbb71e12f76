"""What was answered and how it was marked. An attempt is open until a submission stands beside it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from literacy.db import Json, Long, Model, Moment, Pk, now
from literacy.models import User
from quizzes.models.asking import QuestionVersion, Quiz, ScenarioVersion
from quizzes.remarking.models import Remark


class AttemptState(StrEnum):
    """Where an attempt stands; computed, never stored."""

    OPEN = "open"
    OUT_OF_TIME = "out_of_time"
    SUBMITTED = "submitted"


class Attempt(Model):
    """One try of one person at one quiz, with the seed of its shuffling and the rules it began under."""

    __tablename__ = "attempts"
    __table_args__ = (UniqueConstraint("quiz_id", "user_id", "number"),)

    id: Mapped[Pk]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    number: Mapped[int]
    seed: Mapped[int]
    started_at: Mapped[Moment] = mapped_column(default=now)
    ends_at: Mapped[Moment | None]
    """When the clock runs out; None without a time limit."""
    pass_mark: Mapped[int]
    revises_id: Mapped[int | None] = mapped_column(ForeignKey("attempts.id"))
    """The earlier attempt whose reply this one revises."""

    quiz: Mapped[Quiz] = relationship()
    user: Mapped[User] = relationship()
    revises: Mapped[Attempt | None] = relationship(remote_side="Attempt.id")
    answers: Mapped[list[Answer]] = relationship(
        back_populates="attempt", order_by="Answer.position", cascade="all, delete-orphan"
    )
    submission: Mapped[Submission | None] = relationship(back_populates="attempt")

    def state_at(self, moment: datetime) -> AttemptState:
        """Where the attempt stands at a moment."""
        if self.submission is not None:
            return AttemptState.SUBMITTED
        if self.ends_at is not None and moment >= self.ends_at:
            return AttemptState.OUT_OF_TIME
        return AttemptState.OPEN

    def time_left(self, moment: datetime) -> timedelta | None:
        """How long the learner may still write; None without a limit, never below zero."""
        return None if self.ends_at is None else max(timedelta(0), self.ends_at - moment)


class ExtraAttempt(Model):
    """One more attempt at a quiz than its rules allow, given to one person by a trainer, for a reason."""

    __tablename__ = "extra_attempts"
    __table_args__ = (Index("ix_extra_attempts_user_id_quiz_id", "user_id", "quiz_id"),)

    id: Mapped[Pk]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    trainer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[Long]
    at: Mapped[Moment] = mapped_column(default=now)

    trainer: Mapped[User] = relationship(foreign_keys=[trainer_id])


class Answer(Model):
    """One question of an attempt: the draft while it is open, the mark once it is submitted.

    There is one draft, replaced at each autosave. `draft` is None until something was entered; its shape
    depends on the kind of question (see quizzes.marking).
    """

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("attempt_id", "position"),)

    id: Mapped[Pk]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"), index=True)
    scenario_version_id: Mapped[int | None] = mapped_column(ForeignKey("scenario_versions.id"), index=True)
    marks: Mapped[float]
    # the draft
    draft: Mapped[dict[str, Any] | None] = mapped_column(Json)
    draft_number: Mapped[int] = mapped_column(default=0)
    """Counts the replacements of the draft, so that a stale tab is noticed."""
    draft_writer: Mapped[str] = mapped_column(String(40), default="")
    """The browser tab that wrote the draft last."""
    saved_at: Mapped[Moment | None]
    # the machine's mark, written once at submission
    fraction: Mapped[float | None]
    """Share of the marks, 0–1."""
    detail: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What the mark rests on: chosen options with feedback, or the rubric's verdict."""
    grade: Mapped[int | None] = mapped_column(index=True)
    """The grade of the rubric's verdict, copied from it so that it can be searched for; None for other answers."""
    doubt: Mapped[float | None] = mapped_column(index=True)
    """Its doubt, likewise; None too where none was measured."""
    rubric_version: Mapped[str] = mapped_column(String(40), default="")
    rubric_hash: Mapped[str] = mapped_column(String(64), default="")

    attempt: Mapped[Attempt] = relationship(back_populates="answers")
    question_version: Mapped[QuestionVersion] = relationship()
    scenario_version: Mapped[ScenarioVersion | None] = relationship()
    overrides: Mapped[list[Override]] = relationship(back_populates="answer", order_by="Override.id")
    remarks: Mapped[list[Remark]] = relationship(
        viewonly=True,
        primaryjoin="and_(Answer.id == foreign(Remark.answer_id), Remark.at.is_not(None))",
        order_by="(Remark.at, Remark.id)",
    )

    @validates("detail")
    def _copy_verdict(self, _name: str, detail: dict[str, Any] | None) -> dict[str, Any] | None:
        """Keep what is searched for in step with the verdict."""
        self.grade, self.doubt = (detail or {}).get("grade"), (detail or {}).get("doubt")
        return detail

    @property
    def override(self) -> Override | None:
        """The trainer's mark that counts, if there is one: the last."""
        return self.overrides[-1] if self.overrides else None

    @property
    def judged(self) -> Answer | Remark:
        """Where the machine's mark that counts stands, with what it was judged by: the last re-marking, else here."""
        return self.remarks[-1] if self.remarks else self

    @hybrid_property
    def counted_fraction(self) -> float:
        """The share of the marks that counts: the trainer's before the machine's, 0 before marking."""
        return (self.override or self.judged).fraction or 0.0

    @counted_fraction.inplace.expression
    @classmethod
    def _counted_in_sql(cls) -> ColumnElement[float]:
        """The same in a query."""
        given = select(Override.fraction).where(Override.answer_id == cls.id).order_by(Override.id.desc())
        again = select(Remark.fraction).where(Remark.answer_id == cls.id, Remark.at.is_not(None))
        again = again.order_by(Remark.at.desc(), Remark.id.desc())
        last = [query.limit(1).correlate(cls).scalar_subquery() for query in (given, again)]
        return func.coalesce(*last, cls.fraction, 0.0)


class Submission(Model):
    """The end of an attempt. The unique key on the attempt forbids a second one."""

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("attempt_id"), Index("ix_submissions_submitted_at", "submitted_at"))

    id: Mapped[Pk]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id", ondelete="CASCADE"))
    submitted_at: Mapped[Moment] = mapped_column(default=now)
    by_clock: Mapped[bool] = mapped_column(default=False)
    """Whether time ran out, so that the last saved draft was taken."""
    score: Mapped[float]
    """Percent of the marks, 0–100, overrides included."""
    machine_score: Mapped[float]
    """Percent as marked by the machine, for good."""
    passed: Mapped[bool]

    attempt: Mapped[Attempt] = relationship(back_populates="submission")


class Override(Model):
    """A trainer's mark in place of the machine's, with the reason. Never changed; a later one replaces it."""

    __tablename__ = "overrides"
    __table_args__ = (CheckConstraint("fraction between 0 and 1", name="fraction"),)

    id: Mapped[Pk]
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), index=True)
    trainer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    fraction: Mapped[float]
    reason: Mapped[Long]
    at: Mapped[Moment] = mapped_column(default=now)

    answer: Mapped[Answer] = relationship(back_populates="overrides")
    trainer: Mapped[User] = relationship()
