"""The pages of quizzes."""

from quizzes.views import attempts, author, extra, review
from quizzes.views.base import blueprint

__all__ = ["attempts", "author", "blueprint", "extra", "review"]
