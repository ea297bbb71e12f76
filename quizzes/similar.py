"""Whether two questions ask the same in other spelling; pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from sys import intern
from typing import TypeVar

Id = TypeVar("Id")

NEAR = 0.6
"""From this similarity on two stems are pointed out as near-identical."""
GRAM = 2
"""Characters that are compared at a time: in Chinese two make a word."""
_NOISE = re.compile(r"[\s\W_]+")


def folded(text: str) -> str:
    """Full width folded, case and punctuation dropped, so that only the words are compared."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).lower())


@lru_cache(maxsize=20_000)
def _grams(text: str) -> tuple[str, frozenset[str]]:
    """A text folded, and all that stands side by side in it. Kept, as a bank is gone through again with each saving."""
    words = folded(text)
    # Interned, as most pairs stand in many texts.
    return words, frozenset([intern(words[at : at + GRAM]) for at in range(max(1, len(words) - GRAM + 1))])


def similarity(one: str, other: str) -> float:
    """How alike two texts are, 0–1: 1 for the same words, else the Jaccard similarity of their pairs of characters.

    Two texts without any word are not alike.
    """
    (left, these), (right, those) = _grams(one), _grams(other)
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    shared = len(these & those)
    return shared / (len(these) + len(those) - shared)


def near(text: str, others: Iterable[tuple[Id, str]], least: float = NEAR) -> Iterator[tuple[Id, float]]:
    """Those of the others, as (id, text), that are at least so alike, as (id, similarity).

    What differs too much in length cannot be alike and is not compared.
    """
    words, these = _grams(text)
    if not words:
        return
    shortest, longest = least * len(these), len(these) / least
    for id_, other in others:
        if shortest <= len(_grams(other)[1]) <= longest and (value := similarity(text, other)) >= least:
            yield id_, value
