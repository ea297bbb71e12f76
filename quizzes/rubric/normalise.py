"""One spelling for matching, with a way back to what the learner typed.

Full width becomes half width (NFKC), traditional becomes simplified, invisible characters go, and so do spaces and
filler signs pushed between two Han characters. ``Normal.span`` turns places in the result into places in the original.
"""

import re
import unicodedata
from dataclasses import dataclass

from opencc import OpenCC

_FILLER = re.compile(r"(?<=[\u4e00-\u9fff])[ .*_·|\-~]{1,4}(?=[\u4e00-\u9fff])")
_KEPT_FILLER = frozenset({".", "-", "~", "--", "~~", "...", "|", "·"})


class _Table(dict[str, str]):
    """Character → its matching form, worked out once per character (the converter is far slower than a dict)."""

    def __init__(self) -> None:
        super().__init__()
        self._converter = OpenCC("t2s")

    def __missing__(self, char: str) -> str:
        self[char] = form = self._form(char)
        return form

    def _form(self, char: str) -> str:
        if char == "\n":
            return char
        category = unicodedata.category(char)
        if category in ("Cf", "Cc", "Cs", "Mn"):
            return " " if char in "\t\r\v\f" else ""
        folded = unicodedata.normalize("NFKC", char)
        if category == "Zs" or char in "\u2028\u2029":
            return " "
        return "".join(self._simplify(part) for part in folded if unicodedata.category(part) not in ("Cf", "Mn", "Cc"))

    def _simplify(self, char: str) -> str:
        if not "\u3400" <= char <= "\ufaff":
            return char.lower()[:1]
        return self._converter.convert(char)


_TABLE = _Table()


@dataclass(frozen=True)
class Normal:
    """A normalised text. ``origins[i]`` is the place in the original of character ``i`` of ``text``."""

    text: str
    origins: tuple[int, ...]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Places in the original (characters, end exclusive) of ``text[start:end]``; an empty slice stays empty."""
        if end <= start or not self.origins:
            at = self.origins[start] if start < len(self.origins) else len(self.original)
            return at, at
        return self.origins[start], self.origins[end - 1] + 1


def normalise(original: str) -> Normal:
    """Fold ``original`` (any Python string, lone surrogates included) for matching."""
    chars: list[str] = []
    origins: list[int] = []
    for index, char in enumerate(original):
        for part in _TABLE[char]:
            chars.append(part)
            origins.append(index)
    text = "".join(chars)
    cuts = [
        match.span()
        for match in _FILLER.finditer(text)
        if match.group().strip() not in _KEPT_FILLER or " " in match.group()
    ]
    if not cuts:
        return Normal(text, tuple(origins), original)
    pieces, kept, last = [], [], 0
    for start, end in cuts:
        pieces.append(text[last:start])
        kept.extend(origins[last:start])
        last = end
    pieces.append(text[last:])
    kept.extend(origins[last:])
    return Normal("".join(pieces), tuple(kept), original)


def fold(text: str) -> str:
    """The matching form of ``text`` alone."""
    return normalise(text).text
