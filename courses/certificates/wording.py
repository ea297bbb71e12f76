"""The text of a certificate with its placeholders, and dates as a certificate writes them; pure."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

PLACEHOLDERS = {
    "姓名": "name",
    "单位": "unit",
    "课程": "course",
    "学时": "hours",
    "完成日期": "completed_on",
    "颁发日期": "issued_on",
    "得分": "score",
}
"""What a text may name, and what of the snapshot it stands for."""
DEFAULT_TITLE = "结业证书"
DEFAULT_TEXT = "{姓名}同志：\n于{完成日期}学完{课程}的全部内容，测验和演练合格，计 {学时} 学时，准予结业，特发此证。"
_NAMED = re.compile(r"[{｛]\s*([^{}｛｝]*?)\s*[}｝]")


def problem(text: str) -> str | None:
    """What is wrong with a text, as a sentence; None if it will do."""
    unknown = [name for name in _NAMED.findall(text) if name not in PLACEHOLDERS]
    if unknown:
        known = "、".join(f"{{{name}}}" for name in PLACEHOLDERS)
        return f"没有“{{{unknown[0][:20]}}}”这一项。可以用的是：{known}。"
    if "姓名" not in _NAMED.findall(text):
        return "证书上要有 {姓名}，否则看不出是谁的。"
    return None


def named(text: str) -> set[str]:
    """What of the snapshot a text prints: nobody who checks a certificate sees more of its holder."""
    return {PLACEHOLDERS[name] for name in _NAMED.findall(text) if name in PLACEHOLDERS}


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what the placeholders stand for. What is not known stays away without a gap."""
    return _NAMED.sub(lambda found: values.get(PLACEHOLDERS.get(found[1], ""), ""), text)


def number(value: float | None) -> str:
    """A number without needless decimals."""
    return "" if value is None else f"{value:.1f}".removesuffix(".0")


def full_date(value: date) -> str:
    """A date as a document writes it: 2026年11月26日."""
    return f"{value.year}年{value.month}月{value.day}日"


def months_later(value: date, months: int) -> date:
    """The same day so many months later; the last day of that month where it has no such day."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    for day in range(value.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, value.day)


def last_day(issued_on: date, months: int | None) -> date | None:
    """The last day on which a certificate of that day is valid; None for one that is valid for ever."""
    return None if months is None else months_later(issued_on, months) - timedelta(days=1)
