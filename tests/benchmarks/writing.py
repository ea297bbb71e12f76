"""Writes the completion report of 100,000 rows, for `tests.benchmarks.administration`, which starts this by itself.

In a process of its own, which holds nothing but the product: what it needs of memory at most is then the product's.
"""

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from werkzeug.datastructures import MultiDict

from courses.reports import completion, exporting
from courses.reports.asking import asked_of
from literacy.db import db, reading
from literacy.export import Counted
from literacy.jobs import service
from literacy.jobs.models import JobState
from literacy.jobs.running import Progress
from literacy.models import User
from literacy.service import accounts
from run import create_app
from tests.benchmarks.opening import say

ROWS = 100_000


def most() -> int:
    """The most memory that this process held so far, in MB. getrusage would tell that of who started it, too."""
    told = Path("/proc/self/status").read_text().partition("VmHWM:")[2]
    return int(told.split()[0]) // 1024


@contextmanager
def under_way(owner: User, form: str) -> Iterator[Progress]:
    """A job that is being done, whose record and file go away afterwards."""
    job = service.start(owner, exporting.JOB, "benchmark", {"form": form})
    job.state, job.runner = JobState.RUNNING, "benchmark"
    db.session.flush()
    progress = Progress(job, threading.Event())
    db.session.commit()
    try:
        yield progress
    finally:
        db.session.delete(job)
        db.session.commit()
        shutil.rmtree(service.folder_of(progress.job_id), ignore_errors=True)


def main(form: str) -> None:
    """Write the file, as the product does for an administrator of everything, and print how long it took."""
    app = create_app()
    with app.app_context():
        owner = accounts.find_by_account("guanli")
        assert owner is not None, "an installation that `python run.py demo --scale …` filled"
        with under_way(owner, form) as progress:
            write(owner, form, progress)


def write(owner: User, form: str, progress: Progress) -> None:
    """The same as `exporting.run`, of so many rows."""
    before, begun, busy = most(), time.perf_counter(), time.process_time()
    path = progress.file(f"benchmark.{form}")
    with reading():
        asked = asked_of(completion.REPORT, MultiDict(), owner)
        look = asked.report.look(asked.wanted, asked.sort, 0, 1)
        every = asked.report.rows(asked.wanted, asked.sort)
        rows = Counted(islice(every, ROWS), lambda count: progress.tell(count, ROWS))
        exporting.write(asked, look, owner, form, path, rows)
        db.session.rollback()
    taken, busy = time.perf_counter() - begun, time.process_time() - busy
    say(
        f"{form}: {rows.count} rows, {path.stat().st_size / 2**20:.1f} MB in {taken:.1f} s, "
        f"of which busy {busy:.1f} s; at most {most()} MB of memory, {before} MB before the first row",
    )


if __name__ == "__main__":
    main(sys.argv[1])
