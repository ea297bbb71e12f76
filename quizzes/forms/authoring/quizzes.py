"""The forms of quizzes: their rules, the order of their questions, and the questions to add."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, DecimalField, HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from literacy.forms import NEEDED, Form, LineField, TextField, needed, rule
from quizzes.forms.authoring.base import AuthoringForm, Row, Rows
from quizzes.models import QuizKind


def _marks_problem(value: Decimal | None) -> str | None:
    fits = value is not None and value.is_finite() and Decimal("0.1") <= value <= 100
    return None if fits else "填 0.1 到 100。"


class SlotRow(Row):
    """A question of the quiz with its marks."""

    question_id = HiddenField()
    marks = DecimalField("分值", places=None, default=1, validators=[rule(_marks_problem)])

    def is_blank(self) -> bool:
        """A row without a question is none."""
        return not re.fullmatch(r"[0-9]{1,10}", str(self.question_id.data or ""))


class QuizForm(AuthoringForm):
    """The rules of taking a quiz, and the order of its questions."""

    title = LineField("测验名称", [needed()], longest=100)
    intro = TextField("开头的话", longest=1000, description="学员开始前看到，一两句即可。")
    kind = SelectField(
        "类型",
        choices={"quiz": "测验：若干道题", "drill": "演练：只有一道答复题"},
        coerce=QuizKind,
        default=QuizKind.QUIZ,
    )
    pass_mark = IntegerField("及格线（%）", [InputRequired(NEEDED), NumberRange(1, 100, "填 1 到 100。")], default=60)
    time_limit_minutes = IntegerField(
        "限时（分钟）", [Optional(), NumberRange(1, 600, "填 1 到 600。")], description="不填就是不限时。"
    )
    attempts_allowed = IntegerField(
        "最多作答几次", [Optional(), NumberRange(1, 1000, "填 1 到 1000。")], description="不填就是不限次数。"
    )
    shuffle_options = BooleanField("每个人看到的选项顺序不同", default=True)
    slots = Rows(SlotRow, "题目", least=0, spare=0, most=200)

    def settings(self) -> dict[str, Any]:
        """Everything but the questions."""
        names = ("title", "intro", "kind", "pass_mark", "time_limit_minutes", "attempts_allowed", "shuffle_options")
        return {name: self[name].data for name in names}

    def chosen(self) -> list[tuple[int, float]]:
        """The questions in their order, as (id, marks)."""
        return [(int(row["question_id"]), float(row["marks"] or 1)) for _, row in self.slots.filled()]


class AddForm(Form):
    """The questions that were ticked in the search."""

    revision = IntegerField(widget=HiddenInput(), validators=[Optional()])

    @staticmethod
    def ticked(values: Iterable[str]) -> list[int]:
        """The question ids among what was sent."""
        return [int(value) for value in values if re.fullmatch(r"[0-9]{1,10}", value)]
