"""The life of any piece of content: made, changed, published, retired; each recorded."""

import secrets
import string
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import singledispatch
from typing import Any

from literacy import audit
from literacy.db import db, now
from literacy.errors import Refused
from literacy.models import Authored, State, User
from literacy.settings import value
from literacy.text import titled
from quizzes import bodies
from quizzes.history import service as history
from quizzes.models import Kind, Question, Quiz, QuizKind, Scenario
from quizzes.seconding import waiting
from quizzes.service import bench
from quizzes.service.authoring.uses import uses_of
from quizzes.shape import Problem

ACTIONS = {
    "content.created": "新建内容",
    "content.changed": "修改内容",
    "content.relabelled": "修改名称、能力或难度",
    "content.published": "发布内容",
    "content.retired": "停用内容",
}
"""What is recorded of content, for audit.ACTIONS."""

FIELDS = {"reason": "理由", "failing": "评得不合期望的", "saved_reply": "保存的答复"}
"""What is recorded with it, for audit.FIELDS."""

MIN_REASON = 5
NAMES = {
    "scenarios": "情景",
    "questions": "题目",
    "quizzes": "测验",
    "lessons": "课文",
    "courses": "课程",
    "sources": "依据",
    "expressions": "网语",
}
_NOT_YET = {State.DRAFT: "还没有发布", State.RETIRED: "已经停用"}
_LETTERS = string.digits + string.ascii_lowercase


def new_slug(kind: str) -> str:
    """A slug that nobody else has, such as q-4k2j9x0abc."""
    return f"{kind}-" + "".join(secrets.choice(_LETTERS) for _ in range(10))


def name_of(row: Authored) -> str:
    """What a piece of content is called in records: 题目《…》."""
    return f"{NAMES[row.__tablename__]}{titled(row.title)}"  # type: ignore[attr-defined]


def begin(row: Authored, opened_on: int | None) -> None:
    """Begin a change of a piece of content, before anything of it is touched.

    `opened_on` is the revision on which the form was opened. Raises Refused if somebody else changed it since.
    """
    history.begin(row)
    row.change(opened_on)


OWN = "这里的规矩是两个人看过才发布：写的人不能自己发布。请点“请人审一审”。"
_LATER = ("questions", "scenarios", "lessons")
"""The kinds of which a change of what is published can wait for somebody to read it."""
_WRITING = ("created", "changed", "relabelled")
_reviewed: ContextVar[bool] = ContextVar("reviewed", default=False)
_because: ContextVar[str] = ContextVar("because", default="")


@contextmanager
def reviewed() -> Iterator[None]:
    """In here, published content is changed to what somebody else has read."""
    token = _reviewed.set(True)
    try:
        yield
    finally:
        _reviewed.reset(token)


@contextmanager
def because(reason: str) -> Iterator[None]:
    """In here, what is published although a reply is judged otherwise than expected is published for this reason."""
    token = _because.set(reason)
    try:
        yield
    finally:
        _because.reset(token)


def needs_another(writer: User | None, actor: User) -> bool:
    """Whether somebody else than the actor has to publish what this person wrote."""
    return value("second_eyes") and writer is not None and writer.id == actor.id


def can_wait(row: Authored) -> bool:
    """Whether a change of it can be kept for later: it is published, and of a kind that knows how."""
    return row.state is State.PUBLISHED and row.__tablename__ in _LATER  # type: ignore[attr-defined]


def must_wait(row: Authored) -> bool:
    """Whether a change of it has to wait until somebody else has read it."""
    return value("second_eyes") and can_wait(row) and not _reviewed.get()


def note(actor: User, action: str, row: Authored, /, **changes: Any) -> None:
    """Record what was done with a piece of content, and keep what it is now as its newest version.

    Raises Refused for a change of what is published if somebody else has to read it first.
    """
    if action in _WRITING and must_wait(row):
        raise Refused(f"{name_of(row)}已经发布。这里的规矩是两个人看过才发布：请存为待发布的修改，再请人审一审。")
    audit.record(actor, f"content.{action}", row, name_of(row), **changes)  # type: ignore[arg-type]
    if action in _WRITING:
        history.keep(actor, row)
    else:
        history.begin(row)  # whoever publishes or retires it did not write it


def slot_problem(kind: QuizKind, questions: Sequence[Question]) -> str | None:
    """What is wrong with these questions for a quiz of this kind; none at all are fine while it is a draft."""
    if kind is QuizKind.DRILL and questions and [question.kind for question in questions] != [Kind.REPLY]:
        return "演练只能有一道题，而且必须是答复题。"
    return None


@singledispatch
def own_problems(row: Authored) -> list[Problem]:  # noqa: ARG001
    """What still has to be written in it before learners may see it: (key of the field, sentence).

    Each kind of content registers its own rule; packages above do so for theirs.
    """
    return []


@own_problems.register
def _(row: Question) -> list[Problem]:
    return bodies.question_problems(row.kind, row.body)


@own_problems.register
def _(row: Scenario) -> list[Problem]:
    return bodies.scenario_problems(row.body)


@own_problems.register
def _(row: Quiz) -> list[Problem]:
    problem = slot_problem(row.kind, [slot.question for slot in row.slots]) if row.slots else "还没有题目。"
    return [("slots", problem)] if problem else []


def excused(scenario: Scenario, reason: str, before: dict[str, Any] | None = None) -> dict[str, Any]:
    """What is recorded when a scenario goes before learners: nothing, or what is judged unexpectedly, and why.

    Of what failed by the body `before` already nothing is asked again. Raises Refused where a reason is needed.
    """
    failed = bench.newly_failing(scenario, scenario.body, before)
    if not failed:
        return {}
    reason = reason or _because.get()
    if len(reason.strip()) < MIN_REASON:
        said = f"{name_of(scenario)}有 {len(failed)} 条答复评得和期望不合：{bench.in_a_sentence(failed)}"
        raise Refused(f"{said}。请改好，或者写明理由（至少 {MIN_REASON} 个字）再发布。", field="reason")
    return {"reason": reason.strip(), "failing": bench.in_a_sentence(failed)}


def needs_reason(row: Authored, new: dict[str, Any], old: dict[str, Any] | None) -> bool:
    """Whether a row with the `new` content goes before learners for a reason only; `old` is what they see now."""
    return isinstance(row, Scenario) and bool(bench.newly_failing(row, new, old))


def problems_of(row: Authored) -> list[Problem]:
    """Everything that keeps it from learners: what is not written, and parts that are not published."""
    waiting = [part for part in parts_of(row) if part.state is not State.PUBLISHED]
    return own_problems(row) + [("", f"{name_of(part)}{_NOT_YET[part.state]}。") for part in waiting]


def hindrances(row: Authored) -> list[str]:
    """What keeps it from being published together with its drafts, in sentences."""
    found = [sentence for _, sentence in own_problems(row)]
    for one in (row, *drafts_in(row)):
        retired = (part for part in parts_of(one) if part.state is State.RETIRED)
        found += [f"{name_of(part)}{_NOT_YET[part.state]}。" for part in retired]
    for draft in drafts_in(row):
        found += [f"{name_of(draft)}：{sentence}" for _, sentence in own_problems(draft)]
        if isinstance(draft, Scenario) and (failed := bench.newly_failing(draft, draft.body)):
            found.append(
                f"{name_of(draft)}有 {len(failed)} 条答复评得和期望不合，请到它的页面上改好，或者写明理由发布。"
            )
    return found


@singledispatch
def parts_of(row: Authored) -> list[Authored]:  # noqa: ARG001
    """The pieces of content that this one puts before learners; each kind of content registers its own."""
    return []


@parts_of.register
def _(row: Quiz) -> list[Authored]:
    return [slot.question for slot in row.slots]


@parts_of.register
def _(row: Question) -> list[Authored]:
    return [row.scenario] if row.scenario else []


def drafts_in(row: Authored) -> list[Authored]:
    """All that has to be published before this one can be, the innermost first, each once."""
    drafts: list[Authored] = []
    for part in parts_of(row):
        inner = [*drafts_in(part), part] if part.state is State.DRAFT else drafts_in(part)
        drafts += [draft for draft in inner if draft not in drafts]
    return drafts


def publish(actor: User, row: Authored, reason: str = "") -> None:
    """Offer it to learners; `reason` is why a scenario is offered although a reply is judged otherwise than expected.

    Raises Refused, with the first thing that is missing, if it is not complete or is published already.
    """
    problems = problems_of(row)
    if problems and row.state is not State.PUBLISHED:
        raise Refused(f"{name_of(row)}还不能发布：{problems[0][1]}")
    if value("second_eyes") and needs_another(history.last_author(row), actor):
        raise Refused(OWN)
    row.publish()
    waiting.published(actor, row, now())
    note(actor, "published", row, **(excused(row, reason) if isinstance(row, Scenario) else {}))
    db.session.flush()


def publish_with_drafts(actor: User, row: Authored) -> int:
    """Publish it and every draft that it needs; gives how many drafts those were. Raises Refused like publish."""
    drafts = drafts_in(row)
    for draft in drafts:
        publish(actor, draft)
    publish(actor, row)
    return len(drafts)


def retire(actor: User, row: Authored) -> None:
    """Stop offering it; what learners did with it stays.

    Raises Refused while learners can see something that uses it, or if it is not published.
    """
    if offered := [use for use in uses_of(row) if use.offered]:
        raise Refused(f"{name_of(row)}正用在{offered[0].label}里。请先把它从那里拿掉，或者先停用那里。")
    if waiting.pending_of(row) is not None:
        raise Refused(f"{name_of(row)}还有待发布的修改。请先发布，或者放弃那份修改。")
    row.retire()
    note(actor, "retired", row)
    db.session.flush()


def still_whole(row: Authored) -> None:
    """Check after a change that what learners see is complete. Raises Refused if it is published and is not."""
    if row.state is State.PUBLISHED and (problems := problems_of(row)):
        raise Refused(f"{name_of(row)}已经发布，不能改成不完整的：{problems[0][1]}")
