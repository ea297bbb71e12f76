"""Trying a reply beside a scenario, and what a saved reply has to be judged."""

from collections.abc import Mapping
from typing import Any

from wtforms import SelectField

from literacy.forms import Form, LineField, NarrowField, TextField, needed
from literacy.text import MAX_REPLY
from quizzes.bodies import ELEMENT_IDS, PATTERN_IDS
from quizzes.expected import GRADES, Expected
from quizzes.forms.authoring.base import AuthoringForm, ChecksField
from quizzes.rubric import load_rubric


class BenchForm(Form):
    """A reply to try. Its fields stand within the scenario's own form, so their names are their own."""

    bench_pick = NarrowField("换一条来试")
    bench_reply = TextField("要试的答复", longest=MAX_REPLY)

    def offer(self, cases: Mapping[str, str]) -> None:
        """The replies that may be put into the box, as {key: label}."""
        self.bench_pick.choices = {"": "自己写", **cases}


def _grades(none: str) -> dict[str, str]:
    return {"": none, **{str(grade): f"{grade} 级 · {load_rubric().grades[grade]}" for grade in GRADES}}


class SavedReplyForm(AuthoringForm):
    """A reply by which a scenario is tested, with what it has to be judged."""

    text = TextField("答复", [needed()], longest=MAX_REPLY)
    lowest = SelectField("最低几级", default="")
    highest = SelectField("最高几级", default="")
    shown = ChecksField("应看出的问题", choices=PATTERN_IDS)
    absent = ChecksField("不该看出的问题", choices=PATTERN_IDS)
    elements = ChecksField("应具备的要素", choices=ELEMENT_IDS)
    points = ChecksField("应说到的要点")
    note = LineField("备注", longest=200, description="为什么存这一条，例如：学员常这样写。")

    def offer(self, points: Mapping[str, str]) -> None:
        """The points of the scenario, as {id: text}."""
        self.points.choices = dict(points)
        self.lowest.choices, self.highest.choices = _grades("不限"), _grades("不限")

    def validate(self, extra_validators: Any = None) -> bool:
        """Check that what is expected can be at all."""
        sound = super().validate(extra_validators)
        low, high = self.lowest.data, self.highest.data
        if low and high and low > high:
            self.highest.errors = [*self.highest.errors, "最高不能低于最低。"]
            sound = False
        if both := set(self.shown.data or []) & set(self.absent.data or []):
            names = "、".join(PATTERN_IDS[id_] for id_ in PATTERN_IDS if id_ in both)
            self.absent.errors = [*self.absent.errors, f"{names}在上面标了应看出。"]
            sound = False
        return sound

    def expected(self) -> Expected:
        """What was ticked."""
        low, high = self.lowest.data, self.highest.data
        return Expected.from_dict(
            {
                "grades": [int(low or GRADES[0]), int(high or GRADES[-1])] if low or high else None,
                **{name: self[name].data for name in ("shown", "absent", "elements", "points")},
            }
        )

    def fill(self, expected: Expected) -> None:
        """Set the fields to an expectation."""
        for name, value in self.data_of(expected).items():
            self[name].data = value

    @staticmethod
    def data_of(expected: Expected) -> dict[str, Any]:
        """An expectation as data of the form."""
        low, high = (str(grade) for grade in expected.grades) if expected.grades else ("", "")
        lists = {name: list(getattr(expected, name)) for name in ("shown", "absent", "elements", "points")}
        return {"lowest": low, "highest": high, **lists}
