"""The job `people_import`: writes a plan to its end. What that means is said in `literacy.intake`."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from literacy import audit
from literacy.access import Permission, allows
from literacy.contact import veiled
from literacy.db import alone, db, look_again, now, reading
from literacy.errors import Refused, found
from literacy.intake import files, results
from literacy.intake.judging import Known, Units, key_of
from literacy.intake.models import WRITTEN, ImportRow, ImportState, Outcome, PeopleImport
from literacy.intake.planning import numbers, tally
from literacy.intake.wanted import Problem, unit_parts
from literacy.intake.world import known_by_account, known_by_id, reach_of, units_now
from literacy.jobs import service as jobs
from literacy.jobs.running import Cancelled, Progress
from literacy.models import Role, RoleGrant, Unit, User
from literacy.pinyin import stored_key
from literacy.service import accounts, scope
from literacy.service import units as unit_service

AT_ONCE = 500
CHECKED_AT_ONCE = 2000
TOLD = 5
LOOKS = (2_000, 20_000)
"""After so many people the database looks how large its tables are now."""
ACTIONS = {"people.imported": "批量导入人员"}
"""What is recorded, for audit.ACTIONS."""
FIELDS = {
    "active": "状态",
    "file": "文件",
    "sha256": "文件指纹（SHA-256）",
    **{f"rows_{outcome.value}": f"{outcome.label}（行）" for outcome in Outcome},
}
"""What is recorded beside, for audit.FIELDS."""
MEANWHILE = "导入的这几分钟里，这个账号被别人改了，这一行没有动。"
STALE = "检查以后又有变化，什么也没有写入：{what}。请重新检查一遍再确认。"


def apply(progress: Progress) -> None:
    """Write the plan of an import, from where an earlier run got to. Raises Refused where the world has changed."""
    row = found(db.session.get(PeopleImport, int(progress.given["import_id"])))
    if row.state is not ImportState.APPLYING:
        return
    if row.begun_at is None:
        _begin(progress, row.id)
        row = found(db.session.get(PeopleImport, int(progress.given["import_id"])))
    row_id, actor_id, total, done = row.id, row.owner_id, row.to_write, _done_already(row)
    paths = _unit_ids(units_now())
    while True:
        alone("people")
        alone("accounts")
        part = _next_part(row_id)
        if not part:
            break
        _write(found(db.session.get(User, actor_id)), part, paths)
        if any(done < look <= done + len(part) for look in LOOKS):
            look_again()
        done += len(part)
        mine = update(PeopleImport).where(PeopleImport.id == row_id).values(applied_to=part[-1].position)
        db.session.execute(mine)
        _step(progress, done, total)
        db.session.expunge_all()
    _finish(progress, row_id)


def _step(progress: Progress, done: int, total: int) -> None:
    """Commit. Whoever cancels now comes too late: a list that was begun ends complete."""
    try:
        progress.step(done, total)
    except Cancelled:
        return


def _done_already(row: PeopleImport) -> int:
    planned = select(ImportRow.position).where(
        ImportRow.import_id == row.id,
        ImportRow.outcome.in_((*WRITTEN, Outcome.SKIPPED)),
        ImportRow.position <= row.applied_to,
    )
    return len(db.session.scalars(planned).all()) if row.applied_to else 0


# --- before anything is written


def _begin(progress: Progress, import_id: int) -> None:
    """Look whether the plan still fits the world; then make the units that are missing, and begin."""
    with reading():
        db.session.commit()
        changed = _changed_since(progress, import_id)
        db.session.rollback()
    alone("people")
    row = found(db.session.get(PeopleImport, import_id, populate_existing=True))
    if changed:
        row.state = ImportState.STALE
        row.said = STALE.format(what="、".join(changed[:TOLD]) + ("等" if len(changed) > TOLD else ""))
        db.session.commit()
        raise Refused(row.said)
    _make_units(row)
    row.begun_at = now()
    _step(progress, 0, row.to_write)


def _changed_since(progress: Progress, import_id: int) -> list[str]:
    """What is no longer as it was when the plan was made, in words; at most a few of them."""
    units, changed, last = units_now(), list[str](), 0
    owner = found(db.session.get(User, progress.owner_id))
    reach = reach_of(owner) if allows(owner, Permission.PEOPLE) and owner.active else frozenset[int]()
    while len(changed) <= TOLD:
        part = _planned(import_id, last, CHECKED_AT_ONCE)
        if not part:
            break
        last = part[-1].position
        changed += [f"账号 {account}" for account in _other_people(part, reach)]
        changed += sorted({f"单位“{path}”" for path in _lost_units(part, units)})
        db.session.expunge_all()
        progress.tell(0)
    return changed


def _planned(import_id: int, after: int, most: int) -> Sequence[ImportRow]:
    query = select(ImportRow).where(
        ImportRow.import_id == import_id, ImportRow.outcome.in_(WRITTEN), ImportRow.position > after
    )
    return db.session.scalars(query.order_by(ImportRow.position).limit(most)).all()


def _other_people(part: Sequence[ImportRow], reach: Collection[int] | None) -> list[str]:
    """The accounts of rows that were planned for another state of their person, or of who imports."""
    by_id = known_by_id({one.user_id for one in part if one.user_id})
    taken = known_by_account({one.account for one in part if not one.user_id})
    return [one.account for one in part if not (_as_planned(one, by_id, taken) and _reached(one, by_id, reach))]


def _reached(row: ImportRow, by_id: dict[int, Known], reach: Collection[int] | None) -> bool:
    """Whether who imports still looks after the person, and after where they are to be."""
    if reach is None:
        return True
    person = by_id.get(row.user_id or 0)
    places = {row.wanted.get("unit_id"), person.unit_id if person else row.wanted.get("unit_id")}
    return row.unit_missing or all(place in reach for place in places)


def _as_planned(row: ImportRow, by_id: dict[int, Known], taken: dict[str, Known]) -> bool:
    if row.user_id is None:
        return row.account not in taken
    person = by_id.get(row.user_id)
    return person is not None and person.stamp == row.seen


def _lost_units(part: Sequence[ImportRow], units: Units) -> Iterator[str]:
    """The units of rows that somebody took out of use, or of which another came to be called the same."""
    for row in part:
        unit_id = row.wanted.get("unit_id")
        moves = row.outcome is Outcome.NEW or "unit" in row.changes or "active" in row.changes
        stays_in_use = row.wanted.get("active", True)
        lost = unit_id is not None and moves and stays_in_use and not units.active.get(unit_id)
        if lost or (row.unit_missing and any(not units.active[one] for one in units.named(row.unit_path))):
            yield row.unit_path


def _make_units(row: PeopleImport) -> None:
    """Make the units that do not exist yet, with those above them, level by level."""
    if not row.create_units:
        return
    alone("units")
    ids = _unit_ids(units_now())
    ways = [unit_parts(path) for path, _, _ in row.new_units]
    for depth in range(1, max(map(len, ways), default=0) + 1):
        missing: dict[str, list[str]] = {}
        for way in ways:
            if len(way) >= depth and (key := key_of("/".join(way[:depth]))) not in ids:
                missing.setdefault(key, way[:depth])
        values = [
            {"name": way[-1], "parent_id": ids[key_of("/".join(way[:-1]))] if depth > 1 else None, "active": True}
            for way in missing.values()
        ]
        if values:
            made = db.session.scalars(insert(Unit).returning(Unit.id, sort_by_parameter_order=True), values).all()
            ids |= dict(zip(missing, made, strict=True))
            told = [(ids[key], unit_service.SEPARATOR.join(way)) for key, way in missing.items()]
            entries: list[tuple[str, int, str, dict[str, Any]]] = [
                ("unit.created", unit_id, f"新建单位{path}（批量导入 {row.id}）", {}) for unit_id, path in told
            ]
            audit.record_many(row.owner, "units", entries)


def _unit_ids(units: Units) -> dict[str, int]:
    return {key_of(path): unit_id for unit_id, path in units.paths.items()}


# --- writing a part


def _next_part(import_id: int) -> Sequence[ImportRow]:
    after = db.session.scalar(select(PeopleImport.applied_to).where(PeopleImport.id == import_id)) or 0
    return _planned(import_id, after, AT_ONCE)


def _write(actor: User, part: Sequence[ImportRow], unit_ids: dict[str, int]) -> None:
    """Write some rows of the plan, in the transaction that is open."""
    by_id = known_by_id({one.user_id for one in part if one.user_id})
    taken = known_by_account({one.account for one in part if not one.user_id})
    fitting = []
    for row in part:
        if _as_planned(row, by_id, taken):
            fitting.append(row)
        else:
            row.outcome = Outcome.SKIPPED
            row.problems = [Problem("account", row.account, MEANWHILE).as_json()]
    moment = now()
    new = [row for row in fitting if row.user_id is None]
    old = [row for row in fitting if row.user_id is not None]
    made = _insert_people(new, unit_ids, moment)
    _update_people(old, unit_ids)
    top = scope.top(actor)
    _set_roles(top, [(made[row.account], row, frozenset[Role]()) for row in new])
    _set_roles(top, [(one.id, row, one.roles) for row in old for one in [by_id[row.user_id or 0]]])
    entries = [_entry(row, made[row.account]) for row in new] + [_entry(row, row.user_id or 0) for row in old]
    audit.record_many(actor, "users", entries, moment)
    db.session.flush()
    touched = [made[row.account] for row in new]
    touched += [row.user_id for row in old if row.user_id and {"unit", "roles", "active"} & row.changes.keys()]
    if touched:
        accounts.people_saved.send(None, ids=touched)


def _unit_id(row: ImportRow, unit_ids: dict[str, int]) -> int | None:
    if path := row.wanted.get("unit_path"):
        return unit_ids[key_of(path)]
    unit_id: int | None = row.wanted.get("unit_id")
    return unit_id


def _values(row: ImportRow, unit_ids: dict[str, int]) -> dict[str, Any]:
    said = row.wanted
    return {
        **{name: said[name] for name in ("name", "post", "rank", "phone", "email", "active")},
        "name_key": stored_key(said["name"]),
        "unit_id": _unit_id(row, unit_ids),
    }


def _insert_people(rows: Sequence[ImportRow], unit_ids: dict[str, int], moment: datetime) -> dict[str, int]:
    """Make these people, without a password: nobody can sign in before they activate. Gives ids by account."""
    if not rows:
        return {}
    values = [
        {
            "account": row.account,
            **_values(row, unit_ids),
            "password_hash": "",
            "must_change_password": False,
            "created_at": moment,
            "failed_sign_ins": 0,
            "session_version": 1,
        }
        for row in rows
    ]
    made = db.session.execute(insert(User).returning(User.account, User.id), values)
    return {row.account: row.id for row in made}


def _update_people(rows: Sequence[ImportRow], unit_ids: dict[str, int]) -> None:
    if not rows:
        return
    values = [{"id": row.user_id, **_values(row, unit_ids)} for row in rows]
    db.session.execute(update(User), values)
    gone = [row.user_id for row in rows if row.outcome is Outcome.DEACTIVATED]
    if gone:
        ended = update(User).where(User.id.in_(gone)).values(session_version=User.session_version + 1)
        db.session.execute(ended.execution_options(synchronize_session=False))


def _set_roles(top: int | None, people: Iterable[tuple[int, ImportRow, frozenset[Role]]]) -> None:
    """Give and take roles, each as (person, row, roles held). A role that stays is not touched.

    A new one reaches as far as whoever imports does: `top` and below, everything for None.
    """
    given: list[dict[str, Any]] = []
    taken: dict[Role, list[int]] = {}
    for user_id, row, held in people:
        wanted = frozenset(Role(role) for role in row.wanted["roles"])
        given += [
            {"user_id": user_id, "role": role.value, "unit_id": top if role in scope.BINDABLE else None}
            for role in sorted(wanted - held)
        ]
        for role in held - wanted:
            taken.setdefault(role, []).append(user_id)
    for role, ids in taken.items():
        gone = delete(RoleGrant).where(RoleGrant.role == role.value, RoleGrant.user_id.in_(ids))
        db.session.execute(gone.execution_options(synchronize_session=False))
    if given:
        db.session.execute(insert(RoleGrant), given)


def _entry(row: ImportRow, user_id: int) -> tuple[str, int, str, dict[str, Any]]:
    """What is recorded of a person; of phone and mail only so much that a change shows."""
    who, mark = f"{row.name}（{row.account}）", f"（批量导入 {row.import_id}）"
    changes = {
        name: [veiled(value) if name in ("phone", "email") else value for value in pair]
        for name, pair in row.changes.items()
    }
    if row.outcome is Outcome.NEW:
        return "user.created", user_id, f"新建账号{who}{mark}", {name: pair[1] for name, pair in changes.items()}
    if row.outcome is Outcome.DEACTIVATED:
        return "user.deactivated", user_id, f"停用{who}的账号{mark}", changes
    return "user.changed", user_id, f"修改{who}的资料{mark}", changes


# --- at the end


def _finish(progress: Progress, import_id: int) -> None:
    """Count what was done, write the result, record the import, and ask for the slips of who is new."""
    row = found(db.session.get(PeopleImport, import_id))
    if row.done_at is None:
        tally(row)
        row.done_at = now()
        audit.record(
            row.owner,
            "people.imported",
            row,
            f"批量导入人员“{row.file_name}”：{numbers(row)}",
            file=row.file_name,
            sha256=row.file_hash,
            **{f"rows_{name}": count for name, count in row.counts.items() if name != "missing"},
        )
        if results.new_people_wait(import_id):
            given = {"import_id": import_id, "site": progress.given.get("site", "")}
            job = jobs.start(row.owner, "import_slips", f"激活条：{row.file_name}", given, key=f"import-{import_id}")
            row.codes_job_id = job.id
        _step(progress, row.to_write, row.to_write)
    results.write(progress, import_id)
    row = found(db.session.get(PeopleImport, import_id))
    row.state = ImportState.DONE
    files.drop(import_id)
    progress.say(f"导入完了：{numbers(row)}。")
