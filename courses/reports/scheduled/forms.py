"""The form of a scheduled report."""

from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from courses.reports.scheduled.rhythm import WEEKDAYS, Plan, Rhythm
from literacy.forms import NEEDED, Form, LineField, needed

_WRONG = "请从列表里选一项。"


class ScheduleForm(Form):
    """When a report is to come, and as what."""

    name = LineField("名称", [needed()], longest=40)
    rhythm = SelectField(
        "多久一次", choices={one.value: one.label for one in Rhythm}, default="monthly", invalid_choice_message=_WRONG
    )
    weekday = SelectField(
        "星期几", choices={str(number): label for number, label in enumerate(WEEKDAYS, start=1)}, default="1",
        invalid_choice_message=_WRONG,
    )  # fmt: skip
    day = IntegerField("几日", [InputRequired(NEEDED), NumberRange(1, 31, "填 1 到 31。")], default=1)
    form = SelectField(
        "文件", choices={"xlsx": "Excel 表格（XLSX）", "pdf": "PDF", "csv": "CSV"}, default="xlsx",
        invalid_choice_message=_WRONG,
    )  # fmt: skip

    def plan(self) -> Plan:
        """When it is to come."""
        return Plan(Rhythm(self.rhythm.data), int(self.weekday.data), int(self.day.data or 1))
