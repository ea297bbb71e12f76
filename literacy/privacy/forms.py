"""The forms of personal data."""

from wtforms import RadioField, StringField

from literacy.forms.base import Form, NarrowField, TextField, needed
from literacy.privacy.models import Outcome
from literacy.text import clean_line

OUTCOMES = {one.value: one.label for one in Outcome}


class CorrectionForm(Form):
    """A person says what is wrong."""

    about = NarrowField("哪一类资料", validators=[needed()])
    text = TextField("哪里不对，应当是什么", [needed()], longest=1000)

    def offer(self, titles: list[str]) -> None:
        """Give the kinds of data to choose from."""
        self.about.choices = {"": "请选择", **{title: title for title in titles}}


class AnswerForm(Form):
    """An administrator answers a request."""

    outcome = RadioField(
        "结果", [needed()], choices={"done": "已经更正", "refused": "不更正，说明理由"}, validate_choice=True
    )
    answer = TextField("答复", longest=1000, description="本人会看到。不更正的，请写明理由。")


class CorrectionFilter(Form):
    """Narrows the list of requests."""

    state = NarrowField("状态", {"open": "等待处理", **OUTCOMES})


class AnonymiseForm(Form):
    """The account, typed once more, so that nobody does this by one click."""

    typed = StringField("再输一遍这个人的账号", [needed()], filters=[lambda text: clean_line(text)[:80]])
