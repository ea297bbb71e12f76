"""Sums over the results of a quiz, from which every figure follows; pure.

Sums of two sets of attempts add up to the sums of both. So what was summed up once is kept, and only what was handed in
since is read again (see quizzes.service.analysis).
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

EMPTY = ""
"""The option of those who left a question open."""
LONGEST = 24 * 60
"""Minutes from which one attempt is as long as another: it lay open overnight."""


@dataclass(frozen=True)
class Given:
    """One answer of an attempt. `item` is the version of the question, `fraction` the share of its marks, 0–1."""

    item: int
    question: int
    marks: float
    fraction: float
    chosen: tuple[str, ...] = ()
    """What was chosen among the options, by their numbers from 0; (EMPTY,) for nothing; () where nothing is chosen."""


@dataclass
class ItemSums:
    """One item over the attempts that it was asked in. The rest is the attempt's score without it, 0–1."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0
    with_rest: int = 0
    """In how many attempts something else was asked as well; the sums below are over these."""
    own: float = 0.0
    own_squares: float = 0.0
    rest: float = 0.0
    rest_squares: float = 0.0
    products: float = 0.0
    bands: Counter[int] = field(default_factory=Counter)
    """How many had which score, in whole percent."""
    chosen: dict[str, Counter[int]] = field(default_factory=dict)
    """The same of those who chose an option."""


@dataclass
class FormSums:
    """The attempts that were asked the very same questions for the same marks, in marks."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0
    items: list[float] = field(default_factory=list)
    item_squares: list[float] = field(default_factory=list)


@dataclass
class Sums:
    """Everything that is added up over the attempts of a quiz."""

    count: int = 0
    score: float = 0.0
    score_squares: float = 0.0
    bands: Counter[int] = field(default_factory=Counter)
    minutes: Counter[int] = field(default_factory=Counter)
    items: dict[int, ItemSums] = field(default_factory=dict)
    forms: dict[str, FormSums] = field(default_factory=dict)

    def add(self, answers: Sequence[Given], minutes: float | None = None) -> None:
        """Count one attempt: its answers, and how many minutes it took."""
        full = sum(one.marks for one in answers)
        if not full:
            return
        reached = sum(one.marks * one.fraction for one in answers)
        score = 100 * reached / full
        band = int(score + 0.5)
        self.count += 1
        self.score += score
        self.score_squares += score * score
        self.bands[band] += 1
        if minutes is not None:
            self.minutes[min(max(round(minutes), 0), LONGEST)] += 1
        for one in answers:
            self._add_item(one, reached, full, band)
        self._add_form(answers, reached)

    def _add_item(self, one: Given, reached: float, full: float, band: int) -> None:
        item = self.items.get(one.item)
        if item is None:
            item = self.items[one.item] = ItemSums()
        x = one.fraction
        item.count += 1
        item.total += x
        item.squares += x * x
        item.bands[band] += 1
        if (others := full - one.marks) > 0:
            rest = (reached - one.marks * x) / others
            item.with_rest += 1
            item.own += x
            item.own_squares += x * x
            item.rest += rest
            item.rest_squares += rest * rest
            item.products += x * rest
        for option in one.chosen:
            item.chosen.setdefault(option, Counter())[band] += 1

    def _add_form(self, answers: Sequence[Given], reached: float) -> None:
        in_order = sorted(answers, key=lambda one: one.question)
        key = " ".join(f"{one.question}:{one.marks:g}" for one in in_order)
        form = self.forms.get(key)
        if form is None:
            form = self.forms[key] = FormSums(items=[0.0] * len(answers), item_squares=[0.0] * len(answers))
        form.count += 1
        form.total += reached
        form.squares += reached * reached
        for place, one in enumerate(in_order):
            marks = one.marks * one.fraction
            form.items[place] += marks
            form.item_squares[place] += marks * marks

    def __add__(self, other: Self) -> "Sums":
        """The sums of both sets of attempts; neither is changed."""
        return Sums.from_dict(_added(self.as_dict(), other.as_dict()))

    def as_dict(self) -> dict[str, Any]:
        """The sums as JSON-safe dicts, lists and numbers."""
        return {
            **{name: getattr(self, name) for name in ("count", "score", "score_squares")},
            "bands": _plain(self.bands),
            "minutes": _plain(self.minutes),
            "items": {
                str(key): {
                    **{name: getattr(item, name) for name in _ITEM},
                    "bands": _plain(item.bands),
                    "chosen": {option: _plain(bands) for option, bands in item.chosen.items()},
                }
                for key, item in self.items.items()
            },
            "forms": {key: {name: getattr(form, name) for name in _FORM} for key, form in self.forms.items()},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Sums":
        """The inverse of `as_dict`. Raises KeyError or TypeError for what is no stored sums."""
        items = {
            int(key): ItemSums(
                **{name: item[name] for name in _ITEM},
                bands=_counted(item["bands"]),
                chosen={option: _counted(bands) for option, bands in item["chosen"].items()},
            )
            for key, item in data["items"].items()
        }
        forms = {key: FormSums(**{name: form[name] for name in _FORM}) for key, form in data["forms"].items()}
        plain = {name: data[name] for name in ("count", "score", "score_squares")}
        return cls(**plain, bands=_counted(data["bands"]), minutes=_counted(data["minutes"]), items=items, forms=forms)


_ITEM = (
    "count", "total", "squares", "with_rest", "own", "own_squares", "rest", "rest_squares", "products",
)  # fmt: skip
_FORM = ("count", "total", "squares", "items", "item_squares")


def _plain(counts: Mapping[int, int]) -> dict[str, int]:
    return {str(key): count for key, count in counts.items()}


def _counted(counts: Mapping[str, int]) -> Counter[int]:
    return Counter({int(key): count for key, count in counts.items()})


def _added(one: Any, other: Any) -> Any:
    """Two structures of the same make added up, number by number; what stands in one only is taken over."""
    if isinstance(one, dict):
        both: dict[Hashable, Any] = dict(one)
        for key, value in other.items():
            both[key] = _added(both[key], value) if key in both else value
        return both
    if isinstance(one, list):
        return [_added(first, second) for first, second in zip(one, other, strict=True)]
    return one + other


def summed(attempts: Iterable[tuple[Sequence[Given], float | None]]) -> Sums:
    """The sums over attempts, each given by its answers and its minutes."""
    sums = Sums()
    for answers, minutes in attempts:
        sums.add(answers, minutes)
    return sums
