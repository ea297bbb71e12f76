"""The forms of course packages."""

from flask_wtf.file import FileField
from wtforms import HiddenField

from literacy.forms import Form, rule

ENDING = ".zip"


def _file_problem(file: object) -> str | None:
    name = str(getattr(file, "filename", "") or "")
    if not name:
        return "请选一个课程包。"
    return None if name.lower().endswith(ENDING) else "请选 zip 文件。"


class PackageForm(Form):
    """A package to look into."""

    file = FileField("课程包（zip 文件）", [rule(_file_problem)])


class ImportForm(Form):
    """What was previewed, and in which conflicts the package wins."""

    digest = HiddenField()
