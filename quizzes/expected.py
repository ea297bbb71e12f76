"""What a saved reply has to be judged, and where a verdict differs from it, in plain words; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from quizzes.bodies import ELEMENT_IDS, PATTERN_IDS
from quizzes.rubric import Verdict
from quizzes.shape import list_of, mapping_of, texts_of

GRADES = range(5)
GOOD = 3
"""From this grade on a reply is one that may be sent."""


@dataclass(frozen=True)
class Expected:
    """What is expected of a verdict. Whatever is left empty is not looked at."""

    grades: tuple[int, int] | None = None
    """The lowest and the highest grade that will do."""
    shown: tuple[str, ...] = ()
    """Patterns that have to be found."""
    absent: tuple[str, ...] = ()
    """Patterns that must not be found."""
    elements: tuple[str, ...] = ()
    """Elements that have to be there."""
    points: tuple[str, ...] = ()
    """Points of the scenario, by id, that have to be met."""

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Read what was stored; what is no expectation is left out."""
        given = mapping_of(data)
        grades = [one for one in list_of(given.get("grades")) if isinstance(one, int) and one in GRADES]
        texts = {name: tuple(texts_of(given.get(name))) for name in ("shown", "absent", "elements", "points")}
        return cls(grades=(min(grades), max(grades)) if len(grades) == 2 else None, **texts)

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        """Expect what this verdict says.

        Of a good reply no pattern at all is to be found later: nobody shall be accused who was not before. Of others
        only what was found counts.
        """
        good = verdict.grade >= GOOD
        return cls(
            grades=(verdict.grade, verdict.grade),
            shown=verdict.patterns,
            absent=tuple(id_ for id_ in PATTERN_IDS if id_ not in verdict.patterns) if good else (),
            elements=tuple(element.id for element in verdict.elements if element.present),
            points=tuple(point.id for point in verdict.points if point.met),
        )

    def as_dict(self) -> dict[str, Any]:
        """The expectation as it is stored, JSON-safe; the inverse of `from_dict`."""
        return {key: list(value) for key, value in asdict(self).items() if value}

    def __bool__(self) -> bool:
        """Whether anything is expected."""
        return bool(self.as_dict())


def differences(expected: Expected, verdict: Verdict, names: Mapping[str, str] | None = None) -> list[str]:
    """Where a verdict is not what was expected, each as a sentence without its full stop; empty where it is.

    `names` are what patterns and elements are called where their names differ from the shipped ones.
    """
    called = {**PATTERN_IDS, **ELEMENT_IDS, **(names or {})}
    said = []
    if expected.grades and not expected.grades[0] <= verdict.grade <= expected.grades[1]:
        said.append(f"应评 {grades_in_words(expected.grades)}，现在评 {verdict.grade} 级（{verdict.score} 分）")
    said += [f"应看出{called.get(id_, id_)}，现在没有看出" for id_ in expected.shown if id_ not in verdict.patterns]
    for id_ in expected.absent:
        if places := [finding.text for finding in verdict.findings if finding.pattern == id_]:
            where = f"：“{places[0]}”" if places[0] else ""
            said.append(f"不该有{called.get(id_, id_)}，现在看出了{where}")
    there = {element.id for element in verdict.elements if element.present}
    said += [f"应具备{called.get(id_, id_)}，现在没有找到" for id_ in expected.elements if id_ not in there]
    return said + _points(expected.points, verdict)


def _points(wanted: Sequence[str], verdict: Verdict) -> list[str]:
    known = {point.id: point for point in verdict.points}
    gone = sum(id_ not in known for id_ in wanted)
    said = [f"应说到要点“{known[id_].text}”，现在没有" for id_ in wanted if id_ in known and not known[id_].met]
    return said + ([f"应说到的要点有 {gone} 个已经不在情景里"] if gone else [])


def grades_in_words(grades: tuple[int, int]) -> str:
    """Grades as a reader says them: 3 级, 1 到 2 级."""
    low, high = grades
    return f"{low} 级" if low == high else f"{low} 到 {high} 级"


def in_words(expected: Expected, points: Mapping[str, str]) -> str:
    """What is expected, in one line; `points` are the scenario's, as {id: text}."""
    parts = [f"评 {grades_in_words(expected.grades)}"] if expected.grades else []
    if expected.shown:
        parts.append("看出" + "、".join(PATTERN_IDS.get(id_, id_) for id_ in expected.shown))
    if expected.absent:
        names = "、".join(PATTERN_IDS.get(id_, id_) for id_ in expected.absent)
        parts.append("看不出任何问题" if len(expected.absent) == len(PATTERN_IDS) else f"看不出{names}")
    if expected.elements:
        parts.append("具备" + "、".join(ELEMENT_IDS.get(id_, id_) for id_ in expected.elements))
    said = [f"“{points[id_]}”" for id_ in expected.points if id_ in points]
    return "；".join([*parts, *(["说到" + "、".join(said)] if said else [])])
