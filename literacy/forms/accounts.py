"""The forms of signing in and of one's own password."""

from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, Length, ValidationError

from literacy.forms.base import Form, needed
from literacy.text import account_name

MIN_PASSWORD = 10
"""How long a password has to be where nobody set anything else."""


def password_problem(password: str | None, least: int = MIN_PASSWORD) -> str | None:
    """What is wrong with a new password, as a sentence; None if it will do. `least` is how long it has to be."""
    password = password or ""
    if len(password) < least:
        return f"密码至少 {least} 个字符。"
    if len(password) > 200:
        return "密码最多 200 个字符。"
    if len(set(password)) < 5:
        return "密码里重复的字符太多，容易被猜到。"
    return None


class SignInForm(Form):
    """Account and password."""

    account = StringField("账号", [needed()], filters=[account_name])
    password = PasswordField("密码", [needed(), Length(max=200, message="密码最多 200 个字符。")])


class PasswordForm(Form):
    """A person's new password."""

    current = PasswordField("现在的密码", [needed()])
    new = PasswordField("新密码", [needed()])
    repeated = PasswordField("再输入一遍新密码", [needed(), EqualTo("new", "两次输入的新密码不一样。")])
    least = MIN_PASSWORD
    """How long the new one has to be; the page sets it."""

    def validate_new(self, field: PasswordField) -> None:
        """The new password must be long and varied enough."""
        if sentence := password_problem(field.data, self.least):
            raise ValidationError(sentence)
