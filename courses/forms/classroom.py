"""Choosing a class, and the words of a reply that is kept for it."""

from literacy.forms import Form, PickField, TextField, needed
from literacy.text import MAX_REPLY


class ClassForm(Form):
    """Which course, and of its people which unit with everything below it, and which cohort."""

    course = PickField("课程")
    unit = PickField("单位（含下级）")
    cohort = PickField("培训班")


class ReplyForm(Form):
    """The words of a reply as they are shown in class."""

    text = TextField("课堂上显示的文字", [needed()], longest=MAX_REPLY)
