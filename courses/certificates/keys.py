"""The keys that sign badges: one that signs, and the public halves of those that signed before.

They lie in the data folder, so that every backup has them. Whoever lost the signing key can still verify what it
signed, as long as its public half is here; whoever stole it can sign in the school's name until it is replaced.

`cryptography` is imported where it is used: most processes never sign anything, and it takes 7 MB of memory.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import current_app

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import rsa

FOLDER = "badge-keys"
SIGNING = "signing.pem"
OLD = ".public.pem"
BITS = 2048
ALGORITHM = "RS256"
"""What OpenBadges 3.0 asks every verifier to know."""


@dataclass(frozen=True)
class Signer:
    """A key that signs, and its name."""

    key: rsa.RSAPrivateKey
    kid: str

    def signature(self, data: bytes) -> bytes:
        """The RS256 signature. The same data gives the same signature."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def base64url(data: bytes) -> str:
    """Without padding, as JOSE writes it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int) -> str:
    return base64url(value.to_bytes((value.bit_length() + 7) // 8))


def public_jwk(key: rsa.RSAPublicKey) -> dict[str, Any]:
    """The public half as a JWK named by its thumbprint (RFC 7638)."""
    numbers = key.public_numbers()
    needed = {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}
    kid = base64url(hashlib.sha256(json.dumps(needed, separators=(",", ":"), sort_keys=True).encode()).digest())
    return {**needed, "kid": kid, "alg": ALGORITHM, "use": "sig"}


def _folder() -> Path:
    folder = Path(current_app.config["DATA_FOLDER"]) / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _written(folder: Path, data: bytes) -> Path:
    """A file of our own that is complete before anybody sees it under its name; readable by its owner only."""
    handle, name = tempfile.mkstemp(dir=folder, suffix=".partial")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _new_pem() -> bytes:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def signer() -> Signer:
    """The key that signs now, made on first use."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    path = _folder() / SIGNING
    if not path.is_file():
        made = _written(path.parent, _new_pem())
        try:
            path.hardlink_to(made)  # of two processes that begin together one makes the key, the other takes it
        except FileExistsError:
            pass
        finally:
            made.unlink()
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{path} holds no RSA key")
    return Signer(key, public_jwk(key.public_key())["kid"])


def public_keys() -> list[dict[str, Any]]:
    """The public halves of the key that signs and of all that signed before it, as JWKs."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    now = signer()
    keys = [public_jwk(now.key.public_key())]
    for path in sorted(_folder().glob(f"*{OLD}")):
        key = serialization.load_pem_public_key(path.read_bytes())
        if isinstance(key, rsa.RSAPublicKey) and public_jwk(key)["kid"] != now.kid:
            keys.append(public_jwk(key))
    return keys


def rotate() -> str:
    """Sign with a new key from now on; the old one's public half stays, its private half goes. Gives the new name."""
    from cryptography.hazmat.primitives import serialization

    old, folder = signer(), _folder()
    public = old.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _written(folder, public).replace(folder / f"{old.kid}{OLD}")
    _written(folder, _new_pem()).replace(folder / SIGNING)
    return signer().kid
