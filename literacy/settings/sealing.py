"""Secrets at rest: encrypted with a key that is derived from the key of the installation; pure.

`cryptography` is imported where it is used: most processes never open a secret, and it takes 7 MB of memory.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_ABOUT = b"literacy settings 1"


def _box(secret_key: str) -> Fernet:
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(SHA256(), 32, None, _ABOUT).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def sealed(secret_key: str, text: str) -> str:
    """The secret as it is stored."""
    return _box(secret_key).encrypt(text.encode()).decode()


def opened(secret_key: str, kept: str) -> str | None:
    """The secret; None where it was sealed with another key, or damaged."""
    from cryptography.fernet import InvalidToken

    try:
        return _box(secret_key).decrypt(kept.encode()).decode()
    except (InvalidToken, ValueError):
        return None
