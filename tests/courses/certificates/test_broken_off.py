"""A zip of certificates that is cancelled or killed while it is drawn or packed: nobody gets half of it."""

import io
import threading
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from courses.certificates import running
from literacy.db import db, now
from literacy.jobs import service
from literacy.jobs.models import Job, JobState
from tests.courses.certificates.conftest import completed
from tests.filling import text_of
from tests.working import work_off

COUNT = 5


@pytest.fixture
def job(app: Flask, course: Any, person: Any, client: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> Job:
    """Certificates for five people, drawn and packed by twos."""
    monkeypatch.setattr(running, "DRAWN_AT_ONCE", 2)
    monkeypatch.setattr(running, "AT_ONCE", 2)
    for number in range(COUNT):
        completed(person(account=f"x{number}", name=f"学员{number}"), course)
    sign_in("administrator")
    client.send(f"/manage/certificates/courses/{course.id}/all", {"issue": "1", "form_key": "k1"})
    return db.session.scalars(select(Job)).one()


def when(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, time: int, act: Callable[[], None]) -> None:
    """The given time that this is called, do that first."""
    plain, calls = getattr(owner, name), [0]

    def called(*given: Any, **named: Any) -> Any:
        calls[0] += 1
        if calls[0] == time:
            act()
        return plain(*given, **named)

    monkeypatch.setattr(owner, name, called)


def die() -> None:
    raise SystemExit("the process dies")


@pytest.mark.parametrize(("name", "done"), [("pdf_of", 2), ("file_name", COUNT)], ids=["drawn", "packed"])
def test_one_that_is_cancelled_leaves_nothing(
    name: str, done: int, app: Flask, client: Any, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = job.id

    def cancel() -> None:
        def other_process() -> None:
            with app.app_context():
                service.cancel(db.session.get_one(Job, number))
                db.session.commit()

        thread = threading.Thread(target=other_process)
        thread.start()
        thread.join()

    when(monkeypatch, running.checking, name, 2, cancel)
    work_off(app)
    assert (job.state, job.done, job.file) == (JobState.CANCELLED, done, "")
    assert not list(service.folder_of(job.id).iterdir()), "neither half a zip nor anybody's certificate"
    assert "/jobs/files/" not in text_of(client.get(f"/jobs/{job.id}"))
    assert client.get(f"/jobs/files/{service.link_of(job)}").status_code == 404


@pytest.mark.parametrize(
    ("owner", "name", "time"),
    [(running.checking, "pdf_of", 4), (running.checking, "file_name", 3), (running.Progress, "say", 1)],
    ids=["drawn", "packed", "just done"],
)
def test_one_that_is_killed_is_whole_after_a_restart(
    owner: Any, name: str, time: int, app: Flask, client: Any, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    when(monkeypatch, owner, name, time, die)
    with pytest.raises(SystemExit):
        work_off(app)
    db.session.rollback()
    assert job.state is JobState.RUNNING
    assert client.get(f"/jobs/files/{service.link_of(job)}").status_code == 404
    job.beat_at = now() - timedelta(hours=1)  # nobody has heard of it since
    work_off(app)
    assert job.state is JobState.DONE and f"一共 {COUNT} 张" in job.said
    with zipfile.ZipFile(io.BytesIO(client.get(f"/jobs/files/{service.link_of(job)}").get_data())) as archive:
        assert sorted(archive.namelist()) == [f"x{number}_学员{number}.pdf" for number in range(COUNT)]
        assert all(archive.read(one).startswith(b"%PDF") for one in archive.namelist())
    assert [path.name for path in service.folder_of(job.id).iterdir()] == [service.RESULT]
