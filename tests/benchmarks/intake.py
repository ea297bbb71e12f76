"""How fast people are imported: `python -m tests.benchmarks.intake [--people 100000] [--csv]`.

Writes a list of people in many units, hands it in as an administrator does, and prints how long reading and checking
take, and how long it takes from confirming to the end; then the same list again, which must change nothing, and an
export of everybody. On a new SQLite installation in a temporary folder, or in a new database on the PostgreSQL server
that LITERACY_DATABASE_URL names. Nothing is kept.
"""

import argparse
import csv
import random
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask

from courses.models import Course, UnitEnrolment
from literacy.db import db, now
from literacy.export import Table, write_xlsx
from literacy.intake import service
from literacy.intake.columns import HEADINGS
from literacy.intake.models import PeopleImport
from literacy.intake.tables import people_table
from literacy.jobs import worker
from literacy.models import Role, State, User
from literacy.operations import migrations
from literacy.service import accounts, people, units
from run import create_app
from tests.conftest import temporary_database

ZONE = ZoneInfo("Asia/Shanghai")
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "晴朗宁远文博雅清安和信诚敏达"


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def rows(count: int) -> Iterator[list[str]]:
    """Invented people, some thirty in a unit of three levels."""
    chance = random.Random(3)
    for number in range(count):
        unit = number // 30
        path = f"青禾市 / 第{unit // 40 + 1}县 / 第{unit % 40 + 1}所"
        name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2))
        phone = f"13{number:09d}"
        email = f"p{number}@example.cn"
        roles = "学员、培训师" if number % 50 == 0 else "学员"
        yield [f"p{number:06d}", name, path, "回复员", "四级主任科员", phone, email, roles, "在用"]


def write(folder: Path, count: int, form: str) -> Path:
    """The list as a file."""
    path = folder / f"people.{form}"
    if form == "csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([list(HEADINGS.values()), *rows(count)])
    else:
        with path.open("wb") as file:
            write_xlsx(Table("人员", list(HEADINGS.values()), rows(count)), file, ZONE, folder)
    return path


def work(app: Flask) -> str:
    """Do one job; gives how long it took, and how much of that this process computed."""
    begun, busy = time.perf_counter(), time.process_time()
    db.session.commit()
    db.session.remove()
    assert worker.run_next(app, threading.Event())
    return f"{time.perf_counter() - begun:6.1f} 秒（CPU {time.process_time() - busy:5.1f}）"


def handed_in(app: Flask, owner_id: int, path: Path) -> int:
    """Hand the file in and have it checked."""
    with path.open("rb") as file:
        row = service.begin(db.session.get_one(User, owner_id), file, path.name)
    number = row.id
    db.session.commit()
    took = work(app)
    row = db.session.get_one(PeopleImport, number)
    say(f"  读完并检查 {took}   {row.state.label} {row.counts} {row.said}")
    return number


def measure(app: Flask, folder: Path, count: int, form: str) -> None:
    """Everything that is measured."""
    path = write(folder, count, form)
    say(f"{count} 人，{path.stat().st_size / 1e6:.1f} MB（{form}），{db.engine.dialect.name}")
    owner, _ = accounts.create_user(None, account="admin", name="管理人", roles=[Role.ADMINISTRATOR])
    root = units.create_unit(owner, name="青禾市")
    course = Course(slug="bench", title="课程", state=State.PUBLISHED)
    db.session.add(course)
    db.session.flush()
    db.session.add(UnitEnrolment(unit_id=root.id, course_id=course.id, due_on=date(2090, 1, 1)))
    owner_id = owner.id
    db.session.commit()
    number = handed_in(app, owner_id, path)
    row = db.session.get_one(PeopleImport, number)
    service.choose(row, create_units=True, complete_unit_id=0)
    service.confirm(row, db.session.get_one(User, owner_id), "https://example.cn/activate")
    took = work(app)
    row = db.session.get_one(PeopleImport, number)
    say(f"  从确认到办完 {took}   {row.state.label} {row.counts}")
    say(f"  激活条       {work(app)}")
    handed_in(app, owner_id, path)
    begun = time.perf_counter()
    everybody = people.listed(people.people_list(viewer=None))
    with (folder / "export.xlsx").open("wb") as file:
        write_xlsx(people_table(everybody, units.paths()), file, ZONE, folder)
    say(f"  全部下载     {time.perf_counter() - begun:6.1f} 秒")
    db.session.rollback()
    handed_in(app, owner_id, folder / "export.xlsx")
    say(f"  内存最多 {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def main() -> None:
    """Measure on an installation of its own."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=100_000)
    asked.add_argument("--csv", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name, temporary_database(Path(name)) as address:
        folder = Path(name)
        app = create_app({"DATA_FOLDER": folder, "SQLALCHEMY_DATABASE_URI": address, "SERVER_NAME": "localhost"})
        migrations.bring_up(app, now())
        with app.app_context():
            measure(app, folder, given.people, "csv" if given.csv else "xlsx")
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main()
