"""Work that comes again: reminders, retention, mails. Done at most once per period, whichever process is first."""

import logging
from datetime import datetime

from sqlalchemy import select, update

from literacy.db import alone, db, now, reading
from literacy.jobs.models import PeriodicRun
from literacy.registry import Periodic, registry

__all__ = ["Periodic", "due", "run_due"]

log = logging.getLogger("literacy.jobs")


def due(moment: datetime) -> list[str]:
    """The names of what is to be done again."""
    ran: dict[str, datetime] = {}
    with reading():
        for name, at in db.session.execute(select(PeriodicRun.name, PeriodicRun.ran_at)):
            ran[name] = at
        db.session.rollback()
    return [name for name, one in registry().periodic.items() if name not in ran or ran[name] <= moment - one.every]


def run_due() -> int:
    """Do what is due, each in its own transactions. Gives back how much was done. Commits."""
    count = 0
    for name in due(now()):
        if not _claim(name):
            continue
        count += 1
        said = ""
        try:
            registry().periodic[name].run()
            db.session.commit()
        except Exception as problem:  # one that fails must not hold up the others
            db.session.rollback()
            log.exception("periodic work %s failed", name)
            said = type(problem).__name__
        db.session.execute(update(PeriodicRun).where(PeriodicRun.name == name).values(said=said))
        db.session.commit()
    return count


def _claim(name: str) -> bool:
    """Note that it is begun now, unless another process was quicker. Commits."""
    moment = now()
    alone("periodic")
    row = db.session.get(PeriodicRun, name, populate_existing=True)
    mine = row is None or row.ran_at <= moment - registry().periodic[name].every
    if row is None:
        db.session.add(PeriodicRun(name=name, ran_at=moment))
    elif mine:
        row.ran_at = moment
    db.session.commit()
    return mine
