"""The forms of pictures."""

from flask_wtf.file import FileField

from literacy.forms import Form, LineField


class PictureFilter(Form):
    """Narrows the list of pictures."""

    words = LineField("搜索", longest=60)


class PictureForm(Form):
    """A picture to upload, and what is to be seen on it."""

    picture = FileField("选一张图片")
    alt = LineField("图上有什么", longest=300)


class AltForm(Form):
    """What is to be seen on a picture."""

    alt = LineField("图上有什么", longest=300)
