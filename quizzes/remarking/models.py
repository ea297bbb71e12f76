"""A re-marking, and each mark that it changes. The mark given at submission stays where it is."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from literacy.db import Json, Long, Model, Moment, Pk, now
from literacy.errors import Refused
from literacy.models import User, values_of

if TYPE_CHECKING:
    from quizzes.models import Answer, Question, QuestionVersion, Scenario, ScenarioVersion

MIN_REASON = 5


class Policy(StrEnum):
    """Which of the new marks count."""

    RISE = "rise"
    EXCHANGE = "exchange"

    @property
    def label(self) -> str:
        """The policy on pages."""
        return {"rise": "只升不降", "exchange": "全部按新的算"}[self.value]


class Stage(StrEnum):
    """Where a re-marking stands; computed, never stored."""

    LOOKING = "looking"
    LOOKED = "looked"
    APPLYING = "applying"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """The stage on pages."""
        return {
            "looking": "正在试评",
            "looked": "试评完，等您决定",
            "applying": "正在改成绩",
            "done": "已重新评分",
            "dropped": "没有采用",
        }[self.value]


class Remarking(Model):
    """One re-marking of all answers to a question, or to the reply questions of a scenario.

    First every answer is looked at and what would change is noted; then, once a trainer said so, it is applied. Both
    go on in batches from the cursor, so that an interruption loses nothing and nothing is done twice.
    """

    __tablename__ = "remarkings"
    __table_args__ = (CheckConstraint("(question_id is null) <> (scenario_id is null)", name="one_subject"),)

    id: Mapped[Pk]
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"), index=True)
    scenario_id: Mapped[int | None] = mapped_column(ForeignKey("scenarios.id"), index=True)
    trainer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    begun_at: Mapped[Moment] = mapped_column(default=now)
    cursor: Mapped[int] = mapped_column(default=0)
    """The id of the answer that was looked at last, then of the remark that was applied last."""
    # what is judged by
    target: Mapped[str] = mapped_column(String(64))
    """Fingerprint of the versions and the rubric that are judged by: if they change meanwhile, it has to begin anew."""
    # what was found
    looked: Mapped[int] = mapped_column(default=0)
    unclear: Mapped[int] = mapped_column(default=0)
    """Answers that the new wording cannot judge, because what was chosen is not in it any more."""
    looked_at: Mapped[Moment | None]
    """When the last answer was looked at."""
    # what was decided
    policy: Mapped[Policy | None] = mapped_column(Enum(Policy, native_enum=False, length=20, values_callable=values_of))
    reason: Mapped[Long] = mapped_column(default="")
    ordered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ordered_at: Mapped[Moment | None]
    applied: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[Moment | None]
    dropped_at: Mapped[Moment | None]

    question: Mapped[Question | None] = relationship()
    scenario: Mapped[Scenario | None] = relationship()
    trainer: Mapped[User] = relationship(foreign_keys=[trainer_id])
    ordered_by: Mapped[User | None] = relationship(foreign_keys=[ordered_by_id])

    @property
    def subject(self) -> Question | Scenario:
        """What was put right."""
        subject = self.question or self.scenario
        assert subject is not None  # held by the check constraint
        return subject

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        if self.dropped_at is not None:
            return Stage.DROPPED
        if self.done_at is not None:
            return Stage.DONE
        if self.ordered_at is not None:
            return Stage.APPLYING
        return Stage.LOOKED if self.looked_at is not None else Stage.LOOKING

    def order(self, trainer: User, policy: Policy, reason: str, moment: Any) -> None:
        """Let what was found become the marks.

        Raises Refused unless everything was looked at and nothing decided, or if the reason is too short to be one.
        """
        if self.stage is not Stage.LOOKED:
            raise Refused(f"现在不能决定：{self.stage.label}。")
        if len(reason.strip()) < MIN_REASON:
            raise Refused("请写明理由，至少 5 个字：学员会在结果页上看到。", field="reason")
        self.policy, self.reason, self.cursor = policy, reason.strip(), 0
        self.ordered_by, self.ordered_at = trainer, moment

    def drop(self, moment: Any) -> None:
        """Leave all marks as they are. Raises Refused once it was ordered."""
        if self.stage not in (Stage.LOOKING, Stage.LOOKED):
            raise Refused(f"现在不能放弃：{self.stage.label}。")
        self.dropped_at = moment


class Remark(Model):
    """What a re-marking makes of one answer; it counts from the moment `at` on.

    What it is judged by bears the names that it has in Answer, so that whoever asks need not know which of them it is.
    """

    __tablename__ = "remarks"
    __table_args__ = (
        UniqueConstraint("remarking_id", "answer_id"),
        CheckConstraint("fraction between 0 and 1", name="fraction"),
        Index("ix_remarks_answer_id", "answer_id"),
    )

    id: Mapped[Pk]
    remarking_id: Mapped[int] = mapped_column(ForeignKey("remarkings.id"))
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"))
    at: Mapped[Moment | None]
    # the new mark
    fraction: Mapped[float]
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    scenario_version_id: Mapped[int | None] = mapped_column(ForeignKey("scenario_versions.id"))
    rubric_version: Mapped[str] = mapped_column(String(40), default="")
    rubric_hash: Mapped[str] = mapped_column(String(64), default="")
    # the mark before
    old_fraction: Mapped[float]
    old_question_version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    old_scenario_version_id: Mapped[int | None] = mapped_column(ForeignKey("scenario_versions.id"))
    old_rubric_version: Mapped[str] = mapped_column(String(40), default="")
    # what that does to the attempt
    overridden: Mapped[bool] = mapped_column(default=False)
    """Whether a trainer's own mark stands over it, so that nothing changes for the learner."""
    old_score: Mapped[float]
    new_score: Mapped[float]
    old_passed: Mapped[bool]
    new_passed: Mapped[bool]

    remarking: Mapped[Remarking] = relationship()
    answer: Mapped[Answer] = relationship()
    question_version: Mapped[QuestionVersion] = relationship(foreign_keys=[question_version_id])
    scenario_version: Mapped[ScenarioVersion | None] = relationship(foreign_keys=[scenario_version_id])
