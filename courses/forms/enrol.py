"""The forms of enrolment: finding people, a unit, due dates."""

import re
from collections.abc import Iterable
from datetime import date

from wtforms import BooleanField, HiddenField

from literacy.forms import DayField, Form, LineField, PickField, rule
from literacy.text import clean_line


class PeopleFilter(Form):
    """Finds people to enrol."""

    words = LineField("姓名、账号或职务", longest=100)
    unit = PickField("单位（含下级）")


class DueForm(Form):
    """A due date for those who are enrolled."""

    due_on = DayField("截止日期")

    def fits(self, today: date) -> bool:
        """Whether it can be taken: nobody is given a date that is over. What is wrong is said beside the field."""
        if not self.validate():
            return False
        if self.due_on.data is not None and self.due_on.data < today:
            self.due_on.errors = [*self.due_on.errors, "截止日期不能早于今天。"]
            return False
        return True


class UnitForm(DueForm):
    """A unit to enrol."""

    unit = PickField("单位（含下级）", [rule(lambda unit_id: None if unit_id else "请选一个单位。")])


class ChangeForm(DueForm):
    """What to do with those who are ticked."""

    act = HiddenField(filters=[clean_line])

    def fits(self, today: date) -> bool:
        """As for any due date; and changing it needs one."""
        if not super().fits(today):
            return False
        if self.act.data == "due" and self.due_on.data is None:
            self.due_on.errors = ["请先填新的截止日期。"]
            return False
        return True


class AllDueForm(DueForm):
    """A due date for all, or none at all, said expressly."""

    no_due = BooleanField("不设截止日期")

    def fits(self, today: date) -> bool:
        """As for any due date; an empty one has to be meant."""
        if not super().fits(today):
            return False
        if (self.due_on.data is None) != bool(self.no_due.data):
            self.due_on.errors = ["请填新的截止日期，或者勾选“不设截止日期”，二者选一。"]
            return False
        return True


def ticked(values: Iterable[str]) -> list[int]:
    """The ids among what was ticked."""
    return [int(value) for value in values if re.fullmatch(r"[0-9]{1,9}", value)]
