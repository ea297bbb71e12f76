"""Objecting, narrowing the queue, going through a verdict."""

import re
from collections.abc import Mapping
from typing import Any

from wtforms import DecimalField, HiddenField, SelectField
from wtforms.validators import NumberRange, Optional

from literacy.forms import Form, NarrowField, PickField, TextField, needed
from quizzes.forms.authoring.base import Row, Rows
from quizzes.reviewing.service.queue import Reason
from quizzes.reviewing.sheet import Added, find_words
from quizzes.rubric import load_rubric

WRONG_CHOICE = "请从列表里选一项。"
_KEYS = re.compile(r"f\d{1,3}|p-\d{1,3}|e-[a-z_]{1,40}")


class AppealForm(Form):
    """A learner says what was judged wrongly, and why."""

    about = SelectField("您认为哪里判得不对", choices={}, invalid_choice_message=WRONG_CHOICE)
    reason = TextField("您的理由", [needed()], longest=1000)


class QueueFilter(Form):
    """Which answers of the queue to list."""

    reason = NarrowField("为什么要看", {one.value: one.label for one in Reason})
    quiz = PickField("测验或演练")
    state = SelectField(
        "看过没有", choices={"": "待看", "seen": "已看"}, default="", invalid_choice_message=WRONG_CHOICE
    )


class AgreementFilter(Form):
    """Of which quiz the agreement is."""

    quiz = PickField("测验或演练")


def _patterns() -> dict[str, str]:
    levels = {"redline": "红线", "serious": "严重", "minor": "一般"}
    named = {id_: f"{one.name}（{levels[one.level]}）" for id_, one in load_rubric().patterns.items()}
    return {"": "选一类问题", **named}


def _grades() -> dict[str, str]:
    return {"": "按评分准则算", **{str(grade): f"{grade} 级 · {name}" for grade, name in load_rubric().grades.items()}}


class AddedRow(Row):
    """A pattern that the machine passed over."""

    pattern = SelectField("哪一类问题", choices=_patterns, invalid_choice_message=WRONG_CHOICE)
    text = TextField("原文里的字", longest=600)


class RatingForm(Form):
    """What a trainer says beside the items of the sheet."""

    seal = HiddenField()
    added = Rows(AddedRow, "机器没有标出来的问题", least=2, spare=1, most=12)
    grade = SelectField("等级", choices=_grades, default="", invalid_choice_message=WRONG_CHOICE)
    percent = DecimalField(
        "分数", [Optional(), NumberRange(0, 100, message="请填 0 到 100 的数，或者留空。")], places=1
    )
    reason = TextField("理由", longest=2000)

    def added_to(self, reply: str) -> list[Added]:
        """What was added, found in the reply; what is wrong with a row is said beside it."""
        found = []
        for place, row in self.added.filled():
            form = self.added.entries[place].form
            where = find_words(reply, row["text"])
            if row["pattern"] not in load_rubric().patterns:
                form.pattern.errors = [*form.pattern.errors, "请选是哪一类问题。"]
            elif where is None:
                form.text.errors = [*form.text.errors, "答复里没有找到这几个字，请照原文抄，一字不差。"]
            else:
                found.append(Added(row["pattern"], reply[slice(*where)], *where))
        return found

    def row_faults(self) -> bool:
        """Whether a row has to be mended."""
        return any(entry.form.wrong() for entry in self.added.entries)

    @property
    def given_grade(self) -> int | None:
        """The grade that the trainer sets; None to let the rubric work it out."""
        return int(self.grade.data) if self.grade.data and not self.grade.errors else None

    @property
    def given_percent(self) -> float | None:
        """The mark that the trainer sets; None to let the rubric work it out."""
        return None if self.percent.data is None else float(self.percent.data)


def chosen_in(fields: Mapping[str, Any]) -> dict[str, str]:
    """How the items of the sheet were decided, as the browser sent it."""
    return {name: str(value) for name, value in fields.items() if _KEYS.fullmatch(name)}
