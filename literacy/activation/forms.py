"""The form with which a person opens their account."""

from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo

from literacy.forms.accounts import password_problem
from literacy.forms.base import Form, needed, rule
from literacy.text import account_name, clean_line


class ActivationForm(Form):
    """Account, code, and the password that the person chooses."""

    account = StringField("账号", [needed()], filters=[account_name])
    code = StringField("激活码", [needed()], filters=[lambda text: clean_line(text)[:60]])
    new = PasswordField("给自己设一个密码", [needed(), rule(password_problem)])
    repeated = PasswordField("再输入一遍密码", [needed(), EqualTo("new", "两次输入的密码不一样。")])
