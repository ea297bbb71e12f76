"""Other ways to write the same text, which must not change a verdict: for measuring and for tests."""

from collections.abc import Callable, Mapping
from functools import cache

from opencc import OpenCC


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")


def traditional(text: str) -> str:
    """Traditional characters (opencc, character and phrase tables)."""
    return str(_converter().convert(text))


def full_width(text: str) -> str:
    """ASCII and its signs at full width."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def spaced(text: str) -> str:
    """A blank between every two Chinese characters."""
    return "".join(
        char + " " if _is_han(char) and _is_han(after) else char
        for char, after in zip(text, text[1:] + "。", strict=True)
    )


def zero_width(text: str) -> str:
    """An invisible blank between every two characters."""
    return "\u200b".join(text)


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "traditional": traditional,
    "full width": full_width,
    "spaces": spaced,
    "zero width": zero_width,
}
