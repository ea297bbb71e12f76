"""Dates and moments as the people read them: stored in UTC, shown in their zone, in Chinese."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app

from literacy import db


def zone() -> ZoneInfo:
    """The time zone that people read."""
    return ZoneInfo(current_app.config["TIME_ZONE"])


def today() -> date:
    """The date where the people are."""
    return db.now().astimezone(zone()).date()


def begins(value: date) -> datetime:
    """The moment at which a date begins where the people are, in UTC."""
    return datetime.combine(value, time(), zone()).astimezone(UTC)


def ends(value: date) -> datetime:
    """The moment at which the next date begins where the people are, in UTC."""
    return begins(value + timedelta(days=1))


def day(value: date | datetime | None) -> str:
    """A date as 11月24日, with the year where it is not this one."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(zone()).date()
    text = f"{value.month}月{value.day}日"
    return text if value.year == today().year else f"{value.year}年{text}"


def moment(value: datetime | None) -> str:
    """A moment as 今天 09:30, 昨天 09:30 or 11月24日 09:30."""
    if value is None:
        return ""
    local = value.astimezone(zone())
    if local.date() == today():
        return f"今天 {local:%H:%M}"
    if local.date() == today() - timedelta(days=1):
        return f"昨天 {local:%H:%M}"
    return f"{day(local.date())} {local:%H:%M}"
