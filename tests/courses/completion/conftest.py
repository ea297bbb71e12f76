"""Five people of a county, each in another state, and how to read a report about them."""

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from courses.models import Enrolment
from literacy.dates import today
from literacy.db import db, now
from literacy.models import Unit
from tests.courses.factories import enrol, make_course, make_lesson, read
from tests.filling import text_of

HEADERS = ["姓名", "账号", "单位", "职务", "课程", "状态", "进度", "得分", "学时", "完成时间"]


def report_of(answer: Any) -> list[str]:
    """The names on a page of the report, in their order."""
    return re.findall(r'<td class="col-name"[^>]*><a [^>]*>([^<]+)</a>', text_of(answer))


def figures_of(answer: Any) -> dict[str, int]:
    """How many stand in each state, as the page says."""
    found = re.findall(r'class="states-count">([\d,]+)</span> ([^<]+)</a>', text_of(answer))
    return {label: int(count.replace(",", "")) for count, label in found}


def sheet_of(answer: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(answer.get_data())).active]


def place(enrolment: Enrolment, **columns: Any) -> Enrolment:
    for name, value in columns.items():
        setattr(enrolment, name, value)
    db.session.flush()
    return enrolment


@pytest.fixture
def county(app: Any) -> dict[str, Unit]:
    """A small tree: 青禾县 over 望舒街道 and 石榴湾镇."""
    root = Unit(name="青禾县")
    db.session.add_all(
        [root, Unit(name="望舒街道", parent=root), Unit(name="石榴湾镇", parent=root), Unit(name="澜江市")]
    )
    db.session.flush()
    return {unit.name: unit for unit in db.session.scalars(select(Unit))}


@pytest.fixture
def five(person: Any, county: dict[str, Unit]) -> dict[str, Enrolment]:
    """Five people of one course, one in each state."""
    lessons = [make_lesson("a"), make_lesson("b")]
    course = make_course(lessons)
    day, moment = today(), datetime(2026, 9, 30, 16, 30, tzinfo=UTC)  # 10月1日 00:30 in Shanghai
    people = {
        name: person(account=account, name=name, unit=county.get(unit), post=post)
        for name, account, unit, post in (
            ("甲未", "jia", "望舒街道", "网格员"), ("乙学", "yi", "望舒街道", "科员"), ("丙逾", "bing", "石榴湾镇", ""),
            ("丁完", "ding", "青禾县", "科长"), ("戊退", "wu", "", "科员"),
        )
    }  # fmt: skip
    rows = {name: enrol(user, course) for name, user in people.items()}
    read(people["乙学"], lessons[0])
    read(people["丙逾"], lessons[0])
    read(people["丁完"], *lessons)
    place(rows["甲未"], due_on=day)
    place(rows["乙学"], started_at=now(), due_on=day + timedelta(days=9))
    place(rows["丙逾"], started_at=now(), due_on=day - timedelta(days=1))
    place(rows["丁完"], completed_at=moment, started_at=now(), score=92.5, hours=2.0, due_on=day - timedelta(days=5))
    place(rows["戊退"], withdrawn_at=now())
    return rows
