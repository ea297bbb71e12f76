"""How fast the administrator's pages and exports are in a whole city: `python -m tests.benchmarks.administration`.

Fills a new installation (SQLite in a temporary folder, or a new database on the PostgreSQL server that
LITERACY_DATABASE_URL names) as `python run.py demo --scale large` does, or takes one that was filled so (`--data`),
opens every page whose permission is an administrator's and some pages of a trainer and a learner, and prints their
times, the slowest first. Then a process of its own writes the completion report of 100,000 rows as XLSX and as CSV,
and tells how long that took and how much memory the process had at most.
"""

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from courses.cli import make_scale
from courses.models import Course, Enrolment
from courses.reports import sums
from courses.reports.listed import REPORTS
from courses.scale.filling import SIZES
from literacy.access import GRANTS, WHOLE
from literacy.cli import sync_content
from literacy.db import db, now
from literacy.models import Role, Unit, User
from literacy.operations import migrations
from literacy.service import accounts
from run import create_app
from tests.benchmarks.opening import Opened, opened, say, signed_in, still, tell
from tests.conftest import temporary_database

SLOW = 0.5
"""Seconds above which a page is marked."""
BESIDE = {
    Role.TRAINER: (
        "/teach/class?course={course}", "/teach/class?course={course}&unit={town}",
        "/teach/class/replies?course={course}&unit={town}", "/teach/reviews", "/teach/attempts",
    ),
    Role.LEARNER: ("/learn", "/learn/courses/{mine}", "/learn/competencies"),
}  # fmt: skip
"""Pages of others that have to open with this much data."""
REPORT = "/manage/reports/completion"
VARIANTS = (
    f"{REPORT}?page=2000", f"{REPORT}?state=overdue", f"{REPORT}?unit={{town}}", f"{REPORT}?sort=-completed",
    f"{REPORT}?course={{course}}&words=王", f"{REPORT}?unit={{town}}&sort=progress",
    "/manage/reports/competency?unit={town}", "/manage/reports/patterns?unit={town}", "/manage/reports/hours?words=王",
    "/manage/people?words=王", "/manage/people?unit={city}&page=500", "/manage/people?role=trainer",
    "/manage/enrolments/{course}?page=50", "/manage/enrolments/{course}/people?words=王",
    "/manage/enrolments/{course}/unit?unit={town}", "/manage/enrolments/{course}/unit?unit={city}",
    "/manage/audit?words=王", "/manage/audit?who=何平&page=500", "/manage/audit?action=enrolment.added",
)  # fmt: skip


@contextmanager
def installation(given: argparse.Namespace) -> Iterator[Flask]:
    """The app on the installation that was named, or on a new one that is thrown away."""
    more = {"RATELIMIT_ENABLED": False}
    if given.data:
        os.environ["LITERACY_DATA"] = given.data
        yield create_app({**more, "DATA_FOLDER": Path(given.data), **_address(given.data)})
        return
    with tempfile.TemporaryDirectory() as name, temporary_database(Path(name)) as address:
        app = create_app({**more, "DATA_FOLDER": Path(name), "SQLALCHEMY_DATABASE_URI": address})
        migrations.bring_up(app, now())
        sync_content(app)
        begun = time.monotonic()
        make_scale(app, SIZES[given.scale], begun)
        yield app
        with app.app_context():
            db.engine.dispose()


def _address(folder: str) -> dict[str, str]:
    """The database of a data folder, unless LITERACY_DATABASE_URL names one."""
    named = "LITERACY_DATABASE_URL" in os.environ
    return {} if named else {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{Path(folder) / 'literacy.db'}"}


def known() -> dict[str, int]:
    """Rows that have much to show, by what addresses call them."""
    busiest = select(Enrolment.user_id).group_by(Enrolment.user_id).order_by(func.count().desc(), Enrolment.user_id)
    fullest = select(Enrolment.course_id).group_by(Enrolment.course_id).order_by(func.count().desc())
    mine = select(Enrolment.course_id).join(Enrolment.user).where(User.account == "xueyuan")
    town = select(User.unit_id).where(User.unit_id.is_not(None)).group_by(User.unit_id).order_by(func.count().desc())
    return {
        "user": db.session.scalar(busiest.limit(1)) or 1,
        "course": db.session.scalar(fullest.join(Course).where(Course.slug.startswith("scale")).limit(1)) or 1,
        "mine": db.session.scalar(mine.where(Enrolment.withdrawn_at.is_(None)).limit(1)) or 1,
        "town": db.session.scalar(town.limit(1)) or 1,
        "city": db.session.scalar(select(func.min(Unit.id))) or 1,
    }


def addresses(app: Flask, rows: dict[str, int]) -> tuple[list[str], list[str]]:
    """(every address whose permission is an administrator's, endpoints that need a row nobody knows here)."""
    values: dict[str, Any] = {"user_id": rows["user"], "course_id": rows["course"], "unit_id": rows["city"]}
    many = {"form": ("xlsx", "csv"), "key": tuple(report.key for report in REPORTS), "group": ("school", "security")}
    mine = GRANTS[Role.ADMINISTRATOR] | WHOLE[Role.ADMINISTRATOR]
    found, left = [variant.format(**rows) for variant in VARIANTS], []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or getattr(app.view_functions[rule.endpoint], "access", "") not in mine:
            continue
        if unknown := rule.arguments - {*values, *many}:
            left.append(f"{rule.rule} ({', '.join(unknown)})")
            continue
        path = rule.rule
        for name, value in values.items():
            path = path.replace(f"<int:{name}>", str(value))
        given = [name for name in many if name in rule.arguments]
        for chosen in itertools.product(*(many[name] for name in given)):
            one = path
            for name, value in zip(given, chosen, strict=True):
                one = one.replace(f"<string:{name}>", value).replace(f"<{name}>", value)
            found.append(one)
    return sorted(set(found)), left


def password_of(role: Role) -> tuple[str, str]:
    """Account and a new password of the demo account of a role."""
    account = {Role.LEARNER: "xueyuan", Role.TRAINER: "peixun", Role.ADMINISTRATOR: "guanli"}[role]
    user = accounts.find_by_account(account)
    assert user is not None, "an installation that `python run.py demo --scale …` filled"
    accounts.set_password(user, "a-long-benchmark-password")
    db.session.commit()
    return account, "a-long-benchmark-password"


def walk(app: Flask, times: int, only: str) -> None:
    """Open everything and print."""
    with app.app_context():
        rows = known()
        signs = {role: password_of(role) for role in Role}
        dialect = db.engine.dialect.name
        people = db.session.scalar(select(func.count()).select_from(User))
        enrolments = db.session.scalar(select(func.count()).select_from(Enrolment))
        db.session.remove()
        begun = time.perf_counter()
        sums.renew()
        say(f"sums for reports renewed in {time.perf_counter() - begun:.0f} s")
        db.session.remove()
    paths, left = addresses(app, rows)
    still()
    say(f"{dialect}: {people} people, {enrolments} enrolments; over {SLOW:.1f} s is marked")
    found: list[Opened] = []
    plans = [
        (Role.ADMINISTRATOR, paths),
        *((role, [one.format(**rows) for one in more]) for role, more in BESIDE.items()),
    ]
    for role, wanted in plans:
        client = signed_in(app, *signs[role])
        found += [opened(client, path, 0 if "/export/" in path else times) for path in wanted if only in path]
    tell(found, SLOW)
    for rule in left:
        say(f"not opened: {rule}")


def main() -> None:
    """Fill, open, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="", help="a data folder that was filled before")
    parser.add_argument("--scale", default="large", choices=SIZES)
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--only", default="", help="only addresses with this in them")
    given = parser.parse_args()
    with installation(given) as app:
        walk(app, given.times, given.only)
        for form in () if given.only else ("xlsx", "csv"):
            _in_a_process_of_its_own(app, form)


def _in_a_process_of_its_own(app: Flask, form: str) -> None:
    folder, address = str(app.config["DATA_FOLDER"]), str(app.config["SQLALCHEMY_DATABASE_URI"])
    command = [sys.executable, "-m", "tests.benchmarks.writing", form]
    subprocess.run(command, env={**os.environ, "LITERACY_DATA": folder, "LITERACY_DATABASE_URL": address}, check=True)


if __name__ == "__main__":
    main()
