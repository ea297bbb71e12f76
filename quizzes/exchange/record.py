"""A question as trainers write it down in tables and papers: texts under headings, options by letters."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from quizzes.competencies import competency_name
from quizzes.exchange.item import Item
from quizzes.exchange.words import letter
from quizzes.models import Kind
from quizzes.traps import trap_name


@dataclass
class Record:
    """One question, every text as it is written; ``options``, ``pairs`` and ``reasons`` by letter.

    Of a matching question ``options`` hold the left and ``pairs`` the right side; a right side without a left one is
    superfluous. Of a short question each option holds the spellings of one answer, a line each. Of a true-or-false
    question ``reasons`` A and B are what is said to 对 and to 错.
    """

    place: str = ""
    kind: str = ""
    stem: str = ""
    options: dict[str, str] = field(default_factory=dict)
    pairs: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    answer: str = ""
    explanation: str = ""
    marks: str = ""
    level: str = ""
    competency: str = ""
    source: str = ""
    trap: str = ""
    otherwise: str = ""


TEXTS: dict[str, str] = {
    "kind": "题型",
    "stem": "题干",
    "answer": "答案",
    "explanation": "解析",
    "marks": "分值",
    "level": "难度",
    "competency": "知识点",
    "source": "依据",
    "trap": "陷阱",
    "otherwise": "没答到时的话",
}
"""What the single texts of a record are called, in tables and in papers."""


def _by_letter(texts: list[str]) -> dict[str, str]:
    return {letter(number): text for number, text in enumerate(texts) if text}


def _choice(record: Record, item: Item) -> None:
    options = item.body["options"]
    record.options = _by_letter([row["text"] for row in options])
    record.reasons = _by_letter([row["feedback"] for row in options])
    record.answer = joined([letter(number) for number, row in enumerate(options) if row["correct"]])


def _truefalse(record: Record, item: Item) -> None:
    record.answer = {True: "对", False: "错"}.get(item.body["answer"], "")
    record.reasons = _by_letter([item.body["feedback_true"], item.body["feedback_false"]])


def _matching(record: Record, item: Item) -> None:
    pairs = item.body["pairs"]
    record.options = _by_letter([row["left"] for row in pairs])
    record.pairs = _by_letter([row["right"] for row in pairs] + item.body["distractors"])
    record.reasons = _by_letter([row["feedback"] for row in pairs])


def _ordering(record: Record, item: Item) -> None:
    rows = item.body["items"]
    record.options = _by_letter([row["text"] for row in rows])
    record.reasons = _by_letter([row["feedback"] for row in rows])
    record.answer = joined(list(record.options))


def _short(record: Record, item: Item) -> None:
    accepted = item.body["accept"]
    spellings = [[" ".join(text.split("\n")) for text in row["any"]] for row in accepted]
    record.reasons = _by_letter([row["feedback"] for row in accepted])
    record.otherwise = item.body["otherwise"]
    if len(accepted) == 1 and accepted[0]["fraction"] == 1 and not any(set("|｜") & set(text) for text in spellings[0]):
        record.answer = "\n".join(spellings[0])
        return
    record.options = _by_letter(["\n".join(texts) for texts in spellings])
    record.answer = "；".join(f"{letter(number)}={percent(row['fraction'])}" for number, row in enumerate(accepted))


_WRITERS = {
    Kind.SINGLE: _choice,
    Kind.MULTIPLE: _choice,
    Kind.TRUE_FALSE: _truefalse,
    Kind.MATCHING: _matching,
    Kind.ORDERING: _ordering,
    Kind.SHORT: _short,
}
WRITTEN = frozenset(_WRITERS)
"""The kinds of questions that tables and papers hold: all but replies, which need their scenario."""


def joined(letters: list[str]) -> str:
    """An answer of several letters: ABD, or with signs between them where one has two letters."""
    return ("" if all(len(one) == 1 for one in letters) else "、").join(letters)


def percent(fraction: float) -> str:
    """A share as percent, without losing a digit: 0.5 is 50%."""
    text = f"{Decimal(str(fraction)) * 100:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def record_of(item: Item) -> Record:
    """A question as it is written down; of the kinds in WRITTEN. Raises KeyError for another."""
    record = Record(
        place=item.place,
        kind=item.kind.label,
        stem=item.body["stem"],
        explanation=item.body["explanation"],
        level=str(item.difficulty) if item.difficulty else "",
        competency=competency_name(item.competency),
        source=item.body["source"],
        trap=trap_name(item.body["trap"]) if item.body["trap"] else "",
    )
    _WRITERS[item.kind](record, item)
    return record


def tidied(record: Record) -> Record:
    """The record with every text trimmed, and empty options left out."""
    done = replace(record)
    for name in TEXTS:
        setattr(done, name, getattr(record, name).strip())
    for name in ("options", "pairs", "reasons"):
        setattr(done, name, {key: text.strip() for key, text in getattr(record, name).items() if text.strip()})
    return done
