"""Questions that ask nearly the same, so that a bank does not fill with copies."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from literacy.db import db
from literacy.models import State
from quizzes import similar
from quizzes.content import question_title
from quizzes.models import Question

MOST = 5
"""So many are pointed out, the most alike first."""
_LOOSE = similar.NEAR / 2
"""How alike the beginnings of two stems have to be for the whole stems to be compared."""
_COMPARED = 100


def near_questions(stem: str, *, besides: int | None = None) -> list[Question]:
    """The questions in use whose newest stem is nearly this one; never the question with the id `besides`.

    A bank is gone through by the beginnings of stems, which are the titles: they are read without opening a body. Stems
    that do not even begin alike are not compared.
    """
    titles = db.session.execute(
        select(Question.id, Question.title).where(Question.state != State.RETIRED, Question.id != (besides or 0))
    )
    begun = _most_alike(similar.near(question_title({"stem": stem}), ((id_, title) for id_, title in titles), _LOOSE))
    rows = {
        row.id: row
        for row in db.session.scalars(
            select(Question).where(Question.id.in_(begun[:_COMPARED])).options(selectinload(Question.versions))
        )
    }
    alike = _most_alike(similar.near(stem, ((id_, row.body["stem"]) for id_, row in rows.items())))
    return [rows[id_] for id_ in alike[:MOST]]


def _most_alike(found: Iterable[tuple[int, float]]) -> list[int]:
    return [id_ for id_, _ in sorted(found, key=lambda pair: (-pair[1], pair[0]))]
