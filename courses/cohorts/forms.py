"""The forms of cohorts: finding and making them, their courses, their members, copies and make-ups."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from courses.cohorts.calendar import CohortState, days_in_words, read_days
from courses.cohorts.service.life import Plan
from courses.cohorts.service.standing import STATES
from literacy.forms import DayField, Form, LineField, NarrowField, PickField, TextField, needed, rule
from literacy.text import clean_line

MOST_TEXT = 300_000
STATE_WORDS = {state.value: state.label for state in CohortState}


class CohortFilter(Form):
    """Narrows the list of cohorts."""

    words = LineField("名称或说明", longest=100)
    year = PickField("年度")
    unit = PickField("单位（含下级）")
    state = NarrowField("状态", STATE_WORDS)
    mine = NarrowField("负责人", {"1": "我负责的"})
    sort = HiddenField(filters=[clean_line])


class MemberFilter(Form):
    """Narrows the members of a cohort."""

    words = LineField("姓名、账号或职务", longest=100)
    unit = PickField("单位（含下级）")
    course = PickField("课程")
    state = NarrowField("情况", STATES)
    sort = HiddenField(filters=[clean_line])


class DatedForm(Form):
    """The name and the dates of a new or changed cohort."""

    name = LineField("名称", [needed()], longest=80)
    year = IntegerField(
        "年度",
        [
            InputRequired("请填写年度，例如 2026。"),
            NumberRange(2000, 2100, message="请填 2000 到 2100 之间的年份。"),
        ],
    )
    starts_on = DayField("开始日期")
    ends_on = DayField("结束日期")

    def validate_starts_on(self, field: Any) -> None:
        """A cohort has a first day."""
        if field.data is None and not field.errors:
            raise ValidationError("请填写开始日期。")

    def validate_ends_on(self, field: Any) -> None:
        """A cohort has a last day, not before its first."""
        if field.data is None and not field.errors:
            raise ValidationError("请填写结束日期。")
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError("结束日期不能早于开始日期。")

    def plan_like(self, plan: Plan) -> Plan:
        """What the form says, and everything else as in this plan."""
        return Plan(
            self.name.data or "",
            self.year.data or 0,
            plan.note,
            self.starts_on.data or plan.starts_on,
            self.ends_on.data or plan.ends_on,
            plan.unit_id,
            plan.responsible_id,
            plan.remind_days,
        )


class CohortForm(DatedForm):
    """What is laid down of a cohort."""

    unit = PickField("所属单位")
    responsible = PickField("负责人", [rule(lambda user_id: None if user_id else "请选一位负责人。")])
    remind_days = LineField("到期前几天提醒", longest=40)
    note = TextField("说明", longest=2000)
    seen = HiddenField(filters=[clean_line])
    """The revision on which the form was opened."""

    def validate_remind_days(self, field: Any) -> None:
        """The days are numbers."""
        try:
            read_days(field.data or "")
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def plan(self) -> Plan:
        """What the form says."""
        assert self.starts_on.data and self.ends_on.data  # held by the validators
        return Plan(
            self.name.data or "",
            self.year.data or 0,
            self.note.data or "",
            self.starts_on.data,
            self.ends_on.data,
            self.unit.data or None,
            self.responsible.data,
            read_days(self.remind_days.data or ""),
        )

    def revision(self) -> int:
        """The revision on which the form was opened; 0 for nonsense."""
        said = self.seen.data or ""
        return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0

    @staticmethod
    def said(days: Sequence[int]) -> str:
        """The days before a due date as the field shows them."""
        return days_in_words(days)


class CopyForm(DatedForm):
    """The copy of a cohort, and what it takes along beside the courses."""

    units = BooleanField("单位", default=True)
    people = BooleanField("成员")


class MakeUpForm(DatedForm):
    """The new cohort of those who make up."""


class CourseForm(Form):
    """A course to add."""

    course = PickField("课程", [rule(lambda course_id: None if course_id else "请选一门课程。")])
    due_on = DayField("截止日期")


class DueForm(Form):
    """Another due date for a course of the cohort."""

    due_on = DayField("截止日期")


class UnitForm(Form):
    """A unit to add."""

    unit = PickField("单位（含下级）", [rule(lambda unit_id: None if unit_id else "请选一个单位。")])


class PasteForm(Form):
    """Accounts that are pasted, one a line."""

    accounts = TextField("账号", [needed()], longest=MOST_TEXT)


class LeaveForm(Form):
    """Why somebody leaves."""

    reason = LineField("移出的原因", [needed()], longest=200)


def usual_dates(day: date) -> dict[str, Any]:
    """What a new cohort's form says at first: this year, from today for three months."""
    month, year = (day.month + 2) % 12 + 1, day.year + (day.month + 2) // 12
    return {"year": day.year, "starts_on": day, "ends_on": date(year, month, min(day.day, 28))}
