"""The sheet on which a trainer goes through a verdict: one item per finding, element and point; pure.

Items bear the keys of `quizzes.reviewing.about`: `f1`, `e-deadline`, `p-1`. A finding has to be decided, so that an
agreement was meant; elements and points stand as the machine saw them until somebody says otherwise.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizzes.marked import in_reading_order
from quizzes.rubric import load_rubric
from quizzes.rubric.relabel import Labels, Place

YES, NO = "yes", "no"


@dataclass(frozen=True)
class Item:
    """One thing to decide. `said` is what the machine says of it, `choice` yes, no or (not decided yet) empty.

    For a finding yes means that it is one; for elements and points that it is there.
    """

    key: str
    kind: str
    label: str
    name: str
    said: bool
    choice: str
    level: str = ""
    quote: str = ""
    hint: str = ""
    place: Place | None = None

    @property
    def agreed(self) -> bool:
        """Whether machine and trainer say the same."""
        return self.choice == (YES if self.said else NO)


@dataclass(frozen=True)
class Added:
    """A pattern that the machine passed over, with the words that show it."""

    pattern: str
    text: str
    start: int
    end: int

    @property
    def name(self) -> str:
        """What the pattern is called; its id where the rubric no longer knows it."""
        known = load_rubric().patterns.get(self.pattern)
        return known.name if known else self.pattern

    @property
    def level(self) -> str:
        """How grave it is."""
        known = load_rubric().patterns.get(self.pattern)
        return known.level if known else "minor"


def items(detail: Mapping[str, Any], chosen: Mapping[str, str] | None = None) -> list[Item]:
    """The items of a stored verdict, decided as in `chosen` ({key: yes or no})."""
    chosen = chosen or {}
    return [*_findings(detail, chosen), *_elements(detail, chosen), *_points(detail, chosen)]


def _choice(chosen: Mapping[str, str], key: str, otherwise: str) -> str:
    given = chosen.get(key)
    return given if given in (YES, NO) else otherwise


def _findings(detail: Mapping[str, Any], chosen: Mapping[str, str]) -> Iterator[Item]:
    for number, one in enumerate(in_reading_order(detail["findings"]), start=1):
        key = f"f{number}"
        place = (one["pattern"], one["start"], one["end"])
        choice = _choice(chosen, key, "")
        yield Item(
            key, "finding", one["pattern"], one["name"], True, choice, one["level"], one["text"], one["reason"], place
        )


def _elements(detail: Mapping[str, Any], chosen: Mapping[str, str]) -> Iterator[Item]:
    for one in detail["elements"]:
        key = f"e-{one['id']}"
        choice = _choice(chosen, key, YES if one["present"] else NO)
        yield Item(key, "element", one["id"], one["name"], one["present"], choice, quote=one["text"] or "")


def _points(detail: Mapping[str, Any], chosen: Mapping[str, str]) -> Iterator[Item]:
    for number, one in enumerate(detail["points"], start=1):
        key = f"p-{number}"
        choice = _choice(chosen, key, YES if one["met"] else NO)
        yield Item(key, "point", one["id"], one["text"] or one["id"], one["met"], choice)


def undecided(sheet: Sequence[Item]) -> list[Item]:
    """What nobody has decided yet."""
    return [item for item in sheet if not item.choice]


def labels(sheet: Sequence[Item], added: Sequence[Added] = ()) -> Labels:
    """What the sheet says of the reply; what is not decided counts as the machine saw it."""
    there = [item for item in sheet if (item.choice or YES) == YES]
    places = [item.place for item in there if item.place]
    places += [(one.pattern, one.start, one.end) for one in added]
    return Labels(
        tuple(dict.fromkeys(places)),
        frozenset(item.label for item in there if item.kind == "element"),
        frozenset(item.label for item in there if item.kind == "point"),
    )


def chosen_by(
    detail: Mapping[str, Any], places: Sequence[Place], elements: Sequence[str], points: Sequence[str]
) -> dict[str, str]:
    """How a rating that was given before decided each item."""
    kept: dict[str, set[Any]] = {"finding": set(places), "element": set(elements), "point": set(points)}
    return {
        item.key: YES if (item.place if item.kind == "finding" else item.label) in kept[item.kind] else NO
        for item in items(detail)
    }


def added_by(detail: Mapping[str, Any], patterns: Sequence[Mapping[str, Any]]) -> list[Added]:
    """What a rating added to the machine's findings."""
    known = {item.place for item in items(detail) if item.place}
    return [
        Added(one["pattern"], one["text"], one["start"], one["end"])
        for one in patterns
        if (one["pattern"], one["start"], one["end"]) not in known
    ]


def find_words(reply: str, words: str) -> tuple[int, int] | None:
    """Where the words stand in the reply; white space at their ends does not count. None where they do not."""
    words = words.strip()
    start = reply.find(words) if words else -1
    return (start, start + len(words)) if start >= 0 else None


@dataclass(frozen=True)
class Difference:
    """What a trainer saw otherwise than the machine."""

    withdrawn: Sequence[Item]
    added: Sequence[Added]
    turned: Sequence[Item]
    """Elements and points, with what the trainer says as their `choice`."""

    def __bool__(self) -> bool:
        return bool(self.withdrawn or self.added or self.turned)

    @property
    def withdrawn_numbers(self) -> list[int]:
        """The numbers of the findings that were withdrawn, in reading order from 1."""
        return [int(item.key[1:]) for item in self.withdrawn]


def difference(
    detail: Mapping[str, Any],
    patterns: Sequence[Mapping[str, Any]],
    elements: Sequence[str],
    points: Sequence[str],
) -> Difference:
    """What a stored rating says otherwise than the stored verdict."""
    places = [(one["pattern"], one["start"], one["end"]) for one in patterns]
    sheet = items(detail, chosen_by(detail, places, elements, points))
    other = [item for item in sheet if not item.agreed]
    return Difference(
        [item for item in other if item.kind == "finding"],
        added_by(detail, patterns),
        [item for item in other if item.kind != "finding"],
    )
