"""A report that is being written is cancelled, or its process is stopped or killed: nobody ever gets half a file."""

import csv
import io
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import insert, select

from courses.models import Course, Enrolment
from courses.reports import exporting
from literacy import export
from literacy.db import db, now, reading
from literacy.jobs import service, worker
from literacy.jobs.models import Job, JobState
from literacy.jobs.running import Progress
from literacy.models import AuditEntry, Role, User
from literacy.operations import migrations
from literacy.service import accounts
from tests.courses.factories import enrol, make_course, make_lesson
from tests.filling import text_of
from tests.literacy.operations.installations import MOMENT, command, installation
from tests.working import work_off

FORMS = ("csv", "xlsx", "pdf")
MANY = 20_000


@pytest.fixture
def asked(app: Flask, person: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Job]:
    """Asks for the completion of nine people, told of after every two. No other test left files."""
    shutil.rmtree(Path(app.config["DATA_FOLDER"]) / service.FOLDER, ignore_errors=True)
    monkeypatch.setattr(export, "TOLD_EVERY", 2)
    course = make_course([make_lesson()])
    for number in range(9):
        enrol(person(name=f"学员{number}"), course)
    owner = sign_in("administrator")

    def ask(form: str) -> Job:
        return service.start(owner, exporting.JOB, "完成情况", {"report": "completion", "form": form, "query": {}})

    return ask


def when_told(monkeypatch: pytest.MonkeyPatch, act: Callable[[Progress], None]) -> None:
    """Once, while the file is being written: do this in another thread, as another process would."""
    plain, waiting = Progress.tell, [act]

    def tell(progress: Progress, done: int, total: int | None = None) -> None:
        if waiting:
            thread = threading.Thread(target=waiting.pop(), args=(progress,))
            thread.start()
            thread.join()
        plain(progress, done, total)

    monkeypatch.setattr(Progress, "tell", tell)


def left_behind(app: Flask) -> list[Path]:
    """Files of jobs, and whatever was spilled beside them."""
    data = Path(app.config["DATA_FOLDER"])
    spilled = [path for path in data.iterdir() if path.name.startswith("tmp")]
    return [*spilled, *(path for path in (data / service.FOLDER).rglob("*") if path.is_file())]


def taken() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.taken")))


@pytest.mark.parametrize("form", FORMS)
def test_one_that_is_cancelled_while_it_is_written_leaves_nothing(
    form: str, app: Flask, client: Any, asked: Callable[[str], Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancel(progress: Progress) -> None:
        with app.app_context():
            service.cancel(db.session.get_one(Job, progress.job_id))
            db.session.commit()

    job = asked(form)
    when_told(monkeypatch, cancel)
    work_off(app)
    assert (job.state, job.done, job.file) == (JobState.CANCELLED, 2, "")
    assert left_behind(app) == []
    assert "/jobs/files/" not in text_of(client.get(f"/jobs/{job.id}"))
    assert client.get(f"/jobs/files/{service.link_of(job)}").status_code == 404
    assert not taken()


@pytest.mark.parametrize("form", FORMS)
def test_one_whose_server_stops_is_written_anew(
    form: str, app: Flask, client: Any, asked: Callable[[str], Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping, job = threading.Event(), asked(form)
    when_told(monkeypatch, lambda _progress: stopping.set())
    db.session.commit()
    worker.run_next(app, stopping)
    db.session.expire_all()
    assert (job.state, job.done, job.file) == (JobState.QUEUED, 2, "")
    assert client.get(f"/jobs/files/{service.link_of(job)}").status_code == 404
    assert not [path for path in left_behind(app) if path.parent == service.folder_of(job.id)]
    monkeypatch.undo()
    work_off(app)
    assert (job.state, job.said) == (JobState.DONE, "完成情况，共 9 行。")
    whole = client.get(f"/jobs/files/{service.link_of(job)}").get_data()
    assert rows_in(form, whole) in (9, None) and len(taken()) == 1


def rows_in(form: str, data: bytes) -> int | None:
    """How many rows a file holds; None for a PDF, which has to be whole to be opened."""
    if form == "csv":
        return len(list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))) - 1
    if form == "xlsx":
        return len(list(openpyxl.load_workbook(io.BytesIO(data), read_only=True)["完成情况"].rows)) - 1
    assert data.startswith(b"%PDF") and data.rstrip().endswith(b"%%EOF")
    return None


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[Flask]:
    """An installation of its own with so many people that there is time to kill."""
    with installation(tmp_path) as app:
        migrations.bring_up(app, MOMENT)
        owner, _ = accounts.create_user(None, account="guanli", name="何平", roles=[Role.ADMINISTRATOR])
        course = make_course([make_lesson()])
        db.session.flush()
        people = [{"account": f"n{n}", "name": f"人{n}", "password_hash": owner.password_hash} for n in range(MANY)]
        db.session.execute(insert(User), people)
        everybody = db.session.scalars(select(User.id).where(User.id != owner.id))
        db.session.execute(insert(Enrolment), [{"user_id": one, "course_id": course.id} for one in everybody])
        assert db.session.scalar(select(Course.id))
        db.session.commit()
        yield app


def until(met: Callable[[Job], bool], process: Any, seconds: float = 60) -> Job:
    """The job, as soon as this is so."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and process.poll() is None:
        with reading():  # a transaction that might write would keep the worker waiting
            job = db.session.scalars(select(Job)).one()
            db.session.expunge(job)
            db.session.rollback()
        if met(job):
            return job
        time.sleep(0.02)
    process.kill()
    raise AssertionError(f"{job.state} {job.done} {job.said} {process.communicate()}")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_one_whose_process_is_killed_is_written_anew_after_a_restart(form: str, crowded: Flask, tmp_path: Path) -> None:
    owner = db.session.scalars(select(User).where(User.account == "guanli")).one()
    service.start(owner, exporting.JOB, "完成情况", {"report": "completion", "form": form, "query": {}})
    db.session.commit()
    address = crowded.config["SQLALCHEMY_DATABASE_URI"]
    first = command(tmp_path, address, "work")
    try:
        until(lambda job: job.done > 0, first)
    finally:
        first.kill()
        first.communicate()
    job = db.session.scalars(select(Job)).one()
    assert job.state is JobState.RUNNING and 0 < job.done < MANY, "it was killed in the middle"
    assert service.result_path(job) is None and not taken()
    job.beat_at = now() - timedelta(hours=1)  # nobody has heard of it since
    db.session.commit()
    again = command(tmp_path, address, "work")
    try:
        job = until(lambda job: not job.is_open, again)
    finally:
        again.kill()
        again.communicate()
    assert (job.state, job.runs, job.said) == (JobState.DONE, 2, f"完成情况，共 {MANY} 行。")
    path = service.result_path(job)
    assert path and rows_in(form, path.read_bytes()) == MANY
    assert [one.name for one in path.parent.iterdir()] == [service.RESULT], "nothing of the first run is left"
    assert len(taken()) == 1
