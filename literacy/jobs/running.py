"""How one job is done: what its function can say meanwhile, and what becomes of it at the end."""

import logging
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import or_, select, update
from sqlalchemy.exc import OperationalError

from literacy.db import db, now, reading, writing
from literacy.errors import Refused
from literacy.jobs.models import STALE, Job, JobState
from literacy.jobs.service import RESULT, folder_of, tidy
from literacy.registry import registry

BEAT = 15.0
"""Seconds between two signs of life."""
PAUSE = 0.5
"""Seconds between two notes of how far a job is that only reads."""
MOST_RUNS = 3
"""A job that killed its process so often is given up."""
BROKE_OFF = "做到一半出了差错，已经记录下来。可以再试一次；还是不行，请告诉管理员。"

log = logging.getLogger("literacy.jobs")


class Cancelled(Exception):  # noqa: N818  the owner's wish, not a failure
    """The owner asked to stop."""


class Interrupted(Exception):  # noqa: N818
    """The server stops; the job waits for the next one."""


class Lost(Exception):  # noqa: N818
    """Another process has taken the job over."""


class Progress:
    """What the function of a job knows, and how it says how far it is."""

    def __init__(self, job: Job, stopping: threading.Event) -> None:
        self.job_id = job.id
        self.owner_id = job.owner_id
        self.runner = job.runner
        self.given: dict[str, Any] = dict(job.given)
        self.place: dict[str, Any] = dict(job.place)
        """Where an earlier run got to; {} at first."""
        self.said = ""
        self.file_name = ""
        self._stopping = stopping
        self._told = float("-inf")

    def step(self, done: int, total: int | None = None, place: dict[str, Any] | None = None) -> None:
        """Commit what the session holds, together with how far the job is and where to go on after a crash.

        Raises Cancelled if the owner asked to stop, Interrupted if the server stops; what was committed stays.
        """
        if place is not None:
            self.place = place
        values: dict[str, Any] = {"done": done, "total": total, "place": self.place, "beat_at": now()}
        self._mine(db.session.execute(update(Job).where(*self._mark()).values(values)))
        db.session.commit()
        self._go_on()

    def tell(self, done: int, total: int | None = None) -> None:
        """Say how far it is while the session only reads (`with reading():`): it is left alone.

        May be called for every few rows: what is said too soon after the last time is not written down. Raises as
        `step` does.
        """
        if time.monotonic() < self._told + PAUSE:
            return
        values: dict[str, Any] = {"done": done, "total": total, "beat_at": now()}
        try:
            with writing(), db.engine.begin() as connection:
                self._mine(connection.execute(update(Job).where(*self._mark()).values(values)))
        except OperationalError:
            log.info("job %s: somebody writes for long, how far it is will be told later", self.job_id)
        self._told = time.monotonic()
        self._go_on()

    def file(self, name: str) -> Path:
        """Where to write the result, which is offered to the owner under this name. An earlier run's is deleted."""
        folder = folder_of(self.job_id)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / RESULT
        path.unlink(missing_ok=True)
        self.file_name = name
        return path

    def say(self, sentence: str) -> None:
        """What came of it, for the job's page."""
        self.said = sentence

    def _mark(self) -> tuple[Any, ...]:
        return (Job.id == self.job_id, Job.runner == self.runner, Job.state == JobState.RUNNING)

    def _mine(self, result: Any) -> None:
        if result.rowcount != 1:
            raise Lost

    def _go_on(self) -> None:
        with db.engine.connect() as connection, reading():
            asked = connection.scalar(select(Job.stop_asked).where(Job.id == self.job_id))
        if asked:
            raise Cancelled
        if self._stopping.is_set():
            raise Interrupted


def claim() -> Job | None:
    """Take the oldest job that waits, or whose runner is dead; None if there is none. Commits."""
    waits = or_(Job.state == JobState.QUEUED, (Job.state == JobState.RUNNING) & (Job.beat_at < now() - STALE))
    query = select(Job).where(waits).order_by(Job.id).limit(1)
    with reading():
        there = db.session.scalar(query.with_only_columns(Job.id))
        db.session.rollback()
    if there is None:
        return None
    job = db.session.scalar(query.with_for_update(skip_locked=True))
    if job is not None:
        job.runner = uuid.uuid4().hex
        job.state, job.beat_at, job.runs = JobState.RUNNING, now(), job.runs + 1
        job.started_at = job.started_at or now()
        if job.stop_asked:
            job.state, job.finished_at = JobState.CANCELLED, now()
            tidy(job)
    db.session.commit()
    return job


def run(app: Flask, job: Job, stopping: threading.Event) -> None:
    """Do a job that was claimed, and write down what came of it. Commits."""
    if job.state is not JobState.RUNNING:
        return
    progress, kind = Progress(job, stopping), job.kind
    if job.runs > MOST_RUNS:
        _end(progress, JobState.FAILED, BROKE_OFF)
        return
    db.session.commit()  # nothing is open when the work begins: it decides whether it reads or writes
    try:
        with _beating(app, progress):
            registry().jobs[kind](progress)
            db.session.commit()
    except Cancelled:
        _end(progress, JobState.CANCELLED, progress.said)
    except Interrupted:
        _end(progress, JobState.QUEUED, "")
    except Lost:
        db.session.rollback()
    except Refused as refused:
        _end(progress, JobState.FAILED, refused.sentence)
    except Exception:
        log.exception("job %s (%s) failed", progress.job_id, kind)
        _end(progress, JobState.FAILED, BROKE_OFF)
    else:
        _end(progress, JobState.DONE, progress.said)


def _end(progress: Progress, state: JobState, said: str) -> None:
    db.session.rollback()
    job = db.session.scalar(select(Job).where(*progress._mark()).with_for_update())
    if job is None:
        db.session.rollback()
        return
    job.state, job.said = state, said
    if state is JobState.QUEUED:
        job.runner, job.runs = "", job.runs - 1  # it was stopped in order
    else:
        job.finished_at = now()
    if state is JobState.DONE:
        job.file = progress.file_name
    tidy(job)
    db.session.commit()


@contextmanager
def _beating(app: Flask, progress: Progress) -> Iterator[None]:
    """Give signs of life while a long step is under way, so that nobody takes the job over."""
    over = threading.Event()

    def beat() -> None:
        with app.app_context():
            while not over.wait(BEAT):
                try:
                    with db.engine.begin() as connection:
                        connection.execute(update(Job).where(*progress._mark()).values(beat_at=now()))
                except OperationalError:
                    continue  # somebody writes for long: the next beat comes through

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
