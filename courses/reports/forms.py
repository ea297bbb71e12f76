"""What narrows a report, and what a saved view is called."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import ValidationError

from courses.forms.report import DATED, STATES
from courses.reports.activity import KINDS
from courses.reports.frame import Report
from literacy.forms import ChecksField, DayField, Form, LineField, NarrowField, PickField, asked_for, needed
from literacy.text import clean_line

ALWAYS = ("sort", "columns", "form_key")


class ReportFilter(Form):
    """Narrows a report. Each report keeps the fields that it names and drops the others."""

    words = LineField("姓名、账号或职务", longest=100)
    unit = PickField("单位（含下级）")
    course = PickField("课程")
    quiz = PickField("测验或演练")
    state = NarrowField("状态", STATES)
    kind = NarrowField("类型", KINDS)
    year = PickField("年份")
    fewer = LineField("学时少于", longest=6)
    dated = SelectField("日期", choices=DATED, default="enrolled", invalid_choice_message="请从列表里选一项。")
    since = DayField("从")
    until = DayField("到")
    columns = ChecksField("显示哪些列")
    sort = HiddenField(filters=[clean_line])

    def for_report(self, report: Report) -> None:
        """Keep the fields of this report."""
        for name in list(self._fields):
            if name not in (*report.filters, *ALWAYS):
                del self[name]
        self["columns"].choices = [(column.key, column.title) for column in report.columns]
        if report.key == "quizzes":
            self["words"].label.text = "名称"

    def validate_until(self, field: Any) -> None:
        """A period that ends before it begins holds nothing, which looks like an empty report."""
        if self["since"].data and field.data and field.data < self["since"].data:
            raise ValidationError("“到”不能早于“从”。")

    def validate_fewer(self, field: Any) -> None:
        """A number of hours."""
        if field.data and number(field.data) is None:
            raise ValidationError("请填 0 到 9999 的数字，例如 50。")

    def asked(self) -> dict[str, Any]:
        """What is asked for, in the names of `frame.Wanted`. Nonsense asks for nothing, and its field says so."""
        found = {name: value for name, value in asked_for(self).items() if name not in ALWAYS}
        if "fewer" in found:
            found["fewer"] = number(found["fewer"])
        return found

    def chosen(self, report: Report) -> tuple[str, ...]:
        """The keys of the columns that are shown, in the order of the report; all of them unless some are ticked."""
        ticked = set(self["columns"].data or ())
        keys = tuple(column.key for column in report.columns)
        return tuple(key for key in keys if key in ticked) or keys

    def in_words(self) -> dict[str, str]:
        """What is asked for as {label: value}, as a person would say it, with the dates as one period."""
        told: dict[str, str] = {}
        for name, value in asked_for(self).items():
            if name not in (*ALWAYS, "dated"):
                field = self[name]
                choices: Mapping[Any, Any] = dict(field.choices) if isinstance(field, SelectField) else {}
                told[field.label.text] = str(choices.get(value, value))
        since, until = told.pop("从", ""), told.pop("到", "")
        if since or until:
            label = DATED[self["dated"].data] if "dated" in self else "时间"
            told[label] = f"{since or '最早'} 至 {until or '现在'}"
        return told


def number(text: str) -> float | None:
    """A number of hours from 0 to 9999; None for anything else."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 9999 else None


class ViewForm(Form):
    """What a view is called and who sees it."""

    name = LineField("名称", [needed()], longest=40)
    shared = BooleanField("给本单位的其他管理员看")
    default = BooleanField("打开这张报表时就用它")
