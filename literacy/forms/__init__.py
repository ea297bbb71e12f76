"""The shape of input. Forms are handed what they need to know; they never ask the database."""

from literacy.forms.accounts import MIN_PASSWORD, PasswordForm, SignInForm, password_problem
from literacy.forms.base import (
    NEEDED,
    ChecksField,
    DayField,
    Form,
    LineField,
    LongLineField,
    NarrowField,
    PickField,
    TextField,
    any_of,
    asked_for,
    needed,
    rule,
)

__all__ = [
    "MIN_PASSWORD",
    "NEEDED",
    "ChecksField",
    "DayField",
    "Form",
    "LineField",
    "LongLineField",
    "NarrowField",
    "PasswordForm",
    "PickField",
    "SignInForm",
    "TextField",
    "any_of",
    "asked_for",
    "needed",
    "password_problem",
    "rule",
]
