"""The shape of what trainers write about the rubric."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, FileField, IntegerField
from wtforms.validators import NumberRange

from literacy.forms import ChecksField, LineField, TextField, needed
from quizzes.forms.authoring.base import AuthoringForm, lines_of
from quizzes.rubric.changes import FIGURES, FLAG_KEYS, MOST_TEXT, NAME_KEYS, PHRASE_KEYS, TEXT_KEYS, plain

ROWS = "一行一种说法。"


class PatternForm(AuthoringForm):
    """What learners read of a pattern."""

    name = LineField("名称", [needed()], longest=20)
    criterion = TextField("什么算这一类", [needed()], longest=MOST_TEXT)
    reason = TextField(
        "为什么不妥", [needed()], longest=MOST_TEXT, description="学员在成绩页看到。一两句，说给写答复的人听。"
    )
    better = TextField("可以怎样写", [needed()], longest=MOST_TEXT, description="学员在成绩页看到。")
    norm = TextField("依据", [needed()], longest=MOST_TEXT)


class ElementForm(AuthoringForm):
    """What learners read of an element."""

    name = LineField("名称", [needed()], longest=20)
    criterion = TextField("什么算具备", [needed()], longest=MOST_TEXT)
    advice = TextField("缺少时的建议", [needed()], longest=MOST_TEXT, description="学员在成绩页看到。")


TEXT_FORMS = {"patterns": PatternForm, "elements": ElementForm}


class CueForm(AuthoringForm):
    """One cue: what is looked for, and under which circumstances it counts."""

    say = TextField("要找的说法", [needed()], description="一行一种，说中任何一行就算。")
    weak = BooleanField("弱线索：单独一处不算，要和另一条线索在两处都说中才算")
    near = TextField("同一句里还要有", description=f"{ROWS}空着就是不要求。")
    not_near = TextField("同一句里有这些就不算", description=ROWS)
    said = TextField("整条答复里还要有", description=f"{ROWS}空着就是不要求。")
    unsaid = TextField("整条答复里有这些就不算", description=ROWS)
    when = ChecksField("只在这些情况下算（同时成立）", choices=[])
    unless = ChecksField("这些情况不算（一种成立就不算）", choices=[])
    denied = BooleanField("前面有“不”“绝不”这样的否定，照样算")
    quoted = BooleanField("在引号里、转述别人的话、照抄来信的话，照样算")
    fresh = BooleanField("来信自己写过的词，不算")
    whole = BooleanField("说中了，标出整句话")
    sure = BooleanField("说中了就算，不问统计模型")
    reason = TextField("为什么不妥", longest=MOST_TEXT, description="空着就用这一类的理由。")
    better = TextField("可以怎样写", longest=MOST_TEXT, description="空着就用这一类的改法。")
    trial = TextField("要试的句子", longest=4000, description="一行一句，最多 20 行。按“试一试”不会保存。")

    def offer(self, conditions: Sequence[tuple[str, str]]) -> None:
        """Give the conditions to choose from, as (name, words)."""
        self.when.choices = self.unless.choices = list(conditions)

    def cue(self) -> dict[str, Any]:
        """The cue as it is stored."""
        made: dict[str, Any] = {key: lines_of(self[key].data) for key in PHRASE_KEYS}
        made |= {key: self[key].data or [] for key in NAME_KEYS}
        made |= {key: bool(self[key].data) for key in FLAG_KEYS}
        made |= {key: " ".join(lines_of(self[key].data)) for key in TEXT_KEYS}
        return plain(made | {"denial": not self.denied.data})

    @staticmethod
    def data_of(cue: Mapping[str, Any]) -> dict[str, Any]:
        """A stored cue as the form shows it."""
        made: dict[str, Any] = {key: "\n".join(cue.get(key, ())) for key in PHRASE_KEYS}
        made |= {key: cue.get(key, []) for key in NAME_KEYS}
        made |= {key: bool(cue.get(key)) for key in FLAG_KEYS}
        return made | {key: cue.get(key, "") for key in TEXT_KEYS} | {"denied": cue.get("denial", True) is False}


def _figure(name: str) -> IntegerField:
    label, low, high = FIGURES[name]
    sentence = f"请填 {low} 到 {high} 之间的整数。"
    return WholeField(label, [NumberRange(low, high, message=sentence)], description=f"{low} 到 {high} 分")


class WholeField(IntegerField):
    """A whole number; what is none is said in Chinese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        try:
            super().process_formdata([text.strip() for text in valuelist])
        except ValueError:
            self.data = None
            raise ValueError("请填一个整数。") from None


class FiguresForm(AuthoringForm):
    """The figures of the arithmetic, within limits."""

    base = _figure("base")
    costs_redline = _figure("costs.redline")
    costs_serious = _figure("costs.serious")
    costs_minor = _figure("costs.minor")
    caps_redline = _figure("caps.redline")
    caps_serious = _figure("caps.serious")
    points_share = _figure("points_share")

    def values(self) -> dict[str, int]:
        """The figures by their places in a change set."""
        return {f"figures.{name}": self[name.replace(".", "_")].data for name in FIGURES}


class PublishForm(AuthoringForm):
    """What is said when a draft is published, or only named."""

    label = LineField("叫什么", [needed()], longest=60, description="例如：扣帽子认得“键盘侠”。")
    note = TextField("为什么改", longest=2000, description="以后有人问起某个分数，从这里查。发布时必须写。")
    excuse = TextField(
        "为什么照样发布", longest=2000, description="有保存的答复或示例不再符合预期时必须写，会留在操作记录里。"
    )


class TrialForm(AuthoringForm):
    """Sentences to try on the version in force and on the draft."""

    trial = TextField(
        "要试的话", [needed()], longest=4000, description="一行一条答复，最多 20 行。只在这里看，不会保存。"
    )
    post = TextField("来信（可不填）", longest=4000, description="有的条件要看来信才知道。")


class FileForm(AuthoringForm):
    """A change set out of a file."""

    file = FileField("改动文件（.yaml）")
