"""The life of any piece of content: made, changed, published, retired; each recorded."""

import secrets
import string
from collections.abc import Sequence
from functools import singledispatch
from typing import Any

from literacy import audit
from literacy.db import db
from literacy.errors import Refused
from literacy.models import Authored, State, User
from literacy.text import titled
from quizzes import bodies
from quizzes.models import Kind, Question, Quiz, QuizKind, Scenario
from quizzes.service.authoring.uses import uses_of
from quizzes.shape import Problem

ACTIONS = {
    "content.created": "新建内容",
    "content.changed": "修改内容",
    "content.published": "发布内容",
    "content.retired": "停用内容",
}
"""What is recorded of content, for audit.ACTIONS."""

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


def note(actor: User, action: str, row: Authored, /, **changes: Any) -> None:
    """Record what was done with a piece of content."""
    audit.record(actor, f"content.{action}", row, name_of(row), **changes)  # type: ignore[arg-type]


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


def publish(actor: User, row: Authored) -> None:
    """Offer it to learners.

    Raises Refused, with the first thing that is missing, if it is not complete or is published already.
    """
    problems = problems_of(row)
    if problems and row.state is not State.PUBLISHED:
        raise Refused(f"{name_of(row)}还不能发布：{problems[0][1]}")
    row.publish()
    note(actor, "published", row)
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
    row.retire()
    note(actor, "retired", row)
    db.session.flush()


def still_whole(row: Authored) -> None:
    """Check after a change that what learners see is complete. Raises Refused if it is published and is not."""
    if row.state is State.PUBLISHED and (problems := problems_of(row)):
        raise Refused(f"{name_of(row)}已经发布，不能改成不完整的：{problems[0][1]}")
