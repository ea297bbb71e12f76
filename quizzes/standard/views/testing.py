"""A draft tested against labelled replies, scenarios and past attempts, batch by batch."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.db import Page, db, reading
from literacy.errors import Refused, found, wants_json
from literacy.views.common import done_or_back, go, me, new_key, page_number
from quizzes.standard import report, service, telling
from quizzes.standard.in_force import in_force
from quizzes.standard.models import RubricReport
from quizzes.views.base import blueprint

SECONDS, SECONDS_WITHOUT_SCRIPT = 1.0, 5.0
"""How long one batch takes: with a script the page shows its progress, without one somebody presses a button."""
PER_PAGE = 20


@blueprint.post("/teach/rubric/draft/test")
@requires(Permission.AUTHOR)
def rubric_test() -> ResponseReturnValue:
    """Begin to test the draft as it is now."""

    def act() -> str:
        row = report.start(me(), service.draft_for_writing())
        return url_for("quizzes.rubric_report", report_id=row.id)

    return done_or_back(act, url_for("quizzes.rubric_draft"))


@blueprint.post("/teach/rubric/reports/<int:report_id>/step")
@requires(Permission.AUTHOR)
def rubric_report_step(report_id: int) -> ResponseReturnValue:
    """Do the next batch. While it is worked out nobody else who writes has to wait."""
    db.session.commit()
    made = None
    with reading():
        row = found(db.session.get(RubricReport, report_id))
        stale = report.is_stale(row, row.version)
        if not stale and row.finished_at is None:
            made = report.Tester(row).batch(row, SECONDS if wants_json() else SECONDS_WITHOUT_SCRIPT)
        db.session.rollback()
    if made is not None:
        report.keep(report_id, made)
        db.session.commit()
    row = found(db.session.get(RubricReport, report_id))
    if not wants_json():
        return go(url_for("quizzes.rubric_report", report_id=report_id))
    if stale and row.finished_at is None:
        raise Refused("草稿或现在用的准则变了，这次测试不用做下去了。请回到草稿重新测。")
    return {"done": row.done, "total": row.total, "finished": row.finished_at is not None}


@blueprint.get("/teach/rubric/reports/<int:report_id>")
@requires(Permission.AUTHOR)
def rubric_report(report_id: int) -> ResponseReturnValue:
    """What the draft would change: figures before and after, and every verdict that becomes another."""
    row = found(db.session.get(RubricReport, report_id))
    kind = request.args.get("kind", "")
    changed = [one for one in row.found.get("changed", []) if not kind or one["kind"] == kind]
    changed.sort(key=lambda one: (not one.get("broken"), one.get("sense") != "worse"))
    page = Page(changed, page_number(), len(changed), PER_PAGE)
    first = (min(max(page.page, 1), page.pages) - 1) * PER_PAGE
    page = Page(report.texts_of(changed[first : first + PER_PAGE]), first // PER_PAGE + 1, len(changed), PER_PAGE)
    rubric = in_force()
    return render_template(
        "quizzes/rubric_report.html",
        row=row, stale=report.is_stale(row, row.version), page=page, kind=kind, names=telling.names_of(rubric),
        grades=rubric.grades, kinds=_kinds(row), act_key=new_key(), result=row.found.get("result") or {},
        counts=row.found.get("counts", {}),
    )  # fmt: skip


def _kinds(row: RubricReport) -> list[tuple[str, str, int]]:
    """The sorts of changed verdicts, as (kind, label, how many)."""
    changed: list[Any] = row.found.get("changed", [])
    labels = {"": "全部", "corpus": "标注过的答复", "scenario": "情景的示例和保存的答复", "answer": "学员以前的作答"}
    return [(kind, label, sum(not kind or one["kind"] == kind for one in changed)) for kind, label in labels.items()]
