"""What all formats of other systems have in common: which questions go out, and what is said of the rest; pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from quizzes.bodies import question_problems
from quizzes.competencies import COMPETENCIES, competency_name
from quizzes.exchange.item import Fault, Item
from quizzes.models import Kind
from quizzes.traps import TRAPS

Loss = Callable[[Item], Iterable[str]]
"""What a format cannot carry of one question, in sentences."""

NO_COMPETENCY = "未定能力"
DIFFICULTY = "难度"
_SHOWN = 8
"""So many questions are named; the rest are counted."""


def unfinished(item: Item) -> bool:
    """Whether it lacks something without which nobody can answer it. Reasons may be missing."""
    return any(not key.endswith("feedback") for key, _ in question_problems(item.kind, dict(item.body)))


def carried(items: Sequence[Item]) -> Iterator[Item]:
    """The questions that other systems know: complete ones of every kind but replies to a scenario."""
    return (item for item in items if item.kind is not Kind.REPLY and not unfinished(item))


def common(item: Item) -> Iterator[str]:
    """What no format of another system carries."""
    if item.kind is Kind.REPLY:
        yield "答复题要配着情景做，这种格式装不下，没有写进文件。"
    elif unfinished(item):
        yield "题目还没有写完整，没有写进文件。"


def reasons_of_rows(item: Item) -> Iterator[str]:
    """Reasons beside pairs and steps, which other systems do not know."""
    for key, name in (("pairs", "连线题每一对"), ("items", "排序题每一项")):
        if any(row["feedback"] for row in item.body.get(key) or ()):
            yield f"{name}的讲解装不下，没有写进文件。"


def told(items: Sequence[Item], *losses: Loss) -> tuple[Fault, ...]:
    """One fault for each thing that is lost, with the questions that lose it. None of them stops anything."""
    found: dict[str, list[int]] = {}
    for number, item in enumerate(items, start=1):
        for loss in losses:
            for sentence in loss(item):
                found.setdefault(sentence, []).append(number)
    return tuple(Fault(questions(numbers), sentence, stops=False) for sentence, numbers in found.items())


def questions(numbers: Sequence[int]) -> str:
    """Which questions: 第 3、5 题."""
    named = "、".join(str(number) for number in numbers[:_SHOWN])
    return f"第 {named} 题" if len(numbers) <= _SHOWN else f"第 {named} 题等 {len(numbers)} 道"


def percent(fraction: float) -> str:
    """A share as percent, without losing a digit: 0.5 is 50."""
    text = f"{Decimal(str(fraction)) * 100:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def share(percent_text: str) -> float:
    """Percent as a share: 33.33333 is 0.3333333."""
    return float(Decimal(percent_text) / 100)


def grouped(answers: Iterable[tuple[str, float, str]]) -> list[dict[str, Any]]:
    """Accepted answers, each (words, share, reason), as a short question holds them.

    Neighbours with the same share and the same reason are ways of writing one answer.
    """
    rows: list[dict[str, Any]] = []
    for words, fraction, feedback in answers:
        if rows and (rows[-1]["fraction"], rows[-1]["feedback"]) == (fraction, feedback):
            rows[-1]["any"].append(words)
        else:
            rows.append({"any": [words], "fraction": fraction, "feedback": feedback})
    return rows


def category_of(item: Item) -> str:
    """The category of another system's bank that stands for a competency."""
    return competency_name(item.competency) if item.competency in COMPETENCIES else NO_COMPETENCY


def competency_in(category: str) -> str:
    """The competency that a category names by its code, as in 网感/WG1 识语; empty if none."""
    last = category.rsplit("/", 1)[-1].strip()
    code = last.split(maxsplit=1)[0].upper() if last else ""
    return code if code in COMPETENCIES else ""


def labels_of(item: Item) -> list[str]:
    """What else goes out as labels: the difficulty, and the trap."""
    return [f"{DIFFICULTY}{item.difficulty}", *([str(item.body["trap"])] if item.body.get("trap") else [])]


def from_labels(labels: Iterable[str]) -> tuple[str, int | None, str]:
    """(competency, difficulty, trap) as far as labels name them."""
    competency, difficulty, trap = "", None, ""
    for label in map(str.strip, labels):
        level = label.removeprefix(DIFFICULTY)
        if label != level and level in {"1", "2", "3", "4", "5"}:
            difficulty = int(level)
        elif label in COMPETENCIES:
            competency = label
        elif label in TRAPS:
            trap = label
    return competency, difficulty, trap
