"""The administrator's completion report: on screen, and as a file of exactly what is on screen."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.forms.report import ReportFilter, RosterFilter, Sorting
from courses.service import report as reporting
from courses.service import roster
from courses.views.base import blueprint
from literacy.access import Permission, requires
from literacy.dates import today
from literacy.db import writes
from literacy.service import units
from literacy.views.common import download, go, page_number

SORTING = Sorting(roster.SORTS, roster.DEFAULT_SORT)
NARROWING = ("words", "unit", "course", "state", "dated", "since", "until", "sort")


@blueprint.get("/manage/report")
@requires(Permission.REPORT)
def report() -> ResponseReturnValue:
    """Who has completed what: narrowed, sorted, counted."""
    form = _form()
    wanted, sort = wanted_by(form), SORTING.read(form.sort.data)
    totals = roster.totals(wanted)
    return render_template(
        "courses/report.html",
        form=form,
        page=roster.page_of(wanted, sort, page_number()),
        totals=totals,
        everything=sum(totals.values()),
        columns=reporting.COLUMNS,
        sorts=roster.SORTS,
        sort=sort,
        link=link_to("courses.report"),
        download=lambda kind: url_for("courses.report_export", form=kind, **kept()),
    )


@blueprint.get("/manage/report/export/<form>")
@requires(Permission.REPORT)
@writes
def report_export(form: str) -> ResponseReturnValue:
    """The whole report, narrowed and sorted as on screen, as xlsx or csv."""
    asked = _form()
    wanted, sort = wanted_by(asked), SORTING.read(asked.sort.data)
    if asked.errors:
        # A file has no place to say that a filter was not understood; the page has.
        return go(url_for("courses.report", **kept()))
    return download(reporting.table(roster.rows_of(wanted, sort)), form, asked.in_words())


def _form() -> ReportFilter:
    form = ReportFilter(request.args)
    form.unit.offer(units.choices(units.tree()), "全部")
    form.course.offer(reporting.courses_with_people(), "全部")
    return form


def wanted_by(form: RosterFilter, **more: Any) -> roster.Filter:
    """What a filter form asks for."""
    asked = {**form.asked(), **more}
    return roster.Filter(today(), **{**asked, "dated": roster.Dated(asked.get("dated", roster.Dated.ENROLLED))})


def kept(*names: str) -> dict[str, Any]:
    """What the address narrows a list to. Only what is known goes on into other addresses."""
    return {name: request.args[name] for name in (*NARROWING, *names) if request.args.get(name)}


def link_to(endpoint: str, **fixed: Any) -> Any:
    """Makes addresses of a list that keep what it is narrowed to and change the rest: link(sort="name", state="")."""

    def link(page: int = 1, **changes: Any) -> str:
        wanted = {**kept(), **changes, "page": page if page > 1 else None}
        return url_for(endpoint, **fixed, **{name: value for name, value in wanted.items() if value})

    return link
