"""What the columns of exported files are called."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.reports import headers
from courses.reports.listed import REPORTS
from courses.views.base import blueprint
from literacy.access import Permission, requires
from literacy.export import disposition
from literacy.forms import Form, LineField, TextField, needed
from literacy.views.common import done_or_back, me, new_key, saved, status_of


class MappingForm(Form):
    """A mapping as YAML."""

    text = TextField("对照表（YAML）", [needed()], longest=40000)


def _kept(mapping: headers.Mapped) -> str:
    """Use these headers, say so, and lead back to the page that shows them."""
    headers.keep(me(), mapping)
    flash("列名已改。以后下载的文件用新的列名。" if mapping else "列名已恢复原样。", "done")
    return url_for("courses.report_headers")


def _handed_in(form: Form, mapping: Callable[[], headers.Mapped]) -> ResponseReturnValue | None:
    """Use what a form that was handed in says; None where none was, or where something has to be mended in it."""
    if request.method != "POST" or not form.validate():
        return None
    return saved(form, lambda: _kept(mapping()))


def _headers_form(**given: Any) -> Form:
    """One line for each column of each report; an empty one is our own word."""
    fields = {
        headers.field_name(report.key, column.key): LineField(column.title, longest=headers.LONGEST)
        for report in REPORTS
        for column in report.columns
    }
    kind: type[Form] = type("HeadersForm", (Form,), fields)
    return kind(**given)


def _typed(form: Form) -> headers.Mapped:
    """What was typed, without the lines left empty."""
    given = {
        report.key: {
            column.key: said
            for column in report.columns
            if (said := form._fields[headers.field_name(report.key, column.key)].data)
        }
        for report in REPORTS
    }
    return {report: fields for report, fields in given.items() if fields}


@blueprint.route("/manage/reports/headers", methods=["GET", "POST"])
@requires(Permission.INSTALLATION)
def report_headers() -> ResponseReturnValue:
    """See and change the headers of all reports: by a mapping that comes with the product, or column by column."""
    now_used = headers.stored()
    chosen = {
        headers.field_name(report, field): said for report, fields in now_used.items() for field, said in fields.items()
    }
    form = _headers_form(data=chosen)
    if answer := _handed_in(form, lambda: headers.checked(_typed(form))):
        return answer
    page = render_template(
        "courses/report_headers.html",
        form=form,
        reports=REPORTS,
        field_name=headers.field_name,
        used=now_used,
        shipped=headers.shipped(),
        key=new_key(),
    )
    return page, status_of(form)


@blueprint.route("/manage/reports/headers/paste", methods=["GET", "POST"])
@requires(Permission.INSTALLATION)
def report_headers_paste() -> ResponseReturnValue:
    """Take over the headers of another installation: YAML, pasted as a whole."""
    form = MappingForm()
    if answer := _handed_in(form, lambda: headers.read(form.text.data or "")[0]):
        return answer
    return render_template("courses/report_headers_paste.html", form=form), status_of(form)


@blueprint.post("/manage/reports/headers/shipped")
@requires(Permission.INSTALLATION)
def report_headers_shipped() -> ResponseReturnValue:
    """Use a mapping that comes with the product; our own words where none is named."""
    name = request.form.get("name", "")
    return done_or_back(lambda: _kept(headers.shipped_mapping(name) if name else {}), url_for("courses.report_headers"))


@blueprint.get("/manage/reports/headers.yaml")
@requires(Permission.INSTALLATION)
def report_headers_file() -> ResponseReturnValue:
    """The headers as a file, to be handed to another installation."""
    answer = Response(headers.written(headers.stored()), content_type="application/yaml; charset=utf-8")
    answer.headers["Content-Disposition"] = disposition("报表列名.yaml")
    return answer
