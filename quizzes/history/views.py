"""The history of any piece of content: its timeline, two versions side by side, an old one brought back."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy import audit
from literacy.access import Permission, requires
from literacy.db import db, writes
from literacy.errors import found
from literacy.models import State
from literacy.registry import subject_link
from literacy.views.common import done_or_back, me, new_key, page_number
from quizzes.history import labels, service
from quizzes.history.differences import Words, fields_between
from quizzes.history.kinds import Body, Kept, kept_as
from quizzes.service.authoring import life
from quizzes.views.base import blueprint


def words_of(kept: Kept, *bodies: Body) -> Words:
    """How the keys and values of these bodies are called."""
    return Words(kept.fields, {**labels.CODES, **kept.names(bodies)}, labels.CODED)


def _about(kept: Kept, row: Any) -> dict[str, Any]:
    """What every page about the past of a row says."""
    word, url = subject_link(kept.name, row.id, me())
    return {"row": row, "kind": kept.name, "word": word, "url": url, "own_versions": kept.versions is not None}


@blueprint.get("/teach/<string:kind>/<int:row_id>/history")
@requires(Permission.AUTHOR)
@writes
def author_history(kind: str, row_id: int) -> ResponseReturnValue:
    """Who changed what when, the newest first."""
    kept = kept_as(kind)
    row = kept.load(row_id)
    service.begin(row)
    db.session.commit()
    return render_template(
        "quizzes/author_history.html",
        page=service.timeline(row, page_number()),
        versions=service.versions(row),
        actions=audit.ACTIONS,
        in_words=audit.in_words,
        **_about(kept, row),
    )


@blueprint.get("/teach/<string:kind>/<int:row_id>/history/compare")
@requires(Permission.AUTHOR)
def author_history_compare(kind: str, row_id: int) -> ResponseReturnValue:
    """What differs between two versions; of one version alone, what stands in it."""
    kept = kept_as(kind)
    row = kept.load(row_id)
    newest = found(service.newest(row))
    numbers = sorted(request.args.get(name, newest.number, int) for name in ("old", "new"))
    old, new = (service.version_of(row, number) for number in numbers)
    fields = fields_between(old.body, new.body, words_of(kept, old.body, new.body))
    return render_template(
        "quizzes/author_history_compare.html",
        old=old,
        new=new,
        alone=old.number == new.number,
        newest=newest,
        changed=[field for field in fields if field.changed],
        same=[field for field in fields if not field.changed],
        excuse=row.state is State.PUBLISHED and life.needs_reason(row, old.body, newest.body),
        versions=service.versions(row),
        act_key=new_key(),
        **_about(kept, row),
    )


@blueprint.post("/teach/<string:kind>/<int:row_id>/history/<int:number>/restore")
@requires(Permission.AUTHOR)
def author_history_restore(kind: str, row_id: int, number: int) -> ResponseReturnValue:
    """Bring an old version back, as the newest."""
    kept = kept_as(kind)
    here: dict[str, Any] = {"kind": kind, "row_id": row_id}
    opened_on = request.form.get("revision", 0, int)

    def act() -> str:
        row = kept.load(row_id, writing=True)
        with life.because(request.form.get("reason", "")):
            written = service.restore(me(), row, opened_on, number)
        flash(f"{life.name_of(row)}已恢复成第 {number} 版的内容，记为第 {written} 版。", "done")
        return url_for("quizzes.author_history", **here)

    return done_or_back(act, url_for("quizzes.author_history_compare", **here, old=number))
