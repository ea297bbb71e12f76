"""Text that people type: made safe to store, never changed in meaning."""

import re
import unicodedata

MAX_REPLY = 5000
"""Longest reply that is marked, in characters. Real replies have a median of about 270."""
MAX_ACCOUNT = 40
MAX_NAME = 40
"""Longest account and longest name of a person that is taken in."""

# Controls other than tab and newline (NUL breaks PostgreSQL), and the marks that reorder what a reader sees.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BLANKS = re.compile(r"\s+")


def clean(text: str | None) -> str:
    """Text as it is stored: no NUL, no lone surrogates, no direction overrides, one kind of line break.

    Emoji, joiners and every other character stay, so that what a person wrote is what a marker reads.
    """
    if not text:
        return ""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", _SURROGATES.sub("\ufffd", text))


def clean_line(text: str | None) -> str:
    """One line of text, such as a name: cleaned, blanks folded, ends trimmed."""
    return _BLANKS.sub(" ", clean(text)).strip()


def account_name(text: str | None) -> str:
    """An account as it is stored and looked up: full-width letters folded, lower case, no blanks."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", clean(text))).lower()


def account_problem(account: str) -> str | None:
    """What is wrong with an account (as account_name gives it), as a sentence; None if it will do."""
    if not account:
        return "请填写账号。"
    if len(account) > MAX_ACCOUNT:
        return f"账号最多 {MAX_ACCOUNT} 个字符。"
    if not all(character.isalnum() or character in "._-@" for character in account):
        return "账号只能用字母、数字、汉字和 . _ - @。"
    return None


def titled(title: str) -> str:
    """A title as it stands within a sentence: in 《》, unless it is a quotation already."""
    quoted = title[:1] + title[-1:] in ("「」", "“”")
    return title if quoted else f"《{title}》"


def length(text: str) -> int:
    """How long a reply is, as its writer counts: characters without blanks."""
    return sum(1 for character in text if not character.isspace())
