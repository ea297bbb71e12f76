"""The kinds of files that question banks come and go in, each chosen by what a file holds; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

from literacy.sheets.archive import OLD_OFFICE
from quizzes.exchange import gift, moodle, qti
from quizzes.exchange.item import Bank, Fault, Item
from quizzes.exchange.paper import document
from quizzes.exchange.paper import textfile as paper_text
from quizzes.exchange.reading import Asking
from quizzes.exchange.sheet import textfile as sheet_text
from quizzes.exchange.sheet import workbook
from quizzes.exchange.signs import sign_of
from quizzes.models import Kind

__all__ = ["FORMATS", "Asking", "Format", "by_id", "lost", "read", "recognised", "write"]


@dataclass(frozen=True)
class Format:
    """A kind of file: its id, which is what ``signs.sign_of`` calls it, its name, its endings, and its module.

    The module has ``read(data)`` and ``write(items)``; where it has ``lost(items)``, that says what is lost.
    """

    id: str
    name: str
    endings: tuple[str, ...]
    module: ModuleType
    content_type: str = "application/octet-stream"
    codes: bool = False
    """Whether ``read`` also takes what the file's codes of question types mean."""


_OFFICE = "application/vnd.openxmlformats-officedocument."
FORMATS: tuple[Format, ...] = (
    Format("xlsx", "Excel 表格", (".xlsx",), workbook, f"{_OFFICE}spreadsheetml.sheet", codes=True),
    Format("docx", "Word 文档", (".docx",), document, f"{_OFFICE}wordprocessingml.document"),
    Format("csv", "CSV 表格", (".csv",), sheet_text, "text/csv; charset=utf-8", codes=True),
    Format("txt", "纯文本", (".txt",), paper_text, "text/plain; charset=utf-8"),
    Format("gift", "GIFT（Moodle 文本）", (".gift",), gift, "text/plain; charset=utf-8"),
    Format("moodle", "Moodle XML", (".xml",), moodle, "application/xml"),
    Format("qti", "QTI 3 题包", (".zip", ".xml"), qti, "application/zip"),
)


def by_id(name: str) -> Format | None:
    """The format of this id, if there is one."""
    return next((one for one in FORMATS if one.id == name), None)


def recognised(data: bytes, file_name: str = "") -> Format | Fault:
    """What kind of file this is: by what it holds, and by its name only where that says nothing."""
    if not data.strip():
        return Fault("", "文件是空的。")
    if data.startswith(OLD_OFFICE):
        return Fault(
            "", "这是旧格式（.xls、.doc）的文件，或者设了密码，这里读不了。请另存为 .xlsx 或 .docx，不设密码，再上传。"
        )
    sign = sign_of(data)
    ending = "." + file_name.lower().rpartition(".")[2]
    found = by_id(sign) or (None if sign else next((one for one in FORMATS if ending in one.endings), None))
    if found is not None:
        return found
    names = "、".join(one.name for one in FORMATS)
    return Fault("", f"认不出这是什么文件。能读的有：{names}。")


def read(chosen: Format, data: bytes, meanings: Mapping[str, Kind] | None = None) -> Bank:
    """The questions of a file. `meanings` says what its codes of question types stand for."""
    return chosen.module.read(data, meanings) if chosen.codes else chosen.module.read(data)


def write(chosen: Format, items: Sequence[Item]) -> bytes:
    """These questions as a file."""
    return chosen.module.write(items)


def lost(chosen: Format, items: Sequence[Item]) -> tuple[Fault, ...]:
    """What this kind of file cannot carry of these questions."""
    tell = getattr(chosen.module, "lost", None)
    return tell(items) if tell else ()
