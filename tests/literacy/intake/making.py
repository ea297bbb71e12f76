"""Lists of people for tests, as files and handed in."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from flask import Flask

from literacy.db import db
from literacy.intake import service
from literacy.intake.models import PeopleImport
from literacy.models import User
from tests.working import work_off

HEAD = ("账号", "姓名", "单位路径", "职务", "职级", "手机", "邮箱", "角色", "状态")
SITE = "http://localhost/activate"


def workbook(rows: Sequence[Sequence[Any]], name: str = "人员", merged: str = "") -> bytes:
    """A workbook of one sheet; a text that begins with = is a formula."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet(name)
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    if merged:
        sheet.merge_range(merged, "青禾县")
    book.close()
    return file.getvalue()


def text(rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig", between: str = ",") -> bytes:
    """A text file."""
    return "\r\n".join(between.join(row) for row in rows).encode(encoding)


def handed_in(app: Flask, owner: User, data: bytes, name: str = "人员.xlsx") -> PeopleImport:
    """A list that was handed in and checked."""
    number = service.begin(owner, io.BytesIO(data), name).id
    work_off(app)
    return the(number)


def of(app: Flask, owner: User, *rows: Sequence[Any], head: Sequence[str] = HEAD) -> PeopleImport:
    """The same of rows."""
    return handed_in(app, owner, workbook([head, *rows]))


def applied(app: Flask, row: PeopleImport, *, create_units: bool = False, complete: int = 0) -> PeopleImport:
    """The import after its plan was confirmed and written."""
    service.choose(row, create_units=create_units, complete_unit_id=complete)
    service.confirm(row, row.owner, SITE)
    number = row.id
    work_off(app)
    return the(number)


def the(number: int) -> PeopleImport:
    """An import as it stands in the database."""
    db.session.expire_all()
    return db.session.get_one(PeopleImport, number)
