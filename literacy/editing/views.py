"""What the scripts of edit pages send while somebody writes."""

from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.dates import zone
from literacy.db import db, now
from literacy.editing import service
from literacy.errors import NotFound, found
from literacy.registry import registry
from literacy.views.base import blueprint
from literacy.views.common import done_or_back, me


def _check(kind: str, row_id: int) -> None:
    """Raises NotFound for a form or a row that there is not."""
    model = found(registry().edited.get(kind))
    if row_id and db.session.get(model, row_id) is None:
        raise NotFound


@blueprint.post("/teach/drafts/<string:kind>/<int:row_id>")
@requires(Permission.AUTHOR)
def edit_draft(kind: str, row_id: int) -> ResponseReturnValue:
    """Note that the page is open; store what was typed where that is sent; tell who else is at it."""
    _check(kind, row_id)
    sent = request.get_json(silent=True)
    given: dict[str, Any] = sent if isinstance(sent, dict) else {}
    moment = now()
    row = service.see(me(), kind, row_id, moment)
    answer: dict[str, Any] = {"number": row.number, "said": ""}
    if "fields" in given:
        fields = service.fields_of(given["fields"])
        revision, number = (given.get(name) if type(given.get(name)) is int else 0 for name in ("revision", "number"))
        service.keep(row, fields, min(max(revision or 0, 0), 2**31 - 1), number or 0, moment)
        said = f"草稿已存 {moment.astimezone(zone()):%H:%M}，只有您看得到" if fields else ""
        answer = {"number": row.number, "said": said}
    answer["others"] = service.others_at(me(), kind, row_id, moment)
    db.session.commit()
    return answer


@blueprint.post("/teach/drafts/<string:kind>/<int:row_id>/discard")
@requires(Permission.AUTHOR)
def edit_draft_discard(kind: str, row_id: int) -> ResponseReturnValue:
    """Drop what was typed and not saved, and open the form as it is stored."""
    _check(kind, row_id)
    back = request.form.get("back", "")
    target = back if back.startswith("/teach/") and "\\" not in back else "/teach/courses"

    def act() -> str:
        service.forget(me(), kind, row_id)
        flash("没保存的修改已经丢掉。", "note")
        return target

    return done_or_back(act, target)
