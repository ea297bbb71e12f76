"""What is asked, what was answered, and how it was marked.

A question or scenario keeps every version; an attempt points at the versions it was given, so that what was
judged stays explainable after the question has changed. An attempt is open until a submission stands beside it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Json, Long, Model, Moment, Pk, now
from literacy.models import Authored, User, values_of


class Kind(StrEnum):
    """The ways of asking."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "truefalse"
    MATCHING = "matching"
    ORDERING = "ordering"
    SHORT = "short"
    REPLY = "reply"

    @property
    def label(self) -> str:
        """The question type's name on pages."""
        return {
            "single": "单选题",
            "multiple": "多选题",
            "truefalse": "判断题",
            "matching": "连线题",
            "ordering": "排序题",
            "short": "简答题",
            "reply": "答复题",
        }[self.value]


class QuizKind(StrEnum):
    """A quiz asks several questions; a drill asks for one reply to a scenario."""

    QUIZ = "quiz"
    DRILL = "drill"

    @property
    def label(self) -> str:
        """The name on pages."""
        return {"quiz": "测验", "drill": "演练"}[self.value]


class Scenario(Authored, Model):
    """A citizen's post with its thread, what the replier knows, and what a good reply needs."""

    __tablename__ = "scenarios"

    id: Mapped[Pk]
    versions: Mapped[list[ScenarioVersion]] = relationship(
        back_populates="scenario", order_by="ScenarioVersion.number", cascade="all, delete-orphan"
    )

    @property
    def latest(self) -> ScenarioVersion:
        """The version that new attempts get."""
        return self.versions[-1]

    @property
    def body(self) -> dict[str, Any]:
        """The newest content, in the shape of the scenario files."""
        return self.latest.body

    def missing(self) -> str | None:
        """A scenario needs a post, facts and an exemplar before anybody is judged by it."""
        body = self.body
        if not body.get("post", {}).get("text"):
            return "还没有写群众的原帖。"
        if not body.get("facts"):
            return "事实卡是空的，答复的人不知道能说什么。"
        if not body.get("exemplar"):
            return "还没有写示范答复。"
        return None


class ScenarioVersion(Model):
    """One wording of a scenario, never changed once written."""

    __tablename__ = "scenario_versions"
    __table_args__ = (UniqueConstraint("scenario_id", "number"),)

    id: Mapped[Pk]
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenarios.id"), index=True)
    number: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    content_hash: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[Moment] = mapped_column(default=now)

    scenario: Mapped[Scenario] = relationship(back_populates="versions")
    author: Mapped[User | None] = relationship()


class Question(Authored, Model):
    """A question of any kind. Its `title` is the beginning of the stem, for lists."""

    __tablename__ = "questions"

    id: Mapped[Pk]
    kind: Mapped[Kind] = mapped_column(Enum(Kind, native_enum=False, length=20, values_callable=values_of))
    competency: Mapped[str] = mapped_column(String(10), default="", index=True)
    difficulty: Mapped[int] = mapped_column(default=2)
    scenario_id: Mapped[int | None] = mapped_column(ForeignKey("scenarios.id"), index=True)
    """The scenario to reply to; only for reply questions."""

    scenario: Mapped[Scenario | None] = relationship()
    versions: Mapped[list[QuestionVersion]] = relationship(
        back_populates="question", order_by="QuestionVersion.number", cascade="all, delete-orphan"
    )

    @property
    def latest(self) -> QuestionVersion:
        """The version that new attempts get."""
        return self.versions[-1]

    @property
    def body(self) -> dict[str, Any]:
        """The newest content, in the shape of the question files."""
        return self.latest.body


class QuestionVersion(Model):
    """One wording of a question, never changed once written."""

    __tablename__ = "question_versions"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[Pk]
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    number: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    content_hash: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[Moment] = mapped_column(default=now)

    question: Mapped[Question] = relationship(back_populates="versions")
    author: Mapped[User | None] = relationship()


class Quiz(Authored, Model):
    """Questions in an order, with the rules of taking them."""

    __tablename__ = "quizzes"
    __table_args__ = (
        CheckConstraint("pass_mark between 0 and 100", name="pass_mark"),
        CheckConstraint("time_limit_minutes is null or time_limit_minutes > 0", name="time_limit"),
        CheckConstraint("attempts_allowed is null or attempts_allowed > 0", name="attempts_allowed"),
    )

    id: Mapped[Pk]
    kind: Mapped[QuizKind] = mapped_column(
        Enum(QuizKind, native_enum=False, length=20, values_callable=values_of), default=QuizKind.QUIZ
    )
    intro: Mapped[Long] = mapped_column(default="")
    time_limit_minutes: Mapped[int | None]
    attempts_allowed: Mapped[int | None]
    pass_mark: Mapped[int] = mapped_column(default=60)
    """Percent of the marks that must be reached."""
    shuffle_options: Mapped[bool] = mapped_column(default=True)

    slots: Mapped[list[Slot]] = relationship(
        back_populates="quiz", order_by="Slot.position", cascade="all, delete-orphan"
    )

    @property
    def full_marks(self) -> float:
        """The sum of all slots' marks."""
        return sum(slot.marks for slot in self.slots)

    def missing(self) -> str | None:
        """A quiz needs questions; a drill needs exactly one, a reply question."""
        if not self.slots:
            return "还没有题目。"
        if self.kind is QuizKind.DRILL and [slot.question.kind for slot in self.slots] != [Kind.REPLY]:
            return "演练只能有一道题，而且必须是答复题。"
        unpublished = [slot.question.title for slot in self.slots if slot.question.state != "published"]
        if unpublished:
            return f"还有题目没有发布：{unpublished[0]}"
        return None


class Slot(Model):
    """A place in a quiz: which question, for how many marks."""

    __tablename__ = "slots"
    __table_args__ = (
        UniqueConstraint("quiz_id", "question_id"),
        CheckConstraint("marks > 0", name="marks"),
    )

    id: Mapped[Pk]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id", ondelete="CASCADE"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    position: Mapped[int]
    marks: Mapped[float] = mapped_column(default=1.0)

    quiz: Mapped[Quiz] = relationship(back_populates="slots")
    question: Mapped[Question] = relationship()


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
    scenario_version_id: Mapped[int | None] = mapped_column(ForeignKey("scenario_versions.id"))
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
    rubric_version: Mapped[str] = mapped_column(String(40), default="")
    rubric_hash: Mapped[str] = mapped_column(String(64), default="")

    attempt: Mapped[Attempt] = relationship(back_populates="answers")
    question_version: Mapped[QuestionVersion] = relationship()
    scenario_version: Mapped[ScenarioVersion | None] = relationship()
    overrides: Mapped[list[Override]] = relationship(back_populates="answer", order_by="Override.id")

    @property
    def override(self) -> Override | None:
        """The trainer's mark that counts, if there is one: the last."""
        return self.overrides[-1] if self.overrides else None

    @property
    def counted_fraction(self) -> float:
        """The share of the marks that counts: the trainer's before the machine's, 0 before marking."""
        return self.override.fraction if self.override else (self.fraction or 0.0)


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
