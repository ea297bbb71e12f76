"""The rubric by which new attempts are marked: a short query tells which version it is, the rest is in memory."""

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from literacy.db import db
from literacy.models import State
from quizzes.rubric import Rubric, load_rubric
from quizzes.rubric.changes import changed_rubric
from quizzes.rubric.rules import RuleError
from quizzes.standard.models import RubricVersion

log = logging.getLogger(__name__)
_known: dict[tuple[int, str], Rubric] = {}
"""What this process compiled, by number and content hash: a published version never changes."""
_MOST = 8


def in_force() -> Rubric:
    """The rubric in force now; every process notices a new version with its next call."""
    row = db.session.execute(
        select(RubricVersion.id, RubricVersion.number, RubricVersion.content_hash)
        .where(RubricVersion.state == State.PUBLISHED)
        .order_by(RubricVersion.number.desc())
        .limit(1)
    ).first()
    if row is None:
        return load_rubric()
    key = (row.number, row.content_hash)
    if key not in _known:
        changes = db.session.scalars(select(RubricVersion.changes).where(RubricVersion.id == row.id)).one()
        if len(_known) >= _MOST:
            _known.clear()
        _known[key] = compiled(changes, row.number)
    return _known[key]


def compiled(changes: Mapping[str, Any], number: int) -> Rubric:
    """The shipped rubric with a version's changes.

    Where a new release of the product left nothing that these changes fit, the shipped rubric marks on: learners must
    not be held up. The page of the rubric tells.
    """
    try:
        return changed_rubric(changes, f"{load_rubric().version}+{number}")
    except RuleError:
        log.exception("version %s of the rubric does not fit the shipped rules", number)
        return load_rubric()


def number_of(stamp: str) -> int | None:
    """The number in the version that an answer carries (`1.2+3`); None for a shipped one."""
    number = stamp.partition("+")[2]
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else None
