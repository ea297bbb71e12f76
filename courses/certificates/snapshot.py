"""What is printed on a certificate, kept with it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from courses.certificates import wording
from literacy.text import titled


@dataclass(frozen=True)
class Holder:
    """Who completed what, as it is known on the day of issue."""

    name: str
    unit: str
    course: str
    hours: float | None
    score: float | None
    completed_on: date


@dataclass(frozen=True)
class Look:
    """How a course's certificates look."""

    title: str
    text: str
    school: str
    issuer: str
    signer: str
    seal: str


EXAMPLE = Holder("林晓", "青禾县 / 望舒街道", "", 10, 92.5, date(2026, 11, 24))
"""A fictional person, for a specimen."""


def printed(holder: Holder, look: Look, issued_on: date, expires_on: date | None) -> dict[str, Any]:
    """Everything that is printed, JSON-safe.

    What the text does not name (unit, hours, score) is not kept either: it would be told to whoever checks.
    """
    values = {
        "name": holder.name,
        "unit": holder.unit,
        "course": titled(holder.course),
        "hours": wording.number(holder.hours),
        "completed_on": wording.full_date(holder.completed_on),
        "issued_on": wording.full_date(issued_on),
        "score": wording.number(holder.score),
    }
    shown = wording.named(look.text) | {"name"}
    return {
        "title": look.title,
        "school": look.school,
        "issuer": look.issuer,
        "signer": look.signer,
        "seal": look.seal,
        "text": wording.filled(look.text, values),
        "name": holder.name,
        "course": holder.course,
        "unit": holder.unit if "unit" in shown else "",
        "hours": holder.hours if "hours" in shown else None,
        "score": holder.score if "score" in shown else None,
        "completed_on": holder.completed_on.isoformat() if "completed_on" in shown else None,
        "issued_on": issued_on.isoformat(),
        "expires_on": expires_on.isoformat() if expires_on else None,
        "issued_in_words": wording.full_date(issued_on),
        "valid_in_words": f"至{wording.full_date(expires_on)}" if expires_on else "",
    }


def told(kept: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a certificate shows, as (label, value), for whoever checks it."""
    completed = date.fromisoformat(kept["completed_on"]) if kept.get("completed_on") else None
    expires = date.fromisoformat(kept["expires_on"]) if kept.get("expires_on") else None
    lines = [
        ("姓名", kept["name"]),
        ("单位", kept.get("unit") or ""),
        ("课程", titled(kept["course"])),
        ("学时", wording.number(kept.get("hours"))),
        ("得分", wording.number(kept.get("score"))),
        ("完成日期", wording.full_date(completed) if completed else ""),
        ("颁发单位", kept["issuer"] or kept["school"]),
        ("颁发日期", kept["issued_in_words"]),
        ("有效期", f"至{wording.full_date(expires)}" if expires else "长期有效"),
    ]
    return [(label, value) for label, value in lines if value]
