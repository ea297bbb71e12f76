"""The administrator's pages of people in bulk: hand a list in, look, confirm, see what came of it."""

from collections.abc import Callable

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires, takes
from literacy.activation import mailing
from literacy.activation.views import site_address
from literacy.audit import FIELDS
from literacy.db import paged
from literacy.errors import Refused
from literacy.export import XLSX, disposition
from literacy.intake import results, service, tables
from literacy.intake.columns import HEADINGS
from literacy.intake.forms import ChoicesForm, PeopleFileForm
from literacy.intake.models import ImportState, Outcome, PeopleImport
from literacy.jobs.views import told
from literacy.service import units
from literacy.views import common
from literacy.views.base import blueprint

MAX_MEBIBYTES = 64
UNITS_SHOWN = 100
TABS = {
    "problem": "有问题",
    "missing": "单位还没有",
    "new": "新建",
    "changed": "修改",
    "deactivated": "停用",
    "skipped": "没有动",
    "unchanged": "没有变化",
}


@blueprint.route("/manage/people/imports", methods=["GET", "POST"])
@requires(Permission.PEOPLE)
@takes(MAX_MEBIBYTES)
def people_imports() -> ResponseReturnValue:
    """Hand a list in; below, what I handed in before."""
    form = PeopleFileForm()

    def act() -> str:
        file = form.file.data
        row = service.begin(common.me(), file.stream, file.filename or "")
        return _page(row)

    if request.method == "POST" and form.validate() and (answer := common.saved(form, act)):
        return answer
    page = render_template(
        "literacy/people_imports.html",
        form=form,
        page=paged(service.own(common.me()), common.page_number()),
        headings=list(HEADINGS.values()),
        largest=MAX_MEBIBYTES,
    )
    return page, common.status_of(form)


def _page(row: PeopleImport) -> str:
    return url_for("literacy.people_import", import_id=row.id)


@blueprint.get("/manage/people/imports/template")
@requires(Permission.PEOPLE)
def people_import_template() -> ResponseReturnValue:
    """The empty table to fill in."""
    answer = Response(tables.template(), content_type=XLSX)
    answer.headers["Content-Disposition"] = disposition("人员导入模板.xlsx")
    return answer


@blueprint.get("/manage/people/imports/<int:import_id>")
@requires(Permission.PEOPLE)
def people_import(import_id: int) -> ResponseReturnValue:
    """One list: how far it is, what it would do, what came of it."""
    row = service.import_for(common.me(), import_id)
    return _shown(row, _choices(row))


def _choices(row: PeopleImport) -> ChoicesForm:
    form = ChoicesForm(
        data={"units": "create" if row.create_units else "problem", "complete": row.complete_unit_id or 0}
        if request.method == "GET"
        else None
    )
    form.complete.offer(units.choices(units.tree(common.me())), "不是哪个单位的全部人员，没写进来的人不受影响")
    return form


def _shown(row: PeopleImport, form: ChoicesForm) -> ResponseReturnValue:
    job = service.job_of(row)
    show = request.args.get("show", "")
    show = show if show in TABS else service.first_shown(row)
    listed = row.state in (ImportState.READY, ImportState.DONE, ImportState.STALE) and not row.emptied
    page = render_template(
        "literacy/people_import.html",
        row=row,
        form=form,
        job=job,
        job_told=told(job) if job else "",
        stuck=service.is_stuck(row),
        page=paged(service.rows(row, show), common.page_number()) if listed else None,
        show=show,
        tabs=_tabs(row),
        explained=results.explained,
        fields=FIELDS,
        units=row.new_units[:UNITS_SHOWN],
        waits=row.state is ImportState.DONE and not row.emptied and results.new_people_wait(row.id),
        mailed=_reach(row),
        key=common.new_key(),
        states=ImportState,
        outcomes=Outcome,
    )
    return page, common.status_of(form)


def _reach(row: PeopleImport) -> mailing.Reach | None:
    """Whom links by mail would reach of those whom the import made."""
    if row.state is not ImportState.DONE or row.emptied:
        return None
    return mailing.reach(common.me(), results.of_import(row.id))


def _tabs(row: PeopleImport) -> list[tuple[str, str, int]]:
    """What the rows can be narrowed to, as (name, label, count); once the units are made, none is missing."""
    return [
        (name, label, row.count(name))
        for name, label in TABS.items()
        if row.count(name) and not (name == "missing" and row.state is ImportState.DONE)
    ]


@blueprint.post("/manage/people/imports/<int:import_id>/choices")
@requires(Permission.PEOPLE)
def people_import_choices(import_id: int) -> ResponseReturnValue:
    """Say what becomes of units that do not exist and of people who are missing, and look again."""
    row = service.import_for(common.me(), import_id)
    form = _choices(row)

    def act() -> str:
        service.choose(row, create_units=form.units.data == "create", complete_unit_id=form.complete.data or 0)
        return _page(row)

    if form.validate() and (answer := common.saved(form, act)):
        return answer
    return _shown(service.import_for(common.me(), import_id), form)


def _done(import_id: int, act: Callable[[PeopleImport], str]) -> ResponseReturnValue:
    row = service.import_for(common.me(), import_id)
    return common.done_or_back(lambda: act(row), _page(row))


@blueprint.post("/manage/people/imports/<int:import_id>/confirm")
@requires(Permission.PEOPLE)
def people_import_confirm(import_id: int) -> ResponseReturnValue:
    """Have it written."""

    def act(row: PeopleImport) -> str:
        if request.form.get("planned") != str(row.to_write) or request.form.get("stopping") != str(row.stopping):
            raise Refused("您打开这一页以后，要写入的内容变了。请看过新的再确认。")
        service.confirm(row, common.me(), site_address())
        return _page(row)

    return _done(import_id, act)


@blueprint.post("/manage/people/imports/<int:import_id>/again")
@requires(Permission.PEOPLE)
def people_import_again(import_id: int) -> ResponseReturnValue:
    """Take up what broke off, or read the file again."""

    def act(row: PeopleImport) -> str:
        service.go_on(row, common.me(), site_address())
        return _page(row)

    return _done(import_id, act)


@blueprint.post("/manage/people/imports/<int:import_id>/drop")
@requires(Permission.PEOPLE)
def people_import_drop(import_id: int) -> ResponseReturnValue:
    """Give it up."""

    def act(row: PeopleImport) -> str:
        service.drop(row)
        flash("已放弃，上传的文件也删掉了。什么也没有写入。", "done")
        return url_for("literacy.people_imports")

    return _done(import_id, act)


@blueprint.post("/manage/people/imports/<int:import_id>/codes")
@requires(Permission.PEOPLE)
def people_import_codes(import_id: int) -> ResponseReturnValue:
    """Make slips anew for whoever this import made and has not activated their account."""

    def act(row: PeopleImport) -> str:
        return url_for("literacy.job", job_id=service.issue_again(row, common.me(), site_address()).id)

    return _done(import_id, act)


@blueprint.post("/manage/people/imports/<int:import_id>/codes/mail")
@requires(Permission.PEOPLE)
def people_import_mail(import_id: int) -> ResponseReturnValue:
    """Mail whoever this import made and has not activated their account a link that opens it."""

    def act(row: PeopleImport) -> str:
        title, people = f"发激活链接：{row.file_name}", results.of_import(row.id)
        job = mailing.ask(common.me(), "import_mails", title, {"import_id": row.id}, people)
        return url_for("literacy.job", job_id=job.id)

    return _done(import_id, act)
