"""When two questions are the same to a reader, whatever their punctuation; pure."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

_LIST_KEYS = (("options", "text"), ("pairs", "left"), ("items", "text"))


def folded(text: str) -> str:
    """A text without what makes no difference: blanks, punctuation, brackets, width and size of letters."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "", wide) or re.sub(r"\s+", "", wide)


def rows_key(body: Mapping[str, Any]) -> frozenset[str]:
    """What there is to choose from, in any order; empty for questions without rows."""
    return frozenset(folded(row[key]) for name, key in _LIST_KEYS for row in body.get(name) or ())
