"""The list of cohorts; making and changing one."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.cohorts import reach
from courses.cohorts.forms import CohortFilter, CohortForm, usual_dates
from courses.cohorts.models import Cohort
from courses.cohorts.service import finding, life
from courses.forms.report import Sorting
from courses.views.base import blueprint
from literacy.access import Permission, requires
from literacy.dates import today
from literacy.forms import asked_for
from literacy.service import units
from literacy.views.common import me, page_number, saved, status_of

SORTING = Sorting(finding.SORTS, finding.DEFAULT_SORT)
COLUMNS = (
    ("name", "培训班", 0),
    ("year", "年度", 0),
    ("unit", "单位", 0),
    ("starts", "起止日期", 0),
    ("state", "状态", 0),
    ("members", "成员", 0),
    ("done", "全部完成", 0),
)
NARROWING = ("words", "year", "unit", "state", "mine", "course", "sort")
EVERYBODY = "全平台（不限单位）"


def link_to(endpoint: str, **fixed: Any) -> Any:
    """Makes addresses of a list that keep what it is narrowed to and change the rest: link(sort="name", state="")."""

    def link(page: int = 1, **changes: Any) -> str:
        kept = {name: request.args[name] for name in NARROWING if request.args.get(name)}
        wanted = {**kept, **changes, "page": page if page > 1 else None}
        return url_for(endpoint, **fixed, **{name: value for name, value in wanted.items() if value})

    return link


@blueprint.get("/manage/cohorts")
@requires(Permission.ENROL)
def cohorts() -> ResponseReturnValue:
    """The cohorts that one is responsible for: narrowed, sorted, with where each stands."""
    form = CohortFilter(request.args)
    form.year.offer([(year, str(year)) for year in finding.years()], "全部")
    form.unit.offer(units.choices(reach.nodes(me())), "全部")
    asked = asked_for(form)
    sort = SORTING.read(asked.pop("sort", ""))
    query = finding.cohort_list(me(), today(), **{**asked, "mine": bool(asked.get("mine"))})
    return render_template(
        "courses/cohorts.html",
        form=form,
        page=finding.page_of(query, today(), sort, page_number()),
        columns=COLUMNS,
        sorts=finding.SORTS,
        sort=sort,
        link=link_to("courses.cohorts"),
        narrowed=bool(asked),
    )


def offer(form: CohortForm, cohort: Cohort | None = None) -> None:
    """Give a form the units and people to choose from."""
    nodes = reach.nodes(me())
    keep = cohort.unit_id if cohort else None
    known = units.choices(nodes, keep=keep)
    form.unit.offer(known, EVERYBODY)
    if not reach.whole(me()):
        form.unit.choices = dict(known)
    form.responsible.offer(finding.responsible_people(me()), "请选择")


@blueprint.route("/manage/cohorts/new", methods=["GET", "POST"])
@requires(Permission.ENROL)
def cohort_new() -> ResponseReturnValue:
    """Make a cohort."""
    first = {**usual_dates(today()), "responsible": me().id, "remind_days": "7、1", "unit": me().unit_id or 0}
    form = CohortForm(data=first if request.method == "GET" else None)
    offer(form)

    def act() -> str:
        cohort = life.create(me(), form.plan())
        flash("培训班建好了。接着添加课程和成员，再开班。", "done")
        return url_for("courses.cohort", cohort_id=cohort.id)

    if request.method == "POST" and form.validate() and (answer := saved(form, act)):
        return answer
    return render_template("courses/cohort_new.html", form=form), status_of(form)


@blueprint.route("/manage/cohorts/<int:cohort_id>/edit", methods=["GET", "POST"])
@requires(Permission.ENROL)
def cohort_edit(cohort_id: int) -> ResponseReturnValue:
    """Change what is laid down of a cohort."""
    row = finding.cohort_for(me(), cohort_id)
    form = CohortForm(data=_data_of(row) if request.method == "GET" else None)
    offer(form, row)

    def act() -> str:
        cohort = finding.cohort_for(me(), cohort_id)
        life.change(me(), cohort, form.revision(), form.plan(), today())
        flash("已保存。", "done")
        return url_for("courses.cohort", cohort_id=cohort_id)

    if request.method == "POST" and form.validate() and (answer := saved(form, act)):
        return answer
    row = finding.cohort_for(me(), cohort_id)
    newer = request.method == "POST" and form.revision() != row.revision
    form.seen.data = str(row.revision)
    return render_template("courses/cohort_edit.html", form=form, cohort=row, newer=newer), status_of(form)


def _data_of(row: Cohort) -> dict[str, Any]:
    return {
        "name": row.name,
        "year": row.year,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "unit": row.unit_id or 0,
        "responsible": row.responsible_id,
        "remind_days": CohortForm.said(row.remind_days),
        "note": row.note,
    }
