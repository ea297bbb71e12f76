"""Rows of content in the shape of what is read from their files, so that both can be compared and written."""

from collections.abc import Mapping
from functools import singledispatch
from typing import Any

from courses.models import Course, Lesson, Module
from literacy.models import Authored
from literacy.text import clean
from quizzes.bodies import normalised, normalised_scenario
from quizzes.models import Question, Quiz, Scenario
from quizzes.reference.models import Expression, Source

Columns = dict[str, Any]
CHECKED = ("verified", "checked_on", "review_by")
_EXPRESSION = ("title", "forms", "meaning", "tone", "misreading", "response", "example", "heard", "caution", *CHECKED)
_QUIZ = ("title", "intro", "time_limit_minutes", "attempts_allowed", "pass_mark", "shuffle_options")
_LESSON = ("title", "summary", "competencies", "checks", "sources", "body", "media")
_MODULE = ("slug", "title", "summary", "objectives", "competencies", "hours")


@singledispatch
def columns_of(row: Authored) -> Columns:
    """What a row holds, in the shape of its file's content."""
    raise TypeError(f"{type(row).__name__} is no content of a package")


def _named(row: Any, names: tuple[str, ...]) -> Columns:
    return {name: getattr(row, name) for name in names}


@columns_of.register
def _(row: Source) -> Columns:
    named = _named(row, ("title", "aliases", "origin", "note", "clauses", *CHECKED))
    return canonical(Source, {**named, "kind": row.kind.value})


@columns_of.register
def _(row: Expression) -> Columns:
    return canonical(Expression, _named(row, _EXPRESSION))


@columns_of.register
def _(row: Scenario) -> Columns:
    return canonical(Scenario, {"title": row.title, "body": row.body})


@columns_of.register
def _(row: Question) -> Columns:
    # Which scenario is replied to is the row's to say; the body only names it.
    body = {**row.body, "scenario": row.scenario.slug} if row.scenario else row.body
    return canonical(Question, {**_named(row, ("competency", "difficulty")), "kind": row.kind.value, "body": body})


@columns_of.register
def _(row: Quiz) -> Columns:
    asked = [(slot.question.slug, slot.marks) for slot in row.slots]
    return canonical(Quiz, {**_named(row, _QUIZ), "kind": row.kind.value, "questions": asked})


@columns_of.register
def _(row: Lesson) -> Columns:
    return canonical(Lesson, _named(row, _LESSON))


@columns_of.register
def _(row: Course) -> Columns:
    modules = [_module(module) for module in row.modules]
    return canonical(Course, {**_named(row, ("title", "summary", "position")), "modules": modules})


def _module(row: Module) -> Columns:
    steps = [(activity.kind.value, activity.target.slug) for activity in row.activities]
    return {**_named(row, _MODULE), "activities": steps}


def _tidy(value: Any) -> Any:
    """Texts as a file gives them back, however deep they lie."""
    if isinstance(value, str):
        return clean(value).strip()
    if isinstance(value, Mapping):
        return {key: _tidy(inner) for key, inner in value.items()}
    return [_tidy(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def canonical(model: type[Authored], item: Mapping[str, Any]) -> Columns:
    """The one shape that equal content has, from a row's columns or from what was read of a file."""
    done: Columns = _tidy(item)
    if model is Question:
        done.pop("title", None)  # follows from the stem
        done["body"] = normalised(done["kind"], done["body"])
    elif model is Scenario:
        done["body"] = normalised_scenario(done["body"])
    elif model is Lesson:
        # A lesson without images lies in some folder all the same.
        done["media"] = done["media"] if "media/" in done["body"] else ""
    elif model is Quiz:
        done["questions"] = [[slug, float(marks)] for slug, marks in done["questions"]]
    elif model is Course:
        done["modules"] = [{**module, "hours": float(module["hours"])} for module in done["modules"]]
    return done
