"""How long what is kept: one list of periods. What is not in the law is a habit that an installation may change.

Each rule says in words what it deletes. Packages add theirs to `registry().retention`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from literacy.db import db
from literacy.settings import value

DAY, MONTH = timedelta(days=1), timedelta(days=31)
LOG_FLOOR = 6
"""Months for which the law wants logs; no setting goes below."""


@dataclass(frozen=True)
class Period:
    """For how many months, or days, something is kept; 0: the rule is off."""

    months: int = 0
    days: int = 0

    @property
    def length(self) -> timedelta:
        """As a span of time."""
        return self.months * MONTH + self.days * DAY

    @property
    def words(self) -> str:
        """The period in words."""
        if self.days:
            return f"{self.days} 天"
        return f"{self.months // 12} 年" if self.months and self.months % 12 == 0 else f"{self.months} 个月"


PERIODS: dict[str, Period] = {
    "log_names": Period(LOG_FLOOR),
    "handled_forms": Period(1),
    "open_answers": Period(12),
    "question_imports": Period(1),
    "corrections": Period(24),
    "leavers": Period(0),
}
"""Periods that nobody sets, by the name of their rule."""
SET: dict[str, tuple[str, str]] = {
    "log": ("keep_audit_months", "months"),
    "edit_drafts": ("keep_drafts_days", "days"),
    "messages": ("keep_messages_days", "days"),
    "mails": ("keep_mails_days", "days"),
}
"""Periods that an installation sets: {name of the rule: (key of the setting, its unit)}."""


def period(name: str) -> Period:
    """How long this is kept here."""
    if name in SET:
        key, unit = SET[name]
        return Period(**{unit: int(value(key))})
    return PERIODS[name]


class _Words(dict[str, str]):
    """The periods in words, each worked out when it is asked for."""

    def __missing__(self, name: str) -> str:
        return period(name).words


def told(sentence: str) -> str:
    """A sentence that names periods, such as “{log}，到期删去。”, with the periods that hold here."""
    return sentence.format_map(_Words())


@dataclass(frozen=True)
class Rule:
    """One rule: what goes when its time is over."""

    name: str
    title: str
    what: str
    """What is deleted, in a sentence."""
    count: Callable[[datetime], int]
    """How many rows are older than this moment: what `apply` would delete now."""
    apply: Callable[[datetime], int]
    """Deletes them, and gives how many. Flushes, never commits."""

    @property
    def on(self) -> bool:
        """Whether it is in use here."""
        return period(self.name).length > timedelta()

    def before(self, moment: datetime) -> datetime:
        """What is older than this has outlived its time."""
        return moment - period(self.name).length


def deleting(model: Any, *old: Callable[[datetime], Any]) -> dict[str, Any]:
    """The count and the apply of a rule that deletes rows of a model, given its conditions as functions of a moment."""

    def conditions(before: datetime) -> list[Any]:
        return [condition(before) for condition in old]

    def count(before: datetime) -> int:
        return db.session.scalar(select(func.count()).select_from(model).where(*conditions(before))) or 0

    def apply(before: datetime) -> int:
        statement = delete(model).where(*conditions(before))
        return db.session.execute(statement, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined]

    return {"count": count, "apply": apply}
