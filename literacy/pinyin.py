"""The order of Chinese text by pinyin, character by character, as PostgreSQL's ICU collation has it; pure."""

import os
from functools import lru_cache

# Names are spelt by their characters; the dictionary of phrases would cost each process 50 MB. Read at its import.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import Style, lazy_pinyin

Key = tuple[tuple[tuple[int, str], ...], str]


@lru_cache(maxsize=10_000)
def _place(character: str) -> tuple[int, str]:
    """Signs and digits first, then 汉字 by pinyin and tone, then letters."""
    spelt = lazy_pinyin(character, style=Style.TONE3)[0]
    if spelt != character:
        return 1, spelt
    return (2, character.lower()) if character.isalpha() else (0, character)


@lru_cache(maxsize=20_000)
def pinyin_key(text: str) -> Key:
    """What to sort a text by. What sounds the same is told apart by its characters."""
    return tuple(_place(character) for character in text), text


def compare(one: str, other: str) -> int:
    """-1, 0 or 1, as a collation of SQLite answers."""
    first, second = pinyin_key(one), pinyin_key(other)
    return (first > second) - (first < second)


KEY_LENGTH = 200
"""How long a stored key is at most; names that differ only behind it are told apart by their rows."""


def stored_key(text: str) -> str:
    """A text to store beside a name: sorted byte by byte, it stands where `pinyin_key` puts the name.

    What is too long is cut off between characters, so that it still sorts as its beginning does.
    """
    parts, left = [], KEY_LENGTH - 2
    for sort, spelt in map(_place, text):
        part = f"{sort}{spelt} "
        left -= len(part)
        if left < 0:
            break
        parts.append(part)
    # Two spaces come before whatever a longer name goes on with.
    return ("".join(parts) + " " + text)[:KEY_LENGTH]
