"""How questions, scenarios, quizzes, sources and expressions are kept, for quizzes.history."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select

from literacy.db import db
from literacy.errors import Refused
from literacy.models import State, User
from quizzes.history import kinds, labels
from quizzes.history.kinds import Body, Kept
from quizzes.models import Question, QuestionVersion, Quiz, QuizKind, Scenario, ScenarioVersion, Slot
from quizzes.reference import service as reference
from quizzes.reference.models import Expression, Source, SourceKind
from quizzes.service.authoring import life, questions, quizzes

_RULES = ("title", "intro", "time_limit_minutes", "attempts_allowed", "pass_mark", "shuffle_options")


def titles_of(model: type[Any], slugs: Iterable[Any]) -> dict[str, str]:
    """The titles of these rows, by slug."""
    wanted = [str(slug) for slug in slugs if slug]
    rows = db.session.execute(select(model.slug, model.title).where(model.slug.in_(wanted)))
    return {row.slug: row.title for row in rows}


def rows_of(model: type[Any], slugs: Iterable[str]) -> dict[str, Any]:
    """The rows of these slugs, to be put into a row again.

    Raises Refused if one is not there any more, or cannot be used any more.
    """
    wanted = list(dict.fromkeys(slugs))
    rows = {one.slug: one for one in db.session.scalars(select(model).where(model.slug.in_(wanted)))}
    for slug in wanted:
        if slug not in rows:
            word = life.NAMES[model.__tablename__]
            raise Refused(f"那一版用到的{word}“{slug}”已经不在了，不能恢复。请直接修改现在的内容。")
        if rows[slug].state is State.RETIRED:
            raise Refused(
                f"那一版用到的{life.name_of(rows[slug])}已经停用，不能恢复。先把它重新发布，或者直接修改现在的内容。"
            )
    return rows


# Questions and scenarios


def _question_content(row: Question) -> Body:
    return {**row.body, "competency": row.competency, "difficulty": row.difficulty}


def _put_question(author: User, row: Question, opened_on: int | None, body: Body) -> None:
    own = {key: value for key, value in body.items() if key not in ("competency", "difficulty")}
    if slug := own.get("scenario"):
        rows_of(Scenario, [slug])
    questions.change_question(
        author,
        row,
        opened_on,
        own,
        competency=body.get("competency", row.competency),
        difficulty=body.get("difficulty", row.difficulty),
    )


def _scenario_content(row: Scenario) -> Body:
    return {**row.body, "title": row.title}


def _put_scenario(author: User, row: Scenario, opened_on: int | None, body: Body) -> None:
    own = {key: value for key, value in body.items() if key != "title"}
    questions.change_scenario(author, row, opened_on, body.get("title", row.title), own)


def _scenario_names(bodies: Iterable[Body]) -> dict[str, str]:
    return titles_of(Expression, {slug for body in bodies for slug in body.get("expressions") or ()})


# Quizzes


def _quiz_content(row: Quiz) -> Body:
    slots = sorted(row.slots, key=lambda slot: slot.position)
    asked = [{"question": slot.question.slug, "marks": float(slot.marks)} for slot in slots]
    return {**{name: getattr(row, name) for name in _RULES}, "kind": row.kind.value, "questions": asked}


def _put_quiz(author: User, row: Quiz, opened_on: int | None, body: Body) -> None:
    if row.revision != (opened_on if opened_on is not None else row.revision):
        life.begin(row, opened_on)  # says why not
    asked = rows_of(Question, [slot["question"] for slot in body["questions"]])
    held = {slot.question_id for slot in row.slots}
    for question in asked.values():
        if question.id not in held:
            row.slots.append(Slot(question=question, question_id=question.id, position=len(row.slots), marks=1))
    chosen = [(asked[slot["question"]].id, slot["marks"]) for slot in body["questions"]]
    settings = {**{name: body[name] for name in _RULES}, "kind": QuizKind(body["kind"])}
    quizzes.change_quiz(author, row, opened_on, settings, chosen)


def _quiz_names(bodies: Iterable[Body]) -> dict[str, str]:
    return titles_of(Question, {slot["question"] for body in bodies for slot in body["questions"]})


# Sources and expressions


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else getattr(value, "value", value)


def _reference_content(row: Any) -> Body:
    columns = reference.SOURCE_COLUMNS if isinstance(row, Source) else reference.EXPRESSION_COLUMNS
    return {name: _plain(getattr(row, name)) for name in columns}


def _put_reference(author: User, row: Any, opened_on: int | None, body: Body) -> None:
    written = dict(body)
    for name in ("checked_on", "review_by"):
        if written.get(name):
            written[name] = date.fromisoformat(written[name])
    if "kind" in written:
        written["kind"] = SourceKind(written["kind"])
    reference.change(author, row, opened_on, written)


def _load_source(row_id: int, *, writing: bool = False) -> Any:
    return reference.reference_for(Source, row_id, writing=writing)


def _load_expression(row_id: int, *, writing: bool = False) -> Any:
    return reference.reference_for(Expression, row_id, writing=writing)


kinds.offer(
    Kept(
        Question, questions.question_for, _question_content, _put_question, labels.QUESTION,
        lambda bodies: titles_of(Scenario, {body.get("scenario") for body in bodies}), QuestionVersion,
    )
)  # fmt: skip
kinds.offer(
    Kept(
        Scenario, questions.scenario_for, _scenario_content, _put_scenario, labels.SCENARIO, _scenario_names,
        ScenarioVersion,
    )
)  # fmt: skip
kinds.offer(Kept(Quiz, quizzes.quiz_for, _quiz_content, _put_quiz, labels.QUIZ, _quiz_names))
kinds.offer(Kept(Source, _load_source, _reference_content, _put_reference, labels.SOURCE))
kinds.offer(Kept(Expression, _load_expression, _reference_content, _put_reference, labels.EXPRESSION))
