"""A question as the learner will see it, before anybody was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from quizzes.models import Kind, Question


@dataclass(frozen=True)
class Preview:
    """Stands where the pages of an attempt have quizzes.views.showing.Shown: the same names, nothing answered."""

    kind: Kind
    body: dict[str, Any]
    scenario: dict[str, Any]
    order: list[int]
    rights: list[int]
    right_texts: list[str]
    answer: Any
    draft: dict[str, Any] = field(default_factory=dict)

    @property
    def detail(self) -> dict[str, Any] | None:
        """What a mark rests on; None where nothing was answered."""
        return self.answer.detail

    @property
    def base(self) -> list[int]:
        """The order in which rows were first shown."""
        return self.order


def preview_of(question: Question, position: int = 1, body: dict[str, Any] | None = None) -> Preview:
    """The newest content of a question, or another body that it may get.

    What is to be ordered or matched stands in another order than the right one.
    """
    scenario = question.scenario.body if question.scenario else {}
    return _preview(question.kind, body or question.body, scenario, position)


def preview_of_item(item: Mapping[str, Any], position: int) -> Preview:
    """A question that was read from a file, as kept by quizzes.service.exchange."""
    return _preview(Kind(item["kind"]), item["body"], {}, position)


def _preview(kind: Kind, body: dict[str, Any], scenario: dict[str, Any], position: int) -> Preview:
    rows = body.get("options") or body.get("pairs") or body.get("items") or []
    order = list(range(len(rows)))
    right_texts = [pair["right"] for pair in body.get("pairs", [])] + list(body.get("distractors", []))
    return Preview(
        kind,
        body,
        scenario,
        order[::-1] if kind is Kind.ORDERING else order,
        list(range(len(right_texts)))[::-1],
        right_texts,
        SimpleNamespace(position=position, marks=1, detail=None),
    )
