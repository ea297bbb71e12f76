"""The grade by the guidelines, and a score whose every step is shown."""

from collections.abc import Sequence

from quizzes.rubric.evidence import Reading
from quizzes.rubric.model import ElementVerdict, Finding, Line, PointVerdict
from quizzes.rubric.rules import Rubric

REDLINE, FAIL, LACKING, PASS, EXCELLENT = range(5)
_USEFUL = 2
_COMPLETE = 6
_ANSWERED = 3
"""Elements that answer a plain question; a longer one, asked in a letter, takes one more."""
_MANY_MISSING = 3


def grade(
    reading: Reading,
    findings: Sequence[Finding],
    elements: Sequence[ElementVerdict],
    points: Sequence[PointVerdict],
    *,
    suspected: bool = False,
) -> int:
    """The grade 0–4: faults first, then what the citizen can act on; what is only suspected does not pass."""
    levels = {finding.level for finding in findings}
    if "redline" in levels or reading.holds("unheeded_emergency"):
        return REDLINE
    if "serious" in levels or reading.holds("hollow") or reading.holds("unnamed_transfer"):
        return FAIL
    if levels:
        return FAIL if _empty_template(reading, findings, elements) else LACKING
    best = LACKING if suspected else EXCELLENT
    return min(best, _by_substance(reading, elements), _by_points(points), _by_required(elements))


def _empty_template(reading: Reading, findings: Sequence[Finding], elements: Sequence[ElementVerdict]) -> bool:
    """A form left unfilled or meant for somebody else, with nothing in it: no answer at all."""
    if not any(finding.pattern == "template_error" for finding in findings):
        return False
    return reading.holds("misdirected") or not any(element.present for element in elements)


def _by_substance(reading: Reading, elements: Sequence[ElementVerdict]) -> int:
    has = {element.id for element in elements if element.present}
    plain = reading.holds("plain_question")
    useful = has & {"basis", "action", "contact", "deadline"}
    if "restate" in has and reading.holds("explained"):
        useful |= {"basis"}
    if not useful or (len(useful) < _USEFUL and "owner" not in has and not plain):
        return LACKING
    complete = {"action", "deadline", "contact"} <= has and len(has) >= _COMPLETE
    answered = {"restate", "basis", "contact"} <= has and (
        plain or (len(has) > _ANSWERED and reading.holds("consultation"))
    )
    return EXCELLENT if complete or answered else PASS


def _by_points(points: Sequence[PointVerdict]) -> int:
    if not points:
        return EXCELLENT
    met = sum(point.met for point in points)
    if met == len(points):
        return EXCELLENT
    return PASS if met * 2 >= len(points) else LACKING


def _by_required(elements: Sequence[ElementVerdict]) -> int:
    missing = sum(element.required and not element.present for element in elements)
    if not missing:
        return EXCELLENT
    return PASS if missing < _MANY_MISSING else LACKING


def arithmetic(
    rubric: Rubric,
    given: int,
    findings: Sequence[Finding],
    elements: Sequence[ElementVerdict],
    points: Sequence[PointVerdict],
    *,
    empty: bool,
) -> tuple[Line, ...]:
    """The score step by step: what the reply earns, what it costs, the cap, and the band of the grade ``given``."""
    lines: list[Line] = []

    def add(label: str, delta: int) -> None:
        lines.append(Line(label, delta, (lines[-1].running if lines else 0) + delta))

    figures = rubric.grading
    add("起点：有文字可评" if not empty else "起点：没有文字", 0 if empty else figures.base)
    share = figures.points_share if points else 0
    for element in elements:
        if element.present:
            add(f"要素：{element.name}", _worth(rubric, element.id, 100 - figures.base - share))
    for index, point in enumerate(points):
        if point.met:
            add(f"要点：{point.text or point.id}", _part(share, len(points), index))
    for finding in {finding.pattern: finding for finding in findings}.values():
        add(f"问题：{finding.name}", -figures.costs[finding.level])
    for level, label in (("redline", "红线"), ("serious", "严重")):
        cap = figures.caps[level]
        if any(finding.level == level for finding in findings) and lines[-1].running > cap:
            add(f"{label}问题，最高 {cap} 分", cap - lines[-1].running)
    low, high = figures.bands[given]
    running = lines[-1].running
    if not low <= running <= high:
        add(f"等级「{rubric.grades[given]}」的分数在 {low}–{high} 之间", min(max(running, low), high) - running)
    return tuple(lines)


def _worth(rubric: Rubric, id_: str, total: int) -> int:
    """What an element is worth when all of them together are worth ``total``; whole parts that add up."""
    order = list(rubric.elements)
    points = [rubric.elements[name].points for name in order]
    before, after = sum(points[: order.index(id_)]), sum(points[: order.index(id_) + 1])
    return total * after // sum(points) - total * before // sum(points)


def _part(total: int, count: int, index: int) -> int:
    """``total`` in ``count`` whole parts that add up."""
    return total * (index + 1) // count - total * index // count


def headline(
    rubric: Rubric,
    given: int,
    findings: Sequence[Finding],
    elements: Sequence[ElementVerdict],
    points: Sequence[PointVerdict] = (),
    *,
    suspected: bool = False,
) -> str:
    """One calm sentence that tells the writer where the reply stands.

    A reply is called helpful in spite of a grave fault only if that is its one grave fault and nothing that had to be
    said is missing: praise beside three warnings would not be believed.
    """
    said = rubric.grading.headlines
    has = {element.id for element in elements if element.present}
    grave = {finding.pattern for finding in findings if finding.level != "minor"}
    helpful = len(grave) == 1 and "action" in has and all(point.met for point in points)
    if findings:
        first = findings[0].pattern
        if findings[0].level != "minor" and helpful:
            return said.get(f"{first}_helpful", said["harmful_helpful"])
        return said.get(first, said[f"grade_{given}"])
    if given == REDLINE:
        return said["emergency"]
    if suspected and given == LACKING:
        return said["suspected"]
    missing = [
        name for id_, name in (("deadline", "时限"), ("contact", "联系渠道"), ("action", "具体措施")) if id_ not in has
    ]
    if given == PASS and missing:
        return said["missing"].format("、".join(missing[:2]))
    return said[f"grade_{given}"]
