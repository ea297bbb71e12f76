"""The process that does the jobs: one after the other, and what is due again in between."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import delete, select

from literacy.db import db, now
from literacy.jobs import periodic, running
from literacy.jobs.models import Job, JobState
from literacy.jobs.service import FOLDER, KEPT

IDLE = 0.5
"""Seconds to wait when there is nothing to do."""
PERIODIC_EVERY = 20.0
RECORDS_KEPT = timedelta(days=90)
"""How long the record of a finished job is kept."""


def run_next(app: Flask, stopping: threading.Event) -> bool:
    """Do one job. Gives back whether there was one."""
    with app.app_context():
        job = running.claim()
        if job is None:
            return False
        running.run(app, job, stopping)
        return True


def work(app: Flask, stopping: threading.Event) -> None:
    """Do jobs until it is told to stop, or until the server that started it is gone."""
    parent = os.getppid()
    looked = 0.0
    while not stopping.is_set() and os.getppid() == parent:
        if time.monotonic() - looked > PERIODIC_EVERY:
            looked = time.monotonic()
            with app.app_context():
                periodic.run_due()
        if not run_next(app, stopping):
            stopping.wait(IDLE)


def work_until_stopped(app: Flask) -> None:
    """Work in this process until it gets SIGTERM or SIGINT."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    work(app, stopping)


def clean_up() -> None:
    """Delete the files of jobs that were finished some days ago, and old records. Commits."""
    moment = now()
    folder = Path(current_app.config["DATA_FOLDER"]) / FOLDER
    old = select(Job.id).where(Job.finished_at < moment - KEPT)
    ids = set(db.session.scalars(old))
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name.isdigit() and (int(path.name) in ids or db.session.get(Job, int(path.name)) is None):
            shutil.rmtree(path, ignore_errors=True)
    ended = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
    db.session.execute(delete(Job).where(Job.state.in_(ended), Job.finished_at < moment - RECORDS_KEPT))
    db.session.commit()


class Companion:
    """The worker process beside a server: started with it, started again if it dies, stopped with it."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the worker, and watch it."""
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self._over.is_set():
            self._process = subprocess.Popen(self._command)  # noqa: S603  our own program
            while self._process.poll() is None and not self._over.wait(1):
                pass
            self._over.wait(2)

    def stop(self) -> None:
        """Ask the worker to stop after the step it is at."""
        self._over.set()
        if self._process and self._process.poll() is None:
            self._process.terminate()


def beside_server() -> Companion:
    """The worker as the server starts it: the same program, the same settings."""
    return Companion([sys.executable, str(Path(sys.argv[0]).resolve()), "work"])
