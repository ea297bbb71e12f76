"""Giving one more attempt."""

from literacy.forms import Form, TextField, needed


class ExtraForm(Form):
    """Why somebody gets one more attempt."""

    reason = TextField("理由", [needed()], longest=500)
