"""Makes people's accounts count as their addresses."""

from typing import Any

from literacy.mail import service
from literacy.models import User


def accounts_are_addresses(monkeypatch: Any) -> None:
    """From now on a person whose account is li@example.cn has that address."""
    monkeypatch.setattr(service, "_address_column", lambda: User.account)
    monkeypatch.setattr(service, "address_of", lambda user: user.account if "@" in user.account else "")
