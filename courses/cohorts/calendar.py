"""The calendar of a cohort: its state, its dates a year later, and when somebody is reminded; pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

CATCH_UP = 2
"""For how many days a reminder that was missed is still made up for, for instance after the server stood still."""
OVERDUE = -1
"""The stage of what is overdue."""
MOST_REMINDERS = 5
LONGEST_AHEAD = 60
USUAL_DAYS = (7, 1)
"""How many days before a due date people are reminded, where nobody chose otherwise."""


class CohortState(StrEnum):
    """The life of a cohort; computed from its dates and from what was done with it."""

    PREPARING = "preparing"
    RUNNING = "running"
    ENDED = "ended"
    ARCHIVED = "archived"

    @property
    def label(self) -> str:
        """The state's name on pages."""
        return {"preparing": "筹备", "running": "进行中", "ended": "已结束", "archived": "已归档"}[self.value]


def state_of(*, opened: bool, closed: bool, archived: bool, ends_on: date, day: date) -> CohortState:
    """Where a cohort stands on a day: until its last day it runs, unless somebody closed it before."""
    if archived:
        return CohortState.ARCHIVED
    if not opened:
        return CohortState.PREPARING
    return CohortState.ENDED if closed or ends_on < day else CohortState.RUNNING


def year_later(day: date) -> date:
    """The same day of the next year; for the 29th of February the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def moved(due_on: date | None, by: timedelta, first: date, last: date) -> date | None:
    """A due date of its own in the new calendar: moved as the beginning was, never outside of the new dates."""
    return None if due_on is None else min(max(due_on + by, first), last)


def stage_of(left: int, chosen: Iterable[int]) -> int | None:
    """Which reminder is due when so many days are left: one of the chosen numbers, OVERDUE, or None.

    Today is 0; a date that is over is negative. A reminder that could not go out on its day is made up for within
    CATCH_UP days; later it would say nothing new.
    """
    if left < 0:
        return OVERDUE if left >= OVERDUE - CATCH_UP else None
    return min((days for days in chosen if days - CATCH_UP <= left <= days), default=None)


def read_days(text: str) -> list[int]:
    """The days before a due date as somebody typed them, such as 7、1; the largest first, each once.

    Raises ValueError with a sentence where it is something else.
    """
    parts = [part for part in _split(text) if part]
    if not all(part.isascii() and part.isdigit() and 1 <= int(part[:4]) <= LONGEST_AHEAD for part in parts):
        raise ValueError(f"请填 1 到 {LONGEST_AHEAD} 之间的天数，几个之间用顿号隔开，例如 7、1。")
    days = sorted({int(part) for part in parts}, reverse=True)
    if len(days) > MOST_REMINDERS:
        raise ValueError(f"最多提醒 {MOST_REMINDERS} 次：提醒多了，就没有人看了。")
    return days


def _split(text: str) -> list[str]:
    for sign in "，,；;。. /":
        text = text.replace(sign, "、")
    return [part.strip().removesuffix("天").strip() for part in text.split("、")]


def days_in_words(days: Iterable[int]) -> str:
    """The days as they are typed."""
    return "、".join(str(one) for one in days)
