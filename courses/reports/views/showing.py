"""Reports on screen and as files: one set of pages for all of them."""

from collections.abc import Mapping
from typing import IO, Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.reports import exporting, saved
from courses.reports.asking import Asked, asked_of, changed
from courses.reports.frame import COSTLY, HIDDEN, Look, Type
from courses.reports.listed import REPORTS, report_for
from courses.reports.record import record_of, write_pdf, write_workbook
from courses.views.base import blueprint
from literacy import audit
from literacy.access import Permission, requires
from literacy.dates import today
from literacy.db import PAGE_SIZE, Page, db, reading, writes
from literacy.errors import NotFound
from literacy.export import XLSX, Counted, answered
from literacy.jobs import service as jobs
from literacy.views.common import done_or_back, go, me, new_key, page_number


@blueprint.get("/manage/reports")
@requires(Permission.REPORT)
def reports() -> ResponseReturnValue:
    """All reports, each with the question that it answers, and one's own views of it."""
    listed = [(report, saved.views_of(me(), report.key)) for report in REPORTS]
    return render_template("courses/reports.html", listed=listed)


@blueprint.get("/manage/reports/<string:key>")
@requires(Permission.REPORT)
def report(key: str) -> ResponseReturnValue:
    """One report: narrowed, sorted, counted, drawn. Without anything in the address it opens with one's own view."""
    if not request.args and (default := saved.default_of(me(), report_for(key).key)):
        return go(view_address(default.report, default.query, default.id))
    asked = asked_of(report_for(key), request.args, me())
    page, look, sort = _page(asked)
    return render_template(
        "courses/report.html",
        report=asked.report,
        form=asked.form,
        columns=asked.columns,
        places=[place for place, one in enumerate(asked.report.columns) if one.key in asked.keys],
        sort=sort,
        sorts=[one for one in asked.report.columns if one.sorts and _may_sort(one, look)],
        page=page,
        look=look,
        told=asked.form.in_words(),
        narrowed=bool(asked.form.in_words()),
        link=_linker(asked),
        file=lambda form: address("courses.report_export", key, asked.query, form=form),
        made_later=look.more or look.total > exporting.AT_ONCE,
        renew_address=address("courses.report_renew", key, asked.query),
        schedule_address=address("courses.report_schedule_new", key, asked.query),
        new_view_address=address("courses.report_view_new", key, asked.query),
        view_address=view_address,
        job_address=address("courses.report_export_job", key, asked.query),
        paper_full=look.more or look.total > exporting.MOST_ON_PAPER,
        views=saved.views_of(me(), asked.report.key),
        view=request.args.get("view", 0, int),
        default=saved.default_of(me(), asked.report.key),
        key=new_key(),
        hidden=HIDDEN,
        types=Type,
    )


def view_address(key: str, query: dict[str, list[str]], view: int = 0) -> str:
    """The address of a report as a view keeps it. `all` keeps an empty one from opening with the default view."""
    return address("courses.report", key, {**query, **({"view": [view]} if view else {"all": [1]})})


def address(endpoint: str, key: str, query: Mapping[str, Any], **more: Any) -> str:
    """An address of a report with what narrows it."""
    values: dict[str, Any] = {**query, **more, "key": key}
    return url_for(endpoint, **values)


def _back(asked: Asked) -> str:
    return address("courses.report", asked.report.key, asked.query or {"all": [1]})


def _may_sort(column: Any, look: Look) -> bool:
    return not column.costly or (not look.more and look.total <= COSTLY)


def _page(asked: Asked) -> tuple[Page, Look, str]:
    """The page that is asked for, or the nearest; sorted otherwise where sorting so would take too long."""
    number, sort = max(1, page_number()), asked.sort
    costly = sort and asked.report.column(sort.removeprefix("-")).costly
    if costly:
        look = asked.report.look(asked.wanted, asked.report.default_sort, 0, 1)
        if not _may_sort(asked.report.column(sort.removeprefix("-")), look):
            sort = asked.report.default_sort
    look = asked.report.look(asked.wanted, sort, (number - 1) * PAGE_SIZE, PAGE_SIZE)
    last = max(1, -(-look.total // PAGE_SIZE))
    if number > last:
        number = last
        look = asked.report.look(asked.wanted, sort, (number - 1) * PAGE_SIZE, PAGE_SIZE)
    return Page(look.lines, number, look.total), look, sort


def _linker(asked: Asked) -> Any:
    """Makes addresses of the report that keep what it is narrowed to and change the rest: link(sort="name")."""

    def link(**changes: Any) -> str:
        query = changed(asked.query, **changes)
        return address("courses.report", asked.report.key, query or {"all": [1]})

    return link


@blueprint.get("/manage/reports/<string:key>/export/<form>")
@requires(Permission.REPORT)
@writes
def report_export(key: str, form: str) -> ResponseReturnValue:
    """The whole report, narrowed and sorted as on screen, as xlsx, csv or pdf; at once where it is short."""
    asked = asked_of(report_for(key), request.args, me())
    if form not in exporting.KINDS:
        raise NotFound
    back = _back(asked)
    if asked.form.errors:
        # A file has no place to say that a filter was not understood; the page has.
        return go(back)
    look = asked.report.look(asked.wanted, asked.sort, 0, 1)
    exporting.check(form, look.total)
    if look.more or look.total > exporting.AT_ONCE:
        flash("行数多，要在后台做：请按页面上的下载按钮。", "note")
        return go(back)
    rows = Counted(asked.report.rows(asked.wanted, asked.sort))

    def write(file: IO[bytes]) -> None:
        exporting.write(asked, look, me(), form, file, rows)

    db.session.commit()
    with reading():
        answer = answered(write, exporting.KINDS[form], exporting.name_of(asked, form))
        db.session.rollback()
    exporting.record(me(), asked, form, rows.count)
    db.session.commit()
    return answer


@blueprint.post("/manage/reports/<string:key>/export")
@requires(Permission.REPORT)
def report_export_job(key: str) -> ResponseReturnValue:
    """The same as a job, for what is long; leads to the job's page."""
    asked = asked_of(report_for(key), request.args, me())
    form = request.form.get("form", "")
    if form not in exporting.KINDS:
        raise NotFound
    back = _back(asked)
    if asked.form.errors:
        return go(back)

    def act() -> str:
        look = asked.report.look(asked.wanted, asked.sort, 0, 1)
        exporting.check(form, look.total)
        given = {"report": key, "form": form, "query": asked.query}
        job = jobs.start(me(), exporting.JOB, f"下载{asked.report.title}（{form.upper()}）", given)
        return url_for("literacy.job", job_id=job.id)

    return done_or_back(act, back)


@blueprint.post("/manage/reports/<string:key>/renew")
@requires(Permission.REPORT)
def report_renew(key: str) -> ResponseReturnValue:
    """Work out the sums anew, as a job; whoever asks meanwhile is led to the same one if it is their own."""
    asked = asked_of(report_for(key), request.args, me())
    back = _back(asked)

    def act() -> str:
        job = jobs.start(me(), "report_sums", "重新汇总报表", {}, key="report_sums")
        if job.owner_id != me().id:
            flash("另一位管理员刚刚已经在重新汇总，过一会儿再看。", "note")
            return back
        return url_for("literacy.job", job_id=job.id)

    return done_or_back(act, back)


@blueprint.get("/manage/reports/learner/<int:user_id>")
@requires(Permission.REPORT)
def report_record(user_id: int) -> ResponseReturnValue:
    """One learner's record, to look at and to print."""
    return render_template("courses/report_record.html", record=record_of(me(), user_id), types=Type)


@blueprint.get("/manage/reports/learner/<int:user_id>/export/<form>")
@requires(Permission.REPORT)
@writes
def report_record_export(user_id: int, form: str) -> ResponseReturnValue:
    """The record as a file: xlsx or pdf."""
    record = record_of(me(), user_id)
    if form not in ("xlsx", "pdf"):
        raise NotFound
    write, kind = (write_pdf, exporting.PDF) if form == "pdf" else (write_workbook, XLSX)
    answer = answered(lambda file: write(record, file), kind, f"学习详情_{record.person.name}_{today()}.{form}")
    audit.record(me(), "export.taken", record.person, f"下载{record.title}（{form.upper()}）")
    db.session.commit()
    return answer
