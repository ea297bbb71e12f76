"""The forms of mails."""

from wtforms import BooleanField

from literacy.forms.base import Form, LineField, NarrowField
from literacy.mail.models import MailState


class MailFilter(Form):
    """Narrows the list of mails."""

    words = LineField("收信人或标题", longest=100)
    state = NarrowField("状态", {state.value: state.label for state in MailState})


class MailChoiceForm(Form):
    """Whether messages come by mail too."""

    wanted = BooleanField("消息也发到我的邮箱")
