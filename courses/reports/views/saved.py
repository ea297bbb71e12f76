"""Saved views: keep what is on screen under a name, change it, delete it."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from courses.reports import saved
from courses.reports.asking import asked_of
from courses.reports.forms import ViewForm
from courses.reports.listed import report_for
from courses.reports.views.showing import view_address
from courses.views.base import blueprint
from literacy.access import Permission, requires
from literacy.views.common import done_or_back, me, new_key, status_of
from literacy.views.common import saved as saved_form


@blueprint.route("/manage/reports/<string:key>/views/new", methods=["GET", "POST"])
@requires(Permission.REPORT)
def report_view_new(key: str) -> ResponseReturnValue:
    """Keep the report as it is narrowed, sorted and cut now."""
    asked = asked_of(report_for(key), request.args, me())
    form = ViewForm(None) if request.method == "GET" else ViewForm()
    if request.method == "POST" and form.validate():

        def act() -> str:
            view = saved.keep(
                me(), asked.report.key, asked.query,
                name=form.name.data or "", shared=form.shared.data, default=form.default.data,
            )  # fmt: skip
            flash(f"已存成视图“{view.name}”。", "done")
            return view_address(view.report, view.query, view.id)

        if answer := saved_form(form, act):
            return answer
    page = render_template(
        "courses/report_view_new.html",
        report=asked.report,
        form=form,
        told=asked.form.in_words(),
        columns=[column.title for column in asked.columns],
        back=view_address(key, asked.query),
    )
    return page, status_of(form)


@blueprint.route("/manage/reports/views/<int:view_id>/edit", methods=["GET", "POST"])
@requires(Permission.REPORT)
def report_view_edit(view_id: int) -> ResponseReturnValue:
    """Rename a view of one's own, share it, open with it; delete it."""
    view = saved.own_view(me(), view_id)
    is_default = saved.default_of(me(), view.report) is view
    given = {"name": view.name, "shared": view.shared, "default": is_default}
    form = ViewForm(None, data=given) if request.method == "GET" else ViewForm()
    if request.method == "POST" and form.validate():

        def act() -> str:
            saved.change(
                me(), saved.own_view(me(), view_id),
                name=form.name.data or "", shared=form.shared.data, default=form.default.data,
            )  # fmt: skip
            flash("已保存。", "done")
            return view_address(view.report, view.query, view_id)

        if answer := saved_form(form, act):
            return answer
        view = saved.own_view(me(), view_id)
    page = render_template(
        "courses/report_view_edit.html",
        report=report_for(view.report),
        view=view,
        form=form,
        back=view_address(view.report, view.query, view.id),
        key=new_key(),
    )
    return page, status_of(form)


@blueprint.post("/manage/reports/views/<int:view_id>/delete")
@requires(Permission.REPORT)
def report_view_delete(view_id: int) -> ResponseReturnValue:
    """Delete a view of one's own."""
    view = saved.own_view(me(), view_id)
    key, name = view.report, view.name
    target = view_address(key, {})

    def act() -> str:
        saved.delete(view)
        flash(f"已删除视图“{name}”。", "done")
        return target

    return done_or_back(act, target)


@blueprint.post("/manage/reports/views/<int:view_id>/open-with")
@requires(Permission.REPORT)
def report_view_default(view_id: int) -> ResponseReturnValue:
    """Let the report open with this view, one's own or a shared one; or no longer, if it does."""
    view = saved.view_for(me(), view_id)
    target = view_address(view.report, view.query, view.id)

    def act() -> str:
        if saved.default_of(me(), view.report) is view:
            saved.forget_default(me(), view.report)
            flash("这张报表以后打开时是全部。", "done")
        else:
            saved.open_with(me(), view)
            flash(f"这张报表以后打开时就用“{view.name}”。", "done")
        return target

    return done_or_back(act, target)
