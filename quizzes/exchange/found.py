"""Collects what a file of another system turns out to hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from literacy.sheets.decoding import Unreadable
from literacy.text import clean
from quizzes.bodies import normalised, question_problems
from quizzes.exchange.item import Bank, Fault, Item
from quizzes.models import Kind

MAX_QUESTIONS = 2000
BLANK = "_____"
"""What stands in a stem where something is to be filled in."""


def tidy(value: Any) -> Any:
    """Texts as they are stored, however deep they lie."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {key: tidy(inner) for key, inner in value.items()}
    return [tidy(inner) for inner in value] if isinstance(value, (list, tuple)) else value


@dataclass
class Found:
    """The questions and faults so far, in the order of the file."""

    items: list[Item] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def note(self, place: str, sentence: str) -> None:
        """Say something that stops nothing."""
        self.faults.append(Fault(place, sentence, stops=False))

    def stop(self, place: str, sentence: str) -> None:
        """Say what has to be mended in the file first."""
        self.faults.append(Fault(place, sentence))

    def take(
        self, place: str, kind: Kind, body: Mapping[str, Any], *, competency: str = "", difficulty: int | None = None
    ) -> None:
        """Add a question. What it lacks is said; it becomes a draft all the same, for its author to finish."""
        if len(self.items) >= MAX_QUESTIONS:
            raise Unreadable(f"文件里的题目超过 {MAX_QUESTIONS} 道，请分成几个文件。")
        whole = normalised(kind, tidy(body))
        missing = [sentence for key, sentence in question_problems(kind, whole) if not key.endswith("feedback")]
        for sentence in dict.fromkeys(missing):
            self.note(place, f"读进来是草稿，还要补：{sentence}")
        self.items.append(Item(kind, whole, competency, difficulty or 2, place))

    def bank(self) -> Bank:
        """All of it. A file without a single question cannot be imported."""
        if not self.items and not any(fault.stops for fault in self.faults):
            self.stop("", "文件里没有一道可以导入的题目。")
        return Bank(tuple(self.items), tuple(self.faults))


def unreadable(refused: Unreadable, place: str = "") -> Bank:
    """The bank of a file that cannot be read at all."""
    return Bank(faults=(Fault(place, refused.sentence),))


def weighed(found: Found, place: str, shares: list[float], *, single: bool) -> list[bool]:
    """Which options are right, from the shares of the marks that they earn; what that changes is said.

    Other systems weigh options one by one; here an option is right or wrong.
    """
    right = [share > 0 for share in shares]
    if single and (full := [share >= 0.99 for share in shares]).count(True) == 1:
        if full != right:
            found.note(place, "有的选项原来算部分得分，单选题这里只认一个对的，其余按错算。")
        return full
    earning = [share for share in shares if share > 0]
    if earning and max(earning) - min(earning) > 0.02:
        found.note(place, "各个选项原来分值不同，这里每个对的选项分值一样。")
    return right
