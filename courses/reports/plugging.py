"""How reports plug into courses: their jobs, what is renewed from time to time, what is recorded."""

from datetime import timedelta

from sqlalchemy import exists, select

from courses.reports import exporting, headers, sums, views  # noqa: F401  the views hang themselves on the blueprint
from courses.reports.scheduled import running, service
from courses.reports.scheduled import views as scheduled_views  # noqa: F401
from literacy import audit
from literacy.db import db
from literacy.models import AuditEntry
from literacy.registry import Periodic, Registry, Subject
from literacy.starting import FirstStep

EVERY = timedelta(days=1)
"""How often sums are renewed by themselves."""


def _renew() -> None:
    """Renew the sums of a large installation; a small one counts anew for each page."""
    if not sums.is_small():
        sums.renew()


def _any_taken() -> bool:
    return bool(db.session.scalar(select(exists().where(AuditEntry.action == "export.taken"))))


FIRST_STEP = FirstStep(
    "看报表，下载一张",
    "有人开始学习以后，在报表里看谁学到哪里；下载表格，或者可以打印的 PDF。",
    "courses.reports",
    60,
    _any_taken,
    needed=False,
)


def plug_in(offered: Registry) -> None:
    """Hand in what reports have to offer."""
    offered.first_steps.append(FIRST_STEP)
    offered.jobs[exporting.JOB] = exporting.run
    offered.jobs["report_sums"] = exporting.renew
    offered.periodic["report_sums"] = Periodic(every=EVERY, run=_renew)
    audit.ACTIONS.update(headers.ACTIONS)
    offered.jobs[service.JOB] = running.run
    offered.periodic["scheduled_reports"] = Periodic(every=timedelta(minutes=10), run=running.run_due)
    offered.subjects["scheduled_reports"] = Subject("定期报表")
    audit.ACTIONS.update(service.ACTIONS)
