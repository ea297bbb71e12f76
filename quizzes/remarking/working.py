"""A re-marking as long work: batch after batch, so that people who save at the same time get their turn."""

from collections.abc import Iterator
from time import sleep

from literacy.db import db, now
from literacy.jobs import service as jobs
from literacy.jobs.models import Job
from literacy.jobs.running import Progress
from literacy.models import User
from literacy.text import titled
from quizzes.remarking import service
from quizzes.remarking.models import Policy, Remarking, Stage

KIND = "remarking"
PAUSE = 0.05
"""Seconds between two batches."""


def start(user: User, one: Remarking) -> Job:
    """Let the worker go on with it. While it does already, that job is given back."""
    return jobs.start(user, KIND, f"重新评分：{titled(one.subject.title)}", {"id": one.id}, key=str(one.id))


def latest(one: Remarking) -> Job | None:
    """The job that went on with it last."""
    return jobs.latest(KIND, str(one.id))


def how_many(one: Remarking) -> int:
    """How many answers there are to look at, or to change."""
    if one.stage is Stage.LOOKING:
        return service.to_look_at(one)
    counts = service.counts_of(one)
    return counts.rising if one.policy is Policy.RISE else counts.rising + counts.falling + counts.overridden


def batches(number: int) -> Iterator[int]:
    """Go on batch by batch until nothing is left, or until a trainer has to decide.

    Gives how many answers are done after each batch; whoever takes the number commits before asking for the next.
    """
    left = True
    while left:
        one = service.remarking_for(number, writing=True)
        looking = one.stage is Stage.LOOKING
        left = service.go_on(one, now())
        yield one.looked if looking else one.applied
        db.session.expunge_all()
        sleep(PAUSE)


def outcome(number: int) -> str:
    """Where a re-marking stands, in words."""
    one = service.remarking_for(number)
    return f"试评 {one.looked} 份，改了 {one.applied} 份。{one.stage.label}。"


def work(progress: Progress) -> None:
    """The job: its progress is saved with each batch."""
    number = progress.given["id"]
    total = how_many(service.remarking_for(number))
    for done in batches(number):
        progress.step(done, max(done, total))
    progress.say(outcome(number))
