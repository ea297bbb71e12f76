"""What every form has in common: Chinese messages, cleaned text, a key, and fields that need no explaining."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextArea

from literacy.text import clean, clean_line

NEEDED = "请填写这一项。"


class Form(FlaskForm):
    """Base of all forms: Chinese messages, and a key that makes handing it in twice harmless (see once)."""

    class Meta(FlaskForm.Meta):
        """Chinese messages from WTForms' own catalogue; CSRF is checked once, before every view."""

        locales = ("zh_CN", "zh")
        csrf = False

        def get_translations(self, form: Any) -> Any:
            """WTForms' own translations, not an extension's."""
            return super(FlaskForm.Meta, self).get_translations(form)

    form_key = HiddenField(default=lambda: uuid4().hex, filters=[lambda text: clean_line(text)[:80]])


class LineField(StringField):
    """One line of text, cleaned; too long is said beside the field."""

    def __init__(self, label: str, validators: Sequence[Any] = (), longest: int = 200, **kwargs: Any) -> None:
        limit = Length(max=longest, message=f"最多 {longest} 个字。")
        super().__init__(label, [*validators, limit], filters=[clean_line], **kwargs)


class LongLineField(LineField):
    """One line of text that is often longer than a page is wide: shown over several, so that all of it is seen."""

    widget = TextArea()

    def __init__(self, label: str, validators: Sequence[Any] = (), longest: int = 200, **kwargs: Any) -> None:
        super().__init__(label, validators, longest, render_kw={"rows": 2, "data-line": True}, **kwargs)


class TextField(TextAreaField):
    """Several lines of text, cleaned; too long is said beside the field."""

    def __init__(self, label: str, validators: Sequence[Any] = (), longest: int = 20000, **kwargs: Any) -> None:
        limit = Length(max=longest, message=f"最多 {longest} 个字，请删减。")
        super().__init__(label, [*validators, limit], filters=[clean], **kwargs)


def needed() -> InputRequired:
    """The validator of a field that may not be empty."""
    return InputRequired(NEEDED)


def rule(check: Callable[[Any], str | None]) -> Callable[[Any, Any], None]:
    """A validator from a function that gives a sentence where the value is wrong, else None."""

    def validate(_form: Any, field: Any) -> None:
        if sentence := check(field.data):
            raise ValidationError(sentence)

    return validate


class ChecksField(SelectMultipleField):
    """Several of a few choices, as boxes to tick: nobody has to know about the Ctrl key."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """Say in Chinese that something is no choice; WTForms has no Chinese for it."""
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError("请从列表里选。") from None


def _row_id(value: Any) -> int:
    """The id that a choice stands for; 0 for none; nonsense is an id that no choice has."""
    text = str(value or 0)
    return int(text) if len(text) < 11 and text.isascii() and text.isdecimal() else -1


class PickField(SelectField):
    """One of the rows that the form was offered, by id; 0 where none is chosen.

    Long lists are searched by typing, see `choose.js`.
    """

    def __init__(self, label: str, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(
            label,
            validators,
            coerce=_row_id,
            invalid_choice_message="请从列表里选一项。",
            default=0,
            render_kw={"data-choose": True},
            **kwargs,
        )

    def offer(self, rows: Iterable[tuple[int, str]], none: str) -> None:
        """Give the rows to choose from as (id, label), and what choosing none of them is called."""
        self.choices = {0: none, **dict(rows)}


class DayField(DateField):
    """A date that may be left out."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, [rule(_day_problem)], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date; what is no date stays in the field and is said beside it."""
        if not any(valuelist):
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("请写成 2026-11-24 这样的日期。") from None


def _day_problem(value: date | None) -> str | None:
    return None if value is None or 2000 <= value.year <= 2100 else "请填 2000 年到 2100 年之间的日期。"


class NarrowField(SelectField):
    """One of a few words that narrow a list; at first none of them."""

    def __init__(self, label: str, choices: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(
            label, choices=any_of(choices or {}), default="", invalid_choice_message="请从列表里选一项。", **kwargs
        )

    def offer(self, choices: dict[str, str]) -> None:
        """Give the words to choose from, as {value: label}."""
        self.choices = any_of(choices)


def any_of(choices: dict[str, str]) -> dict[str, str]:
    """The choices of a filter: these, and first of all no choice."""
    return {"": "全部", **choices}


def asked_for(form: Form) -> dict[str, Any]:
    """What a filter asks for, by name. A field that holds nonsense asks for nothing and says why beside it."""
    form.validate()
    return {field.name: field.data for field in form if field.data and not field.errors and field.name != "form_key"}
