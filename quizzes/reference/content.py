"""Files of sources and expressions ⇄ database. See docs/content.md for the formats."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from literacy.content import Reader, SyncReport, fingerprint, mark_synced
from literacy.db import db
from quizzes.reference.citations import Known, Register, plain_title
from quizzes.reference.models import Expression, Source, SourceKind, known_of

STATUSES = {"已核": True, "待核": False}
_TEXTS = ("meaning", "tone", "misreading", "response")
_MORE_TEXTS = ("example", "heard", "caution")


def source(reader: Reader) -> dict[str, Any]:
    """A source as columns; problems are noted by the reader."""
    item: dict[str, Any] = {
        "title": reader.text("title"),
        "kind": reader.choice("kind", [kind.value for kind in SourceKind], "law"),
        "aliases": "\n".join(reader.strings("aliases")),
        "origin": reader.text("origin", needed=False),
        "note": reader.text("note", needed=False),
        **_checked(reader),
    }
    item["clauses"] = [_clause(part, item["verified"]) for part in reader.parts("clauses", needed=False)]
    doubles = [row["clause"] for row in item["clauses"]]
    for clause in sorted({clause for clause in doubles if doubles.count(clause) > 1}):
        reader.report("clauses", f"“{clause}”写了两次")
    reader.finish()
    return item


def _clause(part: Reader, verified: bool) -> dict[str, Any]:
    status = part.choice("status", STATUSES, "已核" if verified else "待核")
    row = {
        "clause": part.text("clause"),
        "gist": part.text("gist", needed=False),
        "verified": STATUSES.get(status, False),
    }
    part.finish()
    return row


def expression(reader: Reader) -> dict[str, Any]:
    """An expression as columns; problems are noted by the reader."""
    item = {
        "title": reader.text("title"),
        "forms": "\n".join(reader.strings("forms", needed=True)),
        **{key: reader.text(key) for key in _TEXTS},
        **{key: reader.text(key, needed=False) for key in _MORE_TEXTS},
        **_checked(reader),
    }
    reader.finish()
    return item


def _checked(reader: Reader) -> dict[str, Any]:
    verified = STATUSES.get(reader.choice("status", STATUSES), False)
    checked_on = _day(reader, "checked_on")
    if verified and checked_on is None:
        reader.report("checked_on", "标了已核，要写明是哪天核的")
    return {"verified": verified, "checked_on": checked_on, "review_by": _day(reader, "review_by")}


def _day(reader: Reader, key: str) -> date | None:
    written = reader.text(key, needed=False)
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        reader.report(key, "请写成 2026-11-24 这样的日期")
        return None


def register_of(sources: Mapping[str, Mapping[str, Any]]) -> Register:
    """What citations are held against, from sources as columns by slug."""
    register: dict[str, Known] = {}
    for item in sources.values():
        known = known_of(item["verified"], item["clauses"], item["checked_on"])
        register |= {plain_title(title): known for title in (item["title"], *item["aliases"].splitlines())}
    return register


def sync(report: SyncReport, sources: dict[str, dict[str, Any]], expressions: dict[str, dict[str, Any]]) -> None:
    """Write sources and expressions to the database."""
    kinds: tuple[tuple[Any, dict[str, dict[str, Any]]], ...] = ((Source, sources), (Expression, expressions))
    for model, items in kinds:
        rows = {row.slug: row for row in db.session.scalars(select(model))}
        for slug, item in items.items():
            content_hash = fingerprint(item)
            row = rows.get(slug)
            if not report.wants(row, slug, content_hash):
                continue
            if row is None:
                row = model(slug=slug, title=item["title"])
                db.session.add(row)
            for name, value in item.items():
                setattr(row, name, SourceKind(value) if name == "kind" else value)
            mark_synced(row, content_hash)
