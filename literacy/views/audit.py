"""The audit log: who did what, to read and to take along. Nothing can be changed here."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from literacy import audit
from literacy.access import Permission, requires
from literacy.db import paged, writes
from literacy.export import Table
from literacy.forms import asked_for
from literacy.forms.records import RecordFilter
from literacy.registry import subject_link
from literacy.service import records
from literacy.views import common
from literacy.views.base import blueprint


@blueprint.get("/manage/audit")
@requires(Permission.AUDIT)
def audit_log() -> ResponseReturnValue:
    """What was done, the newest first."""
    form = _filter()
    page = paged(records.record_list(**asked_for(form)), common.page_number())
    return render_template(
        "literacy/audit_log.html",
        form=form,
        page=page,
        kept=common.kept_filter(form),
        about=_about(form),
        actions=audit.ACTIONS,
        in_words=audit.in_words,
        subjects=[subject_link(entry.subject_kind, entry.subject_id, common.me()) for entry in page.items],
    )


def _filter() -> RecordFilter:
    form = RecordFilter(request.args)
    form.offer(audit.ACTIONS)
    return form


def _about(form: RecordFilter) -> tuple[str, str] | None:
    """What the log is narrowed to, as (word, url); None where it is about everything."""
    row = records.row_of(form.about.data or "")
    return subject_link(*row, common.me()) if row else None


@blueprint.get("/manage/audit/export/<form>")
@requires(Permission.AUDIT)
@writes
def audit_export(form: str) -> ResponseReturnValue:
    """The log as it is narrowed, as a file."""
    narrowing = _filter()
    rows = records.rows(records.record_list(**asked_for(narrowing)))
    table = Table("操作记录", records.HEADERS, rows, records.WIDTHS)
    return common.download(table, form, common.narrowed_by(narrowing))
