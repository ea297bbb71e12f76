"""How a person is reached: numbers and addresses as they are stored, and what is wrong with them; pure."""

import re
import unicodedata

MAX_RANK = 40
MAX_PHONE = 30
MAX_EMAIL = 120
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:0\d{2,3}-?)?[2-8]\d{6,7}(?:-\d{1,6})?")
_COUNTRY = re.compile(r"^(?:\+|00)?86(?=1[3-9]\d{9}$)|^(?:\+|00)86-?(?=\d)")
_AREA = re.compile(r"^(010|02\d|0[3-9]\d{2})-?(?=[2-8]\d{6,7}(?:-|$))")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def phone_of(text: str | None) -> str:
    """A telephone number as it is stored: digits of a mobile phone, or 0571-87654321-12."""
    number = unicodedata.normalize("NFKC", text or "")
    number = re.sub(r"[‐‑‒–—―−ー]", "-", number)
    number = re.sub(r"(?:转|ext\.?|#)", "-", re.sub(r"\s+", "", number), flags=re.I)
    number = re.sub(r"^\((0\d{2,3})\)", r"\1-", number)
    bare = number.replace("-", "")
    if _MOBILE.fullmatch(_COUNTRY.sub("", bare)):
        return _COUNTRY.sub("", bare)
    number = re.sub(r"-{2,}", "-", _COUNTRY.sub("", number))
    return _AREA.sub(r"\1-", number)


def phone_problem(number: str | None) -> str | None:
    """What is wrong with a number (as phone_of gives it), as a sentence; None for a good one and for none."""
    if not number or _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return None
    return "手机写 11 位号码，座机写区号和号码，例如 0571-87654321。"


def email_of(text: str | None) -> str:
    """A mail address as it is stored: no blanks, full-width letters folded, in lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or "")).lower()


def email_problem(address: str | None) -> str | None:
    """What is wrong with an address (as email_of gives it), as a sentence; None for a good one and for none."""
    if not address:
        return None
    if len(address) > MAX_EMAIL:
        return f"邮箱最多 {MAX_EMAIL} 个字符。"
    if not _EMAIL.fullmatch(address) or ".." in address:
        return "邮箱要像 name@example.cn 这样写。"
    return None


def veiled(text: str) -> str:
    """A number or address for records that are kept for good: enough to tell it from another, too little to use."""
    if not text:
        return ""
    name, at, domain = text.partition("@")
    return f"{name[:1]}***{at}{domain}" if at else f"尾号 {text[-4:]}"
