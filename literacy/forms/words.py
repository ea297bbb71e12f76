"""What somebody typed into a form that the lost session interrupted, under the names that the form's page gave it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wtforms import BooleanField, FieldList, HiddenField, PasswordField, SelectField, SelectMultipleField
from wtforms import Form as AnyForm
from wtforms.fields.core import UnboundField

_UNSEEN = (SelectField, SelectMultipleField, BooleanField, HiddenField, PasswordField)
_CHOICE = re.compile(r"[0-9]{1,5}|true|false")


def typed(fields: Iterable[tuple[str, str]], words: Mapping[str, str]) -> list[tuple[str, str]]:
    """The fields that hold something typed, as (label, text) in their order.

    `words` names fields of no form of ours: {pattern of the whole name: label}, `{0}` standing for the pattern's first
    group; an empty label leaves the field out. What was only chosen from a list goes along unseen, except under
    `words`, where it is told once that something was chosen.
    """
    fields = list(fields)
    known = _known({part for name, _ in fields for part in name.split("-")})
    told: dict[tuple[str, str], None] = {}
    for name, value in fields:
        if not value.strip():
            continue
        special = next((label.format(*match.groups()) for match, label in _matches(name, words)), None)
        if special is not None:
            if special:
                told[special, "已经选了" if _CHOICE.fullmatch(value) else value] = None
        elif label := _label(name, known):
            told[label, value] = None
    return list(told)


def _matches(name: str, words: Mapping[str, str]) -> Iterator[tuple[re.Match[str], str]]:
    for pattern, label in words.items():
        if match := re.fullmatch(pattern, name):
            yield match, label


def _label(name: str, known: Mapping[str, tuple[str, bool]]) -> str:
    """What the page called a field; its name where no form of ours has it; nothing for what nobody types."""
    parts = [part for part in name.split("-") if not part.isdigit()]
    row = next((int(part) + 1 for part in name.split("-") if part.isdigit() and len(part) < 6), None)
    label, by_hand = known.get(parts[-1] if parts else name, (name, True))
    if not by_hand:
        return ""
    if row is None or not parts or parts[0] not in known:
        return label
    return f"{known[parts[0]][0]}，第 {row} 行" + (f"，{label}" if len(parts) > 1 else "")


def _known(names: set[str]) -> dict[str, tuple[str, bool]]:
    """The fields of the product's forms by name: the label, and whether it is filled in by hand.

    Several forms have a field of one name; the form that has most of these names is the one that was interrupted.
    """
    found: dict[str, tuple[str, bool]] = {}
    for form in sorted(_subclasses(AnyForm), key=lambda form: -len(names & _fields(form).keys())):
        for name, field in _fields(form).items():
            found.setdefault(name, _said(field))
    return found


def _fields(form: type[Any]) -> dict[str, UnboundField]:
    return {
        name: field
        for one in form.__mro__[::-1]
        for name, field in vars(one).items()
        if isinstance(field, UnboundField)
    }


def _said(field: UnboundField) -> tuple[str, bool]:
    texts = [text for text in (*field.args, field.kwargs.get("label")) if isinstance(text, str)]
    by_hand = not issubclass(field.field_class, _UNSEEN) or issubclass(field.field_class, FieldList)
    return (texts[0] if texts else "", by_hand)


def _subclasses(form: type[Any]) -> Iterator[type[Any]]:
    for one in form.__subclasses__():
        yield one
        yield from _subclasses(one)
