"""Which days a reply names, and whether they were over when it was signed.

A reply on a message board is signed with its date, and tells what was done on which day. Such a day is no time limit;
only a day after the signature can be one. Where a reply bears no date, nobody can tell, and no day counts as over.
"""

import re
from bisect import bisect_left
from datetime import date, timedelta
from typing import NamedTuple

_MONTH = r"(?P<month>1[0-2]|0?[1-9])"
_DAY_OF_MONTH = r"(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)"
_NAMED = tuple(
    re.compile(rf"(?<!\d){pattern}")
    for pattern in (
        rf"(?:(?P<year>\d{{4}})年\s?)?{_MONTH}月(?:{_DAY_OF_MONTH}[日号]?)?",
        rf"(?P<year>\d{{4}})[./-]{_MONTH}[./-]{_DAY_OF_MONTH}",
        rf"(?P<year>20\d\d)年(?!\s?{_MONTH}月)",
    )
)
_SALUTATION = r"[\"“”]|尊敬的|亲爱的|网友|[您你](?:好|的|所|反映)"
_AFTER = re.compile(rf"\s*(?:$|\n|{_SALUTATION})")
"""What follows a signature: the end, or the salutation of the next reply; several are often run together."""
_BEFORE = re.compile(r"[,、:于自在从至到]\s*$")
"""What stands before a day in a running sentence."""
_AHEAD = timedelta(days=180)
"""A day without a year that would lie further ahead of the signature than this belongs to the year before."""


class Named(NamedTuple):
    """A day, month or year that a text names: its place, and the last day that it may mean."""

    start: int
    end: int
    last: date


class Days(NamedTuple):
    """The dates that a text is signed with, and the days it names that were over by then; in the order of the text."""

    signed: tuple[Named, ...]
    past: tuple[Named, ...]


NO_DAYS = Days((), ())


def days_of(text: str) -> Days:
    """The days of a normalised text. Several replies are often run together: each goes by its own signature."""
    if "月" not in text and not _NAMED[1].search(text):
        return NO_DAYS
    matches = [match for pattern in _NAMED for match in pattern.finditer(text)]
    signed = sorted(
        Named(*match.span(), day) for match in matches if _signs(text, match) and (day := _last(match, None))
    )
    if not signed:
        return NO_DAYS
    starts = [one.start for one in signed]
    own = set(starts)
    found = []
    for match in matches:
        letter = signed[min(bisect_left(starts, match.end()), len(signed) - 1)]
        if match.start() not in own and (day := _last(match, letter.last)) and day <= letter.last:
            found.append(Named(*match.span(), day))
    return Days(tuple(signed), tuple(sorted(found)))


def _signs(text: str, match: re.Match[str]) -> bool:
    """Whether a full date stands where a letter is signed: at its end, and in no running sentence."""
    given = match.groupdict()
    if not (given["year"] and given.get("day")) or not _AFTER.match(text, match.end()):
        return False
    return not _BEFORE.search(text, max(0, match.start() - 3), match.start())


def _last(match: re.Match[str], signed: date | None) -> date | None:
    """The last day that a match may mean; None for one that no calendar holds, or whose year nobody knows."""
    given = match.groupdict()
    year = given["year"] or (signed and signed.year)
    if not year:
        return None
    month, day = given["month"], given.get("day")
    try:
        if not month:
            return date(int(year), 12, 31)
        found = date(int(year), int(month), int(day)) if day else _end_of_month(int(year), int(month))
    except ValueError:
        return None
    if signed and not given["year"] and found - signed > _AHEAD:
        return found.replace(year=found.year - 1, day=min(found.day, 28))
    return found


def _end_of_month(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
