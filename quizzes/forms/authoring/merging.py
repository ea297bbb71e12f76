"""Two versions of what a form says: told apart field by field, and put together as somebody chose; pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, SelectField, SelectMultipleField

from quizzes.compare import Piece, side_by_side
from quizzes.forms.authoring.base import AuthoringForm, Rows

OWN = frozenset({"form_key", "revision", "on_top_of", "arrange"})
"""Fields that say nothing of the content."""
SHORT = 1500
"""Texts up to this are compared word by word, longer ones line by line first."""
BESIDE = 1
"""Lines shown unchanged beside a changed one."""


@dataclass(frozen=True)
class Difference:
    """A field in which two versions differ, with what stands in each; changed pieces are marked."""

    name: str
    label: str
    theirs: list[Piece]
    mine: list[Piece]


def contents(form: AuthoringForm) -> Iterator[Field]:
    """The fields of a form that hold content, in their order."""
    return (field for field in form if field.name not in OWN)


def said(field: Field) -> str:
    """What a field says, as a reader sees it; rows without content are left out."""
    if isinstance(field, Rows):
        return "\n".join(
            f"第 {number} 行：" + "；".join(filter(None, (said(inner) for inner in field.entries[place].form)))
            for number, (place, _) in enumerate(field.filled(), start=1)
        )
    if isinstance(field, HiddenField):
        return ""
    if isinstance(field, SelectMultipleField):
        labels = {str(key): str(label) for key, label, *_ in field.iter_choices()}
        return "、".join(labels.get(str(value), str(value)) for value in field.data or [])
    if isinstance(field, SelectField):
        chosen = next((label for key, label, *_ in field.iter_choices() if str(key) == str(field.data)), field.data)
        return str(chosen) if field.data not in (None, "") else ""
    if isinstance(field.data, bool):
        return field.label.text if field.data else ""
    return str(field.data if field.data is not None else "").strip()


def differences(theirs: AuthoringForm, mine: AuthoringForm) -> list[Difference]:
    """The fields in which two forms of one kind differ."""
    found = []
    for field in contents(mine):
        other, own = said(theirs[field.name]), said(field)
        if other != own:
            found.append(Difference(field.name, field.label.text, *pieces(other, own)))
    return found


def pieces(theirs: str, mine: str) -> tuple[list[Piece], list[Piece]]:
    """Two texts in pieces; of long ones only what changed, and the lines beside it."""
    if len(theirs) + len(mine) <= 2 * SHORT:
        return side_by_side(theirs, mine)
    old, new = theirs.splitlines(keepends=True), mine.splitlines(keepends=True)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = "".join(old[a:b]), "".join(new[c:d])
        if kind == "equal":
            same = _shortened(old[a:b], first=not left and not right)
            left.append(same)
            right.append(same)
        elif before and after and len(before) + len(after) <= 2 * SHORT:
            one, other = side_by_side(before, after)
            left += one
            right += other
        else:
            left += [Piece(before, True)] if before else []
            right += [Piece(after, True)] if after else []
    return left, right


def _shortened(lines: list[str], first: bool) -> Piece:
    """Lines that both have: those beside a change, the others as dots."""
    if len(lines) <= 2 * BESIDE + 1:
        return Piece("".join(lines), False)
    head = [] if first else lines[:BESIDE]
    return Piece("".join([*head, "……\n", *lines[-BESIDE:]]), False)


def pairs(fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    """What a browser would send of these fields."""
    for field in fields:
        if isinstance(field, Rows):
            yield from pairs(inner for entry in field.entries for inner in entry.form)
        elif isinstance(field, SelectMultipleField):
            yield from ((field.name, str(value)) for value in field.data or [])
        elif isinstance(field.data, bool) and not isinstance(field, SelectField):
            yield from [(field.name, "y")] if field.data else []
        elif isinstance(field, SelectField):
            yield field.name, "" if field.data is None else str(field.data)
        else:
            yield field.name, str(field._value())


def merged(sent: MultiDict[str, str], theirs: AuthoringForm, taken: Collection[str]) -> MultiDict[str, str]:
    """What was sent, with these fields as the other version has them."""
    names = {field.name for field in contents(theirs)} & set(taken)

    def is_taken(name: str) -> bool:
        return name in names or (
            name.partition("-")[0] in names and isinstance(theirs._fields[name.partition("-")[0]], Rows)
        )

    kept: list[tuple[str, Any]] = [pair for pair in sent.items(multi=True) if not is_taken(pair[0])]
    return MultiDict([*kept, *pairs(theirs[name] for name in sorted(names))])
