"""The form of a file of questions."""

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField

from literacy.forms import Form
from quizzes.forms.authoring.base import COMPETENCY_CHOICES, DIFFICULTIES


class ImportForm(Form):
    """A file, and what its questions get that say nothing of their own."""

    file = FileField("题目文件", [FileRequired("请选一个文件。")])
    competency = SelectField("没写知识点的题，考查的能力算", default="", choices={"": "未指定", **COMPETENCY_CHOICES})
    difficulty = SelectField("没写难度的题，难度算", choices=DIFFICULTIES, coerce=int, default=2)


class ConfirmForm(Form):
    """What to do with questions that the bank has already."""

    skip_same = BooleanField("跳过一样的题")
