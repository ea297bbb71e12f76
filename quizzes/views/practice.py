"""Questions that are answered in place, beside what was just read: marked at once, kept nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from werkzeug.datastructures import MultiDict

from literacy.errors import NotFound, Refused
from quizzes import marking
from quizzes.drafts import clean_draft
from quizzes.forms.answers import drafts_from_form
from quizzes.models import Kind, Question
from quizzes.service.practice import practice_questions
from quizzes.views.author.preview import Preview, preview_of


def asked(question: Question, position: int) -> Preview:
    """A question as it is asked: options in an order of its own, the same each time the page is opened."""
    shown = preview_of(question, position)
    if question.kind is Kind.MATCHING or not shown.order:
        return shown
    return replace(shown, order=marking.option_order(question.id, position, len(shown.order), True))


def answered(question: Question, position: int, form: MultiDict[str, str]) -> tuple[Preview, str]:
    """A question with what was just entered and what became of it; the sentence says what is missing instead."""
    shown = asked(question, position)
    raw = drafts_from_form(form, [shown]).get(position)
    try:
        draft = clean_draft(question.kind, question.body, raw)
    except Refused as refused:
        return replace(shown, draft=raw or {}), refused.sentence
    if not draft:
        return shown, "先答一答，再看讲解。"
    order = draft.get("order") or shown.order
    mark = marking.mark(question.kind, question.body, draft)
    answer = SimpleNamespace(position=position, marks=1, detail=mark.detail)
    return replace(shown, draft=draft, order=order, answer=answer), ""


def shown(slugs: Sequence[str], tried: str = "", form: MultiDict[str, str] | None = None) -> list[dict[str, Any]]:
    """All questions for a page, the one that was just tried with its mark: {question, q, problem, done}.

    Raises NotFound where the one that was tried is not among them.
    """
    rows: list[dict[str, Any]] = []
    for position, question in enumerate(practice_questions(slugs), start=1):
        q, problem = asked(question, position), ""
        if question.slug == tried and form is not None:
            q, problem = answered(question, position, form)
        rows.append({"question": question, "q": q, "problem": problem, "done": q.answer.detail is not None})
    if tried and tried not in [row["question"].slug for row in rows]:
        raise NotFound
    return rows


Rows = Sequence[Mapping[str, Any]]
