"""Long work on the record: verifying it, and writing very many entries into a file."""

import logging
from datetime import date
from typing import Any

from literacy import audit, export
from literacy.audit import checking
from literacy.audit.cli import told
from literacy.dates import today, zone
from literacy.db import db, reading
from literacy.jobs.running import Progress
from literacy.models import User
from literacy.service import records

_DAYS = ("since", "until")
log = logging.getLogger("literacy.audit")


def verify_daily() -> None:
    """Verify the chain and keep the result; what is wrong goes to the server's log, too. Commits."""
    finding = checking.verify()
    checking.note_check(finding)
    for problem in finding.problems:
        log.error("%s", problem)
    db.session.commit()


def verify(progress: Progress) -> None:
    """The job: the same at somebody's wish."""
    finding = checking.verify()
    checking.note_check(finding)
    progress.step(finding.count, finding.count)
    progress.say(" ".join(told(finding)))


def portable(asked: dict[str, Any]) -> dict[str, Any]:
    """What a filter asks for, as a job can keep it."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asked.items()}


def _asked(kept: dict[str, Any]) -> dict[str, Any]:
    return {name: date.fromisoformat(value) if name in _DAYS else value for name, value in kept.items()}


def export_log(progress: Progress) -> None:
    """The job: the entries that a filter asks for, as a file."""
    form = progress.given["form"]
    owner = db.session.get_one(User, progress.owner_id)
    path = progress.file(f"操作记录_{today().isoformat()}.{form}")

    with reading():
        query = records.record_list(**_asked(progress.given["asked"]), reader=owner)
        rows = export.Counted(records.rows(query), progress.tell)
        table = export.Table("操作记录", records.HEADERS, rows, records.WIDTHS)
        with path.open("wb") as file:
            if form == "csv":
                file.writelines(export.csv_lines(table, zone()))
            else:
                export.write_xlsx(table, file, zone(), path.parent)
        db.session.rollback()
    narrowed = progress.given["told"]
    summary = f"下载操作记录 {rows.count} 行（{form.upper()}）" + (f"，筛选：{narrowed}" if narrowed else "")
    audit.record(owner, "export.taken", None, summary)
    progress.step(rows.count, rows.count)
    progress.say(f"写好了，共 {rows.count} 行。")
