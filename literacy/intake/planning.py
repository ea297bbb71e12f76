"""The job `people_check`: reads a list and writes the plan. Done again from the start if it broke off."""

import difflib
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select

from literacy.db import db, reading, writing
from literacy.errors import found
from literacy.intake import files
from literacy.intake.judging import Verdict, World, judged
from literacy.intake.models import ImportRow, ImportState, Outcome, PeopleImport
from literacy.intake.reading import Line, Notes, lines
from literacy.intake.wanted import Problem, Wanted, wanted_of
from literacy.intake.world import known_by_account, world_of
from literacy.jobs.running import Progress
from literacy.service import units
from literacy.sheets.decoding import Unreadable

AT_ONCE = 1000
MAX_NEW_UNITS = 5000
MERGED_TOLD = 200
NEAR_SEARCHED = 100


def check(progress: Progress) -> None:
    """Read the file of an import and say of every row what would become of it."""
    row = found(db.session.get(PeopleImport, int(progress.given["import_id"])))
    if row.state is not ImportState.READING:
        return
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == row.id))
    progress.step(0)
    notes = Notes()
    try:
        missing = _plan(progress, row.id, notes)
    except Unreadable as refused:
        db.session.rollback()
        _unreadable(progress, refused.sentence)
        return
    row = found(db.session.get(PeopleImport, int(progress.given["import_id"])))
    _blame_merged(row.id, notes)
    row.columns, row.unread = notes.fields, notes.unread[:50]
    row.new_units = [[path, count, near] for (path, count), near in zip(missing, _near(missing), strict=True)]
    tally(row)
    if not sum(row.counts.values()):
        _unreadable(progress, "表头下面没有一行人员。")
        return
    row.state = ImportState.READY
    progress.say(told(row))


def _unreadable(progress: Progress, sentence: str) -> None:
    row = found(db.session.get(PeopleImport, int(progress.given["import_id"])))
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == row.id))
    row.state, row.said = ImportState.UNREADABLE, sentence
    files.drop(row.id)
    progress.say(sentence)


def _plan(progress: Progress, import_id: int, notes: Notes) -> list[tuple[str, int]]:
    """Write the plan in parts. Gives the units that do not exist, each with its number of rows, as they came."""
    row = found(db.session.get(PeopleImport, import_id))
    world, first_at = world_of(row.owner), dict[str, int]()
    missing: Counter[str] = Counter()
    done = 0
    for part in _parts(lines(files.path_of(import_id), notes)):
        with reading():
            judgements = list(_judged(part, world, first_at))
            db.session.rollback()
        missing.update(verdict.unit_path for _, _, verdict in judgements if verdict.unit_missing)
        if len(missing) > MAX_NEW_UNITS:
            raise Unreadable(f"有 {MAX_NEW_UNITS} 个以上的单位不存在，多半是单位一栏写法不对。请对照单位页改一改。")
        with writing():
            db.session.execute(insert(ImportRow), [_stored(import_id, *one) for one in judgements])
            done += len(part)
            progress.step(done)
    return list(missing.items())


def _parts(source: Iterator[Line]) -> Iterator[list[Line]]:
    while part := list(itertools.islice(source, AT_ONCE)):
        yield part


def _judged(
    part: Sequence[Line], world: World, first_at: dict[str, int]
) -> Iterator[tuple[Wanted, tuple[int | None, str], Verdict]]:
    """Each line with what becomes of it. `first_at` remembers in which row an account came first."""
    asked = [wanted_of(line) for line in part]
    known = known_by_account({one.account for one in asked if one.account})
    for wanted in asked:
        person = known.get(wanted.account)
        verdict = judged(wanted, person, world)
        earlier = first_at.setdefault(wanted.account, wanted.number)
        if wanted.account and earlier != wanted.number:
            sentence = f"第 {earlier} 行已经有这个账号。"
            verdict.problems.append(Problem("account", wanted.account, sentence))
            verdict.outcome = Outcome.PROBLEM
        yield wanted, (person.id, person.stamp) if person else (None, ""), verdict


def _stored(import_id: int, wanted: Wanted, person: tuple[int | None, str], verdict: Verdict) -> dict[str, Any]:
    fits = not verdict.problems
    return {
        "import_id": import_id,
        "position": wanted.number,
        "in_file": True,
        "outcome": verdict.outcome,
        "account": wanted.account,
        "name": (verdict.final.get("name") or wanted.values.get("name", ""))[:200],
        "unit_path": verdict.unit_path,
        "unit_missing": verdict.unit_missing,
        "user_id": person[0],
        "seen": person[1],
        "wanted": verdict.final if fits and verdict.outcome is not Outcome.UNCHANGED else {},
        "changes": verdict.changes if fits else {},
        "problems": [problem.as_json() for problem in verdict.problems],
    }


def _blame_merged(import_id: int, notes: Notes) -> None:
    for position, sentence in itertools.islice(sorted(notes.merged.items()), MERGED_TOLD):
        problem = Problem("", "", sentence).as_json()
        row = db.session.get(ImportRow, (import_id, position))
        if row is None:
            row = ImportRow(import_id=import_id, position=position, account="", name="", problems=[])
            db.session.add(row)
        row.problems, row.outcome = [*row.problems, problem], Outcome.PROBLEM
    db.session.flush()


def _near(missing: Sequence[tuple[str, int]]) -> list[str]:
    """For each of the units that do not exist, one that does and is called almost so; empty where there is none."""
    there = list(units.paths().values())[:5000]
    return [
        next(iter(difflib.get_close_matches(path, there, 1, 0.75)), "") if place < NEAR_SEARCHED else ""
        for place, (path, _) in enumerate(missing)
    ]


def tally(row: PeopleImport) -> None:
    """Count the rows by outcome; rows without any other problem whose unit does not exist are counted beside."""
    db.session.flush()
    mine = select(ImportRow.outcome, func.count()).where(ImportRow.import_id == row.id)
    counts = {outcome.value: count for outcome, count in db.session.execute(mine.group_by(ImportRow.outcome))}
    counts["missing"] = (
        db.session.scalar(
            select(func.count())
            .select_from(ImportRow)
            .where(ImportRow.import_id == row.id, ImportRow.unit_missing, ImportRow.outcome != Outcome.PROBLEM)
        )
        or 0
    )
    row.counts = counts


def told(row: PeopleImport) -> str:
    """What the list would do, in a sentence."""
    if row.stopping:
        return f"查完了：有 {row.stopping} 行要先改。改好以前什么也不会写入。"
    return f"查完了：{numbers(row)}。确认以后才写入。"


def numbers(row: PeopleImport) -> str:
    """The outcomes in numbers."""
    words = [f"{outcome.label} {row.count(outcome)} 人" for outcome in Outcome if row.count(outcome)]
    return "，".join(words) or "没有人"
