"""What came of a list: a table of its rows, and who of them waits for a code."""

from collections.abc import Iterator
from typing import Any

from flask import current_app
from sqlalchemy import select

from literacy.activation import mailing, slips
from literacy.activation import service as activation
from literacy.audit import FIELDS
from literacy.dates import zone
from literacy.db import db, reading
from literacy.errors import found
from literacy.export import Table, write_xlsx
from literacy.intake.models import ImportRow, Outcome, PeopleImport
from literacy.intake.world import within_reach
from literacy.jobs.running import Progress
from literacy.models import User

AT_ONCE = 2000
HEADERS = ("行", "账号", "姓名", "单位路径", "结果", "说明")


def explained(row: ImportRow) -> str:
    """What is said of a row beside its outcome: the fields that changed, or what is wrong."""
    if row.problems:
        return "；".join(
            "".join((f"{one['field']}：" if one["field"] else "", f"“{one['value']}”" if one["value"] else "",
                     one["sentence"])) for one in row.problems
        )  # fmt: skip
    if row.outcome is Outcome.NEW or not row.changes:
        return "" if row.in_file else "表里没有这个人"
    return "、".join(FIELDS.get(name, name) for name in row.changes)


def write(progress: Progress, import_id: int) -> None:
    """Write the outcome of every row as the job's file."""
    row = found(db.session.get(PeopleImport, import_id))
    stem, total = row.file_name.rsplit(".", 1)[0], sum(row.counts.values()) - row.count("missing")
    path = progress.file(f"导入结果_{stem}.xlsx")
    db.session.commit()
    with reading(), path.open("wb") as file:
        table = Table("导入结果", HEADERS, _rows(progress, import_id, total), (8, 20, 14, 36, 10, 60))
        write_xlsx(table, file, zone(), current_app.config["DATA_FOLDER"])
        db.session.rollback()


def _rows(_progress: Progress, import_id: int, _total: int) -> Iterator[tuple[Any, ...]]:
    last = 0
    while True:
        mine = select(ImportRow).where(ImportRow.import_id == import_id, ImportRow.position > last)
        part = db.session.scalars(mine.order_by(ImportRow.position).limit(AT_ONCE)).all()
        if not part:
            return
        for row in part:
            yield (
                row.position if row.in_file else None,
                row.account,
                row.name,
                row.unit_path,
                row.outcome.label,
                explained(row),
            )
        last = part[-1].position
        db.session.expunge_all()


def of_import(import_id: int) -> Any:
    """The condition that an import made somebody."""
    made = select(ImportRow.account).where(ImportRow.import_id == import_id, ImportRow.outcome == Outcome.NEW)
    return User.account.in_(made)


def new_people_wait(import_id: int) -> bool:
    """Whether anybody whom an import made has no password yet."""
    return activation.waiting_count(of_import(import_id)) > 0


def write_slips(progress: Progress) -> None:
    """The job `import_slips`: new codes for everybody whom an import made and who has not activated their account."""
    row = found(db.session.get(PeopleImport, int(progress.given["import_id"])))
    slips.write(progress, f"激活条_{row.file_name.rsplit('.', 1)[0]}", of_import(row.id), within_reach(row.owner))


def mail_links(progress: Progress) -> None:
    """The job `import_mails`: a link by mail for everybody of them who has an address."""
    row = found(db.session.get(PeopleImport, int(progress.given["import_id"])))
    mailing.send(progress, of_import(row.id), within_reach(row.owner))
