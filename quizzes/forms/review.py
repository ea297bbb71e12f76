"""Filtering attempts, and giving a mark of one's own."""

from wtforms import DecimalField
from wtforms.validators import InputRequired, NumberRange

from literacy.forms import Form, LineField, NarrowField, PickField, TextField, needed, rule

MIN_REASON = 5


def _reason_problem(text: str | None) -> str | None:
    return None if len(text or "") >= MIN_REASON else "请写明理由，至少 5 个字：学员和别的培训师都会看到。"


class AttemptFilter(Form):
    """Which attempts to list."""

    quiz = PickField("测验")
    name = LineField("姓名或账号", longest=80)
    state = NarrowField("状态", {"submitted": "已提交", "open": "作答中", "overridden": "改过分"})


class OverrideForm(Form):
    """A trainer's mark in place of the machine's."""

    percent = DecimalField(
        "改为几分",
        [InputRequired("请填 0 到 100 的数。"), NumberRange(0, 100, message="请填 0 到 100 的数。")],
        places=1,
    )
    reason = TextField("理由", [needed(), rule(_reason_problem)], longest=2000)
