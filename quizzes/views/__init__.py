"""The pages of quizzes."""

from quizzes.history import views as history
from quizzes.reference import views as reference
from quizzes.remarking import views as remarking
from quizzes.reviewing import views as reviewing
from quizzes.seconding import views as seconding
from quizzes.service.authoring import kept
from quizzes.standard import views as standard
from quizzes.views import analysis, attempts, author, extra, review
from quizzes.views.base import blueprint

__all__ = [
    "analysis",
    "attempts",
    "author",
    "blueprint",
    "extra",
    "history",
    "kept",
    "reference",
    "remarking",
    "review",
    "reviewing",
    "seconding",
    "standard",
]
