"""Long reports by page: sorted by what stands in the enrolments, every row once, nothing last either way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select

from courses.models import Enrolment, EnrolmentState
from courses.reports import enrolled
from courses.reports.enrolled import OWN
from courses.reports.frame import Look, Wanted
from courses.reports.listed import report_for
from literacy.dates import today
from literacy.db import db, now
from tests.courses.factories import enrol, make_course, make_lesson

_ORDER = {state: place for place, state in enumerate(EnrolmentState)}
_VALUE: dict[str, Callable[[Enrolment], Any]] = {
    "state": lambda row: _ORDER[row.state_on(today())],
    "hours": lambda row: row.hours,
    "enrolled": lambda row: row.enrolled_at,
    "started": lambda row: row.started_at,
    "completed": lambda row: row.completed_at,
    "due": lambda row: row.due_on,
}


@pytest.fixture
def rows(person: Any) -> list[Enrolment]:
    """Eleven enrolments in all states, with equals and gaps."""
    course, made = make_course([make_lesson("a")]), []
    for number in range(11):
        row = enrol(person(name=f"人{number}", account=f"p{number:02}"), course)
        row.enrolled_at = now() - timedelta(days=100 + number // 3)
        row.due_on = None if number % 4 == 0 else today() + timedelta(days=number % 3 - 1)
        row.started_at = None if number % 2 else now() - timedelta(days=50 - number)
        if number % 3 == 0:
            row.completed_at, row.hours = now() - timedelta(days=number // 2), float(number % 2)
        if number == 10:
            row.withdrawn_at = now()
        made.append(row)
    db.session.commit()
    return made


def pages(key: str, sort: str, size: int = 4, **wanted: Any) -> list[Look]:
    report = report_for(key)
    asked = Wanted(today(), **wanted)
    first = report.look(asked, sort, 0, size)
    return [first, *(report.look(asked, sort, offset, size) for offset in range(size, first.total, size))]


@pytest.mark.parametrize("few", [0, 5000], ids=["many", "few"])
@pytest.mark.parametrize("sort", sorted(OWN | {f"-{name}" for name in OWN}))
def test_every_row_stands_once_and_in_order(
    few: int, sort: str, rows: list[Enrolment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrolled, "COSTLY", few)
    found = [line.cells[1] for look in pages("enrolments", sort) for line in look.lines]
    assert sorted(found) == sorted(row.user.account for row in rows)
    by_account = {row.user.account: _VALUE[sort.removeprefix("-")](row) for row in rows}
    values = [by_account[account] for account in found]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=sort.startswith("-"))
    assert values[len(known) :] == [None] * (len(values) - len(known))


def test_a_long_list_is_narrowed_before_it_is_sorted(rows: list[Enrolment], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrolled, "COSTLY", 0)
    looks = pages("enrolments", "-due", words="p0", state="completed")
    found = {line.cells[1] for look in looks for line in look.lines}
    assert found == {row.user.account for row in rows if row.completed_at and row.user.account.startswith("p0")}
    assert looks[0].total == len(found)


def test_where_everybody_stands_is_read_from_one_index(app: Any) -> None:
    indexes = {one["name"]: one["column_names"] for one in inspect(db.engine).get_indexes("enrolments")}
    assert indexes["ix_enrolments_standing"][:2] == ["user_id", "course_id"]
    assert "ix_enrolments_user_id" not in indexes
    if db.engine.dialect.name == "sqlite":
        state = select(Enrolment.withdrawn_at, Enrolment.completed_at, Enrolment.due_on, Enrolment.started_at)
        plan = db.session.connection().exec_driver_sql(f"explain query plan {state}").all()
        assert "COVERING INDEX ix_enrolments_standing" in plan[0][3]
