"""The pages of marking by people."""

from quizzes.reviewing.views import agreement, answer, appeal, queue

__all__ = ["agreement", "answer", "appeal", "queue"]
