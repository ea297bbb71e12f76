"""The bench beside a scenario: any reply judged by the scenario as it stands in the form, and replies to keep."""

from dataclasses import dataclass
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.db import db
from literacy.errors import Refused, wants_json
from literacy.forms import Form
from quizzes import bodies
from quizzes.expected import Expected
from quizzes.forms.authoring.bench import BenchForm, SavedReplyForm
from quizzes.forms.authoring.scenarios import ScenarioForm
from quizzes.marking import judged
from quizzes.models import Answer, SavedReply, Scenario
from quizzes.reference import service as reference
from quizzes.rubric import Verdict
from quizzes.service import bench
from quizzes.service.authoring import questions as service
from quizzes.service.authoring import saved_replies as keeping
from quizzes.standard.in_force import in_force
from quizzes.views.author import common
from quizzes.views.base import blueprint
from quizzes.views.showing import Shown


@dataclass(frozen=True)
class Bench:
    """What the bench shows: its form, the verdict on the reply in it, and how the kept replies fare."""

    form: BenchForm
    results: list[bench.Result]
    q: Shown | None
    """The verdict, as the pages of a verdict want it; None where nothing was tried."""
    said: str
    """What a button did."""
    beside: bool
    """Whether it stands beside the form, where nothing else tells how the kept replies fare."""

    @property
    def failing(self) -> list[bench.Result]:
        """The replies that are judged otherwise than expected."""
        return [result for result in self.results if result.differs]


def pressed() -> bool:
    """Whether a button of the bench was pressed, so that nothing of the form around it is to be saved."""
    return request.method == "POST" and "bench" in request.form


def judged_for_page(verdict: Verdict, text: str) -> Shown:
    """A verdict that belongs to no attempt, under the names that macros/verdict.html reads."""
    return Shown(Answer(position=0, detail=verdict.as_dict(), draft={"text": text}), [], [], [])


def bench_of(scenario: Scenario | None, body: dict[str, Any], *, beside: bool = True) -> Bench:
    """The bench for a scenario (None: not stored yet) with this body; does what its buttons said."""
    body = bodies.normalised_scenario(body)
    form = BenchForm(request.form if request.method == "POST" else None)
    act = request.form.get("bench", "") if request.method == "POST" else ""
    text = form.bench_reply.data or ""
    said = _kept(scenario, body, text) if act == "keep" and scenario is not None else ""
    results = bench.results(body, scenario.saved_replies if scenario else [])
    cases = {result.case.key: result.case for result in results}
    form.offer({key: case.label for key, case in cases.items()})
    if act == "pick" and (case := cases.get(form.bench_pick.data or "")):
        text = form.bench_reply.data = case.text
    form.validate()
    wanted = text.strip() and not form.bench_reply.errors
    return Bench(form, results, judged_for_page(judged(body, text, in_force()), text) if wanted else None, said, beside)


def _kept(scenario: Scenario, body: dict[str, Any], text: str) -> str:
    """Keep the reply in the bench, expecting what is said of it now; gives what the page says of that."""
    try:
        row = service.scenario_for(scenario.id, writing=True)
        expected = Expected.of(judged(body, text, in_force()))
        _, new = keeping.keep(common.author(), row, text.strip(), expected)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return refused.sentence
    return "已存下，应判的就是现在的评议。在情景页上可以改。" if new else "这条答复已经存过了。"


def say_what_fails(scenario: Scenario) -> None:
    """After saving: how many of the replies by which the scenario is tested are judged otherwise than expected."""
    results = bench.results(scenario.body, scenario.saved_replies)
    if failing := sum(bool(result.differs) for result in results):
        said = f"{len(results)} 条检验答复中 {len(results) - failing} 条符合，差在哪里写在“检验答复”下面。"
        flash(said, "note")


@blueprint.post("/teach/scenarios/bench")
@requires(Permission.AUTHOR)
def author_scenario_bench_new() -> ResponseReturnValue:
    """Judge a reply by a scenario that is not stored yet; for the script of the form."""
    return _fragment(bench_of(None, ScenarioForm().body()))


@blueprint.post("/teach/scenarios/<int:scenario_id>/bench")
@requires(Permission.AUTHOR)
def author_scenario_bench(scenario_id: int) -> ResponseReturnValue:
    """Judge a reply by a scenario: as it stands in the form if that was sent along, else as it is stored."""
    scenario = service.scenario_for(scenario_id)
    beside = "channel" in request.form
    shown = bench_of(scenario, ScenarioForm().body() if beside else scenario.body, beside=beside)
    return _fragment(shown) if wants_json() else scenario_page(scenario, shown)


def _fragment(shown: Bench) -> ResponseReturnValue:
    html = render_template("quizzes/_bench_verdict.html", bench=shown)
    said = shown.said or "".join(shown.form.bench_reply.errors)
    return {"html": html, "text": shown.form.bench_reply.data or "", "said": said}


def scenario_page(scenario: Scenario, shown: Bench) -> ResponseReturnValue:
    """A scenario as the learner sees it, then what only trainers see."""
    return render_template(
        "quizzes/author_scenario.html",
        row=scenario,
        body=scenario.body,
        bench=shown,
        points={point["id"]: point["text"] for point in scenario.body["points"]},
        elements=bodies.ELEMENT_IDS,
        patterns=bodies.PATTERN_IDS,
        words=reference.words_named(scenario.body.get("expressions") or []),
        **common.life_of(scenario),
        **common.marked_before(scenario),
    )


@blueprint.route("/teach/scenarios/<int:scenario_id>/replies/new", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_scenario_reply_new(scenario_id: int) -> ResponseReturnValue:
    """Keep another reply by which the scenario is tested."""
    return _edit(service.scenario_for(scenario_id), None)


@blueprint.route("/teach/scenarios/<int:scenario_id>/replies/<int:reply_id>", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_scenario_reply_edit(scenario_id: int, reply_id: int) -> ResponseReturnValue:
    """Change what a kept reply says or has to be judged."""
    scenario = service.scenario_for(scenario_id)
    return _edit(scenario, keeping.saved_reply_for(scenario, reply_id))


def _edit(scenario: Scenario, row: SavedReply | None) -> ResponseReturnValue:
    data = None
    if request.method == "GET" and row is not None:
        expected = SavedReplyForm.data_of(Expected.from_dict(row.expected))
        data = {**expected, "text": row.text, "note": row.note, "revision": row.revision}
    form = SavedReplyForm(data=data)
    form.offer({point["id"]: point["text"] for point in scenario.body["points"]})
    if request.method == "POST":
        if "fill" in request.form:
            form.fill(Expected.of(judged(scenario.body, form.text.data or "", in_force())))
        elif common.checked(form) and (answer := _saved(form, scenario, row)):
            return answer
    text = form.text.data or ""
    page = render_template(
        "quizzes/author_scenario_reply_edit.html", form=form, scenario=scenario, row=row,
        newer=_newer(form, row), key=common.new_key(),
        q=judged_for_page(judged(scenario.body, text, in_force()), text) if text.strip() else None,
    )  # fmt: skip
    return page, common.status_of(form)


def _newer(form: SavedReplyForm, row: SavedReply | None) -> int | None:
    stale = row is not None and request.method == "POST" and form.opened_on() != row.revision
    return row.revision if row is not None and stale else None


def _saved(form: SavedReplyForm, scenario: Scenario, row: SavedReply | None) -> ResponseReturnValue | None:
    reply_id = row.id if row else None
    text, note = (form.text.data or "").strip(), form.note.data or ""

    def act() -> str:
        locked = service.scenario_for(scenario.id, writing=True)
        if reply_id is None:
            _, new = keeping.keep(common.author(), locked, text, form.expected(), note)
            if not new:
                raise Refused("这条答复已经存过了。", field="text")
        else:
            kept = keeping.saved_reply_for(locked, reply_id, writing=True)
            keeping.change(common.author(), kept, form.opened_on(), text, form.expected(), note)
        flash("已保存。", "done")
        return url_for("quizzes.author_scenario", scenario_id=scenario.id, _anchor="tests-title")

    return common.saved(form, act)


@blueprint.post("/teach/scenarios/<int:scenario_id>/replies/<int:reply_id>/remove")
@requires(Permission.AUTHOR)
def author_scenario_reply_remove(scenario_id: int, reply_id: int) -> ResponseReturnValue:
    """Delete a kept reply."""

    def act() -> str:
        scenario = service.scenario_for(scenario_id, writing=True)
        keeping.remove(common.author(), keeping.saved_reply_for(scenario, reply_id, writing=True))
        flash("已删除。原文在操作记录里还能找到。", "done")
        return url_for("quizzes.author_scenario", scenario_id=scenario_id, _anchor="tests-title")

    return common.done_once(Form(), act)
