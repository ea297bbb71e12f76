"""Questions that are asked outside attempts, beside what was just read."""

from collections.abc import Sequence

from sqlalchemy import select

from literacy.db import db
from literacy.models import State
from quizzes.models import Kind, Question


def practice_questions(slugs: Sequence[str]) -> list[Question]:
    """The published questions of these slugs in this order, without replies."""
    rows = db.session.scalars(
        select(Question).where(Question.slug.in_(slugs), Question.state == State.PUBLISHED, Question.kind != Kind.REPLY)
    )
    by_slug = {row.slug: row for row in rows}
    return [by_slug[slug] for slug in slugs if slug in by_slug]


def askable() -> list[tuple[str, str]]:
    """All questions that a lesson may ask at its end, by competency and slug: (slug, label)."""
    rows = db.session.scalars(
        select(Question)
        .where(Question.state == State.PUBLISHED, Question.kind != Kind.REPLY)
        .order_by(Question.competency, Question.slug)
    )
    return [(row.slug, f"{row.competency} {row.kind.label} · {row.title}") for row in rows]
