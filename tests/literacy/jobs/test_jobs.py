"""Long work: done once, resumed where it stopped, stopped when asked, its file for its owner only."""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from literacy.db import db, now, reading
from literacy.errors import Refused
from literacy.jobs import periodic, running, service, worker
from literacy.jobs.models import Job, JobState, PeriodicRun
from literacy.jobs.running import Progress
from literacy.models import Role, Unit
from literacy.registry import Periodic, registry
from tests.conftest import POSTGRES
from tests.working import work_off


@pytest.fixture
def kinds(app: Flask) -> Iterator[dict[str, Any]]:
    """The registered kinds, put back afterwards."""
    jobs, periodic_work = dict(registry().jobs), dict(registry().periodic)
    yield registry().jobs
    registry().jobs = jobs
    registry().periodic = periodic_work


@pytest.fixture
def asked(kinds, person) -> Callable[..., Job]:
    """Makes a job of an administrator that does what it is given."""

    def ask(work: Callable[[Progress], None], **given: Any) -> Job:
        kinds["test"] = work
        return service.start(person(Role.ADMINISTRATOR), "test", "试一试", given)

    return ask


def count_to(progress: Progress) -> None:
    """Ten steps, each leaving a row; breaks off at the step that `given` names, the first time only."""
    for number in range(progress.place.get("done", 0) + 1, 11):
        db.session.add(Unit(name=str(number)))
        if number == progress.given.get("break_at") and not progress.place.get("again"):
            raise RuntimeError
        progress.step(number, 10, {"done": number, "again": False})
    progress.say("数完了。")


def steps() -> list[str]:
    return list(db.session.scalars(sa.select(Unit.name).order_by(Unit.id)))


def test_a_job_is_done_and_says_what_came_of_it(app: Flask, asked) -> None:
    job = asked(count_to)
    assert work_off(app) == 1
    assert (job.state, job.done, job.total, job.said) == (JobState.DONE, 10, 10, "数完了。")
    assert work_off(app) == 0
    assert len(steps()) == 10


def test_a_kind_that_nobody_does_is_an_error(app: Flask, kinds, person) -> None:
    with pytest.raises(KeyError, match="unheard"):
        service.start(person(Role.ADMINISTRATOR), "unheard", "", {})


def test_the_same_key_is_the_same_work_until_it_is_finished(app: Flask, kinds, person) -> None:
    kinds["test"] = count_to
    owner = person(Role.ADMINISTRATOR)
    first = service.start(owner, "test", "一", {}, key="k")
    assert service.start(owner, "test", "一", {}, key="k") is first
    work_off(app)
    assert service.start(owner, "test", "一", {}, key="k").id != first.id


def test_after_a_crash_it_goes_on_where_it_was(app: Flask, asked) -> None:
    """The process died: nobody wrote down a failure, the row only falls silent."""

    def dies(progress: Progress) -> None:
        for number in range(progress.place.get("done", 0) + 1, 11):
            db.session.add(Unit(name=str(number)))
            if number == 6 and not alive:
                raise KeyboardInterrupt
            progress.step(number, 10, {"done": number})

    alive: list[bool] = []
    job = asked(dies)
    with pytest.raises(KeyboardInterrupt):
        work_off(app)
    db.session.rollback()
    db.session.expire_all()
    assert (job.state, job.place) == (JobState.RUNNING, {"done": 5})
    assert work_off(app) == 0, "its runner may still be alive"
    alive.append(True)
    with time_machine.travel(now() + timedelta(minutes=3)):
        assert work_off(app) == 1
    assert job.state is JobState.DONE
    assert steps() == [str(number) for number in range(1, 11)], "nothing twice, nothing left out"


def test_one_that_kills_its_process_is_given_up(app: Flask, asked) -> None:
    def dies(_progress: Progress) -> None:
        raise KeyboardInterrupt

    job = asked(dies)
    moment = now()
    for attempt in range(running.MOST_RUNS):
        with time_machine.travel(moment + timedelta(minutes=3 * attempt)), pytest.raises(KeyboardInterrupt):
            work_off(app)
        db.session.rollback()
    with time_machine.travel(moment + timedelta(minutes=60)):
        work_off(app)
    assert (job.state, job.said) == (JobState.FAILED, running.BROKE_OFF)


def test_who_was_taken_for_dead_writes_nothing_more(app: Flask, asked) -> None:
    def is_replaced(progress: Progress) -> None:
        db.session.execute(sa.update(Job).values(runner="another"))
        db.session.commit()
        db.session.add(Unit(name="too late"))
        progress.step(1)

    job = asked(is_replaced)
    work_off(app)
    assert job.state is JobState.RUNNING
    assert steps() == []


@pytest.mark.parametrize(
    ("problem", "said"), [(Refused("单位不见了。"), "单位不见了。"), (RuntimeError("boom"), running.BROKE_OFF)]
)
def test_a_failure_is_told_and_leaves_nothing_half_written(app: Flask, asked, problem: Exception, said: str) -> None:
    def fails(progress: Progress) -> None:
        progress.file("x.csv").write_text("half")
        db.session.add(Unit(name="half"))
        raise problem

    job = asked(fails)
    work_off(app)
    assert (job.state, job.said, job.file) == (JobState.FAILED, said, "")
    assert steps() == []


def test_the_owner_can_stop_it(app: Flask, asked) -> None:
    def is_stopped(progress: Progress) -> None:
        db.session.execute(sa.update(Job).values(stop_asked=True))
        progress.step(1, 3)
        raise AssertionError("goes on though it was stopped")

    job = asked(is_stopped)
    work_off(app)
    assert (job.state, job.done) == (JobState.CANCELLED, 1)
    with pytest.raises(Refused, match="已取消"):
        service.cancel(job)


def test_one_that_waits_is_stopped_at_once(app: Flask, asked) -> None:
    job = asked(count_to)
    service.cancel(job)
    assert work_off(app) == 0
    assert job.state is JobState.CANCELLED


def test_when_the_server_stops_it_waits_for_the_next(app: Flask, asked) -> None:
    job = asked(count_to)
    stopping = threading.Event()
    stopping.set()
    db.session.commit()
    worker.run_next(app, stopping)
    db.session.expire_all()
    assert (job.state, job.done, job.runs) == (JobState.QUEUED, 1, 0)
    work_off(app)
    assert job.state is JobState.DONE
    assert len(steps()) == 10


def test_a_reader_says_how_far_it_is_without_holding_anybody_up(app: Flask, asked) -> None:
    def reads(progress: Progress) -> None:
        with reading():
            db.session.scalar(sa.select(sa.func.count()).select_from(Job))
            progress.tell(5, 9)
            progress.file("数.csv").write_text("1,2")

    job = asked(reads)
    work_off(app)
    assert (job.state, job.done, job.file) == (JobState.DONE, 5, "数.csv")


@pytest.mark.skipif(bool(POSTGRES), reason="PostgreSQL has no lock on everything")
def test_a_reader_goes_on_while_somebody_writes_for_long(app: Flask, asked) -> None:
    """How far it is can wait, the file cannot: an import may hold the lock of SQLite for longer than one waits."""

    def reads(progress: Progress) -> None:
        with reading():
            with contextlib.closing(sqlite3.connect(str(db.engine.url.database), isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                progress.tell(5, 9)
                other.execute("ROLLBACK")
            progress.file("数.csv").write_text("1,2")

    job = asked(reads)
    work_off(app)
    assert (job.state, job.done, job.file) == (JobState.DONE, 0, "数.csv")


def test_how_far_a_reader_is_is_not_written_down_all_the_time(app: Flask, asked) -> None:
    def reads(progress: Progress) -> None:
        with reading():
            for count in range(1, 50):
                progress.tell(count)

    job = asked(reads)
    work_off(app)
    assert (job.state, job.done) == (JobState.DONE, 1)


def with_file(asked) -> Job:
    def writes(progress: Progress) -> None:
        progress.file("名单.csv").write_text("姓名")

    return asked(writes)


def test_the_file_is_for_its_owner_and_its_link_expires(app: Flask, asked, client, sign_in, person) -> None:
    job = with_file(asked)
    work_off(app)
    sign_in(job.owner)
    page = client.get(f"/jobs/{job.id}").get_data(as_text=True)
    assert "下载 名单.csv" in page
    link = f"/jobs/files/{service.link_of(job)}"
    answer = client.get(link)
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, "姓名")
    assert client.get(link + "x").status_code == 404
    sign_in(person(Role.ADMINISTRATOR, account="other"))
    assert client.get(link).status_code == 404
    assert client.get(f"/jobs/{job.id}").status_code == 404
    assert client.get(f"/jobs/{job.id}/state").status_code == 404
    assert client.send(f"/jobs/{job.id}/cancel").status_code == 404
    sign_in(job.owner)
    with time_machine.travel(now() + timedelta(minutes=61)):
        assert client.get(link).status_code == 410


def test_files_and_records_go_after_a_while(app: Flask, asked) -> None:
    job = with_file(asked)
    work_off(app)
    stray = service.folder_of(999)
    stray.mkdir(parents=True)
    worker.clean_up()
    assert service.result_path(job) and not stray.exists()
    with time_machine.travel(now() + timedelta(days=4)):
        worker.clean_up()
    assert service.result_path(job) is None
    assert not Path(service.folder_of(job.id)).exists()
    with time_machine.travel(now() + timedelta(days=91)):
        worker.clean_up()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0


def test_the_pages_tell_how_far_it_is(app: Flask, asked, client, sign_in) -> None:
    job = asked(count_to)
    sign_in(job.owner)
    assert "排队中" in client.get(f"/jobs/{job.id}").get_data(as_text=True)
    assert client.get(f"/jobs/{job.id}/state").json["open"] is True
    assert "试一试" in client.get("/jobs").get_data(as_text=True)
    work_off(app)
    page = client.get(f"/jobs/{job.id}").get_data(as_text=True)
    assert "数完了。" in page and "取消" not in page
    assert client.get(f"/jobs/{job.id}/state").json["said"] == "10 / 10"


def test_cancelling_twice_says_so(app: Flask, asked, client, sign_in) -> None:
    job = asked(count_to)
    sign_in(job.owner)
    assert client.send(f"/jobs/{job.id}/cancel").status_code == 303
    assert job.state is JobState.CANCELLED
    assert client.send(f"/jobs/{job.id}/cancel", {"form_key": "again"}).status_code == 303
    assert "不用取消了" in client.get(f"/jobs/{job.id}").get_data(as_text=True)


def test_periodic_work_is_done_once_per_period(app: Flask, kinds) -> None:
    done: list[str] = []

    def fails() -> None:
        done.append("fails")
        raise RuntimeError

    registry().periodic = {
        "hourly": Periodic(timedelta(hours=1), lambda: done.append("hourly")),
        "failing": Periodic(timedelta(hours=2), fails),
    }
    assert periodic.run_due() == 2
    assert periodic.run_due() == 0
    assert db.session.get(PeriodicRun, "failing").said == "RuntimeError"
    with time_machine.travel(now() + timedelta(minutes=61)):
        assert periodic.run_due() == 1
    assert done == ["hourly", "fails", "hourly"]
