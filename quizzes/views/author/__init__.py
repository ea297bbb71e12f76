"""The trainer's pages of quizzes, by topic."""

from quizzes.views.author import questions, quizzes, scenarios

__all__ = ["questions", "quizzes", "scenarios"]
