"""Question banks in and out of files: kept for a preview, imported whole or not at all, taken out as filtered."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.orm import defer

from literacy import audit
from literacy.content import fingerprint
from literacy.db import db, now
from literacy.errors import NotFound, Refused
from literacy.models import State, User
from literacy.text import clean_line, titled
from quizzes import bodies
from quizzes.content import question_title
from quizzes.exchange import formats
from quizzes.exchange.alike import folded, rows_key
from quizzes.exchange.item import Bank, Item
from quizzes.exchange.models import QuestionImport
from quizzes.models import Kind, Question, QuestionVersion
from quizzes.service.authoring.life import new_slug
from quizzes.service.authoring.questions import question_list

KEPT = timedelta(days=30)
"""So long a preview waits for its trainer."""
ACTIONS = {"questions.imported": "导入题目"}
"""What is recorded of files, for audit.ACTIONS."""


@dataclass(frozen=True)
class Alike:
    """A question that reads like another one: of the bank (``question_id``), or further up in the same file."""

    question_id: int | None
    place: str
    same: bool
    """Whether its options are the same too."""


# In


def _stored(items: Sequence[Item]) -> list[dict[str, Any]]:
    return [
        {
            "kind": item.kind.value,
            "body": bodies.normalised(item.kind, dict(item.body)),
            "competency": item.competency,
            "difficulty": item.difficulty,
            "place": item.place,
        }
        for item in items
    ]


def _fill(row: QuestionImport, bank: Bank, data: bytes) -> None:
    """Keep what a bank holds and what is wrong with it, that which stops the import first."""
    row.items, row.total = _stored(bank.items), len(bank.items)
    row.faults = [asdict(fault) for fault in sorted(bank.faults, key=lambda fault: not fault.stops)]
    row.stopping = sum(fault.stops for fault in bank.faults)
    row.codes = dict(bank.codes) if isinstance(bank, formats.Asking) else {}
    row.content = data if row.codes else None


def keep(
    trainer: User, file_name: str, chosen: formats.Format, bank: Bank, data: bytes, *, competency: str, difficulty: int
) -> QuestionImport:
    """Keep what a file holds until its trainer has looked at it. Previews that nobody came back to are cleared."""
    db.session.execute(delete(QuestionImport).where(QuestionImport.created_at < now() - KEPT))
    row = QuestionImport(
        trainer_id=trainer.id,
        file_name=clean_line(file_name)[:200] or "未命名",
        format=chosen.id,
        competency=competency,
        difficulty=difficulty,
    )
    _fill(row, bank, data)
    db.session.add(row)
    db.session.flush()
    return row


def import_for(trainer: User, import_id: int, *, writing: bool = False) -> QuestionImport:
    """A trainer's own import; raises NotFound for anybody else's. `writing` locks it until the transaction ends."""
    row = db.session.get(QuestionImport, import_id, with_for_update=writing or None)
    if row is None or row.trainer_id != trainer.id:
        raise NotFound("没有找到这次导入。它可能已经放弃，或者超过 30 天清理了。请重新上传文件。")
    return row


def imports_of(trainer: User) -> Select[Any]:
    """A trainer's imports, the newest first, without all that their files hold."""
    return (
        select(QuestionImport)
        .options(defer(QuestionImport.items), defer(QuestionImport.faults))
        .where(QuestionImport.trainer_id == trainer.id)
        .order_by(QuestionImport.id.desc())
    )


def explain(row: QuestionImport, meanings: Mapping[str, Kind]) -> None:
    """Read a file again, now that somebody said what its codes of question types mean.

    Raises Refused where the meaning of one is missing.
    """
    chosen = formats.by_id(row.format)
    if not row.codes or row.content is None or chosen is None:
        return
    if missing := [code for code in row.codes if code not in meanings]:
        raise Refused(f"请给每个代号选一种题型，还差：{'、'.join(missing)}。")
    _fill(row, formats.read(chosen, row.content, meanings), row.content)
    db.session.flush()


def discard(row: QuestionImport) -> None:
    """Forget what a file held. What was imported of it stays."""
    db.session.delete(row)
    db.session.flush()


def _bank() -> Select[Any]:
    """All questions that are not retired, with their newest stem, the oldest first."""
    columns = select(Question.id, Question.kind, QuestionVersion.body["stem"].as_string())
    return _newest(columns).where(Question.state != State.RETIRED).order_by(Question.id)


def _newest(query: Select[Any]) -> Select[Any]:
    """A select of questions, joined with the newest version of each."""
    last = select(QuestionVersion.question_id, func.max(QuestionVersion.number).label("number"))
    newest = last.group_by(QuestionVersion.question_id).subquery()
    return query.join(QuestionVersion, QuestionVersion.question_id == Question.id).join(
        newest,
        (newest.c.question_id == QuestionVersion.question_id) & (newest.c.number == QuestionVersion.number),
    )


def alike(items: Sequence[Mapping[str, Any]]) -> dict[int, Alike]:
    """Which of these questions, by number from 0, are in the bank already, or stand further up in the file."""
    keys = [folded(item["body"]["stem"]) for item in items]
    wanted = set(keys)
    stems: dict[str, list[int]] = {}
    for question_id, _, stem in db.session.execute(_bank()):
        if (key := folded(stem or "")) in wanted:
            stems.setdefault(key, []).append(question_id)
    known = _bodies([question_id for ids in stems.values() for question_id in ids])
    found: dict[int, Alike] = {}
    above: dict[str, list[int]] = {}
    for number, (key, item) in enumerate(zip(keys, items, strict=True)):
        mark = _mark(item["kind"], item["body"])
        if same := [one for one in stems.get(key, []) if known[one] == mark]:
            found[number] = Alike(same[0], "", same=True)
        elif twins := [one for one in above.get(key, []) if _mark(items[one]["kind"], items[one]["body"]) == mark]:
            found[number] = Alike(None, items[twins[0]]["place"], same=True)
        elif key in stems:
            found[number] = Alike(stems[key][0], "", same=False)
        above.setdefault(key, []).append(number)
    return found


def _mark(kind: str, body: Mapping[str, Any]) -> tuple[str, frozenset[str]]:
    return str(kind), rows_key(body)


def _bodies(ids: Sequence[int]) -> dict[int, tuple[str, frozenset[str]]]:
    found = {}
    for start in range(0, len(ids), 500):
        query = _newest(select(Question.id, Question.kind, QuestionVersion.body))
        for question_id, kind, body in db.session.execute(query.where(Question.id.in_(ids[start : start + 500]))):
            found[question_id] = _mark(kind.value, body)
    return found


def unreasoned(items: Sequence[Mapping[str, Any]]) -> int:
    """How many of these questions cannot be published before their reasons are written."""
    return sum(bool(bodies.question_problems(item["kind"], item["body"])) for item in items)


def carry_out(trainer: User, row: QuestionImport, *, skip_same: bool = False) -> int:
    """Make drafts of all questions of a file; gives how many. A second time changes nothing.

    `skip_same` leaves out those that the bank has already, and the second of two that are the same in the file.
    Raises Refused while something stops the import.
    """
    if row.done_at is not None:
        return row.imported
    if not row.sound:
        raise Refused("文件里还有要改的地方，没有导入。请改好文件，再上传一次。")
    known = {number for number, one in alike(row.items).items() if one.same} if skip_same else set()
    items = [item for number, item in enumerate(row.items) if number not in known]
    _insert(trainer, items, row)
    row.imported, row.done_at = len(items), now()
    chosen = formats.by_id(row.format)
    skipped = f"，跳过已有的 {len(known)} 道" if known else ""
    summary = (
        f"从文件{titled(row.file_name)}导入 {len(items)} 道题目（{chosen.name if chosen else row.format}）{skipped}"
    )
    audit.record(trainer, "questions.imported", row, summary, questions=len(items))
    db.session.flush()
    return len(items)


def _insert(trainer: User, items: Sequence[Mapping[str, Any]], row: QuestionImport) -> None:
    if not items:
        return
    questions = [
        {
            "slug": new_slug("q"),
            "title": question_title(item["body"]),
            "kind": Kind(item["kind"]),
            "competency": item["competency"] or row.competency,
            "difficulty": item["difficulty"] or row.difficulty,
            "edited": True,
        }
        for item in items
    ]
    made = insert(Question).returning(Question.id, sort_by_parameter_order=True)
    ids = db.session.scalars(made, questions).all()
    versions = [
        {
            "question_id": question_id,
            "number": 1,
            "body": item["body"],
            "content_hash": fingerprint(item["body"]),
            "author_id": trainer.id,
        }
        for question_id, item in zip(ids, items, strict=True)
    ]
    db.session.execute(insert(QuestionVersion), versions)


# Out


def items_of(**narrowed: Any) -> list[Item]:
    """The questions of the bank, narrowed as their list is, in the order of the list."""
    query = _newest(question_list(**narrowed)).with_only_columns(
        Question.id, Question.kind, Question.competency, Question.difficulty, QuestionVersion.body
    )
    return [
        Item(kind, bodies.normalised(kind, body), competency, difficulty, f"第 {number} 题")
        for number, (_, kind, competency, difficulty, body) in enumerate(db.session.execute(query), start=1)
    ]


def note_download(trainer: User, chosen: formats.Format, items: Sequence[Item], narrowed: Mapping[str, str]) -> None:
    """Record that somebody took questions out of the bank."""
    said = "，".join(f"{label}：{value}" for label, value in narrowed.items())
    lost = [fault.place + fault.sentence for fault in formats.lost(chosen, items)]
    summary = f"下载题目 {len(items)} 道（{chosen.name}）" + (f"，筛选：{said}" if said else "")
    audit.record(trainer, "export.taken", None, summary + (f"。没有带上：{' '.join(lost)}" if lost else ""))
