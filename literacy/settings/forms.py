"""Forms of settings, made from their declarations."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, PasswordField, SelectField

from literacy.forms.base import ChecksField, Form, LineField, rule
from literacy.settings.kinds import Kind, Setting, problem
from literacy.text import clean_line

FORGET = "_forget"
"""Ending of the box that deletes a stored secret."""


class SettingsForm(Form):
    """Base of the form of a group."""

    seen = HiddenField(filters=[lambda text: clean_line(text)[:40]])
    """What the form was opened on, so that two administrators do not overwrite each other unseen."""


class LogoForm(Form):
    """The school's sign."""

    logo = FileField("选一张图片")


class _Number(IntegerField):
    """A whole number; what is none stays in the field and is said beside it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number, full-width digits too."""
        text = clean_line(valuelist[0] if valuelist else "")
        self.data = int(text) if text.lstrip("-").isdecimal() and len(text) < 10 else None

    def _value(self) -> str:
        typed = self.raw_data[0] if self.raw_data else None
        return str(typed if typed is not None and self.data is None else "" if self.data is None else self.data)


def _field(setting: Setting) -> Any:
    """The field of a setting."""
    check = rule(lambda value: problem(setting, _plain(setting, value)))
    named = not setting.unit or setting.unit in setting.label  # 「连续输错几次就锁定」 says it already
    label = setting.label if named else f"{setting.label}（{setting.unit}）"
    if setting.kind is Kind.NUMBER:
        return _Number(label, [check], description=setting.help)
    if setting.kind is Kind.YES_NO:
        return BooleanField(label, description=setting.help)
    if setting.kind is Kind.CHOICE:
        return SelectField(
            label, [check], choices=dict(setting.choices), validate_choice=False, description=setting.help
        )
    if setting.kind is Kind.CHOICES:
        return ChecksField(label, [check], choices=dict(setting.choices), description=setting.help)
    if setting.kind is Kind.SECRET:
        return PasswordField(label, [check], description=setting.help)
    return LineField(label, [check], longest=setting.most, description=setting.help)


_forms: dict[tuple[str, ...], type[SettingsForm]] = {}


def _plain(setting: Setting, value: Any) -> Any:
    """What a field holds as the setting's value: nothing is an empty text, an address has no slash at its end."""
    value = "" if value is None else value
    return value.rstrip("/") if setting.kind is Kind.SITE else value


def form_for(settings: list[Setting]) -> type[SettingsForm]:
    """The form of these settings; made once."""
    names = tuple(setting.key for setting in settings)
    if names not in _forms:
        fields: dict[str, Any] = {}
        for setting in settings:
            if setting.kind is not Kind.PICTURE:
                fields[setting.key] = _field(setting)
            if setting.kind is Kind.SECRET:
                fields[setting.key + FORGET] = BooleanField("删掉已存的密码")
        _forms[names] = type("GroupForm", (SettingsForm,), fields)
    return _forms[names]


def wanted(form: SettingsForm, settings: list[Setting]) -> dict[str, Any]:
    """The values that a form asks for, by key. An empty secret asks for nothing, unless it is to be forgotten."""
    values: dict[str, Any] = {}
    for setting in settings:
        if setting.kind is Kind.PICTURE:
            continue
        value = form[setting.key].data
        if setting.kind is Kind.SECRET:
            if value:
                values[setting.key] = value
            elif form[setting.key + FORGET].data:
                values[setting.key] = ""
        else:
            values[setting.key] = _plain(setting, value)
    return values
