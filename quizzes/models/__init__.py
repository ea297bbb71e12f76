"""What is asked, what was answered, and how it was marked.

A question or scenario keeps every version; an attempt points at the versions it was given, so that what was
judged stays explainable after the question has changed.
"""

from quizzes.models.answering import Answer, Attempt, AttemptState, ExtraAttempt, Override, Submission
from quizzes.models.asking import (
    Kind,
    Question,
    QuestionVersion,
    Quiz,
    QuizKind,
    SavedReply,
    Scenario,
    ScenarioVersion,
    Slot,
)

__all__ = [
    "Answer",
    "Attempt",
    "AttemptState",
    "ExtraAttempt",
    "Kind",
    "Override",
    "Question",
    "QuestionVersion",
    "Quiz",
    "QuizKind",
    "SavedReply",
    "Scenario",
    "ScenarioVersion",
    "Slot",
    "Submission",
]
