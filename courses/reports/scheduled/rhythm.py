"""When a scheduled report is due; pure."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

AT = time(6)
"""Made in the morning, before anybody sits down."""
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


class Rhythm(StrEnum):
    """How often it comes."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"

    @property
    def label(self) -> str:
        """The word on pages."""
        return {"weekly": "每周", "monthly": "每月"}[self.value]


@dataclass(frozen=True)
class Plan:
    """Every week on a weekday (1 Monday to 7), or every month on a day (1 to 31; in a shorter month its last)."""

    rhythm: Rhythm
    weekday: int = 1
    day: int = 1

    def in_words(self) -> str:
        """When it comes, as a person says it."""
        if self.rhythm is Rhythm.WEEKLY:
            return f"每周{WEEKDAYS[self.weekday - 1].removeprefix('星期')}"
        return f"每月 {self.day} 日" + ("（没有这天的月份是最后一天）" if self.day > 28 else "")

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first time after this moment, in UTC."""
        today = moment.astimezone(zone).date()
        for candidate in self._days(today):
            at = datetime.combine(candidate, AT, zone).astimezone(UTC)
            if at > moment:
                return at
        raise AssertionError("a plan always comes again")

    def _days(self, today: date) -> list[date]:
        if self.rhythm is Rhythm.WEEKLY:
            first = today + timedelta(days=(self.weekday - today.isoweekday()) % 7)
            return [first, first + timedelta(days=7)]
        return [self._in_month(today.year, today.month), self._in_month(*_following(today.year, today.month))]

    def _in_month(self, year: int, month: int) -> date:
        return date(year, month, min(self.day, calendar.monthrange(year, month)[1]))


def _following(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == 12 else (year, month + 1)
