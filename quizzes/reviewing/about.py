"""What an appeal is about: the whole verdict, one finding, one element or one point; pure.

On pages a thing is named by a key: `f2` the second finding in reading order, `e-deadline` an element, `p-1` the first
point. What is stored names it by what it is, so that it can be read without the page.
"""

import re
from collections.abc import Mapping
from typing import Any

from quizzes.marked import in_reading_order

WHOLE = ""


def choices(detail: Mapping[str, Any]) -> dict[str, str]:
    """Everything in a stored verdict that an appeal may be about, as {key: words}; of other marks only the whole."""
    found = {WHOLE: "整个评议" if "findings" in detail else "这道题的评分"}
    for number, one in enumerate(in_reading_order(detail.get("findings", [])), start=1):
        found[f"f{number}"] = f"第 {number} 处：{one['name']}"
    for one in detail.get("elements", []):
        if one["present"] or one["required"]:
            found[f"e-{one['id']}"] = f"要素：{one['name']}（判为{'具备' if one['present'] else '缺'}）"
    for number, one in enumerate(detail.get("points", []), start=1):
        found[f"p-{number}"] = f"要点：{one['text']}（判为{'说到了' if one['met'] else '没说到'}）"
    return found


def stored(key: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    """What a key stands for, with the words of the page; empty for the whole. Raises KeyError for an unknown key."""
    words = choices(detail)[key]
    if key == WHOLE:
        return {}
    kind = {"f": "finding", "e": "element", "p": "point"}[key[0]]
    return {"kind": kind, "key": key, "words": words}


def words(about: Mapping[str, Any]) -> str:
    """What an appeal is about, in words."""
    return str(about.get("words") or "整个评分")


def finding_number(about: Mapping[str, Any]) -> int:
    """The number of the finding that it is about; 0 if it is about none."""
    match = re.fullmatch(r"f(\d+)", str(about.get("key") or ""))
    return int(match[1]) if match else 0
