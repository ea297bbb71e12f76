"""The verbs of jobs: ask for one, look at one's own, stop it. Flushes, never commits."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import Select, select

from literacy.db import alone, db, now
from literacy.errors import NotFound, Refused, found
from literacy.jobs.models import Job, JobState
from literacy.models import User
from literacy.registry import registry

FOLDER = "jobs"
RESULT = "result"
"""The file that came of a job, in its folder."""
KEPT = timedelta(days=3)
"""How long a finished job's file can be fetched."""
LINK_LASTS = 60 * 60
"""Seconds for which a link to a file opens."""


def start(owner: User, kind: str, title: str, given: dict[str, Any], key: str = "") -> Job:
    """Ask for long work of a registered kind, with what it needs to know (JSON-safe).

    While one of the same kind with the same non-empty `key` is not finished, that one is given back.
    Raises KeyError for a kind that no package registered: nobody would ever do it.
    """
    if kind not in registry().jobs:
        raise KeyError(f"register the job {kind!r} first")
    if key:
        alone("jobs")
        same = select(Job).where(Job.kind == kind, Job.key == key, Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
        if waiting := db.session.scalar(same):
            return waiting
    job = Job(kind=kind, owner_id=owner.id, title=title[:200], given=given, key=key)
    db.session.add(job)
    db.session.flush()
    return job


def latest(kind: str, key: str) -> Job | None:
    """The newest job of this kind and key, finished or not."""
    return db.session.scalar(select(Job).where(Job.kind == kind, Job.key == key).order_by(Job.id.desc()).limit(1))


def own(user: User) -> Select[Any]:
    """What this person asked for, the newest first."""
    return select(Job).where(Job.owner_id == user.id).order_by(Job.id.desc())


def job_for(user: User, job_id: int) -> Job:
    """A person's own job; raises NotFound, also for somebody else's."""
    job = found(db.session.get(Job, job_id))
    if job.owner_id != user.id:
        raise NotFound
    return job


def cancel(job: Job) -> None:
    """Stop it: at once if nobody has begun, otherwise at its next step.

    Raises Refused where it is finished already.
    """
    db.session.refresh(job, with_for_update=True)
    if not job.is_open:
        raise Refused(f"这项工作{job.state.label}，不用取消了。")
    job.stop_asked = True
    if job.state is JobState.QUEUED or job.seems_dead(now()):
        job.state, job.finished_at = JobState.CANCELLED, now()
        tidy(job)


def tidy(job: Job) -> None:
    """Delete the files that nobody will fetch: all but the result of what is done; of what waits, its half a result.

    They may name people, so they do not stay until the record is cleaned up.
    """
    folder = folder_of(job.id)
    if job.is_open:
        (folder / RESULT).unlink(missing_ok=True)
        return
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif job.state is not JobState.DONE or path.name != RESULT:
            path.unlink(missing_ok=True)


def folder_of(job_id: int) -> Path:
    """Where a job keeps its files."""
    return Path(current_app.config["DATA_FOLDER"]) / FOLDER / str(job_id)


def result_path(job: Job) -> Path | None:
    """The file that came of it; None where there is none, or no longer."""
    path = folder_of(job.id) / RESULT
    return path if job.state is JobState.DONE and job.file and path.is_file() else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="job-file")


def link_of(job: Job) -> str:
    """What opens its file for the next hour, for its owner only."""
    return str(_signer().dumps([job.id, job.owner_id]))


def job_of_link(user: User, token: str) -> Job:
    """The job that a link opens.

    Raises NotFound for a link that is not ours or not this person's, Refused (410) for one that has expired.
    """
    try:
        job_id, owner_id = _signer().loads(token)
    except BadSignature:
        raise NotFound from None
    if owner_id != user.id:
        raise NotFound
    try:
        _signer().loads(token, max_age=LINK_LASTS)
    except BadSignature:
        raise Refused("下载链接过期了。请回到“我的任务”，重新点下载。", 410) from None
    return job_for(user, job_id)
