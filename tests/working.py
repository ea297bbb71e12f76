"""Does the jobs that wait, in the test's own process."""

import contextvars
import threading

from flask import Flask

from literacy.db import db
from literacy.jobs import worker


def work_off(app: Flask, stopping: threading.Event | None = None) -> int:
    """Do all jobs that wait; gives back how many there were. What the test arranged is committed first."""
    db.session.commit()
    count = 0
    # In a context of its own, as in the worker process: nothing of the test's session leaks into the job.
    while contextvars.Context().run(worker.run_next, app, stopping or threading.Event()):
        count += 1
    db.session.expire_all()
    return count
