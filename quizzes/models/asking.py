"""What is asked: questions, scenarios, quizzes. A question or scenario keeps every version."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Enum,
    ForeignKey,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Json, Long, Model, Moment, Pk, Short, now
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
    saved_replies: Mapped[list[SavedReply]] = relationship(
        back_populates="scenario", order_by="SavedReply.id", cascade="all, delete-orphan"
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
    note: Mapped[Short] = mapped_column(default="")
    """What there is to say of it, such as which version was brought back."""

    scenario: Mapped[Scenario] = relationship(back_populates="versions")
    author: Mapped[User | None] = relationship()


class SavedReply(Model):
    """A reply to a scenario that a trainer kept, with what it has to be judged (see quizzes.expected)."""

    __tablename__ = "saved_replies"

    id: Mapped[Pk]
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenarios.id", ondelete="CASCADE"), index=True)
    text: Mapped[Long]
    expected: Mapped[dict[str, Any]] = mapped_column(Json)
    note: Mapped[Long] = mapped_column(default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment] = mapped_column(default=now)
    changed_at: Mapped[Moment] = mapped_column(default=now, onupdate=now)

    scenario: Mapped[Scenario] = relationship(back_populates="saved_replies")
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
    note: Mapped[Short] = mapped_column(default="")
    """What there is to say of it, such as which version was brought back."""

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
