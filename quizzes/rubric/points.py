"""Points of a scenario, and figures without a source."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from quizzes.rubric.evidence import Reading
from quizzes.rubric.model import PointVerdict, Span
from quizzes.rubric.normalise import fold
from quizzes.rubric.scanning import matches_from
from quizzes.rubric.segments import is_denied
from quizzes.rubric.shapes import COMPILED, MONEY

_NEIGHBOURS = 1
"""All words of a group have to stand in one sentence or in sentences this far apart."""
_PLACES = 8
"""Places of one word that are looked at."""
_NEGATIVE = re.compile(r"[不没未无别勿]")
_HAN_DIGITS = "零一二三四五六七八九"
_HAN_NUMBER = re.compile(
    r"[一二三四五六七八九十百零两](?<![一二三四五六七八九十百千万零两\d].)[一二三四五六七八九十百零两]{0,4}(?![千万亿])"
)
_CLOCK = re.compile(
    r"(?<![\d:])(?P<hour>\d{1,2})(?:[时点](?!间|长)(?:(?P<after>\d{1,2})分?)?|:(?P<colon>\d{2})(?![\d:]))"
)
_AFTER_NOON = "(?:下午|晚|傍晚|夜)"
_PARTS_OF_AN_HOUR = {30: ("半",), 15: ("一刻",), 45: ("三刻",)}
_DOCUMENT = r"[〔\[(]\d{4}[〕\])]第?\d+号"
_FIGURE = "|".join(
    (
        COMPILED["电话"].pattern,
        COMPILED["条文"].pattern,
        COMPILED["日期"].pattern,
        MONEY,
        COMPILED["时长"].pattern,
        r"\d+(?:\.\d+)?%",
        r"\d+(?:[.:]\d+)*",
    )
)
_HAS_DOCUMENT, _CHECKED_FIGURE = re.compile(_DOCUMENT), re.compile(_FIGURE)
_CHECKED = re.compile(rf"[\u4e00-\u9fff]{{1,6}}{_DOCUMENT}|{_FIGURE}")
_NUMERALS = "零〇一二两三四五六七八九十百千万亿"
_FIGURE_STARTS = re.compile(
    rf"[\d《第今明本年{_NUMERALS}](?:(?<=[\d《第今明本年])|(?=[{_NUMERALS}个多工自小分天日周星月号元]))"
)
"""Where a figure may begin; a Chinese numeral is one only with another or a unit behind it."""
_HOTLINE = re.compile(r"1[12]\d|123\d\d|12\d{3}|24(?:小时)?|7[x×*]24")
_SIGNED_DATE = re.compile(r"\d{4}(?:年\d{1,2}月\d{1,2}日?|[-/.]\d{1,2}[-/.]\d{1,2})")
_DIGIT, _NO_DIGIT, _DIGITS = re.compile(r"\d"), re.compile(r"\D"), re.compile(r"\d{1,9}")
_BETWEEN_DIGITS = re.compile(r"[ -](?<=\d.)(?=\d)")
_LIMIT = 20


def judge_points(reading: Reading) -> tuple[PointVerdict, ...]:
    """Whether each point of the case is met.

    A point is met when all words of one of its groups stand in the same or in two neighbouring sentences. Dates, hours
    and small numbers may be written in another way, and a word of four characters or more may have a little between
    its halves. A denied word does not count, unless the group itself speaks of something that is not (「没告知」).
    """
    return tuple(_judge(reading, point.id, point.text, point.any) for point in reading.case.points)


def _judge(reading: Reading, id_: str, text: str, groups: tuple[tuple[str, ...], ...]) -> PointVerdict:
    for group in groups:
        found = _together(reading, tuple(word for word in map(fold, group) if word.strip()))
        if found:
            start, end = reading.normal.span(*found)
            return PointVerdict(id_, text, True, start, end)
    return PointVerdict(id_, text, False, None, None)


def _together(reading: Reading, group: tuple[str, ...]) -> tuple[int, int] | None:
    """The place of the first word, if the words of the group stand close enough together."""
    if not group:
        return None
    negative = any(_NEGATIVE.search(word) for word in group)
    starts = [start for start, _ in reading.page.sentences]
    places = [
        [(bisect_right(starts, place[0]), place) for place in _places(reading, word, denied_too=negative)]
        for word in group
    ]
    for first in sorted({sentence for found in places for sentence, _ in found}):
        near = range(first, first + _NEIGHBOURS + 1)
        chosen = [next((place for sentence, place in found if sentence in near), None) for found in places]
        if all(chosen):
            return chosen[0]
    return None


def _places(reading: Reading, word: str, *, denied_too: bool) -> Iterator[tuple[int, int]]:
    count = 0
    for match in _spelling(word).finditer(reading.text):
        if denied_too or not is_denied(reading.page, match.start()):
            yield match.span()
            count += 1
            if count == _PLACES:
                return


@lru_cache(maxsize=2048)
def _spelling(word: str) -> re.Pattern[str]:
    """The ways to write a word: 6号 is 六号, 21日 is 21号, 20:30 is 晚上8点半; long words may be split once."""
    ways: list[str] = []
    last = 0
    for clock in _CLOCK.finditer(word):
        hour, minute = int(clock["hour"]), int(clock["after"] or clock["colon"] or 0)
        if hour < 24 and minute < 60:
            ways += [_spelled(word[last : clock.start()]), _clock(hour, minute)]
            last = clock.end()
    return re.compile("".join([*ways, _spelled(word[last:])]))


def _spelled(word: str) -> str:
    pieces: list[str] = []
    han = 0
    whole = len(re.findall(r"[\u4e00-\u9fff]", word))
    for part in re.findall(r"\d+|[\u4e00-\u9fff]|.", word, re.DOTALL):
        after_number = bool(pieces) and pieces[-1].startswith(r"(?<!\d)")
        if part.isdigit():
            spelled = _han_number(int(part)) if len(part) <= 2 and not part.startswith("0") else None
            pieces.append(rf"(?<!\d)(?:{part}{'|' + spelled if spelled else ''})(?!\d)")
        elif after_number and part in "日号":
            pieces.append("[日号]")
        else:
            pieces.append(re.escape(part))
            if "\u4e00" <= part <= "\u9fff":
                han += 1
                if whole >= 4 and han == (whole + 1) // 2:
                    pieces.append(r"[^。!?;\n]{0,2}?")
    return "".join(pieces)


def _clock(hour: int, minute: int) -> str:
    """A time of day: 20:30, 20时30分, 二十点半; after noon also 晚上8点半, where the part of the day is said."""
    said = [_at(hour, minute)]
    if hour > 12:
        said.append(rf"{_AFTER_NOON}[^。!?;\n\d]{{0,4}}?{_at(hour - 12, minute)}")
    return f"(?:{'|'.join(said)})"


def _at(hour: int, minute: int) -> str:
    spelled = _han_number(hour)
    number = rf"(?<!\d)(?:0?{hour}{'|' + spelled if spelled else ''})"
    if minute == 0:
        return rf"{number}(?:[时点](?![\d半一二三四五六七八九十])|:00)整?"
    spelled = _han_number(minute)
    minutes = [rf"{minute:02}(?!\d)分?", *([rf"{spelled}分?"] if spelled else []), *_PARTS_OF_AN_HOUR.get(minute, ())]
    return rf"{number}[时点:](?:{'|'.join(minutes)})"


def _han_number(number: int) -> str | None:
    """A number from 1 to 99 in Chinese numerals."""
    if not 1 <= number <= 99:
        return None
    tens, ones = divmod(number, 10)
    said = ("" if tens == 0 else "十" if tens == 1 else _HAN_DIGITS[tens] + "十") + (_HAN_DIGITS[ones] if ones else "")
    return said.replace("二", "[二两]") if number == 2 else said


def unsupported(reading: Reading) -> tuple[Span, ...]:
    """Figures, dates, sums and document numbers of the reply that stand neither in the facts nor in the post.

    Advice to check, never a deduction: the writer may know more than the exercise says.
    """
    known = reading.post + "\n" + "\n".join(reading.facts)
    spans = []
    for match in _checked(reading.text):
        said = match.group()
        if said in known or _is_common(reading.text, match) or _is_known(said, known):
            continue
        start, end = reading.normal.span(*match.span())
        spans.append(Span(start, end, reading.case.reply[start:end]))
        if len(spans) == _LIMIT:
            break
    return tuple(spans)


def _checked(text: str) -> Iterator[re.Match[str]]:
    if _HAS_DOCUMENT.search(text):
        return _CHECKED.finditer(text)
    return matches_from(_CHECKED_FIGURE, _FIGURE_STARTS, text)


def _is_common(text: str, match: re.Match[str]) -> bool:
    """Nothing to check: no figure, the number of a list, a hotline, a lone digit, a user's id, a signing date."""
    said = match.group()
    if not _DIGIT.search(said):
        return not said.startswith(("《", "第"))
    if len(said) == 1 or _HOTLINE.fullmatch(said) or text.endswith("uu", 0, match.start()):
        return True
    if _SIGNED_DATE.fullmatch(said) and not text[match.end() :].strip():
        return True
    return len(_NO_DIGIT.sub("", said)) <= 2 and _begins_item(text[: match.start()])


def _begins_item(before: str) -> bool:
    """Whether what follows stands at the head of a line or a sentence, a bracket at most before it."""
    before = before.removesuffix("(")
    said = before.rstrip()
    return not said or said[-1] in "。;:" or "\n" in before[len(said) :]


def _is_known(said: str, known: str) -> bool:
    figures = [int(figure) for figure in _DIGITS.findall(said)]
    if not figures:
        return False
    squeezed = _NO_DIGIT.sub("", said)
    if len(squeezed) >= 7 and squeezed in _digits(known):
        return True
    numbers = _numbers(known)
    return all(figure in numbers or figure + 12 in numbers for figure in figures if figure)


@lru_cache(maxsize=8)
def _digits(text: str) -> str:
    """The digits of a text without anything between them."""
    return _NO_DIGIT.sub("", _BETWEEN_DIGITS.sub("", text))


@lru_cache(maxsize=8)
def _numbers(text: str) -> frozenset[int]:
    """Every number of a text, Chinese numerals included; hours of the afternoon in both counts."""
    found = {int(figure) for figure in _DIGITS.findall(text)}
    for match in _HAN_NUMBER.finditer(text):
        value = _han_value(match.group())
        if value:
            found.add(value)
    return frozenset(found | {figure - 12 for figure in found if 13 <= figure <= 23})


def _han_value(said: str) -> int:
    total = unit = 0
    for char in said.replace("两", "二"):
        if char in _HAN_DIGITS:
            unit = _HAN_DIGITS.index(char)
        else:
            total += (unit or 1) * (10 if char == "十" else 100)
            unit = 0
    return total + unit
