"""What the pages of an attempt show: each question in its order, each mark with its words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from literacy import dates
from quizzes import marking
from quizzes.marked import Mark, Stretch, in_reading_order, stretches
from quizzes.models import Answer, Attempt, Kind


@dataclass(frozen=True)
class Shown:
    """One question of an attempt, ready for a page. `order` and `rights` hold original indexes in display order.

    `base` is the order of first showing, by which the browser names the rows (see `quizzes.forms.answers`); `order`
    differs from it where the learner put items in an order of their own.
    """

    answer: Answer
    order: list[int]
    rights: list[int]
    base: list[int]

    @property
    def kind(self) -> Kind:
        """How it asks."""
        return self.answer.question_version.question.kind

    @property
    def body(self) -> dict[str, Any]:
        """The question as it was when the attempt began; after a re-marking, as it was marked by."""
        return self.answer.judged.question_version.body

    @property
    def scenario(self) -> dict[str, Any]:
        """The scenario that belongs to this question; empty for other kinds."""
        version = self.answer.judged.scenario_version
        return version.body if version else {}

    @property
    def draft(self) -> dict[str, Any]:
        """What was entered so far, in the places of this body."""
        return draft_of(self.answer) or {}

    @property
    def detail(self) -> dict[str, Any] | None:
        """What the machine's mark rests on; None before marking."""
        return self.answer.judged.detail

    @property
    def earned(self) -> float:
        """The marks that count for it."""
        return self.answer.counted_fraction * self.answer.marks

    @property
    def right_texts(self) -> list[str]:
        """The right sides of a matching question by original index."""
        return [pair["right"] for pair in self.body["pairs"]] + list(self.body.get("distractors") or [])

    @property
    def findings(self) -> list[dict[str, Any]]:
        """What was found in the reply, in the order of reading."""
        return in_reading_order((self.detail or {}).get("findings", []))

    @property
    def stretches(self) -> list[Stretch]:
        """The reply with its findings marked, numbered as in `findings`."""
        marks = [
            Mark(row["start"], row["end"], row["level"], number) for number, row in enumerate(self.findings, start=1)
        ]
        return stretches(self.draft.get("text", ""), marks)

    @property
    def saved(self) -> str:
        """When the draft was kept, in the words of the page; empty before."""
        return saved_words(self.answer.saved_at)


def saved_words(moment: datetime | None) -> str:
    """That a draft was kept, and when: to the second today, so that a look tells whether the last words are in it."""
    if moment is None:
        return ""
    local = moment.astimezone(dates.zone())
    return f"已保存 {local:%H:%M:%S}" if local.date() == dates.today() else f"已保存 {dates.moment(moment)}"


def draft_of(answer: Answer) -> dict[str, Any] | None:
    """What was entered, in the places of the wording that it was marked by."""
    old, new = answer.question_version, answer.judged.question_version
    return answer.draft if old is new else marking.carried(old.question.kind, old.body, new.body, answer.draft)


_ROWS = {
    Kind.SINGLE: "options",
    Kind.MULTIPLE: "options",
    Kind.MATCHING: "pairs",
    Kind.ORDERING: "items",
}


def shown(attempt: Attempt) -> list[Shown]:
    """The questions of an attempt in their order, options shuffled by the attempt's seed where the quiz says so."""
    return [shown_one(attempt, answer) for answer in attempt.answers]


def shown_one(attempt: Attempt, answer: Answer) -> Shown:
    """One question of an attempt as it is shown. What is to be matched or ordered never stands solved."""
    kind = answer.question_version.question.kind
    body = answer.judged.question_version.body
    if kind not in _ROWS:
        return Shown(answer, [], [], [])
    count = len(body[_ROWS[kind]])
    shuffle = attempt.quiz.shuffle_options
    if kind is Kind.MATCHING:
        rights = count + len(body.get("distractors") or [])
        lefts = list(range(count))
        return Shown(answer, lefts, marking.option_order(attempt.seed, answer.position, rights, True), lefts)
    base = marking.option_order(attempt.seed, answer.position, count, shuffle or kind is Kind.ORDERING)
    order = base
    if kind is Kind.ORDERING and (draft := draft_of(answer)):
        order = draft["order"]
    return Shown(answer, order, [], base)
