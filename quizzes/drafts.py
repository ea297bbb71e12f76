"""What a learner entered, in the one shape in which it is stored; pure.

============  ==========================================  ===========================================
kind          draft                                       indexes
============  ==========================================  ===========================================
single        ``{"option": 2}``                           of `options`, as written by the author
multiple      ``{"options": [0, 2]}``                     likewise, ascending
truefalse     ``{"value": true}``
matching      ``{"matches": {"0": 3}}``                   left side → right sides, then distractors
ordering      ``{"order": [2, 0, 1]}``                    of `items`, in the learner's order
short, reply  ``{"text": "…"}``
============  ==========================================  ===========================================

Shuffling is display only: indexes are always the author's. None stands for nothing entered.
"""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from literacy.errors import Refused
from literacy.text import MAX_REPLY, clean


def clean_draft(kind: str, body: Mapping[str, Any], raw: Any) -> dict[str, Any] | None:
    """Bring anything that a browser sent into the stored shape; what makes no sense is dropped.

    Raises Refused (413) for a text longer than MAX_REPLY characters: cutting it off would lose words silently.
    """
    if not isinstance(raw, Mapping):
        return None
    return _CLEANERS[str(kind)](body, raw)


def open_parts(kind: str, body: Mapping[str, Any], draft: Mapping[str, Any] | None) -> int:
    """How much of a question is still to be answered, by its clean draft; 0 where nothing is.

    The sides of a matching question are counted; every other question is answered as a whole.
    """
    if kind == "matching":
        return len(body["pairs"]) - len((draft or {}).get("matches", {}))
    return 0 if draft else 1


def _index(value: Any, count: int) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value < count else None


def _single(body: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any] | None:
    option = _index(raw.get("option"), len(body["options"]))
    return None if option is None else {"option": option}


def _multiple(body: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any] | None:
    given = raw.get("options")
    count = len(body["options"])
    chosen = (
        {index for value in given if (index := _index(value, count)) is not None} if isinstance(given, list) else ()
    )
    return {"options": sorted(chosen)} if chosen else None


def _truefalse(_body: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any] | None:
    value = raw.get("value")
    return {"value": value} if isinstance(value, bool) else None


def _matching(body: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any] | None:
    given = raw.get("matches")
    lefts, rights = len(body["pairs"]), len(body["pairs"]) + len(body.get("distractors") or [])
    if not isinstance(given, Mapping):
        return None
    matches = {str(left): right for left in range(lefts) if (right := _index(given.get(str(left)), rights)) is not None}
    return {"matches": matches} if matches else None


def _ordering(body: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any] | None:
    given = raw.get("order")
    count = len(body["items"])
    if not isinstance(given, list):
        return None
    order = [index for value in given if (index := _index(value, count)) is not None]
    return {"order": order} if len(order) == len(set(order)) == count else None


def _text(_body: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any] | None:
    given = raw.get("text")
    text = clean(given) if isinstance(given, str) else ""
    if len(text) > MAX_REPLY:
        raise Refused(f"最多 {MAX_REPLY} 字，现在是 {len(text)} 字，没有保存。请删减。", 413)
    return {"text": text} if any(map(_visible, text)) else None


def _visible(character: str) -> bool:
    """Whether a reader sees anything of it: a reply of spaces and zero-width signs is no reply."""
    return not character.isspace() and unicodedata.category(character) not in ("Cf", "Cc")


_CLEANERS: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any] | None]] = {
    "single": _single,
    "multiple": _multiple,
    "truefalse": _truefalse,
    "matching": _matching,
    "ordering": _ordering,
    "short": _text,
    "reply": _text,
}
