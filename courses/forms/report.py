"""What narrows the completion report and the list of a course."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import HiddenField, SelectField
from wtforms.validators import ValidationError

from courses.models import EnrolmentState
from literacy.forms import DayField, Form, LineField, NarrowField, PickField, asked_for
from literacy.text import clean_line

STATES = {state.value: state.label for state in EnrolmentState}
DATED = {"enrolled": "报名日期", "completed": "完成日期", "due": "截止日期"}


@dataclass(frozen=True)
class Sorting:
    """What a list may be sorted by: the names, and the one it has when nothing is asked for."""

    names: Sequence[str]
    default: str

    def read(self, asked: Any) -> str:
        """What was asked for if it is one of the names, with a minus the other way round; else the default."""
        asked = str(asked or "")
        return asked if asked.removeprefix("-") in self.names else self.default


class RosterFilter(Form):
    """Narrows the list of one course."""

    words = LineField("姓名、账号或职务", longest=100)
    unit = PickField("单位（含下级）")
    state = NarrowField("状态", STATES)
    sort = HiddenField(filters=[clean_line])

    def asked(self) -> dict[str, Any]:
        """What is asked for, in the names of `roster.Filter`. Nonsense asks for nothing, and its field says so."""
        names = {"unit": "unit_id", "course": "course_id"}
        found = {names.get(name, name): value for name, value in asked_for(self).items()}
        found.pop("sort", None)
        return found

    def in_words(self) -> dict[str, str]:
        """What is asked for as {label: value}, as a person would say it."""
        labels = {}
        for name, value in asked_for(self).items():
            field = self[name]
            if name not in ("sort", "dated"):
                choices = dict(field.choices) if isinstance(field, SelectField) else {}
                labels[field.label.text] = str(choices.get(value, value))
        return labels


class ReportFilter(RosterFilter):
    """Narrows the completion report."""

    course = PickField("课程")
    dated = SelectField("日期", choices=DATED, default="enrolled", invalid_choice_message="请从列表里选一项。")
    since = DayField("从")
    until = DayField("到")

    def validate_until(self, field: Any) -> None:
        """A period that ends before it begins holds nothing, which looks like an empty report."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError("“到”不能早于“从”。")

    def in_words(self) -> dict[str, str]:
        """What is asked for, with the dates said as one period."""
        labels = super().in_words()
        since, until = labels.pop("从", ""), labels.pop("到", "")
        if since or until:
            labels[DATED[self.dated.data]] = f"{since or '最早'} 至 {until or '现在'}"
        return labels
