"""Codes that are read from paper and typed: how they look, how they are compared; pure."""

import hashlib
import hmac
import secrets
import unicodedata

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without 0 o 1 l i, which look alike on paper."""
GROUPS, LONG = 3, 4
"""Three groups of four: about 59 bits, far more than can be tried against a page that counts attempts."""


def new_code() -> str:
    """A random code such as h7kq-w3mn-92ax."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(LONG)) for _ in range(GROUPS))


def typed_code(text: str | None) -> str:
    """What somebody typed, however they wrote it: small letters and digits only."""
    folded = unicodedata.normalize("NFKC", text or "").lower()
    return "".join(character for character in folded if character.isalnum())[:40]


def hash_of(code: str, user_id: int, key: str) -> str:
    """What is stored of a code: of no use to who sees the database without the installation's key."""
    message = f"activation:{user_id}:{typed_code(code)}".encode()
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()
