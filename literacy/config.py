"""What operators set: read once from the environment, with defaults that suit one machine."""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
MEBIBYTE = 1024 * 1024


def data_folder() -> Path:
    """The only folder the product writes to: `LITERACY_DATA`, or `instance/` in the project."""
    return Path(os.environ.get("LITERACY_DATA") or PROJECT / "instance").resolve()


def secret_key(folder: Path) -> str:
    """The signing key of this installation, made on first use and readable by its owner only.

    Several machines that serve one installation must share it: set `LITERACY_SECRET_KEY` there.
    """
    if given := os.environ.get("LITERACY_SECRET_KEY"):
        return given
    path = folder / "secret.key"
    try:
        # O_EXCL: of two processes that start together exactly one writes the key, the other reads it.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))
    return path.read_text().strip()


def database_url(folder: Path) -> str:
    """`LITERACY_DATABASE_URL`, or an SQLite file in the data folder."""
    url = os.environ.get("LITERACY_DATABASE_URL") or f"sqlite:///{folder / 'literacy.db'}"
    # Bare postgresql:// means another driver in older SQLAlchemy releases; name ours.
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def load() -> dict[str, Any]:
    """The Flask configuration. Makes the data folder if it is missing."""
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    https = os.environ.get("LITERACY_HTTPS") == "1"
    redis = os.environ.get("LITERACY_REDIS_URL") or ""
    return {
        "DATA_FOLDER": folder,
        "SECRET_KEY": secret_key(folder),
        "SQLALCHEMY_DATABASE_URI": database_url(folder),
        "MAX_CONTENT_LENGTH": 4 * MEBIBYTE,
        "MAX_FORM_MEMORY_SIZE": 2 * MEBIBYTE,
        "SESSION_COOKIE_NAME": "literacy",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        # How long a cookie lasts at most; the settings of the session end it earlier (see access).
        "PERMANENT_SESSION_LIFETIME": timedelta(days=7),
        # The token lives as long as the session: a page left open over lunch must still save.
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "HTTPS": https,
        "TRUSTED_PROXIES": int(os.environ.get("LITERACY_PROXIES") or 0),
        "TIME_ZONE": os.environ.get("LITERACY_TIME_ZONE") or "Asia/Shanghai",
        "RATELIMIT_STORAGE_URI": redis or "memory://",
        # Without the fallback a Redis that is down turns every page into an error.
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        "SIGN_IN_LIMIT": os.environ.get("LITERACY_SIGN_IN_LIMIT") or "30 per minute",
        # How often one address may check the code of a certificate.
        "VERIFY_LIMIT": os.environ.get("LITERACY_VERIFY_LIMIT") or "60 per minute",
    }
