"""How far somebody has come in each competency, from what they answered and wrote; pure.

Words and three steps, no points: what counts is what somebody can do now, so of each question and scenario the latest
result stands. The steps follow the levels of DigComp 2.2 (foundation, intermediate, advanced) in what they ask for:
recognising, doing with support, doing alone on different cases; the numbers are design values of this product.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from statistics import mean

GOOD_REPLY = 0.7
"""Share of the marks from which a reply does its work: the lower bound of grade 3 (see quizzes.rubric.grading)."""
HARD = 3
"""Difficulty from which a scenario is no beginner's any more."""


class Step(IntEnum):
    """How far somebody has come."""

    NONE = 0
    BEGUN = 1
    ABLE = 2
    FIRM = 3

    @property
    def label(self) -> str:
        """In words, for the learner."""
        return ("还没练到", "刚起步", "有把握", "能独立")[self]


@dataclass(frozen=True)
class Evidence:
    """One result: of a question (`scenario` is None) or of a reply to a scenario of some difficulty.

    `share` is the share of the marks, 0–1; `key` tells one question or scenario from another.
    """

    competency: str
    key: str
    share: float
    at: datetime
    scenario: int | None = None
    """Difficulty of the scenario, 1–5."""


@dataclass(frozen=True)
class Standing:
    """Where somebody stands in one competency."""

    competency: str
    step: Step
    questions: int = 0
    """How many different questions were answered."""
    right: float | None = None
    """Mean share of their marks, 0–1; None without any."""
    scenarios: int = 0
    """How many different scenarios were replied to."""
    good: int = 0
    """How many of those replies did their work."""

    @property
    def needs(self) -> str:
        """What leads to the next step, as a sentence; empty at the last one."""
        if self.step is Step.FIRM:
            return ""
        if not self.questions and not self.scenarios:
            return "做一次小测或者演练，就知道在哪里了。"
        if self.step is Step.BEGUN:
            return _still(self, ABLE)
        return _still(self, FIRM)


@dataclass(frozen=True)
class Bar:
    """What a step asks for."""

    questions: int
    right: float
    good: int
    hard: bool


ABLE = Bar(questions=4, right=0.7, good=1, hard=False)
FIRM = Bar(questions=8, right=0.8, good=3, hard=True)


def standings(evidence: Iterable[Evidence], competencies: Iterable[str]) -> list[Standing]:
    """Where somebody stands in each of these competencies, in this order; evidence of any other is left out."""
    latest: dict[tuple[str, bool, str], Evidence] = {}
    for one in sorted(evidence, key=lambda one: one.at):
        latest[one.competency, one.scenario is not None, one.key] = one
    by_competency: dict[str, list[Evidence]] = {}
    for one in latest.values():
        by_competency.setdefault(one.competency, []).append(one)
    return [_standing(key, by_competency.get(key, [])) for key in competencies]


def _standing(competency: str, evidence: list[Evidence]) -> Standing:
    answered = [one.share for one in evidence if one.scenario is None]
    replies = [one for one in evidence if one.scenario is not None]
    good = [one for one in replies if one.share >= GOOD_REPLY]
    right = mean(answered) if answered else None
    hard = any((one.scenario or 0) >= HARD for one in good)
    if not evidence:
        step = Step.NONE
    elif _reaches(FIRM, len(answered), right, len(good), hard):
        step = Step.FIRM
    elif _reaches(ABLE, len(answered), right, len(good), hard):
        step = Step.ABLE
    else:
        step = Step.BEGUN
    return Standing(competency, step, len(answered), right, len(replies), len(good))


def _reaches(bar: Bar, questions: int, right: float | None, good: int, hard: bool) -> bool:
    return questions >= bar.questions and (right or 0) >= bar.right and good >= bar.good and (hard or not bar.hard)


def _still(standing: Standing, bar: Bar) -> str:
    needs = []
    if standing.questions < bar.questions:
        needs.append(f"再做 {bar.questions - standing.questions} 道题")
    elif (standing.right or 0) < bar.right:
        needs.append(f"题目答对到 {bar.right:.0%}（现在 {standing.right or 0:.0%}）")
    if standing.good < bar.good:
        needs.append(f"再写好 {bar.good - standing.good} 个情景的答复")
    elif bar.hard:
        needs.append(f"写好一个难度 {HARD} 以上的情景")
    return f"{'，'.join(needs)}，就到“{Step.FIRM.label if bar is FIRM else Step.ABLE.label}”。" if needs else ""


def weakest(standings: Iterable[Standing]) -> list[Standing]:
    """Where practice helps most, the weakest first: what was begun and is not yet sure, then what was never tried."""
    begun = [one for one in standings if one.step is not Step.FIRM]
    order: Mapping[Step, int] = {Step.BEGUN: 0, Step.NONE: 1, Step.ABLE: 2}
    return sorted(begun, key=lambda one: (order[one.step], one.right if one.right is not None else 0.5))
