"""Content as the mappings of its files, keys in the order of docs/content.md; pure. Empty keys are left out."""

from collections.abc import Mapping
from typing import Any

Columns = Mapping[str, Any]
Entry = dict[str, Any]


def _filled(entry: Entry) -> Entry:
    """Without keys that say nothing."""
    return {key: value for key, value in entry.items() if value not in ("", None, [], {})}


def _number(value: float) -> float:
    """A number as people write it: 1, 1.5."""
    return int(value) if float(value).is_integer() else value


def course(slug: str, columns: Columns) -> Entry:
    """course.yaml."""
    entry = {"slug": slug, **{key: columns[key] for key in ("title", "summary", "position")}}
    return _filled({**entry, "modules": [module["slug"] for module in columns["modules"]]})


def module(columns: Columns) -> Entry:
    """modules/*.yaml."""
    named = {key: columns[key] for key in ("slug", "title", "summary", "objectives", "competencies")}
    steps = [{kind: slug} for kind, slug in columns["activities"]]
    return _filled({**named, "hours": _number(columns["hours"]), "activities": steps})


def lesson(slug: str, columns: Columns) -> Entry:
    """The head of lessons/*.md."""
    named = ("title", "summary", "competencies", "checks", "sources")
    return _filled({"slug": slug, **{key: columns[key] for key in named}})


def quiz(slug: str, columns: Columns) -> Entry:
    """quizzes/*.yaml."""
    named = ("title", "intro", "kind", "time_limit_minutes", "attempts_allowed", "pass_mark", "shuffle_options")
    asked = [{"question": question, "marks": _number(marks)} for question, marks in columns["questions"]]
    return _filled({"slug": slug, **{key: columns[key] for key in named}, "questions": asked})


def question(slug: str, columns: Columns) -> Entry:
    """An entry of questions/*.yaml."""
    head = {"slug": slug, **{key: columns[key] for key in ("kind", "competency", "difficulty")}}
    body = dict(columns["body"])
    for key in ("options", "pairs", "items", "accept"):
        if key in body:
            body[key] = [_filled(row) for row in body[key]]
    return _filled({**head, **body})


def scenario(slug: str, columns: Columns) -> Entry:
    """scenarios/<slug>.yaml."""
    body = dict(columns["body"])
    body["post"] = _filled(body["post"])
    body["thread"] = [_filled(row) for row in body["thread"]]
    order = ("channel", "difficulty", "competencies", "role", "task", "post", "thread", "facts", "required_elements")
    head = {key: body.pop(key) for key in order}
    return _filled({"slug": slug, "title": columns["title"], **head, **body})


def _checked(columns: Columns) -> Entry:
    days = {key: str(columns[key] or "") for key in ("checked_on", "review_by")}
    return {"status": "已核" if columns["verified"] else "待核", **days}


def source(slug: str, columns: Columns) -> Entry:
    """An entry of sources/*.yaml."""
    clauses = [
        _filled({"clause": row["clause"], "gist": row.get("gist"), "status": "已核" if row["verified"] else "待核"})
        for row in columns["clauses"]
    ]
    entry = {"slug": slug, "title": columns["title"], "kind": columns["kind"]}
    entry |= {"aliases": columns["aliases"].splitlines(), **_checked(columns)}
    return _filled({**entry, "origin": columns["origin"], "note": columns["note"], "clauses": clauses})


def expression(slug: str, columns: Columns) -> Entry:
    """An entry of expressions/*.yaml."""
    named = ("meaning", "tone", "misreading", "response", "example", "heard", "caution")
    entry = {"slug": slug, "title": columns["title"], "forms": columns["forms"].splitlines()}
    return _filled({**entry, **{key: columns[key] for key in named}, **_checked(columns)})
