"""What all forms of trainers have in common: the revision they were opened on, and rows to add, move and remove."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from wtforms import FieldList, FormField, HiddenField, IntegerField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from literacy.forms import ChecksField, Form
from quizzes.competencies import COMPETENCIES, competency_name
from quizzes.shape import Problem
from quizzes.traps import TRAPS, trap_name

__all__ = [
    "COMPETENCY_CHOICES",
    "DIFFICULTIES",
    "TRAP_CHOICES",
    "AuthoringForm",
    "ChecksField",
    "Row",
    "Rows",
    "lines_of",
]

DIFFICULTIES = {1: "1 入门", 2: "2 基础", 3: "3 中等", 4: "4 较难", 5: "5 很难"}
COMPETENCY_CHOICES = {key: competency_name(key) for key in COMPETENCIES}
TRAP_CHOICES = {key: trap_name(key) for key in TRAPS}


class Row(PlainForm):
    """One row of a list inside a form."""

    class Meta(PlainForm.Meta):
        """Chinese messages, as in every form."""

        locales = ("zh_CN", "zh")

    def is_blank(self) -> bool:
        """Whether nobody typed anything into it. A choice alone is no content: it has a default."""
        return not any(
            str(field.data or "").strip()
            for field in self
            if isinstance(field, StringField) and not isinstance(field, HiddenField)
        )

    def wrong(self) -> bool:
        """Whether something in it has to be mended."""
        return any(field.errors for field in self)


class Rows(FieldList):
    """A list of rows. There are always some empty ones, so that a row can be added without a script."""

    def __init__(
        self, row: type[Row], label: str, *, least: int = 1, spare: int = 1, most: int = 40, **given: Any
    ) -> None:
        super().__init__(FormField(row), label, max_entries=most, **given)
        self.least, self.spare = least, spare
        self.notes: list[str] = []
        """What is wrong with the list as a whole."""

    def process(self, formdata: Any, data: Any = (), extra_filters: Any = None) -> None:
        """Take what was sent or stored, and add the empty rows."""
        super().process(formdata, data or (), extra_filters)
        if not formdata:
            self.pad(self.spare)

    def pad(self, spare: int) -> None:
        """Add empty rows at the end."""
        wanted = max(self.least, len(self.entries) + spare)
        while len(self.entries) < min(wanted, self.max_entries or wanted):
            self.append_entry()

    def filled(self) -> list[tuple[int, dict[str, Any]]]:
        """The rows that hold something, as (place in the form, values)."""
        return [(place, entry.data) for place, entry in enumerate(self.entries) if not entry.form.is_blank()]

    def rearrange(self, act: str, place: int) -> None:
        """Add rows, move one up or down, or remove one; what was typed stays."""
        values = [entry.data for entry in self.entries]
        if act in ("up", "down"):
            other = place - 1 if act == "up" else place + 1
            if 0 <= place < len(values) and 0 <= other < len(values):
                values[place], values[other] = values[other], values[place]
        if act == "remove" and 0 <= place < len(values):
            del values[place]
        while self.entries:
            self.pop_entry()
        for value in values:
            self.append_entry(value)
        self.pad(3 if act == "add" else 0)


class AuthoringForm(Form):
    """Base of a trainer's forms."""

    revision = IntegerField(widget=HiddenInput(), validators=[Optional()])
    """The revision of the content on which the form was opened; empty for something new."""
    on_top_of = IntegerField(widget=HiddenInput(), validators=[Optional()])
    """The revision of somebody else's change, sent by the button that says: seen, save mine all the same."""
    arrange = StringField()
    """The button beside the rows that was pressed: `options.add`, `options.up.2`; empty when saving."""

    def opened_on(self) -> int:
        """The revision that this change is made to; 0, which no content has, where the form names none."""
        return self.on_top_of.data or self.revision.data or 0

    def rearranged(self) -> bool:
        """Whether a button beside the rows was pressed instead of the one that saves. If so, the rows are changed."""
        name, _, rest = (self.arrange.data or "").partition(".")
        act, _, place = rest.partition(".")
        field = self._fields.get(name)
        self.arrange.data = ""
        if not isinstance(field, Rows) or act not in ("add", "up", "down", "remove"):
            return False
        field.rearrange(act, int(place) if re.fullmatch(r"\d{1,4}", place) else -1)
        return True

    def field_of(self, key: str) -> str:
        """The name of the field that holds a key of the body."""
        return key

    def show(self, problems: Iterable[Problem]) -> None:
        """Set problems of the body beside the fields that they are about."""
        for key, sentence in problems:
            self._show(re.findall(r"[^.\[\]]+", key), sentence)

    def _show(self, steps: Sequence[str], sentence: str) -> None:
        nested = self.field_of(".".join(steps[:2]))
        field = self._fields.get(nested) or self._fields.get(self.field_of(steps[0]) if steps else "")
        if field is None:
            self.form_errors.append(sentence)
        elif isinstance(field, Rows):
            self._show_in_rows(field, steps[1:], sentence)
        else:
            where = f"第 {steps[1]} 条：" if len(steps) > 1 and steps[1].isdecimal() else ""
            field.errors = [*field.errors, where + sentence]

    @staticmethod
    def _show_in_rows(rows: Rows, steps: Sequence[str], sentence: str) -> None:
        places = [place for place, _ in rows.filled()]
        number = int(steps[0]) if steps and steps[0].isdecimal() else 0
        if not 0 < number <= len(places):
            rows.notes.append(sentence)
            return
        inner = rows.entries[places[number - 1]].form._fields.get(steps[1] if len(steps) > 1 else "")
        if inner is None or isinstance(inner, HiddenField):
            rows.notes.append(f"第 {number} 行：{sentence}")
        else:
            inner.errors = [*inner.errors, sentence]

    def faults(self) -> Iterator[tuple[str, str, str]]:
        """Everything that has to be mended, as (id of the field, its label, sentence)."""
        for field in self:
            if not isinstance(field, Rows):
                yield from ((field.id, field.label.text, str(sentence)) for sentence in field.errors)
                continue
            yield from ((field.id, field.label.text, note) for note in field.notes)
            for number, entry in enumerate(field.entries, start=1):
                for inner in entry.form:
                    where = f"{field.label.text}第 {number} 行，{inner.label.text}"
                    yield from ((inner.id, where, str(sentence)) for sentence in inner.errors)


def lines_of(text: str | None) -> list[str]:
    """The lines of a text that hold something, trimmed."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
