"""The trainer's pages of the rubric, by topic."""

from quizzes.standard.views import draft, read, testing

__all__ = ["draft", "read", "testing"]
