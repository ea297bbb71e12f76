"""Judges a reply to a citizen's post: problematic patterns with exact places, elements, a grade, a score.

Pure: no web framework, no database. ``docs/rubric.md`` tells how to read and change the rules.
"""

from quizzes.rubric.model import ElementVerdict, Finding, Line, Point, PointVerdict, ReplyCase, Span, Verdict
from quizzes.rubric.rules import Element, Pattern, Rubric, load_rubric
from quizzes.rubric.scorer import score_reply

__all__ = [
    "Element",
    "ElementVerdict",
    "Finding",
    "Line",
    "Pattern",
    "Point",
    "PointVerdict",
    "ReplyCase",
    "Rubric",
    "Span",
    "Verdict",
    "load_rubric",
    "score_reply",
]
