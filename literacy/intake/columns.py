"""What the columns of a list of people are called, and where its header stands; pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HEADINGS: dict[str, str] = {
    "account": "账号",
    "name": "姓名",
    "unit": "单位路径",
    "post": "职务",
    "rank": "职级",
    "phone": "手机",
    "email": "邮箱",
    "roles": "角色",
    "active": "状态",
}
"""The fields of a person with their headings, in the order of our own table."""
NEEDED = ("account", "name")
SEARCHED = 20
"""So many rows are looked at for the header: titles and instructions often stand above it."""
UNREAD_SHEETS = ("说明", "填写说明", "例子", "示例")

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "account": ("账号", "帐号", "登录账号", "登录帐号", "账号名", "用户名", "登录名", "工号", "人员编号", "员工编号"),
    "name": ("姓名", "名字", "人员姓名", "真实姓名", "学员姓名"),
    "unit": (
        "单位路径", "单位", "单位全称", "所在单位", "所属单位", "工作单位", "单位名称", "部门", "所在部门", "所属部门",
        "组织", "组织机构", "机构",
    ),
    "post": ("职务", "岗位", "职位", "职务岗位", "工作岗位", "现任职务"),
    "rank": ("职级", "级别", "职务级别", "职级层次"),
    "phone": ("手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "联系方式", "移动电话", "办公电话"),
    "email": ("邮箱", "电子邮箱", "邮箱地址", "邮件", "电子邮件", "email", "e-mail", "mail"),
    "roles": ("角色", "身份", "平台角色", "人员角色"),
    "active": ("状态", "账号状态", "帐号状态", "人员状态", "在用状态"),
}  # fmt: skip
_FIELDS = {word: field for field, words in _SYNONYMS.items() for word in words}
_KNOWN = {"序号", "编号", "备注", "建立时间", "行", "结果", "说明"}
"""Headings that nobody here reads, ours in the result and the export among them."""
_ASIDE = re.compile(r"\(.*?\)|\[.*?\]|【.*?】|[*:：。、\s]")


def folded(text: str) -> str:
    """A word as it is compared: full-width letters folded, small letters, no blanks, nothing in brackets."""
    return _ASIDE.sub("", unicodedata.normalize("NFKC", text)).lower()


@dataclass(frozen=True)
class Header:
    """Where the header stands (row from 0) and which column holds which field."""

    row: int
    columns: Mapping[str, int]
    unknown: tuple[str, ...]
    """Headings that nobody knows, or that came twice."""


def header_of(rows: Sequence[tuple[int, Mapping[int, str]]]) -> Header | None:
    """The header: the row that names the most fields, account and name among them. None if there is none.

    Rows are (number from 0, {column: text}).
    """
    best: Header | None = None
    for number, cells in rows[:SEARCHED]:
        header = _header(number, cells)
        if all(field in header.columns for field in NEEDED) and (
            best is None or len(header.columns) > len(best.columns)
        ):
            best = header
    return best


def _header(number: int, cells: Mapping[int, str]) -> Header:
    columns: dict[str, int] = {}
    unknown = []
    for place, heading in sorted(cells.items()):
        word = folded(heading)
        field = _FIELDS.get(word)
        if field is not None and field not in columns:
            columns[field] = place
        elif field is not None or (word and word not in _KNOWN):
            unknown.append(heading.strip()[:40])
    return Header(number, columns, tuple(unknown))
