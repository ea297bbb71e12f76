"""Whether the examples of a scenario are what they claim to be, by the rubric; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from quizzes.marking import judged
from quizzes.rubric import Rubric, Verdict, load_rubric
from quizzes.shape import Problem

EXCELLENT = 4
_GRAVITY = ("redline", "serious", "minor")


@dataclass(frozen=True)
class Example:
    """One example of a scenario as the rubric sees it; `problems` say where it is not what it claims to be."""

    key: str
    """Where it stands in the body: `exemplar`, `anti_exemplars[1]`."""
    text: str
    verdict: Verdict
    problems: list[str]


def examples(scenario: Mapping[str, Any], rubric: Rubric | None = None) -> Iterator[Example]:
    """The exemplar and then the anti-exemplars of a normalised scenario, each judged.

    An exemplar earns grade 4 without a finding, says every point, has every required element, and tells nothing that
    the facts do not. An anti-exemplar shows one of its patterns, the gravest it claims included in kind, earns grade 2
    at most, and says less than half of the points.
    """
    rubric = rubric or load_rubric()
    found = judged(scenario, scenario["exemplar"], rubric)
    yield Example("exemplar", scenario["exemplar"], found, _exemplar(found))
    for number, one in enumerate(scenario["anti_exemplars"], start=1):
        found = judged(scenario, one["reply"], rubric)
        problems = _anti_exemplar(found, one["patterns"], rubric)
        yield Example(f"anti_exemplars[{number}]", one["reply"], found, problems)


def example_problems(scenario: Mapping[str, Any]) -> list[Problem]:
    """What the rubric has against the examples of a normalised scenario: (key, sentence)."""
    return [(example.key, said) for example in examples(scenario) for said in example.problems]


def _exemplar(found: Verdict) -> list[str]:
    said = [f"评分器认为“{finding.text}”是{finding.name}" for finding in found.findings]
    said += [f"没有说到要点“{point.text}”" for point in found.points if not point.met]
    said += [f"缺少{element.name}" for element in found.elements if element.required and not element.present]
    said += [f"“{span.text}”不在事实卡里" for span in found.unsupported]
    if found.grade != EXCELLENT:
        said.append(f"评为 {found.grade} 级，示范要 {EXCELLENT} 级")
    return said


def _anti_exemplar(found: Verdict, claimed: list[str], rubric: Rubric) -> list[str]:
    patterns = rubric.patterns
    claimed = [id_ for id_ in claimed if id_ in patterns]
    gravity = {id_: _GRAVITY.index(pattern.level) for id_, pattern in patterns.items()}
    said = []
    seen = "、".join(patterns[id_].name for id_ in found.patterns) or "没有问题"
    wanted = "、".join(patterns[id_].name for id_ in claimed)
    if not set(claimed) & set(found.patterns):
        said.append(f"标的是{wanted or '没有问题'}，评分器看出的是{seen}")
    elif min(gravity[id_] for id_ in found.patterns) > min(gravity[id_] for id_ in claimed):
        said.append(f"标的{wanted}里最重的一种没有看出来，看出的是{seen}")
    if found.grade > 2:
        said.append(f"评为 {found.grade} 级，反例不该高过 2 级")
    if found.points and sum(point.met for point in found.points) * 2 >= len(found.points):
        said.append("说到了一半以上的要点，不像反例")
    return said
