"""QTI 3: the international standard of questions, as a package or a single question."""

from quizzes.exchange.qti.reading import read
from quizzes.exchange.qti.writing import lost, write

__all__ = ["lost", "read", "write"]
