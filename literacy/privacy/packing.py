"""Everything that is stored of a person in one zip file: JSON for programs, one page for people."""

import json
import zipfile
from datetime import date, datetime
from enum import Enum
from typing import IO, Any

from flask import render_template

from literacy import audit
from literacy.dates import today, zone
from literacy.models import User
from literacy.registry import registry


def name_of(user: User) -> str:
    """What the file is called."""
    return f"我的资料_{user.account}_{today().isoformat()}.zip"


def how_much(user: User) -> list[tuple[Any, int]]:
    """Every kind of data, with how many rows there are about this person."""
    return [(part, part.count(user)) for part in registry().personal]


def note(user: User) -> None:
    """Record that a person took their own data."""
    audit.record(user, "personal.exported", user, f"{user.name}下载了自己的资料")


def cell(value: Any) -> Any:
    """A value as it is told in the file: moments in local time, words for yes and no."""
    if isinstance(value, datetime):
        return value.astimezone(zone()).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return getattr(value, "label", value.value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return value


def readable(value: Any) -> Any:
    """A cell as the page for people tells it: of an answer its words, of a verdict its headline and what was found."""
    if not isinstance(value, (dict, list)):
        return value
    if isinstance(value, dict) and "findings" in value:
        found = "、".join(str(one.get("name", "")) for one in value["findings"])
        return f"{value.get('headline', '')}" + (f"（{found}）" if found else "")
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        return value["text"]
    return json.dumps(value, ensure_ascii=False, default=str)


def write(user: User, file: IO[bytes]) -> int:
    """Write the zip; gives how many rows are in it. One kind of data is in memory at a time, but for the page."""
    shown, count = [], 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in registry().personal:
            rows = [[cell(value) for value in row] for row in part.rows(user)]
            count += len(rows)
            told = {
                "title": part.title, "what": part.what, "why": part.why, "basis": part.basis,
                "kept": part.kept_in_words,
                "rows": [dict(zip(part.headers, row, strict=True)) for row in rows],
            }  # fmt: skip
            archive.writestr(f"json/{part.key}.json", json.dumps(told, ensure_ascii=False, indent=1, default=str))
            shown.append((part, [[readable(value) for value in row] for row in rows]))
        page = render_template("literacy/_my_data_file.html", person=user, shown=shown, moment=today())
        archive.writestr("我的资料.html", page)
    return count
