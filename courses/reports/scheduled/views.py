"""Reports that come by themselves: the list, a new one, pausing, deleting, making one now."""

from collections.abc import Callable

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.reports.asking import asked_of
from courses.reports.listed import report_for
from courses.reports.scheduled import service
from courses.reports.scheduled.forms import ScheduleForm
from courses.reports.scheduled.models import ScheduledReport
from courses.reports.views.showing import view_address
from courses.views.base import blueprint
from literacy.access import Permission, requires
from literacy.errors import NotFound
from literacy.models import User
from literacy.views.common import done_or_back, me, new_key, saved, status_of


@blueprint.get("/manage/reports/scheduled")
@requires(Permission.REPORT)
def report_scheduled() -> ResponseReturnValue:
    """One's own scheduled reports."""
    rows = [(row, _title(row), view_address(row.report, row.query)) for row in service.own(me())]
    return render_template("courses/report_scheduled.html", rows=rows, key=new_key())


def _title(row: ScheduledReport) -> str:
    try:
        return report_for(row.report).title
    except NotFound:
        return row.report


@blueprint.route("/manage/reports/<string:key>/schedule", methods=["GET", "POST"])
@requires(Permission.REPORT)
def report_schedule_new(key: str) -> ResponseReturnValue:
    """Have the report as it is narrowed now come by itself."""
    asked = asked_of(report_for(key), request.args, me())
    form = ScheduleForm(None, data={"name": asked.report.title}) if request.method == "GET" else ScheduleForm()

    def act() -> str:
        row = service.make(
            me(), asked.report.key, asked.query, name=form.name.data or "", form=form.form.data, plan=form.plan()
        )
        flash(f"已设好：{row.plan.in_words()}早上做“{row.name}”，做好了在“消息”里告诉您。", "done")
        return url_for("courses.report_scheduled")

    if request.method == "POST" and form.validate() and (answer := saved(form, act)):
        return answer
    page = render_template(
        "courses/report_schedule_new.html",
        report=asked.report,
        form=form,
        told=asked.form.in_words(),
        back=view_address(key, asked.query),
    )
    return page, status_of(form)


@blueprint.post("/manage/reports/scheduled/<int:row_id>/pause")
@requires(Permission.REPORT)
def report_schedule_pause(row_id: int) -> ResponseReturnValue:
    """Make it no more for now."""
    return _done(row_id, service.pause, "已暂停，恢复以前不再做。")


@blueprint.post("/manage/reports/scheduled/<int:row_id>/resume")
@requires(Permission.REPORT)
def report_schedule_resume(row_id: int) -> ResponseReturnValue:
    """Make it again."""
    return _done(row_id, service.resume, "已恢复，到时自动做。")


@blueprint.post("/manage/reports/scheduled/<int:row_id>/delete")
@requires(Permission.REPORT)
def report_schedule_delete(row_id: int) -> ResponseReturnValue:
    """Delete it."""
    return _done(row_id, service.delete, "已删除，以后不再做。")


def _done(row_id: int, do: Callable[[User, ScheduledReport], None], told: str) -> ResponseReturnValue:
    row, back = service.own_one(me(), row_id), url_for("courses.report_scheduled")

    def act() -> str:
        do(me(), row)
        flash(told, "done")
        return back

    return done_or_back(act, back)


@blueprint.post("/manage/reports/scheduled/<int:row_id>/now")
@requires(Permission.REPORT)
def report_schedule_now(row_id: int) -> ResponseReturnValue:
    """Make one now; leads to the job's page."""
    row = service.own_one(me(), row_id)

    def act() -> str:
        return url_for("literacy.job", job_id=service.make_now(row).id)

    return done_or_back(act, url_for("courses.report_scheduled"))
