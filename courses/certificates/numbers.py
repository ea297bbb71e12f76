"""The numbers of a certificate: the code by which it is checked, and its number in the year; pure."""

import secrets

from literacy.text import clean_line

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O and U, which are read as something else or spell something."""
LENGTH = 16
"""16 letters of 32 are 80 bits: nobody guesses one."""
_GROUP = 4
_MISREAD = str.maketrans("OIL", "011")
_WIDTH = str.maketrans({chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)})
_MOST_TYPED = 60


def new_code() -> str:
    """A code that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(code: str) -> str:
    """A code as it is printed: 7K3M-Q2XV-9D4T-HB6N."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def read_code(typed: str) -> str | None:
    """The code that somebody typed or scanned, whatever they wrote between the groups; None if it is none.

    What is easily misread is taken for what it must have been: O for 0, I and L for 1, full-width for plain.
    """
    plain = clean_line(typed)[:_MOST_TYPED].translate(_WIDTH).upper().translate(_MISREAD)
    code = "".join(letter for letter in plain if letter not in " -_.·—–－")
    return code if len(code) == LENGTH and all(letter in ALPHABET for letter in code) else None


def serial(year: int, number: int) -> str:
    """The number of a certificate in its year: 2026-000123."""
    return f"{year}-{number:06d}"
