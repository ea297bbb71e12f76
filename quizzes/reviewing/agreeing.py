"""How far the machine and trainers agree on the same replies, label by label; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizzes.rubric import Rubric, corpus
from quizzes.rubric.evaluate import Rates, Rating, report_on

FEW = 20
"""Below so many cases a kappa says little."""
RARE = 5
"""Below so many cases in which either gave a label, its kappa hangs on one or two replies."""
WORDS = ((0.8, "几乎一致"), (0.6, "大体一致"), (0.4, "一半一半"), (0.2, "分歧较多"), (-1.0, "和碰巧差不多"))
"""From which kappa on how an agreement is called, the best first."""

Labelled = Mapping[str, Any]
"""Labels of one reply as corpus lines hold them: id, patterns, elements, grade."""


@dataclass(frozen=True)
class Row:
    """One label: Cohen's kappa, and the replies to which both, only the trainer, only the machine or nobody gave it."""

    label: str
    name: str
    level: str
    kappa: float
    both: int
    trainer_only: int
    machine_only: int
    neither: int

    @property
    def given(self) -> int:
        """How many replies were given the label by anybody."""
        return self.both + self.trainer_only + self.machine_only

    @property
    def word(self) -> str:
        """How good the agreement is, in words."""
        if not self.given:
            return "没有出现过"
        return "出现太少，先不下结论" if self.given < RARE else in_words(self.kappa)


@dataclass(frozen=True)
class Agreement:
    """How far machine and trainers agree on so many replies."""

    cases: int
    patterns: Sequence[Row]
    elements: Sequence[Row]
    grades: float
    """Weighted kappa of the grades."""
    exact: float
    """Share of the same grade, 0–1."""
    table: Sequence[Sequence[int]]
    """How many replies the trainer gave grade i and the machine grade j."""

    @property
    def few(self) -> bool:
        """Whether there are too few cases for a conclusion."""
        return self.cases < FEW

    @property
    def word(self) -> str:
        """How well the grades agree, in words."""
        return in_words(self.grades)


def in_words(kappa: float) -> str:
    """What a kappa says, in a few words."""
    return next((word for least, word in WORDS if kappa >= least), WORDS[-1][1])


def machine_labels(id_: str, detail: Mapping[str, Any]) -> Labelled:
    """A stored verdict as labels."""
    return {
        "id": id_,
        "patterns": list(dict.fromkeys(one["pattern"] for one in detail["findings"])),
        "elements": [one["id"] for one in detail["elements"] if one["present"]],
        "grade": detail["grade"],
    }


def agreement(pairs: Sequence[tuple[Labelled, Labelled]], rubric: Rubric) -> Agreement | None:
    """The agreement of (trainer, machine) on the same replies; None without any."""
    if not pairs:
        return None
    report = report_on([(trainer, Rating.by_person(machine)) for trainer, machine in pairs], rubric)
    kappas = corpus.agreement(*zip(*pairs, strict=True))
    grades = [[0] * len(rubric.grades) for _ in rubric.grades]
    for trainer, machine in pairs:
        grades[trainer["grade"]][machine["grade"]] += 1

    def row(label: str, name: str, level: str, rates: Rates) -> Row:
        counts = rates.right, rates.missed, rates.false
        return Row(label, name, level, kappas[label][0], *counts, len(pairs) - sum(counts))

    return Agreement(
        len(pairs),
        [row(id_, one.name, one.level, report.patterns[id_]) for id_, one in rubric.patterns.items()],
        [row(id_, one.name, "", report.elements[id_]) for id_, one in rubric.elements.items()],
        report.kappa,
        report.grade_exact,
        grades,
    )
