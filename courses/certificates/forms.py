"""The forms of certificates: how they look, who gets one, why one is revoked, the code that is checked."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, StringField
from wtforms.validators import Optional, ValidationError

from courses.certificates import wording
from courses.certificates.models import CertificateState
from literacy.forms import DayField, Form, LineField, NarrowField, PickField, TextField, needed, rule
from literacy.text import clean_line

STATES = {state.value: state.label for state in CertificateState}


class MonthsField(IntegerField):
    """A number of months that may be left out; what is no number stays in the field and is said beside it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        said = clean_line(valuelist[0]) if valuelist else ""
        self.data = None
        if not said:
            return
        try:
            self.data = int(said)
        except ValueError:
            raise ValueError("请填整数，例如 36；长期有效就空着。") from None


class DesignForm(Form):
    """How the certificates of a course look."""

    offered = BooleanField("这门课程颁发证书")
    automatic = BooleanField("学员一完成课程，就自动颁发")
    title = LineField("标题", [needed()], longest=20)
    text = TextField("正文", [needed(), rule(wording.problem)], longest=600)
    school = LineField("学校名称", longest=40)
    unit = PickField("颁发单位")
    signer = LineField("签发人", longest=40)
    months = MonthsField("有效期（月）", [Optional()])
    seal = FileField("印章图片")
    no_seal = BooleanField("不再印这枚印章")
    seen = HiddenField(filters=[clean_line])
    """The revision on which the form was opened."""

    @property
    def revision(self) -> int:
        """The revision on which the form was opened; -1 for nonsense, which no design has."""
        said = self.seen.data or ""
        return int(said) if said.isascii() and said.isdecimal() and len(said) < 9 else -1


class CertificateFilter(Form):
    """Narrows the list of certificates."""

    words = LineField("姓名、账号、编号或校验码", longest=100)
    course = PickField("课程")
    unit = PickField("单位（含下级）")
    state = NarrowField("状态", STATES)
    since = DayField("颁发日期从")
    until = DayField("到")

    def validate_until(self, field: Any) -> None:
        """A period that ends before it begins holds nothing, which looks like an empty list."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError("“到”不能早于“从”。")


class LackingFilter(Form):
    """Finds people who completed the course and have no certificate."""

    words = LineField("姓名、账号或职务", longest=100)
    unit = PickField("单位（含下级）")


class ReasonForm(Form):
    """Why a certificate is revoked or replaced."""

    reason = LineField("原因", [needed()], longest=200)


class CodeForm(Form):
    """The code of a certificate to check."""

    code = StringField("校验码", filters=[lambda text: clean_line(text)[:60]])
