"""What the learned models are given of a reply: the writer's own words, with what must not matter made alike.

Words of others in quotation marks are left out: whoever quotes an insult to apologise for it has not insulted. So is
the date under a reply, and a day before it sounds unlike a day to come. Which group of people, which place and which
number is named says nothing about a fault, so they all sound the same.
"""

import re
from typing import NamedTuple

from quizzes.rubric.dates import Days
from quizzes.rubric.segments import Layout, is_reported

GROUP = "〇"
"""Stands for any group of people: origin, registration, ethnic group, sex, age, work, means."""
HIDDEN = "〆"
"""Stands for whatever was hidden on purpose: a user, a place, part of a name. Rules tell it from a form left empty."""
PAST = "〻"
"""Stands for a day that was over when the reply was signed: it tells what was done, and is no time limit."""
UNSAYABLE = frozenset({GROUP, HIDDEN, PAST})
"""Signs that stand for something else, so that no reader is told that they weighed most."""
_SHORTEST_QUOTE = 4
_LONGEST_NUMBER = 5
_GROUPS = re.compile(
    "外地|外来|外省|外县|外乡|本地|农村户口|城市户口|农村|乡下|城里|山里|少数民族|维吾尔族?|蒙古族|"
    "藏族|汉族|回族|满族|壮族|苗族|彝族|侗族|土族|"
    "河南|东北|新疆|上海|广东|四川|安徽|甘肃|女(?:人|性|的|同志|司机)|男(?:人|性|的)|老(?:人家?|年人|头|太太?)|上了?年纪|"
    "大妈|大爷|年轻人?|残疾人?|残障|打工(?:的|者|人)|农民工?|低保户|单亲|离异|失业|没上过(?:大学|学)"
)
# Here and below each expression begins with plain signs or a set, so that the search skips whatever is neither.
_MASK = re.compile(r"[a-z某*](?:(?<=u)u\d+|(?<![a-z0-9].)(?<=[a-z])\d{0,2}(?=[市县区州镇])|(?<=[某*])[某*]*)")
"""Users, places and names as message boards hide them (「UU0081736」「K6县」「张某某」)."""
_NUMBER = re.compile(r"\d\d*")


class Known(NamedTuple):
    """What stands beside a reply, normalised: what the citizen wrote, and what the office knew of the matter."""

    post: str = ""
    facts: tuple[str, ...] = ()


NOTHING = Known()


def own_words(page: Layout, post: str, days: Days) -> str:
    """The normalised reply with the words of others and the date of signing blanked out, days that were over marked.

    Every place stays where it was.
    """
    text = _without(page.text, days)
    for left, right in page.quotes:
        if right - left >= _SHORTEST_QUOTE and is_reported(page, left + 1, right - 1, post):
            text = text[: left + 1] + " " * (right - left - 2) + text[right - 1 :]
    return text


def _without(text: str, days: Days) -> str:
    if not days.signed:
        return text
    chars = list(text)
    for sign, named in (("", days.signed), (PAST, days.past)):
        for start, end, _ in named:
            chars[start:end] = sign.ljust(end - start)
    return "".join(chars)


def heard(text: str) -> str:
    """A normalised text as the models hear it: users, places, groups and figures without their identity."""
    text = _GROUPS.sub(GROUP, _MASK.sub(HIDDEN, text))
    return _NUMBER.sub(_size, text)


def each_heard(text: str) -> list[str]:
    """What is heard in place of each character of a normalised text: itself, or of a group of people one sign."""
    letters = list(text)
    for match in _GROUPS.finditer(text):
        letters[match.start() : match.end()] = [GROUP, *[""] * (match.end() - match.start() - 1)]
    return letters


def _size(number: re.Match[str]) -> str:
    return "0" * min(number.end() - number.start(), _LONGEST_NUMBER)
