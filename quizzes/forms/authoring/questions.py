"""The forms of questions: one per kind, each giving and taking a body (see quizzes.bodies)."""

from decimal import Decimal
from typing import Any

from wtforms import BooleanField, DecimalField, RadioField, SelectField
from wtforms.validators import Optional

from literacy.forms import LineField, LongLineField, TextField, needed, rule
from quizzes.forms.authoring.base import (
    COMPETENCY_CHOICES,
    DIFFICULTIES,
    TRAP_CHOICES,
    AuthoringForm,
    Row,
    Rows,
    lines_of,
)


def _share_problem(value: Decimal | None) -> str | None:
    fits = value is None or (value.is_finite() and 0 < value <= 100)
    return None if fits else "填大于 0、不超过 100 的数。"


class OptionRow(Row):
    """An option with what its chooser is told."""

    text = LongLineField("选项", longest=500)
    correct = BooleanField("正确")
    feedback = TextField("选了它以后看到的话", longest=1000)


class PairRow(Row):
    """Two texts that belong together."""

    left = LineField("左边", longest=300)
    right = LineField("右边", longest=300)
    feedback = TextField("解析", longest=1000)


class ItemRow(Row):
    """A step, in its right place."""

    text = LongLineField("内容", longest=300)
    feedback = TextField("解析", longest=1000)


class AcceptRow(Row):
    """A family of spellings that counts as an answer."""

    any = TextField("写法（一行一种）", longest=1000)
    fraction = DecimalField("得分（%，不填就是 100）", places=None, validators=[Optional(), rule(_share_problem)])
    feedback = TextField("答成这样以后看到的话", longest=1000)


class QuestionForm(AuthoringForm):
    """What every question has."""

    stem = TextField("题干", [needed()], longest=4000, description="换行会保留。")
    competency = SelectField("考查的能力", default="", choices={"": "未指定", **COMPETENCY_CHOICES})
    difficulty = SelectField("难度", choices=DIFFICULTIES, coerce=int, default=2)
    explanation = TextField("总解析", longest=4000, description="学员提交后看到，讲清道理。")
    source = LineField("依据", description="例如法规名称和条款；没有可以不填。")
    trap = SelectField("针对的陷阱", default="", choices={"": "没有", **TRAP_CHOICES})

    def body(self) -> dict[str, Any]:
        """What was typed, in the shape of a body."""
        common = {name: self[name].data for name in ("stem", "explanation", "source", "trap")}
        return {**common, **self.own()}

    def own(self) -> dict[str, Any]:
        """The part of the body that only this kind has; here none."""
        return {}

    @classmethod
    def data_of(cls, body: dict[str, Any]) -> dict[str, Any]:
        """A body as data of the form."""
        return dict(body)


class OptionsForm(QuestionForm):
    """Single and multiple choice."""

    options = Rows(OptionRow, "选项", least=4)

    def own(self) -> dict[str, Any]:
        """Its options."""
        return {"options": [row for _, row in self.options.filled()]}


class TrueFalseForm(QuestionForm):
    """A sentence that is right or wrong."""

    answer = RadioField("这句话", choices={"true": "对", "false": "错"}, validators=[Optional()])
    feedback_true = TextField("学员答“对”以后看到的话", longest=1000)
    feedback_false = TextField("学员答“错”以后看到的话", longest=1000)

    def own(self) -> dict[str, Any]:
        """The answer, and what each choice is told."""
        return {
            "answer": {"true": True, "false": False}.get(self.answer.data or ""),
            "feedback_true": self.feedback_true.data,
            "feedback_false": self.feedback_false.data,
        }

    @classmethod
    def data_of(cls, body: dict[str, Any]) -> dict[str, Any]:
        """A body as data of the form, its values as the fields hold them."""
        return {**body, "answer": {True: "true", False: "false"}.get(body["answer"])}


class MatchingForm(QuestionForm):
    """Pairs to connect."""

    pairs = Rows(PairRow, "配对", least=4)
    distractors = TextField("多余的右边选项", longest=2000, description="一行一条，用来干扰；没有可以不填。")

    def own(self) -> dict[str, Any]:
        """Its pairs and distractors."""
        return {"pairs": [row for _, row in self.pairs.filled()], "distractors": lines_of(self.distractors.data)}

    @classmethod
    def data_of(cls, body: dict[str, Any]) -> dict[str, Any]:
        """A body as data of the form, its values as the fields hold them."""
        return {**body, "distractors": "\n".join(body["distractors"])}


class OrderingForm(QuestionForm):
    """Steps to bring in order."""

    items = Rows(ItemRow, "各项（按正确的先后顺序写）", least=4)

    def own(self) -> dict[str, Any]:
        """Its items, in order."""
        return {"items": [row for _, row in self.items.filled()]}


class ShortForm(QuestionForm):
    """A short answer in the learner's own words."""

    accept = Rows(AcceptRow, "算对的答案", least=2)
    otherwise = TextField("没答到时看到的话", longest=1000)

    def own(self) -> dict[str, Any]:
        """What counts as an answer."""
        accept = [
            {
                "any": lines_of(row["any"]),
                "fraction": 1.0 if row["fraction"] is None else float(row["fraction"]) / 100,
                "feedback": row["feedback"],
            }
            for _, row in self.accept.filled()
        ]
        return {"accept": accept, "otherwise": self.otherwise.data}

    @classmethod
    def data_of(cls, body: dict[str, Any]) -> dict[str, Any]:
        """A body as data of the form, its values as the fields hold them."""
        accept = [
            {**row, "any": "\n".join(row["any"]), "fraction": Decimal(f"{row['fraction'] * 100:g}")}
            for row in body["accept"]
        ]
        return {**body, "accept": accept}


class ReplyForm(QuestionForm):
    """A reply to write for a scenario."""

    stem = TextField("补充说明", longest=4000, description="情景里已有任务说明，通常不用再写。")
    scenario = SelectField("情景", validators=[needed()])

    def own(self) -> dict[str, Any]:
        """The slug of its scenario."""
        return {"scenario": self.scenario.data}


FORMS: dict[str, type[QuestionForm]] = {
    "single": OptionsForm,
    "multiple": OptionsForm,
    "truefalse": TrueFalseForm,
    "matching": MatchingForm,
    "ordering": OrderingForm,
    "short": ShortForm,
    "reply": ReplyForm,
}
