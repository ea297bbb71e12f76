"""The forms of imports of people."""

from flask_wtf.file import FileField
from wtforms import RadioField

from literacy.forms.base import Form, PickField, rule

ENDINGS = (".xlsx", ".csv", ".txt", ".xls", ".xlsm")
"""What is read, and what is refused with a sentence of its own when it is looked into."""


def _file_problem(file: object) -> str | None:
    name = str(getattr(file, "filename", "") or "")
    if not name:
        return "请选一个文件。"
    return None if name.lower().endswith(ENDINGS) else "请选 Excel 表格（.xlsx）或者 CSV 文件。"


class PeopleFileForm(Form):
    """A list of people to look into."""

    file = FileField("人员表", [rule(_file_problem)])


class ChoicesForm(Form):
    """What becomes of what the list leaves open."""

    units = RadioField(
        "平台上还没有的单位",
        choices={"problem": "当作问题，改好表再导入", "create": "导入时新建这些单位"},
        default="problem",
    )
    complete = PickField(
        "这份表是哪个单位的全部人员",
        description="选了以后，这个单位（含下级）里表上没有的人会停用。停用哪些人，下面先列出来。",
    )
