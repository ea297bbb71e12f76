"""The verbs of the rubric studio: open a draft, change it, take changes back, publish, go back.

There is one open draft at a time, shared by all trainers: two that grew side by side could not both be published
without one losing the other's changes.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, select

from literacy import audit
from literacy.db import alone, db, now
from literacy.errors import NotFound, Refused, found
from literacy.models import State, User
from quizzes.rubric import changes as laying
from quizzes.rubric import load_rubric
from quizzes.rubric.changes import Changes, Conflict, Laid
from quizzes.rubric.rules import load_rule_data
from quizzes.standard import report as testing
from quizzes.standard.models import RubricVersion

ACTIONS = {
    "rubric.begun": "新开评分准则草稿",
    "rubric.changed": "修改评分准则草稿",
    "rubric.discarded": "放弃评分准则草稿",
    "rubric.published": "发布评分准则",
}
FIELDS = {"changes": "改动处数", "excuse": "为什么照样发布", "broken": "结论变坏的答复", "place": "位置"}


def current() -> RubricVersion | None:
    """The version in force; None while the shipped files are."""
    return db.session.scalars(
        select(RubricVersion)
        .where(RubricVersion.state == State.PUBLISHED)
        .order_by(RubricVersion.number.desc())
        .limit(1)
    ).first()


def open_draft() -> RubricVersion | None:
    """The draft that trainers work on, if there is one."""
    return db.session.scalars(select(RubricVersion).where(RubricVersion.state == State.DRAFT).limit(1)).first()


def draft_for_writing() -> RubricVersion:
    """The open draft, locked until the transaction ends; raises NotFound where there is none."""
    alone("rubric")
    row = db.session.scalars(
        select(RubricVersion)
        .where(RubricVersion.state == State.DRAFT)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound("现在没有开着的草稿。它可能已经发布，或者被放弃了。")
    return row


def version_for(version_id: int) -> RubricVersion:
    """A version, whatever its state; raises NotFound."""
    return found(db.session.get(RubricVersion, version_id))


def version_by_number(number: int) -> RubricVersion:
    """A version, whatever its state; raises NotFound."""
    return found(db.session.scalars(select(RubricVersion).where(RubricVersion.number == number)).first())


def version_list() -> Select[Any]:
    """All versions, the newest first."""
    return select(RubricVersion).order_by(RubricVersion.number.desc())


def laid(version: RubricVersion | None) -> Laid:
    """The rule files with a version's changes over them, or as they are."""
    return laying.lay(version.changes if version else {}, load_rule_data())


def hash_now(version: RubricVersion) -> str:
    """The content hash of a version over the files as they are now; a product release may change it."""
    return laying.digest_of(version.changes, load_rule_data())


def conflicts(version: RubricVersion | None) -> tuple[Conflict, ...]:
    """Where the files moved on beneath a version's changes."""
    return laid(version).conflicts if version else ()


def begin(author: User, start: RubricVersion | None, changes: Changes | None = None, label: str = "") -> RubricVersion:
    """Open a draft that begins with the changes of a version (None: with none), or with changes out of a file.

    Raises Refused if one is open already.
    """
    alone("rubric")
    if earlier := open_draft():
        raise Refused(f"已经有一份草稿：{earlier.label}。请先发布它，或者放弃它。")
    number = (db.session.scalar(select(func.max(RubricVersion.number))) or 0) + 1
    given = dict(start.changes if start and changes is None else changes or {})
    row = RubricVersion(number=number, label=label or f"第 {number} 版", changes=given, author_id=author.id)
    _stamp(row)
    db.session.add(row)
    audit.record(author, "rubric.begun", row, row.label, changes=len(given))
    return row


def _stamp(row: RubricVersion) -> None:
    row.base_version, row.base_hash = load_rubric().version, load_rule_data().digest
    row.content_hash = hash_now(row)


def put(author: User, draft: RubricVersion, opened_on: int, values: Mapping[str, Any]) -> None:
    """Set what stands at some places of the draft; what is as the files say is no change.

    Raises Refused if the draft was changed since it was opened, or where figures do not fit together.
    """
    data = load_rule_data()
    changes = dict(draft.changes)
    for at, value in values.items():
        was = laying.value_at(at, data)
        if was == value:
            changes.pop(at, None)
        else:
            changes[at] = {"was": was, "now": value}
    if changes == draft.changes:
        return
    if wrong := laying.faults(changes, data):
        at, sentence = wrong[0]
        raise Refused(f"{sentence}。", field=field_of(at))
    _replace(author, draft, opened_on, changes)


def take_back(author: User, draft: RubricVersion, opened_on: int, at: str) -> None:
    """Undo one change of the draft; a change that is gone already needs no undoing."""
    if at in draft.changes:
        _replace(author, draft, opened_on, {key: change for key, change in draft.changes.items() if key != at})


def _replace(author: User, draft: RubricVersion, opened_on: int, changes: dict[str, Any]) -> None:
    draft.change(opened_on)
    places = sorted({at for at in {*changes, *draft.changes} if changes.get(at) != draft.changes.get(at)})
    draft.changes = changes
    _stamp(draft)
    audit.record(author, "rubric.changed", draft, draft.label, place=places[:20], changes=len(changes))


def describe(draft: RubricVersion, opened_on: int, label: str, note: str) -> None:
    """Name a draft and say why it is made."""
    if (draft.label, draft.note) != (label, note):
        draft.change(opened_on)
        draft.label, draft.note = label, note


def field_of(at: str) -> str:
    """The field of a form that a place belongs to."""
    return at.removeprefix("figures.").replace(".", "_") if at.startswith("figures.") else at.rpartition(".")[2]


def discard(author: User, draft: RubricVersion) -> None:
    """Close a draft without publishing; its changes stay to be looked at, or begun from again."""
    draft.state = State.RETIRED
    audit.record(author, "rubric.discarded", draft, draft.label, changes=len(draft.changes))


def hindrances(draft: RubricVersion) -> list[str]:
    """Why a draft cannot be published now, whatever anybody writes; empty if nothing stands against it."""
    told = []
    before = current()
    if hash_now(draft) == (hash_now(before) if before else load_rule_data().digest):
        told.append("草稿和现在用的准则一样，没有可发布的。")
    tested = testing.latest(draft)
    if tested is None:
        told.append("还没有测过。请先测一遍，看看哪些结论会变。")
    elif tested.finished_at is None:
        told.append("测试还没有做完。")
    elif testing.is_stale(tested, draft):
        told.append("测完以后，草稿或现在用的准则又变了。请再测一遍。")
    return told


def publish(author: User, draft: RubricVersion, opened_on: int, note: str, excuse: str) -> None:
    """Mark all new attempts by this draft from now on.

    Raises Refused if something stands against it, or if saved replies come out worse and no reason is given.
    """
    if opened_on != draft.revision:
        raise Refused("这份草稿在您打开之后被改过。请看过再发布。")
    if told := hindrances(draft):
        raise Refused(told[0])
    if not note:
        raise Refused("请写一句为什么改，以后别人查得到。", field="note")
    tested = testing.latest(draft)
    assert tested is not None  # hindrances saw it
    broken = testing.broken(tested, draft)
    if broken and not excuse:
        raise Refused(f"有 {len(broken)} 条保存的答复或示例不再符合预期。照样发布，请写明理由。", field="excuse")
    for earlier in db.session.scalars(select(RubricVersion).where(RubricVersion.state == State.PUBLISHED)):
        earlier.state = State.RETIRED
    draft.change(opened_on)
    _stamp(draft)
    draft.note, draft.excuse = note, excuse if broken else ""
    draft.state, draft.published_at, draft.publisher_id = State.PUBLISHED, now(), author.id
    told_of = [f"{one['title']}：{one['label']}" for one in broken]
    audit.record(
        author, "rubric.published", draft, draft.label,
        version=draft.stamp, changes=len(draft.changes), excuse=draft.excuse, broken=told_of[:40],
    )  # fmt: skip
