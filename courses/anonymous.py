"""Words without what names their writer; pure."""

import re

MASK = "某某"
"""Not ××: the rubric takes that for a template that was not filled in."""


def without(text: str, *names: str) -> str:
    """The text with each of the names replaced by a mask, whatever the case; one-letter names are no names."""
    for name in sorted({name.strip() for name in names}, key=len, reverse=True):
        if len(name) > 1:
            text = re.sub(re.escape(name), MASK, text, flags=re.IGNORECASE)
    return text


def same_words(text: str) -> str:
    """A text without signs and blanks: two that agree in it would be discussed as one."""
    return "".join(filter(str.isalnum, text))
