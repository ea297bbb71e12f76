"""Putting people into a cohort: by name, by unit, from pasted accounts."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from courses.cohorts import reach
from courses.cohorts.forms import PasteForm, UnitForm
from courses.cohorts.models import Cohort
from courses.cohorts.pasting import Pasted
from courses.cohorts.service import finding, members
from courses.cohorts.views.lists import link_to
from courses.cohorts.views.one import enrolled_if_running, page_url
from courses.forms.enrol import PeopleFilter, ticked
from courses.views.base import blueprint
from literacy.access import Permission, requires
from literacy.dates import today
from literacy.db import db, now
from literacy.errors import Refused
from literacy.forms import Form, asked_for
from literacy.service import units
from literacy.views.common import blame, done_or_back, go, me, page_number, saved, status_of


def _units(row: Cohort) -> list[tuple[int, str]]:
    """The units whose people may be in the cohort, to choose from."""
    nodes = reach.nodes(me())
    if row.unit_id is not None:
        inside = set(db.session.scalars(units.below(row.unit_id)))
        nodes = [node for node in nodes if node.unit.id in inside]
    return units.choices(nodes)


@blueprint.route("/manage/cohorts/<int:cohort_id>/people", methods=["GET", "POST"])
@requires(Permission.ENROL)
def cohort_people(cohort_id: int) -> ResponseReturnValue:
    """Find people, tick them, and put them into the cohort."""
    row = finding.cohort_for(me(), cohort_id)
    here, chosen = request.full_path.rstrip("?"), ticked(request.form.getlist("person"))
    form = Form() if request.method == "POST" else Form(None)
    if request.method == "POST" and not chosen:
        flash("还没有勾选任何人。先找到要加入的人，打勾，再点“加入”。", "note")
        return go(here)

    def act() -> str:
        cohort = finding.cohort_for(me(), cohort_id)
        added = members.add_people(me(), cohort, chosen, today(), now())
        flash(added.sentence, "done" if added.new or added.back else "note")
        enrolled_if_running(cohort)  # so few are enrolled at once
        return here

    if request.method == "POST" and (answer := saved(form, act)):
        return answer
    find = PeopleFilter(request.args)
    find.unit.offer(_units(row), "全部")
    asked = asked_for(find)
    page = render_template(
        "courses/cohort_people.html",
        cohort=row,
        form=form,
        find=find,
        page=members.search(me(), row, asked.get("words", ""), asked.get("unit", 0), page_number()),
        ticked=set(chosen),
        link=link_to("courses.cohort_people", cohort_id=cohort_id),
    )
    return page, status_of(form)


@blueprint.route("/manage/cohorts/<int:cohort_id>/unit", methods=["GET", "POST"])
@requires(Permission.ENROL)
def cohort_unit(cohort_id: int) -> ResponseReturnValue:
    """Put a whole unit into the cohort: first see what would happen, then do it."""
    row = finding.cohort_for(me(), cohort_id)
    form = UnitForm() if request.method == "POST" else UnitForm(request.args)
    known = _units(row)
    form.unit.offer(known, "请选择")
    fits = (request.method == "POST" or "unit" in request.args) and form.validate()

    def act() -> str:
        cohort = finding.cohort_for(me(), cohort_id)
        count = members.add_unit(me(), cohort, form.unit.data, today(), now())
        flash(f"加入 {count} 人。培训班结束以前，新来到这个单位的人也会自动加入。", "done")
        return enrolled_if_running(cohort)

    if request.method == "POST" and fits and (answer := saved(form, act)):
        return answer
    page = render_template(
        "courses/cohort_unit.html",
        cohort=row,
        form=form,
        preview=members.preview_unit(me(), row, form.unit.data) if fits else None,
        unit_name=dict(known).get(form.unit.data, ""),
        units_known=bool(known),
    )
    return page, status_of(form)


@blueprint.post("/manage/cohorts/<int:cohort_id>/unit/<int:rule_id>/end")
@requires(Permission.ENROL)
def cohort_unit_end(cohort_id: int, rule_id: int) -> ResponseReturnValue:
    """Take in no more newcomers of a unit."""
    row, target = finding.cohort_for(me(), cohort_id), page_url(cohort_id)

    def act() -> str:
        if name := members.end_unit(me(), row, rule_id):
            flash(f"以后来到{name}的人不再自动加入。已经在班里的人不受影响。", "done")
        return target

    return done_or_back(act, target)


@blueprint.route("/manage/cohorts/<int:cohort_id>/paste", methods=["GET", "POST"])
@requires(Permission.ENROL)
def cohort_paste(cohort_id: int) -> ResponseReturnValue:
    """Put people in by their accounts: problems are told line by line, and nobody comes in before they were seen."""
    row = finding.cohort_for(me(), cohort_id)
    form = PasteForm()
    lines: list[Pasted] = []
    if request.method == "POST" and form.validate():
        try:
            lines = members.check_pasted(me(), row, form.accounts.data or "")
        except Refused as refused:
            blame(form, refused)
    good = [line.person.user_id for line in lines if line.person and not line.problem]
    bad = [line for line in lines if line.problem]

    def act() -> str:
        cohort = finding.cohort_for(me(), cohort_id)
        added = members.add_people(me(), cohort, good, today(), now())
        skipped = f"跳过了有问题的 {len(bad)} 行。" if bad else ""
        flash(added.sentence + skipped, "done" if added.new or added.back else "note")
        return enrolled_if_running(cohort)

    ready = good and (not bad or "skip" in request.form)
    if ready and not form.errors and (answer := saved(form, act)):
        return answer
    page = render_template(
        "courses/cohort_paste.html", cohort=finding.cohort_for(me(), cohort_id), form=form, good=len(good), bad=bad
    )
    return page, 422 if bad else status_of(form)
