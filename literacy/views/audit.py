"""The audit log: who did what, to read and to take along. Nothing can be changed here."""

import hashlib

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy import audit
from literacy.access import Permission, requires
from literacy.audit import checking, sealing, working
from literacy.db import db, paged_newest, writes
from literacy.export import FORMS, Table
from literacy.forms import asked_for
from literacy.forms.records import RecordFilter
from literacy.jobs import service as jobs
from literacy.registry import subject_link
from literacy.service import records
from literacy.views import common
from literacy.views.base import blueprint


@blueprint.get("/manage/audit")
@requires(Permission.AUDIT)
def audit_log() -> ResponseReturnValue:
    """What was done, the newest first."""
    form = _filter()
    page = paged_newest(records.record_list(**asked_for(form), reader=common.me()), common.page_number())
    return render_template(
        "literacy/audit_log.html",
        form=form,
        page=page,
        kept=common.kept_filter(form),
        about=_about(form),
        actions=audit.ACTIONS,
        in_words=audit.in_words,
        check=checking.last_check(),
        head=sealing.head(),
        key=common.new_key(),
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
    """The log as it is narrowed, as a file; where it is long, as a job that writes the file."""
    narrowing = _filter()
    asked = asked_for(narrowing)
    query = records.record_list(**asked, reader=common.me())
    if form in FORMS and paged_newest(query, 1, per_page=1).more:
        told = "，".join(f"{label}：{value}" for label, value in common.narrowed_by(narrowing).items())
        given = {"form": form, "asked": working.portable(asked), "told": told}
        key = hashlib.sha256(repr((common.me().id, given)).encode("utf-8", "replace")).hexdigest()
        job = jobs.start(common.me(), "audit_export", "下载操作记录", given, key)
        db.session.commit()
        return common.go(url_for("literacy.job", job_id=job.id))
    table = Table("操作记录", records.HEADERS, records.rows(query), records.WIDTHS)
    return common.download(table, form, common.narrowed_by(narrowing))


@blueprint.post("/manage/audit/verify")
@requires(Permission.INSTALLATION)
def audit_verify() -> ResponseReturnValue:
    """Have the chain verified now."""

    def act() -> str:
        me = common.me()
        job = jobs.start(me, "audit_verify", "核对操作记录", {}, f"audit-{me.id}")
        return url_for("literacy.job", job_id=job.id)

    return common.done_or_back(act, url_for("literacy.audit_log"))
