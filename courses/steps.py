"""A reply shown in class step by step: the post, the reply, each finding, and what it comes to; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizzes.marked import Mark, Stretch, in_reading_order, stretches


@dataclass(frozen=True)
class Step:
    """What stands on the wall at one step. `finding` is the one revealed last, `number` its number from 1."""

    name: str
    """post, reply, finding or whole."""
    pieces: Sequence[Stretch] = ()
    finding: Mapping[str, Any] | None = None
    number: int = 0


@dataclass(frozen=True)
class Marked:
    """A reply with all its findings marked, and the findings numbered in reading order."""

    pieces: Sequence[Stretch]
    findings: Sequence[Mapping[str, Any]]
    marks: Sequence[Mark]


def marked(text: str, verdict: Mapping[str, Any]) -> Marked:
    """A reply with what its verdict found in it."""
    findings = in_reading_order(verdict.get("findings", []))
    marks = [Mark(row["start"], row["end"], row["level"], number) for number, row in enumerate(findings, start=1)]
    return Marked(stretches(text, marks), findings, marks)


def steps_of(text: str, verdict: Mapping[str, Any]) -> list[Step]:
    """All steps of a reply, in order. A finding's step marks it alone; the last marks all of them."""
    whole = marked(text, verdict)
    told = [
        Step("finding", stretches(text, [mark]), finding, mark.number)
        for mark, finding in zip(whole.marks, whole.findings, strict=True)
    ]
    return [Step("post"), Step("reply", stretches(text, [])), *told, Step("whole", whole.pieces)]
