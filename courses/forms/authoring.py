"""The forms of lessons, courses and modules."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from wtforms import DecimalField, HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from literacy.forms import NEEDED, ChecksField, Form, LineField, NarrowField, TextField, needed, rule
from quizzes.forms.authoring.base import COMPETENCY_CHOICES, AuthoringForm, Row, Rows, lines_of
from quizzes.forms.authoring.filters import FilterForm

_ID = re.compile(r"[0-9]{1,10}")
_CHOICE = re.compile(r"(lesson|quiz)-([0-9]{1,10})")

LONGEST_BODY = 60000
"""Characters of a lesson's text."""


class LessonFilter(FilterForm):
    """Narrows the list of lessons."""

    competency = NarrowField("能力", COMPETENCY_CHOICES)


class CourseFilter(FilterForm):
    """Narrows the list of courses."""


class OfferFilter(FilterForm):
    """Narrows what can be put into a course."""

    kind = NarrowField("类型", {"lesson": "课文", "quiz": "测验", "drill": "演练"})
    state = NarrowField("状态", {"published": "已发布", "draft": "草稿"})


class CheckRow(Row):
    """A question at the end of a lesson."""

    question = SelectField("题目", default="", invalid_choice_message="请从列表里选一题。")

    def is_blank(self) -> bool:
        """A row in which no question is chosen is none."""
        return not self.question.data


class LessonForm(AuthoringForm):
    """A text to read, with what it rests on."""

    title = LineField("课文名称", [needed()], longest=100)
    summary = TextField("一句话介绍", longest=500, description="写在课文开头，说读完有什么用。")
    body = TextField("正文", longest=LONGEST_BODY)
    competencies = ChecksField("讲到的能力", choices=COMPETENCY_CHOICES)
    media = SelectField("图片文件夹", default="")
    sources = TextField(
        "依据与出处",
        longest=3000,
        description="一行一条，名称写在书名号里，后面写条号，例如：《个人信息保护法》第四条、第二十五条。"
        "要先在“依据”里登记过，学员看到的“已核”“待核”也从那里来。",
    )
    checks = Rows(CheckRow, "练一练", least=2, spare=0, most=4)

    def offer_folders(self, folders: Iterable[tuple[str, str]], chosen: str = "") -> None:
        """Give the folders of images to choose from, as (folder, label); the one chosen before is always among them."""
        choices = {"": "不用图片", **dict(folders)}
        self.media.choices = choices if chosen in choices else {**choices, chosen: f"{chosen}（找不到了）"}

    def chosen_questions(self) -> list[str]:
        """The slugs that are chosen now."""
        return [entry.form.question.data for entry in self.checks.entries if entry.form.question.data]

    def offer_questions(self, questions: Iterable[tuple[str, str]]) -> None:
        """Give the questions to choose from, as (slug, label)."""
        choices = {"": "不选", **dict(questions)}
        for entry in self.checks.entries:
            chosen = entry.form.question.data or ""
            entry.form.question.choices = choices if chosen in choices else {**choices, chosen: f"{chosen}（找不到了）"}

    @staticmethod
    def data_of(columns: dict[str, Any]) -> dict[str, Any]:
        """Columns of a lesson as data of the form."""
        checks = [{"question": slug} for slug in columns["checks"]]
        return {**columns, "sources": "\n".join(columns["sources"]), "checks": checks}

    def written(self) -> dict[str, Any]:
        """What was typed, as columns of a lesson."""
        return {
            "title": self.title.data,
            "summary": self.summary.data,
            "body": self.body.data,
            "competencies": list(self.competencies.data or []),
            "media": self.media.data or "",
            "sources": lines_of(self.sources.data),
            "checks": [row["question"] for _, row in self.checks.filled()],
        }


class ModuleRow(Row):
    """A module, in its place in the course."""

    module_id = HiddenField()

    def is_blank(self) -> bool:
        """A row without a module is none."""
        return not _ID.fullmatch(str(self.module_id.data or ""))


class CourseForm(AuthoringForm):
    """What a course says of itself, and the order of its modules."""

    title = LineField("课程名称", [needed()], longest=100)
    summary = TextField("介绍", longest=1000, description="一两句话：这门课给谁学，学完能做到什么。")
    position = IntegerField(
        "排在第几",
        [InputRequired(NEEDED), NumberRange(0, 1000, "填 0 到 1000。")],
        default=1,
        description="学员有几门课时，数字小的排在前面。",
    )
    modules = Rows(ModuleRow, "单元", least=0, spare=0, most=200)

    def settings(self) -> dict[str, Any]:
        """Everything but the modules."""
        return {name: self[name].data for name in ("title", "summary", "position")}

    def module_ids(self) -> list[int]:
        """The modules in their order."""
        return [int(row["module_id"]) for _, row in self.modules.filled()]


def _hours_problem(value: Decimal | None) -> str | None:
    fits = value is not None and value.is_finite() and 0 <= value <= 100
    return None if fits else "填 0 到 100。"


class ActivityRow(Row):
    """An activity, in its place in the module."""

    activity_id = HiddenField()
    module_id = SelectField("放在", coerce=int)

    def is_blank(self) -> bool:
        """A row without an activity is none."""
        return not _ID.fullmatch(str(self.activity_id.data or ""))


class ModuleForm(AuthoringForm):
    """What a module says of itself, and the order of what is done in it."""

    title = LineField("单元名称", [needed()], longest=100)
    summary = TextField("一句话介绍", longest=500)
    objectives = TextField(
        "学完能做到", longest=2000, description="一行一条，用动词开头，例如：辨认推诿，并改成能执行的答复。"
    )
    competencies = ChecksField("练到的能力", choices=COMPETENCY_CHOICES)
    hours = DecimalField(
        "学时",
        places=None,
        default=1,
        validators=[rule(_hours_problem)],
        description="完成这个单元计多少学时。不按在线时长算。",
    )
    activities = Rows(ActivityRow, "学习内容", least=0, spare=0, most=200)

    def offer_modules(self, modules: Iterable[tuple[int, str]]) -> None:
        """Give the modules that an activity may be moved to, as (id, title)."""
        choices = list(modules)
        for entry in self.activities.entries:
            entry.form.module_id.choices = choices

    def written(self) -> dict[str, Any]:
        """Everything but the activities, as columns of a module."""
        return {
            "title": self.title.data,
            "summary": self.summary.data,
            "objectives": lines_of(self.objectives.data),
            "competencies": list(self.competencies.data or []),
            "hours": float(self.hours.data or 0),
        }

    def placed(self) -> list[tuple[int, int]]:
        """The activities in their order, as (id, id of the module each belongs in)."""
        return [(int(row["activity_id"]), row["module_id"] or 0) for _, row in self.activities.filled()]


class CourseFactsForm(AuthoringForm):
    """What is changed beside the outline: what a course is called, and where it stands among others."""

    title = LineField("课程名称", [needed()], longest=100)
    summary = TextField("介绍", longest=1000)
    position = IntegerField("排在第几", [InputRequired(NEEDED), NumberRange(0, 1000, "填 0 到 1000。")])

    def settings(self) -> dict[str, Any]:
        """What was typed, as columns of a course."""
        return {name: self[name].data for name in ("title", "summary", "position")}


class ModuleFactsForm(AuthoringForm):
    """What is changed of a module beside the outline."""

    title = LineField("单元名称", [needed()], longest=100)
    summary = TextField("一句话介绍", longest=500)
    hours = DecimalField("学时", places=None, validators=[rule(_hours_problem)], description="完成这个单元计多少学时。")

    def written(self) -> dict[str, Any]:
        """What was typed, as columns of a module."""
        return {"title": self.title.data, "summary": self.summary.data, "hours": float(self.hours.data or 0)}


class MoveForm(Form):
    """Which module or activity goes where: by a button, by dragging, or by the arrow keys."""

    revision = IntegerField(widget=HiddenInput(), validators=[Optional()])
    module = IntegerField(validators=[Optional()])
    """The module that is moved, or that the activity is moved into."""
    activity = IntegerField(validators=[Optional()])
    """The activity that is moved; empty where a module is."""
    place = IntegerField(validators=[InputRequired(NEEDED), NumberRange(0, 1000)])
    """Where it stands then, from 0."""


class AddForm(Form):
    """What was ticked in the search."""

    revision = IntegerField(widget=HiddenInput(), validators=[Optional()])

    @staticmethod
    def ticked(values: Iterable[str]) -> list[tuple[str, int]]:
        """The lessons and quizzes among what was sent, as ("lesson", 12) or ("quiz", 5)."""
        matches = (_CHOICE.fullmatch(value) for value in values)
        return [(match[1], int(match[2])) for match in matches if match]
