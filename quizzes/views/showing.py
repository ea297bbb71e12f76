"""What the pages of an attempt show: each question in its order, each mark with its words."""

from dataclasses import dataclass
from typing import Any

from quizzes import marking
from quizzes.marked import Mark, Stretch, stretches
from quizzes.models import Answer, Attempt, Kind


@dataclass(frozen=True)
class Shown:
    """One question of an attempt, ready for a page. `order` and `rights` hold original indexes in display order."""

    answer: Answer
    order: list[int]
    rights: list[int]

    @property
    def kind(self) -> Kind:
        """How it asks."""
        return self.answer.question_version.question.kind

    @property
    def body(self) -> dict[str, Any]:
        """The question as it was when the attempt began."""
        return self.answer.question_version.body

    @property
    def scenario(self) -> dict[str, Any]:
        """The scenario as it was when the attempt began; empty for other kinds."""
        return self.answer.scenario_version.body if self.answer.scenario_version else {}

    @property
    def draft(self) -> dict[str, Any]:
        """What was entered so far."""
        return self.answer.draft or {}

    @property
    def right_texts(self) -> list[str]:
        """The right sides of a matching question by original index."""
        return [pair["right"] for pair in self.body["pairs"]] + list(self.body.get("distractors") or [])

    @property
    def stretches(self) -> list[Stretch]:
        """The reply with its findings marked."""
        findings = (self.answer.detail or {}).get("findings", [])
        marks = [Mark(row["start"], row["end"], row["level"], number) for number, row in enumerate(findings, start=1)]
        return stretches(self.draft.get("text", ""), marks)


_ROWS = {
    Kind.SINGLE: "options",
    Kind.MULTIPLE: "options",
    Kind.MATCHING: "pairs",
    Kind.ORDERING: "items",
}


def shown(attempt: Attempt) -> list[Shown]:
    """The questions of an attempt in their order, options shuffled by the attempt's seed where the quiz says so."""
    return [_shown(attempt, answer) for answer in attempt.answers]


def _shown(attempt: Attempt, answer: Answer) -> Shown:
    kind = answer.question_version.question.kind
    body = answer.question_version.body
    if kind not in _ROWS:
        return Shown(answer, [], [])
    count = len(body[_ROWS[kind]])
    shuffle = attempt.quiz.shuffle_options
    if kind is Kind.MATCHING:
        rights = count + len(body.get("distractors") or [])
        return Shown(answer, list(range(count)), marking.option_order(attempt.seed, answer.position, rights, shuffle))
    order = marking.option_order(attempt.seed, answer.position, count, shuffle or kind is Kind.ORDERING)
    if kind is Kind.ORDERING and answer.draft and answer.draft.get("order"):
        order = answer.draft["order"]
    return Shown(answer, order, [])
