"""Once more: last year's cohort copied, and a cohort of those who did not finish."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.cohorts.forms import CopyForm, MakeUpForm, usual_dates
from courses.cohorts.service import copying, finding, makeup
from courses.cohorts.views.one import page_url
from courses.views.base import blueprint
from literacy.access import Permission, requires
from literacy.dates import today
from literacy.db import now
from literacy.errors import Refused
from literacy.views.common import go, me, page_number, saved, status_of


@blueprint.route("/manage/cohorts/<int:cohort_id>/copy", methods=["GET", "POST"])
@requires(Permission.ENROL)
def cohort_copy(cohort_id: int) -> ResponseReturnValue:
    """Copy a cohort: choose the dates, see what is taken along, then make it."""
    row = finding.cohort_for(me(), cohort_id)
    plan = copying.usual(row)
    if request.method == "GET" and not request.args:
        form = CopyForm(None, data={**vars(plan), "units": True, "people": False})
        fits = True
    else:
        form = CopyForm() if request.method == "POST" else CopyForm(request.args)
        fits = form.validate()

    def act() -> str:
        made = copying.copy(
            me(),
            finding.cohort_for(me(), cohort_id),
            form.plan_like(plan),
            with_units=bool(form.units.data),
            with_people=bool(form.people.data),
            day=today(),
            moment=now(),
        )
        flash("新的培训班建好了，在筹备。看过没有问题，再开班。", "done")
        return page_url(made.id)

    if request.method == "POST" and fits and (answer := saved(form, act)):
        return answer
    row = finding.cohort_for(me(), cohort_id)
    taken = copying.preview(me(), row, form.starts_on.data, form.ends_on.data) if fits else None
    return render_template("courses/cohort_copy.html", cohort=row, form=form, taken=taken), status_of(form)


@blueprint.route("/manage/cohorts/<int:cohort_id>/make-up", methods=["GET", "POST"])
@requires(Permission.ENROL)
def cohort_makeup(cohort_id: int) -> ResponseReturnValue:
    """Who did not finish, with the reason, and a new cohort of exactly those."""
    row, day = finding.cohort_for(me(), cohort_id), today()
    try:
        makeup.must_be_over(row, day)
    except Refused as refused:
        flash(refused.sentence, "problem")
        return go(page_url(cohort_id))
    plan = copying.usual(row)
    first = {**usual_dates(day), "name": f"{row.name}补训"}
    form = MakeUpForm(data=first if request.method == "GET" else None)

    def act() -> str:
        made = makeup.make_up(me(), finding.cohort_for(me(), cohort_id), form.plan_like(plan), today(), now())
        flash("补训班建好了，在筹备。看过没有问题，再开班。", "done")
        return url_for("courses.cohort", cohort_id=made.id)

    if request.method == "POST" and form.validate() and (answer := saved(form, act)):
        return answer
    row = finding.cohort_for(me(), cohort_id)
    page = render_template(
        "courses/cohort_makeup.html",
        cohort=row,
        form=form,
        page=makeup.page_of(row, page_number()),
        counts=makeup.counts(row),
        courses=makeup.courses_left(row),
        chances=makeup.chances(row),
    )
    return page, status_of(form)
