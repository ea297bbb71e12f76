"""Courses, their modules and activities; who is enrolled; and what each person has studied."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Json, Long, Model, Moment, Pk, Short, Slug, now
from literacy.models import Authored, State, Unit, User, values_of
from literacy.text import titled
from quizzes.models import Quiz, ScenarioVersion


class Course(Authored, Model):
    """A path through modules."""

    __tablename__ = "courses"

    id: Mapped[Pk]
    summary: Mapped[Long] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)

    modules: Mapped[list[Module]] = relationship(
        back_populates="course", order_by="Module.position", cascade="all, delete-orphan"
    )

    @property
    def chapters(self) -> list[Module]:
        """The modules that learners see. One without activities is still being prepared."""
        return [module for module in self.modules if module.activities]

    @property
    def hours(self) -> float:
        """学时 of the whole course: nominal values of its modules, never measured time."""
        return sum(module.hours for module in self.chapters)

    @property
    def activities(self) -> list[Activity]:
        """All activities in the order of study."""
        return [activity for module in self.modules for activity in module.activities]

    def missing(self) -> str | None:
        """A course needs activities, and each must be published itself."""
        if not self.activities:
            return "还没有任何内容。"
        for activity in self.activities:
            if activity.target.state is not State.PUBLISHED:
                return f"{titled(activity.target.title)}还没有发布。"
        return None


class Module(Model):
    """A chapter of a course, with its objectives and nominal 学时."""

    __tablename__ = "modules"
    __table_args__ = (UniqueConstraint("course_id", "slug"), CheckConstraint("hours >= 0", name="hours"))

    id: Mapped[Pk]
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    slug: Mapped[Slug]
    title: Mapped[Short]
    summary: Mapped[Long] = mapped_column(default="")
    objectives: Mapped[list[Any]] = mapped_column(Json, default=list)
    competencies: Mapped[list[Any]] = mapped_column(Json, default=list)
    hours: Mapped[float] = mapped_column(default=1.0)
    position: Mapped[int] = mapped_column(default=0)

    course: Mapped[Course] = relationship(back_populates="modules")
    activities: Mapped[list[Activity]] = relationship(
        back_populates="module", order_by="Activity.position", cascade="all, delete-orphan"
    )

    @property
    def number(self) -> int:
        """Which chapter of its course it is, from 1; 0 while learners do not see it."""
        chapters = self.course.chapters
        return chapters.index(self) + 1 if self in chapters else 0


class Lesson(Authored, Model):
    """A text to read, in Markdown."""

    __tablename__ = "lessons"

    id: Mapped[Pk]
    summary: Mapped[Long] = mapped_column(default="")
    body: Mapped[Long] = mapped_column(default="")
    competencies: Mapped[list[Any]] = mapped_column(Json, default=list)
    sources: Mapped[list[Any]] = mapped_column(Json, default=list)
    """What it rests on, as citations: 《个人信息保护法》第四条、第二十五条."""
    checks: Mapped[list[Any]] = mapped_column(Json, default=list)
    """Slugs of the questions at its end, answered in place and marked for nobody but the reader."""
    media: Mapped[Slug] = mapped_column(default="")
    """The course folder that its images lie in."""

    def missing(self) -> str | None:
        """A lesson needs text."""
        return None if self.body.strip() else "正文是空的。"


class ActivityKind(StrEnum):
    """What a learner does in an activity."""

    LESSON = "lesson"
    QUIZ = "quiz"
    DRILL = "drill"

    @property
    def label(self) -> str:
        """The name on pages."""
        return {"lesson": "课文", "quiz": "测验", "drill": "演练"}[self.value]


class Activity(Model):
    """A step of a module: a lesson to read, a quiz to pass, or a drill to practise."""

    __tablename__ = "activities"
    __table_args__ = (
        UniqueConstraint("module_id", "lesson_id"),
        UniqueConstraint("module_id", "quiz_id"),
        CheckConstraint("(lesson_id is null) <> (quiz_id is null)", name="one_target"),
    )

    id: Mapped[Pk]
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ActivityKind] = mapped_column(
        Enum(ActivityKind, native_enum=False, length=20, values_callable=values_of)
    )
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lessons.id"), index=True)
    quiz_id: Mapped[int | None] = mapped_column(ForeignKey("quizzes.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)

    module: Mapped[Module] = relationship(back_populates="activities")
    lesson: Mapped[Lesson | None] = relationship()
    quiz: Mapped[Quiz | None] = relationship()

    @property
    def target(self) -> Lesson | Quiz:
        """The lesson or quiz itself."""
        target = self.lesson or self.quiz
        assert target is not None  # held by the check constraint
        return target


class Enrolment(Model):
    """A person in a course. Completion is an event that happened, so its date and result stay as they were."""

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("user_id", "course_id"),
        Index("ix_enrolments_course_id_completed_at", "course_id", "completed_at"),
        # Where everybody stands: reports count by it without a look at the rows.
        Index("ix_enrolments_standing", "user_id", "course_id", "withdrawn_at", "completed_at", "due_on", "started_at"),
    )

    id: Mapped[Pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    due_on: Mapped[date | None]
    enrolled_at: Mapped[Moment] = mapped_column(default=now)
    enrolled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[Moment | None]
    started_at: Mapped[Moment | None]
    """When the first activity was begun."""
    completed_at: Mapped[Moment | None]
    """When the last required activity was done."""
    score: Mapped[float | None]
    """Mean of the best quiz and drill scores at completion, 0–100; None for a course without any."""
    hours: Mapped[float | None]
    """学时 credited at completion."""

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    course: Mapped[Course] = relationship()
    enrolled_by: Mapped[User | None] = relationship(foreign_keys=[enrolled_by_id])

    def state_on(self, day: date) -> EnrolmentState:
        """Where the person stands on a day."""
        if self.withdrawn_at is not None:
            return EnrolmentState.WITHDRAWN
        if self.completed_at is not None:
            return EnrolmentState.COMPLETED
        if self.due_on is not None and self.due_on < day:
            return EnrolmentState.OVERDUE
        return EnrolmentState.STUDYING if self.started_at else EnrolmentState.NOT_STARTED


class EnrolmentState(StrEnum):
    """Where a person stands in a course; computed from dates."""

    NOT_STARTED = "not_started"
    STUDYING = "studying"
    OVERDUE = "overdue"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state's name on pages and in exports."""
        return {
            "not_started": "未开始",
            "studying": "学习中",
            "overdue": "已逾期",
            "completed": "已完成",
            "withdrawn": "已退出",
        }[self.value]


class UnitEnrolment(Model):
    """A standing rule: everybody in a unit and below is enrolled, newcomers too."""

    __tablename__ = "unit_enrolments"
    __table_args__ = (UniqueConstraint("unit_id", "course_id"),)

    id: Mapped[Pk]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    due_on: Mapped[date | None]
    enrolled_at: Mapped[Moment] = mapped_column(default=now)
    enrolled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    unit: Mapped[Unit] = relationship()
    course: Mapped[Course] = relationship()


class Reading(Model):
    """How far a person is in a lesson: the section last seen, and when they finished."""

    __tablename__ = "readings"
    __table_args__ = (UniqueConstraint("user_id", "lesson_id"), Index("ix_readings_finished_at", "finished_at"))

    id: Mapped[Pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    section: Mapped[str] = mapped_column(String(40), default="")
    seen_at: Mapped[Moment] = mapped_column(default=now)
    finished_at: Mapped[Moment | None]


class ClassReply(Model):
    """A learner's reply that a trainer chose to discuss in class: the words as edited, with their verdict.

    Whose reply it is is never shown. It goes when the answer that it comes from goes.
    """

    __tablename__ = "class_replies"
    __table_args__ = (Index("ix_class_replies_trainer_id_course_id", "trainer_id", "course_id"),)

    id: Mapped[Pk]
    trainer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    """The unit whose class it is for; None for everybody in the course."""
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohorts.id"))
    """The cohort whose class it is for; None without one."""
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), index=True)
    scenario_version_id: Mapped[int] = mapped_column(ForeignKey("scenario_versions.id"))
    text: Mapped[Long]
    verdict: Mapped[dict[str, Any]] = mapped_column(Json)
    """The rubric's verdict on these words (see quizzes.rubric.Verdict)."""
    position: Mapped[int] = mapped_column(default=0)

    scenario_version: Mapped[ScenarioVersion] = relationship()
