"""The verbs of imports, for pages: begin, look, choose, confirm, give up. Flushes, never commits."""

from datetime import timedelta
from typing import IO, Any

from sqlalchemy import Select, delete, exists, func, insert, select

from literacy.db import alone, db, now
from literacy.errors import NotFound, Refused, found
from literacy.intake import files, results
from literacy.intake.judging import Known
from literacy.intake.models import ImportRow, ImportState, Outcome, PeopleImport
from literacy.intake.planning import tally
from literacy.intake.world import known_by_id, within_reach
from literacy.jobs import service as jobs
from literacy.jobs.models import Job, JobState
from literacy.models import User
from literacy.service import units
from literacy.text import clean_line

KEPT_UNCONFIRMED = timedelta(days=7)
KEPT_DONE = timedelta(days=30)
"""How long the rows of an import, which are personal data, are kept for who confirms or looks back."""
PARTS = 1000
SHOWN = ("problem", "missing", "new", "changed", "deactivated", "skipped", "unchanged")
"""What the rows can be narrowed to, in the order in which they matter."""


def begin(owner: User, source: IO[bytes], file_name: str) -> PeopleImport:
    """Take a file in, and ask for it to be read."""
    row = PeopleImport(owner_id=owner.id, file_name=clean_line(file_name)[-120:] or "人员表", file_hash="")
    db.session.add(row)
    db.session.flush()
    row.file_hash = files.keep(row.id, source)
    _read(owner, row)
    return row


def _read(owner: User, row: PeopleImport) -> None:
    job = jobs.start(owner, "people_check", f"检查：{row.file_name}", {"import_id": row.id}, key=f"check-{row.id}")
    row.state, row.said, row.job_id = ImportState.READING, "", job.id


def own(user: User) -> Select[Any]:
    """What this person handed in, the newest first."""
    return select(PeopleImport).where(PeopleImport.owner_id == user.id).order_by(PeopleImport.id.desc())


def import_for(user: User, import_id: int) -> PeopleImport:
    """A person's own import; raises NotFound, also for somebody else's: its rows are personal data."""
    row = found(db.session.get(PeopleImport, import_id))
    if row.owner_id != user.id:
        raise NotFound
    return row


def job_of(row: PeopleImport) -> Job | None:
    """The job that works at it, or did last."""
    return db.session.get(Job, row.job_id) if row.job_id else None


def is_stuck(row: PeopleImport) -> bool:
    """Whether somebody has to say how to go on: it should be worked at, and no job does."""
    job = job_of(row)
    waits = row.state in (ImportState.READING, ImportState.APPLYING)
    return waits and (job is None or job.state in (JobState.FAILED, JobState.CANCELLED, JobState.DONE))


def rows(row: PeopleImport, show: str) -> Select[Any]:
    """The rows of an import, narrowed to an outcome, or to those whose unit does not exist (missing)."""
    query = select(ImportRow).where(ImportRow.import_id == row.id).order_by(ImportRow.position)
    if show == "missing":
        return query.where(ImportRow.unit_missing, ImportRow.outcome != Outcome.PROBLEM)
    return query.where(ImportRow.outcome == Outcome(show))


def first_shown(row: PeopleImport) -> str:
    """What is looked at first: whatever keeps it from being applied, then what would change."""
    there = [name for name in SHOWN if row.count(name) and (name != "missing" or not row.create_units)]
    return there[0] if there else "unchanged"


def choose(row: PeopleImport, *, create_units: bool, complete_unit_id: int) -> None:
    """Say what becomes of units that do not exist, and whether the file names everybody of a unit (0: it does not).

    Who is missing is planned to be deactivated, name by name. Raises Refused unless it waits to be confirmed.
    """
    _waits(row)
    unit = units.unit_for(row.owner, complete_unit_id) if complete_unit_id else None
    row.create_units = create_units
    row.complete_unit = unit
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == row.id, ~ImportRow.in_file))
    if unit is not None:
        _plan_missing(row, unit.id)
    tally(row)


def _waits(row: PeopleImport) -> None:
    db.session.refresh(row, with_for_update=True)
    if row.state is not ImportState.READY:
        raise Refused(f"这份表{row.state.label}，现在不能改。")


def _plan_missing(row: PeopleImport, unit_id: int) -> None:
    """Plan to deactivate who is in the unit or below and not in the file. Who imports stays."""
    named = exists().where(ImportRow.import_id == row.id, ImportRow.account == User.account)
    missing = (
        select(User.id)
        .where(User.active, User.unit_id.in_(units.below(unit_id)), ~named, User.id != row.owner_id)
        .where(within_reach(row.owner))
        .order_by(User.id)
    )
    ids, paths = list(db.session.scalars(missing)), units.paths()
    place = db.session.scalar(select(func.max(ImportRow.position)).where(ImportRow.import_id == row.id)) or 0
    for start in range(0, len(ids), PARTS):
        people = known_by_id(ids[start : start + PARTS])
        planned = []
        for person in people.values():
            place += 1
            planned.append(_deactivation(row.id, place, person, paths.get(person.unit_id or 0, "")))
        db.session.execute(insert(ImportRow), planned)


def _deactivation(import_id: int, place: int, person: Known, path: str) -> dict[str, Any]:
    final = {name: getattr(person, name) for name in ("name", "post", "rank", "phone", "email", "unit_id")}
    return {
        "import_id": import_id,
        "position": place,
        "in_file": False,
        "outcome": Outcome.DEACTIVATED,
        "account": person.account,
        "name": person.name,
        "unit_path": path,
        "unit_missing": False,
        "user_id": person.id,
        "seen": person.stamp,
        "wanted": {**final, "roles": sorted(role.value for role in person.roles), "active": False},
        "changes": {"active": ["在用", "停用"]},
        "problems": [],
    }


def confirm(row: PeopleImport, owner: User, site: str) -> Job:
    """Have the plan written. `site` is where new people activate their accounts, for the slips.

    Raises Refused while a row has a problem, where nothing would change, and unless it waits for this.
    """
    _waits(row)
    if row.stopping:
        raise Refused(f"还有 {row.stopping} 行有问题。改好再上传；这样的表一行也不会写入。")
    if not row.to_write:
        raise Refused("这份表和平台上的一样，没有要写入的。")
    row.state, row.confirmed_at = ImportState.APPLYING, now()
    return _apply(row, owner, site)


def _apply(row: PeopleImport, owner: User, site: str) -> Job:
    given = {"import_id": row.id, "site": site}
    job = jobs.start(owner, "people_import", f"导入人员：{row.file_name}", given, key=f"import-{row.id}")
    row.job_id = job.id
    return job


def go_on(row: PeopleImport, owner: User, site: str) -> None:
    """Take up what no job works at any more; or read the file again where the plan is out of date.

    Raises Refused where nothing is to be taken up.
    """
    db.session.refresh(row, with_for_update=True)
    if row.state is ImportState.STALE or (row.state is ImportState.READING and is_stuck(row)):
        _read(owner, row)
    elif row.state is ImportState.APPLYING and is_stuck(row):
        _apply(row, owner, site)
    else:
        raise Refused("这份表不用重新做。")


def drop(row: PeopleImport) -> None:
    """Give an import up: its file and its plan are deleted. Raises Refused once it has begun to be written."""
    db.session.refresh(row, with_for_update=True)
    if row.begun_at is not None or (row.state in (ImportState.READING, ImportState.APPLYING) and not is_stuck(row)):
        raise Refused("这份表正在办，现在不能放弃。" if row.done_at is None else "这份表已经导入，不能放弃。")
    files.drop(row.id)
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == row.id))
    db.session.delete(row)
    db.session.flush()


def issue_again(row: PeopleImport, owner: User, site: str) -> Job:
    """Ask for new codes for whoever the import made and has not activated yet; the old ones open nothing any more.

    Raises Refused where nobody waits.
    """
    if row.emptied or not results.new_people_wait(row.id):
        raise Refused("这次导入的人都激活了，或者时间太久，名单已经删掉。还有没激活的，请到单位或者本人的页面发放。")
    given = {"import_id": row.id, "site": site}
    job = jobs.start(owner, "import_slips", f"激活条：{row.file_name}", given, key=f"import-{row.id}")
    row.codes_job_id = job.id
    return job


def clean_up() -> None:
    """Delete what nobody confirmed, and the rows of what was done long ago; the counts stay."""
    alone("people_imports")
    moment = now()
    old = PeopleImport.begun_at.is_(None) & (PeopleImport.created_at < moment - KEPT_UNCONFIRMED)
    for row in db.session.scalars(select(PeopleImport).where(old, PeopleImport.state != ImportState.READING)).all():
        files.drop(row.id)
        db.session.execute(delete(ImportRow).where(ImportRow.import_id == row.id))
        db.session.delete(row)
    done = PeopleImport.done_at < moment - KEPT_DONE
    for row in db.session.scalars(select(PeopleImport).where(done, ~PeopleImport.emptied)).all():
        db.session.execute(delete(ImportRow).where(ImportRow.import_id == row.id))
        row.new_units, row.emptied = [], True
    db.session.flush()
