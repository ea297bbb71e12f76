"""Questions that are asked outside attempts, beside what was just read."""

from collections.abc import Sequence

from sqlalchemy import case, select

from literacy.db import db
from literacy.models import State
from quizzes.models import Kind, Question

MOST = 400
"""How many questions a list to choose from may hold."""


def practice_questions(slugs: Sequence[str]) -> list[Question]:
    """The published questions of these slugs in this order, without replies."""
    rows = db.session.scalars(
        select(Question).where(Question.slug.in_(slugs), Question.state == State.PUBLISHED, Question.kind != Kind.REPLY)
    )
    by_slug = {row.slug: row for row in rows}
    return [by_slug[slug] for slug in slugs if slug in by_slug]


def askable(competencies: Sequence[str] = (), chosen: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Questions that a lesson may ask at its end, by competency and slug: (slug, label), `MOST` at most.

    Of a large bank those that are `chosen` already (slugs), then those of the lesson's competencies, then the others,
    what was changed last first.
    """
    columns = select(Question.slug, Question.competency, Question.kind, Question.title)
    query = columns.where(Question.state == State.PUBLISHED, Question.kind != Kind.REPLY)
    fits = case((Question.slug.in_(chosen), 0), (Question.competency.in_(competencies), 1), else_=2)
    rows = db.session.execute(query.order_by(fits, Question.changed_at.desc(), Question.id.desc()).limit(MOST))
    ordered = sorted((competency, slug, kind, title) for slug, competency, kind, title in rows)
    return [(slug, f"{competency} {kind.label} · {title}") for competency, slug, kind, title in ordered]
