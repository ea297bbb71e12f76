"""What narrows the audit log."""

from datetime import date

from wtforms import HiddenField

from literacy.forms.base import DayField, Form, LineField, NarrowField
from literacy.text import clean_line


class RecordFilter(Form):
    """Who did what, when, on what."""

    who = LineField("操作人", longest=100)
    action = NarrowField("操作")
    since = DayField("从")
    until = DayField("到")
    words = LineField("内容", longest=100)
    address = LineField("来源地址", longest=60)
    about = HiddenField("只看", filters=[lambda text: clean_line(text)[:60]])
    """One row that the entries are about, as `users:12`."""

    def offer(self, actions: dict[str, str]) -> None:
        """Give the actions to choose from, as {action: name}."""
        self.action.offer(dict(sorted(actions.items(), key=lambda item: item[1])))

    def validate(self, extra_validators: object = None) -> bool:
        """Also: the period must not end before it begins."""
        fits = super().validate(extra_validators)
        first, last = self.since.data, self.until.data
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.until.errors = [*self.until.errors, "结束日期早于开始日期。"]
            return False
        return fits
