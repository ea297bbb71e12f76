"""Progress through a course: pure, computed from what was done, never stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import mean
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Step(Generic[Thing]):
    """One activity as a learner stands to it. `score` is the best one so far, 0–100, None where nothing is scored."""

    activity: Thing
    done: bool
    begun: bool = False
    score: float | None = None
    closed: str = ""
    """Why it cannot be attempted any more, as a sentence, though it is not done."""
    ends_at: datetime | None = None
    """When the clock of an attempt at it runs out: a clock that runs waits for nobody."""
    attempt_id: int | None = None
    """The attempt at it that is open."""


def share_done(done: int, total: int) -> float:
    """The share of activities done, 0–1. A course without activities has not begun: 0."""
    return min(done, total) / total if total else 0.0


def next_step(steps: Sequence[Step[Thing]]) -> Step[Thing] | None:
    """Where to go on, None where nothing can be done.

    First of all where a clock runs, even if the step was done before; then what was begun and not finished; then the
    first that is not done. Steps that cannot be attempted any more lead nowhere.
    """
    undone = [step for step in steps if not step.done and not step.closed]
    begun = [step for step in undone if step.begun]
    return running_step(steps) or next(iter(begun or undone), None)


def running_step(steps: Iterable[Step[Thing]]) -> Step[Thing] | None:
    """The step whose clock runs out first; None where none runs."""
    timed = [step for step in steps if step.ends_at is not None]
    return min(timed, key=lambda step: step.ends_at or _NEVER, default=None)


def after(steps: Sequence[Step[Thing]], activity: Thing) -> Thing | None:
    """The activity that follows this one in the order of study; None after the last."""
    order = [step.activity for step in steps]
    following = order[order.index(activity) + 1 :] if activity in order else []
    return following[0] if following else None


def is_complete(steps: Sequence[Step[Thing]]) -> bool:
    """Whether everything is done. An empty course cannot be completed."""
    return bool(steps) and all(step.done for step in steps)


def mean_score(scores: Iterable[float | None]) -> float | None:
    """The course's score: the mean of the best scores of its quizzes and drills, 0–100; None without any."""
    known = [score for score in scores if score is not None]
    return round(mean(known), 1) if known else None
