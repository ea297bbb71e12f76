"""How long it takes to open a large cohort: everybody enrolled in every course, by the job, in a database of its own.

python -m tests.benchmarks.cohort [PEOPLE] [--profile]

A tenth of the people have read a lesson of the courses before, so that catching up is measured too.
"""

import argparse
import cProfile
import pstats
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from courses.cohorts.models import Cohort, CohortCourse, CohortMember
from courses.cohorts.service import opening
from courses.models import Course, Lesson, Reading
from literacy.dates import today
from literacy.db import db, now
from literacy.jobs import running
from literacy.jobs import service as jobs
from literacy.models import Role, RoleGrant, State, Unit, User
from literacy.registry import registry
from literacy.service import accounts
from run import create_app
from tests.benchmarks.opening import say
from tests.conftest import temporary_database

AT_ONCE = 1000


def people(count: int) -> list[int]:
    """So many learners in a few units, a tenth of whom have read a lesson."""
    units = [Unit(name=f"第{number}局") for number in range(20)]
    db.session.add_all(units)
    db.session.flush()
    columns = {"post": "", "password_hash": "x", "must_change_password": False}
    rows = [
        {**columns, "name": f"学员{number}", "account": f"a{number}", "unit_id": units[number % 20].id}
        for number in range(count)
    ]
    ids: list[int] = []
    for start in range(0, count, AT_ONCE):
        ids += db.session.scalars(insert(User).returning(User.id), rows[start : start + AT_ONCE])
    db.session.execute(insert(RoleGrant), [{"user_id": one, "role": Role.LEARNER.value} for one in ids])
    lesson = db.session.scalars(select(Lesson.id).order_by(Lesson.id)).first()
    db.session.execute(insert(Reading), [{"user_id": one, "lesson_id": lesson, "at": now()} for one in ids[::10]])
    return ids


def cohort(admin: User, ids: list[int], courses: int) -> Cohort:
    """All of them in one cohort, in preparation."""
    day = today()
    made = Cohort(name="大班", year=day.year, starts_on=day, ends_on=day + timedelta(days=60), responsible_id=admin.id)
    db.session.add(made)
    db.session.flush()
    taken = db.session.scalars(select(Course).where(Course.state == State.PUBLISHED).order_by(Course.id).limit(courses))
    db.session.add_all(CohortCourse(cohort=made, course=course) for course in taken.all())
    rows = [{"cohort_id": made.id, "user_id": one, "added_at": now()} for one in ids]
    db.session.execute(insert(CohortMember), rows)
    db.session.commit()
    return made


def opened(app: Any, admin: User, made: Cohort) -> tuple[float, float]:
    """Open it and do the job; seconds, and seconds of the processor."""
    opening.open_cohort(admin, made, today(), now())
    jobs.start(admin, opening.JOB, "开班", {"cohort": made.id})
    db.session.commit()
    clock, busy = time.perf_counter(), time.process_time()
    job = running.claim()
    assert job is not None
    running.run(app, job, threading.Event())
    db.session.expire_all()
    say(job.said)
    return time.perf_counter() - clock, time.process_time() - busy


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("people", nargs="?", type=int, default=20_000)
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, temporary_database(Path(folder)) as address:
        app = create_app({"SQLALCHEMY_DATABASE_URI": address, "DATA_FOLDER": folder})
        with app.app_context():
            db.create_all()
            for sync in registry().content_syncs:
                sync()
            admin, _ = accounts.create_user(None, account="admin", name="管理人", roles=[Role.ADMINISTRATOR])
            made = cohort(admin, people(given.people), 2)
            profile = cProfile.Profile()
            if given.profile:
                profile.enable()
            took, busy = opened(app, admin, made)
            profile.disable()
            if given.profile:
                pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
        say(f"{given.people} 人，2 门课：{took:.1f} 秒，处理器 {busy:.1f} 秒")


if __name__ == "__main__":
    main()
