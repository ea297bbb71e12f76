"""The pages of quizzes."""

from quizzes.reference import views as reference
from quizzes.views import attempts, author, extra, review
from quizzes.views.base import blueprint

__all__ = ["attempts", "author", "blueprint", "extra", "reference", "review"]
