"""The forms of sources and expressions."""

from typing import Any

from wtforms import IntegerField, SelectField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from literacy.forms import DayField, Form, LineField, NarrowField, TextField, needed
from quizzes.forms.authoring.base import AuthoringForm, Row, Rows, lines_of
from quizzes.forms.authoring.filters import FilterForm
from quizzes.reference.models import SourceKind

STATUS = {"": "待核", "1": "已核"}
_TEXTS = ("meaning", "tone", "misreading", "response", "example", "heard", "caution")


class SourceFilter(FilterForm):
    """Narrows the list of sources."""

    kind = NarrowField("类型", {kind.value: kind.label for kind in SourceKind})
    due = NarrowField("核对", {"1": "该核对的"})


class ExpressionFilter(FilterForm):
    """Narrows the list of expressions."""

    due = NarrowField("核对", {"1": "该核对的"})


class WordSearch(Form):
    """What somebody looks up."""

    words = LineField("查一个词", longest=60)


class CheckedForm(AuthoringForm):
    """Whether it was compared with a published text, when, and when it is due again."""

    verified = SelectField(
        "核对情况",
        choices=STATUS,
        default="",
        description="对照公布的原文看过，才选“已核”。待核的，学员看到时会标出来。",
    )
    checked_on = DayField("哪天核的")
    review_by = DayField("下次哪天再看")

    def checked(self) -> dict[str, Any]:
        """These three, as columns."""
        return {
            "verified": bool(self.verified.data),
            "checked_on": self.checked_on.data,
            "review_by": self.review_by.data,
        }


class ClauseRow(Row):
    """A clause of a law that may be cited."""

    clause = LineField("条号", longest=40)
    gist = LineField("讲什么", longest=200)
    verified = SelectField("核对情况", choices=STATUS, default="")


class SourceForm(CheckedForm):
    """A law, a report or a study."""

    title = LineField(
        "名称", [needed()], longest=120, description="引用时写在书名号里的名字，不写书名号。例如：个人信息保护法"
    )
    kind = SelectField("类型", choices={kind.value: kind.label for kind in SourceKind})
    aliases = TextField("也叫", longest=1000, description="还有别的叫法，一行一个。")
    origin = TextField("谁公布的、对照的是哪个文本", longest=1000)
    note = TextField("引用时要注意什么", longest=1000, description="例如：这个数字是哪一年的口径。")
    clauses = Rows(ClauseRow, "可以引用的条款", least=2, most=120)

    def written(self) -> dict[str, Any]:
        """What was typed, as columns of a source."""
        return {
            "title": self.title.data,
            "kind": SourceKind(self.kind.data),
            "aliases": "\n".join(lines_of(self.aliases.data)),
            "origin": self.origin.data,
            "note": self.note.data,
            "clauses": [{**row, "verified": bool(row["verified"])} for _, row in self.clauses.filled()],
            **self.checked(),
        }

    @staticmethod
    def data_of(columns: dict[str, Any]) -> dict[str, Any]:
        """Columns as data of the form."""
        clauses = [{**row, "verified": _sign(row["verified"])} for row in columns["clauses"]]
        return {**columns, "kind": columns["kind"].value, "verified": _sign(columns["verified"]), "clauses": clauses}


class ExpressionForm(CheckedForm):
    """An expression, with what it means and what to do about it."""

    title = LineField("最常见的写法", [needed()], longest=60)
    forms = TextField(
        "所有写法", longest=500, description="一行一种，最常见的也写上。帖子里出现其中一种就能点开看意思。"
    )
    meaning = TextField("意思", longest=500)
    tone = TextField("语气", longest=300, description="褒、贬、看前后文，还是自嘲。")
    misreading = TextField("容易误读成", longest=300)
    response = TextField("在服务里怎么回应", longest=500)
    example = TextField("例句", longest=500, description="群众会怎么用它说一件事。地名、人名都用虚构的。")
    heard = TextField("例句里要听出什么", longest=500)
    caution = TextField("禁忌", longest=300, description="没有就空着。例如：官方答复里不用。")

    def written(self) -> dict[str, Any]:
        """What was typed, as columns of an expression."""
        return {
            "title": self.title.data,
            "forms": "\n".join(lines_of(self.forms.data)),
            **{name: self[name].data for name in _TEXTS},
            **self.checked(),
        }

    @staticmethod
    def data_of(columns: dict[str, Any]) -> dict[str, Any]:
        """Columns as data of the form."""
        return {**columns, "verified": _sign(columns["verified"])}


class ConfirmForm(Form):
    """Somebody looked it up today."""

    revision = IntegerField(widget=HiddenInput(), validators=[Optional()])
    review_by = DayField("下次哪天再看")


def _sign(verified: bool) -> str:
    return "1" if verified else ""
