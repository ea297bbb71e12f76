"""GIFT, the text format of Moodle's question banks."""

from quizzes.exchange.gift.reading import read
from quizzes.exchange.gift.writing import lost, write

__all__ = ["lost", "read", "write"]
