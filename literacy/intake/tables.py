"""Lists of people as files: the empty table to fill in, and everybody in the same columns."""

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import xlsxwriter

from literacy.export import Table
from literacy.intake.columns import HEADINGS
from literacy.service.people import Listed

WIDTHS = (18, 14, 36, 24, 16, 16, 24, 20, 10)
EXAMPLES = (
    ("zhaoqing", "赵晴", "青禾县 / 政务服务中心", "回复员", "四级主任科员", "13800138000", "", "学员", "在用"),
    ("lier", "李尔", "青禾县 / 望舒街道", "值班长", "", "0571-87654321", "lier@example.cn", "学员、培训师", "在用"),
)
GUIDE = (
    ("怎么用", "一行一个人，写在“人员”这张表里。“例子”和“说明”不会导入，可以留着。"),
    (
        "账号",
        "必填。登录时用，不分大小写。可以用姓名拼音或工号，不要用身份证号。已有的账号是修改，没有的是新建。",
    ),
    ("姓名", "必填。"),
    ("单位路径", "从最上一级写起，中间用 / 隔开，例如：青禾县 / 政务服务中心。不要合并单元格，每一行都写全。"),
    ("职务、职级", "照本单位的写法。"),
    ("手机、邮箱", "可以不填，只有管理员看得到。座机写区号，例如 0571-87654321。"),
    ("角色", "学员、培训师、管理员。有几个用顿号隔开；新的账号空着就是学员。"),
    ("状态", "在用，或者停用。新的账号空着就是在用。"),
    ("空着的格子", "原来是什么还是什么。要清掉原来写的职务、职级、手机、邮箱、单位，写“清空”。"),
    (
        "没写进来的人",
        "不受影响。预览那一页可以选“这份表是某单位的全部人员”，表里没有的人才停用，停用谁先列给您看。",
    ),
    ("密码", "表里没有密码。导入以后，新的人每人一张激活条，自己设密码。"),
)
"""(heading, sentence)"""


def template() -> bytes:
    """The empty table as a workbook, with examples and what to write where."""
    buffer = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, plain)
    head = book.add_format({"bold": True, "bg_color": "#EFEAE0", "bottom": 1, "num_format": "@"})
    # As text, so that Excel makes no dates of accounts and no rounded numbers of phones.
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    _sheet(book.add_worksheet("人员"), (), head, text)
    _sheet(book.add_worksheet("例子"), EXAMPLES, head, text)
    guide = book.add_worksheet("说明")
    guide.set_column(0, 0, 16, text)
    guide.set_column(1, 1, 90, text)
    for row, (heading, sentence) in enumerate(GUIDE):
        guide.write_string(row, 0, heading, head)
        guide.write_string(row, 1, sentence, text)
    book.close()
    return buffer.getvalue()


def _sheet(sheet: Any, rows: Iterable[tuple[str, ...]], head: Any, text: Any) -> None:
    sheet.freeze_panes(1, 0)
    for place, heading in enumerate(HEADINGS.values()):
        sheet.set_column(place, place, WIDTHS[place], text)
        sheet.write_string(0, place, heading, head)
    sheet.data_validation(1, 8, 200_000, 8, {"validate": "list", "source": ["在用", "停用"], "ignore_blank": True})
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell, text)


def people_table(people: Iterable[Listed], paths: Mapping[int, str]) -> Table:
    """Everybody in the columns that an import reads: read again, the file changes nothing."""
    return Table("人员", tuple(HEADINGS.values()), _rows(people, paths), WIDTHS)


def _rows(people: Iterable[Listed], paths: Mapping[int, str]) -> Iterator[tuple[Any, ...]]:
    for one in people:
        yield (
            one.account,
            one.name,
            paths.get(one.unit_id or 0, ""),
            one.post,
            one.rank,
            one.phone,
            one.email,
            one.roles,
            "在用" if one.active else "停用",
        )
