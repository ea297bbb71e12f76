"""The trainer's pages of scenarios."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.db import paged
from literacy.forms import Form
from quizzes import bodies
from quizzes.forms.authoring.filters import ScenarioFilter
from quizzes.forms.authoring.scenarios import ScenarioForm
from quizzes.models import Scenario
from quizzes.service.authoring import life
from quizzes.service.authoring import questions as service
from quizzes.traps import TRAPS
from quizzes.views.author import bench, common
from quizzes.views.author.desk import Desk, Sent
from quizzes.views.base import blueprint


@blueprint.get("/teach/scenarios")
@requires(Permission.AUTHOR)
def author_scenarios() -> ResponseReturnValue:
    """All scenarios, to find one again."""
    form = ScenarioFilter(request.args)
    query = service.scenario_list(**common.filled(form, "words", "state", "channel"))
    return render_template("quizzes/author_scenarios.html", form=form, page=paged(query, common.page_number()))


@blueprint.route("/teach/scenarios/new", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_scenario_new() -> ResponseReturnValue:
    """Write a new scenario."""
    return _edit(None)


@blueprint.get("/teach/scenarios/<int:scenario_id>")
@requires(Permission.AUTHOR)
def author_scenario(scenario_id: int) -> ResponseReturnValue:
    """A scenario as the learner sees it, then what only trainers see."""
    scenario = service.scenario_for(scenario_id)
    return bench.scenario_page(scenario, bench.bench_of(scenario, scenario.body, beside=False))


@blueprint.route("/teach/scenarios/<int:scenario_id>/edit", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_scenario_edit(scenario_id: int) -> ResponseReturnValue:
    """Change a scenario; replies that were written to it before stay judged by what it was."""
    return _edit(service.scenario_for(scenario_id))


def _edit(scenario: Scenario | None) -> ResponseReturnValue:
    desk = Desk("scenarios", scenario, lambda sent: _form(scenario, sent))
    form = desk.form()
    assert isinstance(form, ScenarioForm)
    if bench.pressed():
        pass  # the form comes back as it stands, with the verdict beside it
    elif request.method == "POST":
        if common.checked(form) and (answer := _saved(form, scenario, desk)):
            return answer
    elif scenario is not None and not desk.restored:
        form.show(life.own_problems(scenario))
    page = render_template(
        "quizzes/author_scenario_edit.html", form=form, row=scenario, special=form.special_fields(),
        traps=TRAPS, bench=bench.bench_of(scenario, form.body()), **desk.shown(form), **common.waiting_beside(scenario),
    )  # fmt: skip
    return page, common.status_of(form)


def _form(scenario: Scenario | None, sent: Sent | None) -> ScenarioForm:
    data = None
    if sent is None and scenario is not None:
        held = {"title": scenario.title, **scenario.body, **(common.pending_body(scenario) or {})}
        data = {**ScenarioForm.data_of(held["title"], held), "revision": scenario.revision}
    return ScenarioForm(formdata=sent, data=data)


def _saved(form: ScenarioForm, scenario: Scenario | None, desk: Desk) -> ResponseReturnValue | None:
    body = form.body()
    problems = bodies.scenario_problems(body)
    if problems and common.to_publish(scenario):
        form.show(problems)
        return None
    title, reason = form.title.data or "", form.reason.data or ""

    def act() -> str:
        if scenario is None:
            row = service.create_scenario(common.author(), title, body)
        else:
            row = service.scenario_for(scenario.id, writing=True)
            if common.later(row):
                desk.saved()
                held = {**bodies.normalised_scenario(body), "title": title}
                return common.kept_for_later(row, form.opened_on(), held)
            service.change_scenario(common.author(), row, form.opened_on(), title, body, reason)
        desk.saved()
        target = common.finish(
            row,
            url_for("quizzes.author_scenario_edit", scenario_id=row.id),
            url_for("quizzes.author_scenario", scenario_id=row.id),
            reason,
        )
        bench.say_what_fails(row)
        return target

    return common.saved(form, act)


@blueprint.post("/teach/scenarios/<int:scenario_id>/publish")
@requires(Permission.AUTHOR)
def author_scenario_publish(scenario_id: int) -> ResponseReturnValue:
    """Offer a scenario for reply questions."""
    return common.published(
        lambda: service.scenario_for(scenario_id, writing=True),
        url_for("quizzes.author_scenario", scenario_id=scenario_id),
    )


@blueprint.post("/teach/scenarios/<int:scenario_id>/retire")
@requires(Permission.AUTHOR)
def author_scenario_retire(scenario_id: int) -> ResponseReturnValue:
    """Stop offering a scenario."""
    return common.retired(
        lambda: service.scenario_for(scenario_id, writing=True),
        url_for("quizzes.author_scenario", scenario_id=scenario_id),
    )


@blueprint.post("/teach/scenarios/<int:scenario_id>/drill")
@requires(Permission.AUTHOR)
def author_scenario_drill(scenario_id: int) -> ResponseReturnValue:
    """Make a draft drill out of a scenario: its reply question, alone in a quiz. One draft at a time will do."""

    def act() -> str:
        scenario = service.scenario_for(scenario_id, writing=True)
        if drill := service.drill_in_draft(scenario):
            flash("这个情景已经有一个演练草稿，就是这一个。看一遍，再发布。", "note")
        else:
            drill = service.make_drill(common.author(), scenario)
            flash("演练草稿已建好。看一遍，再发布。", "done")
        return url_for("quizzes.author_quiz", quiz_id=drill.id)

    return common.done_once(Form(), act)
