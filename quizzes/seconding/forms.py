"""Asking somebody to read something, and sending it back."""

from literacy.forms import Form, PickField, TextField, needed, rule
from quizzes.seconding.models import MIN_ANSWER


def _answer_problem(text: str | None) -> str | None:
    return None if len((text or "").strip()) >= MIN_ANSWER else "请写明要改什么，至少 5 个字。"


class AskForm(Form):
    """Whom to ask, and what to mind."""

    asked_of = PickField("请谁审")
    note = TextField("想请对方看什么", longest=1000)


class ReturnForm(Form):
    """What has to be changed."""

    answer = TextField("要改什么", [needed(), rule(_answer_problem)], longest=2000)
