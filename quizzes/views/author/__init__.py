"""The trainer's pages of quizzes, by topic."""

from quizzes.views.author import bench, exchange, questions, quizzes, scenarios

__all__ = ["bench", "exchange", "questions", "quizzes", "scenarios"]
