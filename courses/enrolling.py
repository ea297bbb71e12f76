"""Who can be enrolled, in what words it is told, and which standing rule applies; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

NAMES_TOLD = 20
"""How many names a record spells out before it only counts."""


class Admission(StrEnum):
    """What enrolling a person would do."""

    NEW = "new"
    ALREADY = "already"
    LEFT = "left"
    INACTIVE = "inactive"
    NO_LEARNER = "no_learner"

    @property
    def label(self) -> str:
        """The word beside the person's name."""
        return {
            "new": "可以报名",
            "already": "已报名",
            "left": "退出过",
            "inactive": "账号已停用",
            "no_learner": "没有学员角色",
        }[self.value]


@dataclass(frozen=True)
class Candidate:
    """A person who might be enrolled in a course."""

    user_id: int
    name: str
    account: str
    active: bool
    learner: bool
    enrolled: bool = False
    withdrawn: bool = False
    unit: str = ""
    post: str = ""

    @property
    def admission(self) -> Admission:
        """What enrolling this person would do. Being in the course already is said before anything else."""
        if self.enrolled and not self.withdrawn:
            return Admission.ALREADY
        if not self.active:
            return Admission.INACTIVE
        if not self.learner:
            return Admission.NO_LEARNER
        return Admission.LEFT if self.withdrawn else Admission.NEW


@dataclass(frozen=True)
class Outcome:
    """What enrolling some people does or did, in numbers."""

    new: int = 0
    restored: int = 0
    already: int = 0
    left: int = 0
    """Withdrawn before and left so."""
    inactive: int = 0
    no_learner: int = 0

    @property
    def sentence(self) -> str:
        """The numbers in words: first what was done, then who was left out and why."""
        done = [f"报名 {self.new} 人"] if self.new else []
        done += [f"恢复报名 {self.restored} 人"] if self.restored else []
        skipped = [
            f"{count} 人{why}"
            for count, why in (
                (self.already, "早已报名"),
                (self.left, "退出过，没有自动恢复"),
                (self.inactive, "账号已停用，没有报名"),
                (self.no_learner, "没有学员角色，没有报名"),
            )
            if count
        ]
        return "；".join(["，".join(done) or "没有新报名的人", *skipped]) + "。"


def outcome_of(candidates: Iterable[Candidate], *, restoring: bool) -> Outcome:
    """What enrolling these people would do; `restoring` brings back those who withdrew."""
    return outcome_by(Counter(candidate.admission for candidate in candidates), restoring=restoring)


def outcome_by(found: Mapping[Admission, int], *, restoring: bool) -> Outcome:
    """The same for people who were counted by what enrolling them would do."""
    left = found.get(Admission.LEFT, 0)
    return Outcome(
        new=found.get(Admission.NEW, 0),
        restored=left if restoring else 0,
        already=found.get(Admission.ALREADY, 0),
        left=0 if restoring else left,
        inactive=found.get(Admission.INACTIVE, 0),
        no_learner=found.get(Admission.NO_LEARNER, 0),
    )


def names_in_words(names: Sequence[str], most: int = NAMES_TOLD) -> str:
    """Names as a record tells them: all of a few, the first of many and how many there are."""
    if len(names) <= most:
        return "、".join(names)
    return "、".join(names[:most]) + f"等 {len(names)} 人"


def day_in_words(day: date | None) -> str:
    """A due date in a record."""
    return f"截止 {day.isoformat()}" if day else "没有截止日期"


def due_of_newcomer(rule_due: date | None, today: date) -> date | None:
    """When somebody who joins a unit today is due: as the rule says, but nobody begins overdue."""
    return rule_due if rule_due is not None and rule_due >= today else None


class Rule(Protocol):
    """A standing rule, as far as it matters here: for which course."""

    course_id: int


R = TypeVar("R", bound=Rule)


def nearest_rules(unit_id: int, above: Mapping[int, int | None], rules: Mapping[int, Sequence[R]]) -> list[R]:
    """Which rules hold in a unit: of the unit and of those over it (`above`: {unit: the one over it}), one per course.

    Of two for the same course the nearer one holds.
    """
    nearest: dict[int, R] = {}
    seen: set[int] = set()
    place: int | None = unit_id
    while place is not None and place not in seen:
        seen.add(place)
        for rule in rules.get(place, ()):
            nearest.setdefault(rule.course_id, rule)
        place = above.get(place)
    return list(nearest.values())
