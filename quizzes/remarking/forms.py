"""Deciding what becomes of a re-marking."""

from wtforms import RadioField

from literacy.forms import Form, TextField, needed, rule
from quizzes.remarking.models import MIN_REASON, Policy


def _reason_problem(text: str | None) -> str | None:
    return None if len((text or "").strip()) >= MIN_REASON else "请写明理由，至少 5 个字：学员会在结果页上看到。"


class OrderForm(Form):
    """Which of the new marks count, and why."""

    policy = RadioField(
        "怎么算",
        choices={
            Policy.RISE.value: "只升不降：新评更高的按新的算，原来更高的不动",
            Policy.EXCHANGE.value: "全部按新的算：有升有降",
        },
        default=Policy.RISE.value,
    )
    reason = TextField("理由", [needed(), rule(_reason_problem)], longest=1000)
