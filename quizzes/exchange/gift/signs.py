"""The signs of GIFT: which ones mean something, and how they are written when they mean nothing; pure."""

import re
from collections.abc import Iterator

FORMATS = ("html", "markdown", "plain", "moodle")
FORMAT = re.compile(rf"\s*\[({'|'.join(FORMATS)})\]")
_SIGN = re.compile(r"\\.|####|->|[#=~{}]", re.DOTALL)
_ESCAPED = re.compile(r"\\([\\:#={}~>n])")
_SPECIAL = re.compile(r"[\\:#={}~]")
FULL_WIDTH = str.maketrans("｛｝＝～＃", "{}=~#")


def signs(text: str, *wanted: str) -> Iterator[tuple[int, str]]:
    """Where signs stand that mean something, as (place, sign). One behind a backslash is just a character."""
    for match in _SIGN.finditer(text):
        if match[0] in wanted:
            yield match.start(), match[0]


def cut(text: str, sign: str) -> tuple[str, str | None]:
    """The text before the first such sign and the text behind it; None where there is no such sign."""
    for place, found in signs(text, sign):
        return text[:place], text[place + len(found) :]
    return text, None


def unescaped(text: str) -> str:
    """Text without the backslashes that keep signs from meaning something. Backslashes before other characters stay."""
    return _ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], text)


def escaped(text: str) -> str:
    """Text on one line in which no sign means anything."""
    kept = _SPECIAL.sub(lambda match: "\\" + match[0], text).replace("->", "-\\>").replace("\n", "\\n")
    # A text that begins like a format or like a comment gets a format of its own.
    return f"[plain]{kept}" if FORMAT.match(kept) or kept.startswith("//") else kept
