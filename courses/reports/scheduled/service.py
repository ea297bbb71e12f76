"""Making, pausing and deleting scheduled reports, and starting those that are due. Flushes, never commits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from courses.reports.asking import Query
from courses.reports.listed import REPORTS, report_for
from courses.reports.scheduled.models import ScheduledReport
from courses.reports.scheduled.rhythm import Plan
from literacy import audit
from literacy.access import Permission, allows
from literacy.dates import zone
from literacy.db import alone, db, now
from literacy.errors import NotFound, Refused, found
from literacy.jobs import service as jobs
from literacy.jobs.models import Job
from literacy.models import User
from literacy.text import clean_line

ACTIONS = {
    "report.scheduled": "设定期报表",
    "report.unscheduled": "删除定期报表",
    "report.paused": "暂停定期报表",
    "report.resumed": "恢复定期报表",
}
"""What is recorded, for audit.ACTIONS."""
JOB = "scheduled_report"
MOST = 20
NO_RIGHT = "账号停用了，或者不能再看报表。"
NO_REPORT = "这张报表没有了。"


def own(user: User) -> Sequence[ScheduledReport]:
    """A person's scheduled reports, the next one first and those that are paused last."""
    mine = select(ScheduledReport).where(ScheduledReport.owner_id == user.id)
    order = (ScheduledReport.active.desc(), ScheduledReport.next_at, ScheduledReport.id)
    return db.session.scalars(mine.order_by(*order).limit(MOST)).all()


def own_one(user: User, row_id: int) -> ScheduledReport:
    """One of a person's own; raises NotFound, also for somebody else's."""
    row = found(db.session.get(ScheduledReport, row_id))
    if row.owner_id != user.id:
        raise NotFound
    return row


def make(owner: User, report: str, query: Query, *, name: str, form: str, plan: Plan) -> ScheduledReport:
    """A new one. Raises Refused with too many of them."""
    alone("scheduled_reports")
    mine = select(func.count()).where(ScheduledReport.owner_id == owner.id)
    if (db.session.scalar(mine) or 0) >= MOST:
        raise Refused(f"一个人最多设 {MOST} 张定期报表，先删掉用不着的。")
    row = ScheduledReport(
        owner_id=owner.id,
        name=clean_line(name),
        report=report_for(report).key,
        query=query,
        form=form,
        rhythm=plan.rhythm.value,
        weekday=plan.weekday,
        day=plan.day,
        next_at=plan.next_after(now(), zone()),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(owner, "report.scheduled", row, f"{plan.in_words()}做报表“{row.name}”（{form.upper()}）")
    return row


def pause(owner: User, row: ScheduledReport) -> None:
    """Make it no more until it is resumed. Raises Refused where it is paused already."""
    if not row.active:
        raise Refused(f"“{row.name}”已经停着。")
    row.active, row.paused_for = False, ""
    db.session.flush()
    audit.record(owner, "report.paused", row, f"暂停定期报表“{row.name}”")


def resume(owner: User, row: ScheduledReport) -> None:
    """Make it again from its next time on. Raises Refused where it is not paused."""
    if row.active:
        raise Refused(f"“{row.name}”没有停。")
    row.active, row.paused_for, row.next_at = True, "", row.plan.next_after(now(), zone())
    db.session.flush()
    audit.record(owner, "report.resumed", row, f"恢复定期报表“{row.name}”")


def delete(owner: User, row: ScheduledReport) -> None:
    """Delete it. What was made stays as long as files are kept."""
    audit.record(owner, "report.unscheduled", row, f"删除定期报表“{row.name}”")
    db.session.delete(row)
    db.session.flush()


def make_now(row: ScheduledReport) -> Job:
    """Make it now, beside its times."""
    return _start(row, f"now-{now():%Y%m%d%H%M%S}")


def _start(row: ScheduledReport, when: str) -> Job:
    given: dict[str, Any] = {
        "report": row.report, "query": row.query, "form": row.form, "name": row.name, "scheduled": row.id, "when": when,
    }  # fmt: skip
    return jobs.start(row.owner, JOB, f"定期报表“{row.name}”（{row.form.upper()}）", given, key=f"{row.id}")


def start_due(moment: datetime, most: int = 100) -> int:
    """Start those that are due, each once however often it was missed; gives back how many were looked at.

    Whoever may see no reports now gets none: theirs are paused.
    """
    due = select(ScheduledReport).where(ScheduledReport.active, ScheduledReport.next_at <= moment)
    rows = db.session.scalars(
        due.order_by(ScheduledReport.next_at, ScheduledReport.id).limit(most).with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        if not (row.owner.active and allows(row.owner, Permission.REPORT)):
            row.active, row.paused_for = False, NO_RIGHT
        elif row.report not in {report.key for report in REPORTS}:
            row.active, row.paused_for = False, NO_REPORT
        else:
            _start(row, f"{row.next_at:%Y%m%d}")
            row.last_at, row.next_at = moment, row.plan.next_after(moment, zone())
        if not row.active:
            audit.record(None, "report.paused", row, f"暂停定期报表“{row.name}”：{row.paused_for}")
    db.session.flush()
    return len(rows)
