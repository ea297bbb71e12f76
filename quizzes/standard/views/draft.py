"""The draft of the rubric: change it by forms, try it, publish it."""

import secrets
from collections.abc import Callable
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.errors import NotFound, Refused
from literacy.views.common import done_or_back, me, new_key, saved, status_of
from quizzes.forms.authoring.base import AuthoringForm, lines_of
from quizzes.rubric.changes import FIGURES, changed_rubric, conditions_for, cue_faults, figure, figure_faults
from quizzes.rubric.rules import RuleError, load_rule_data
from quizzes.rubric.wording import condition_words
from quizzes.standard import report, service, telling, trying
from quizzes.standard.forms import TEXT_FORMS, CueForm, FiguresForm, PublishForm, TrialForm
from quizzes.standard.in_force import in_force
from quizzes.standard.models import RubricVersion
from quizzes.standard.views.read import conflicts_shown, owner_page, rubric_of
from quizzes.views.author import common
from quizzes.views.base import blueprint

DRAFT = "quizzes.rubric_draft"
NEW = "new"
"""Stands in an address where a cue has no key yet."""


def _draft() -> RubricVersion:
    draft = service.open_draft()
    if draft is None:
        raise NotFound("现在没有开着的草稿。它可能已经发布，或者被放弃了。")
    return draft


def _put(form: AuthoringForm, values: Callable[[], dict[str, Any]], target: str) -> ResponseReturnValue | None:
    """Store what a form says in the draft; None, with the reason on the form, where a rule says no."""

    def act() -> str:
        service.put(me(), service.draft_for_writing(), form.opened_on(), values())
        flash("已存进草稿。现在用的准则还没有变。", "done")
        return target

    return saved(form, act)


def _newer(form: AuthoringForm, draft: RubricVersion) -> int | None:
    return draft.revision if request.method == "POST" and form.opened_on() != draft.revision else None


@blueprint.post("/teach/rubric/draft/begin")
@requires(Permission.AUTHOR)
def rubric_draft_begin() -> ResponseReturnValue:
    """Open a draft that begins as the version in force."""

    def act() -> str:
        service.begin(me(), service.current())
        flash("草稿已开好。改什么都不影响现在的评分，发布以后才生效。", "done")
        return url_for(DRAFT)

    return done_or_back(act, url_for("quizzes.rubric"))


@blueprint.route("/teach/rubric/draft", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def rubric_draft() -> ResponseReturnValue:
    """The draft: what it changes, how it was tested, and the button that publishes it."""
    draft = _draft()
    form = PublishForm(
        data=None
        if request.method == "POST"
        else {name: getattr(draft, name) for name in ("label", "note", "revision")}
    )
    if request.method == "POST" and common.checked(form) and (answer := _published(form)):
        return answer
    draft = _draft()
    tested = report.latest(draft)
    page = render_template(
        "quizzes/rubric_draft.html",
        form=form, draft=draft, changes=telling.changes_shown(draft.changes), conflicts=conflicts_shown(draft),
        tested=tested, stale=tested is not None and report.is_stale(tested, draft), act_key=new_key(),
        hindrances=service.hindrances(draft), newer=_newer(form, draft), rubric=rubric_of(draft), levels=telling.LEVELS,
        broken=report.broken(tested, draft) if tested is not None and tested.finished_at else [],
    )  # fmt: skip
    return page, status_of(form)


def _published(form: PublishForm) -> ResponseReturnValue | None:
    label, note, excuse = (form[name].data or "" for name in ("label", "note", "excuse"))

    def act() -> str:
        draft = service.draft_for_writing()
        if "publish" not in request.form:
            service.describe(draft, form.opened_on(), label, note)
            flash("已保存。", "done")
            return url_for(DRAFT)
        draft.label = label
        service.publish(me(), draft, form.opened_on(), note, excuse)
        flash(f"{label}已发布。从现在起，新交的作答按它评；以前的成绩不变。", "done")
        return url_for("quizzes.rubric_version", version_id=draft.id)

    return saved(form, act)


@blueprint.post("/teach/rubric/draft/discard")
@requires(Permission.AUTHOR)
def rubric_draft_discard() -> ResponseReturnValue:
    """Close the draft without publishing it."""

    def act() -> str:
        draft = service.draft_for_writing()
        service.discard(me(), draft)
        flash("草稿已放弃。改动还留在版本记录里，可以从那里再开。", "done")
        return url_for("quizzes.rubric")

    return done_or_back(act, url_for("quizzes.rubric"))


@blueprint.post("/teach/rubric/draft/undo")
@requires(Permission.AUTHOR)
def rubric_draft_undo() -> ResponseReturnValue:
    """Take one change back."""
    back = url_for(DRAFT) + "#changes-title"

    def act() -> str:
        draft = service.draft_for_writing()
        service.take_back(me(), draft, _revision(), request.form.get("at", ""))
        flash("这处改动已撤销。", "done")
        return back

    return done_or_back(act, back)


def _revision() -> int:
    return request.form.get("revision", 0, int)


@blueprint.get("/teach/rubric/draft/<any(patterns,elements):kind>/<string:owner>")
@requires(Permission.AUTHOR)
def rubric_draft_owner(kind: str, owner: str) -> ResponseReturnValue:
    """A pattern or an element of the draft, to be changed."""
    draft = _draft()
    return owner_page(kind, owner, draft, draft)


@blueprint.route("/teach/rubric/draft/<any(patterns,elements):kind>/<string:owner>/edit", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def rubric_texts(kind: str, owner: str) -> ResponseReturnValue:
    """Change what learners read of a pattern or an element."""
    draft = _draft()
    given = getattr(service.laid(draft).data, kind).get(owner)
    if given is None:
        raise NotFound
    made = TEXT_FORMS[kind]
    names = [name for name in made()._fields if name in telling.PARTS]
    data = {name: given[name] for name in names} | {"revision": draft.revision}
    form = made(data=None if request.method == "POST" else data)
    back = url_for("quizzes.rubric_draft_owner", kind=kind, owner=owner)
    if (
        request.method == "POST"
        and common.checked(form)
        and (answer := _put(form, lambda: {f"{kind}.{owner}.{name}": form[name].data for name in names}, back))
    ):
        return answer
    page = render_template(
        "quizzes/rubric_texts.html", form=form, name=given["name"], back=back, newer=_newer(form, draft)
    )
    return page, status_of(form)


@blueprint.route("/teach/rubric/draft/figures", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def rubric_figures() -> ResponseReturnValue:
    """Change the figures of the arithmetic, within limits."""
    draft = _draft()
    head = service.laid(draft).data.head
    data = {name.replace(".", "_"): figure(head, name) for name in FIGURES} | {"revision": draft.revision}
    form = FiguresForm(data=None if request.method == "POST" else data)
    if request.method == "POST" and common.checked(form):
        values = form.values()
        wrong = figure_faults({at.removeprefix("figures."): value for at, value in values.items()})
        form.show((service.field_of(at), f"{sentence}。") for at, sentence in wrong)
        if not wrong and (answer := _put(form, lambda: values, url_for(DRAFT))):
            return answer
    return render_template("quizzes/rubric_figures.html", form=form, newer=_newer(form, draft)), status_of(form)


@blueprint.route(
    "/teach/rubric/draft/<any(patterns,elements):kind>/<string:owner>/cues/<string:key>", methods=["GET", "POST"]
)
@requires(Permission.AUTHOR)
def rubric_cue(kind: str, owner: str, key: str) -> ResponseReturnValue:
    """Write a new cue, or change one; sentences can be tried before anything is saved."""
    draft, data = _draft(), load_rule_data()
    laid = service.laid(draft)
    cue = {} if key == NEW else laid.cues.get(owner, {}).get(key)
    if cue is None or owner not in getattr(data, kind):
        raise NotFound("这条线索已经没有了，可能刚被改过或停用。")
    form = CueForm(data=None if request.method == "POST" else {**CueForm.data_of(cue), "revision": draft.revision})
    form.offer([(name, condition_words(name)) for name in conditions_for(owner, data)])
    back = url_for("quizzes.rubric_draft_owner", kind=kind, owner=owner)
    place = f"cues.{owner}.{f'n{secrets.token_hex(4)}' if key == NEW else key}"
    results = None
    if request.method == "POST" and common.checked(form):
        made = form.cue()
        form.show((name, f"{sentence}。") for name, sentence in cue_faults(owner, made, data))
        if not form.errors:
            if "try" in request.form:
                results = _tried(draft, place, made, lines_of(form.trial.data))
            elif answer := _put(form, lambda: {place: made}, back):
                return answer
    page = render_template(
        "quizzes/rubric_cue.html",
        form=form, kind=kind, one=getattr(laid.data, kind)[owner], back=back, newer=_newer(form, draft),
        fresh=key == NEW, results=results, names=telling.names_of(in_force()), sets=data.sets,
    )  # fmt: skip
    return page, status_of(form)


def _tried(draft: RubricVersion, place: str, cue: dict[str, Any], lines: list[str]) -> list[trying.Tried]:
    """The sentences on the rubric in force, and on the draft with this cue in it."""
    changes = {**draft.changes, place: {"was": None, "now": cue}}
    try:
        return trying.tried(lines, "", in_force(), changed_rubric(changes))
    except RuleError:
        raise Refused("这样的准则用不了，请看看线索的写法。") from None


@blueprint.post("/teach/rubric/draft/<any(patterns,elements):kind>/<string:owner>/cues/<string:key>/switch")
@requires(Permission.AUTHOR)
def rubric_cue_switch(kind: str, owner: str, key: str) -> ResponseReturnValue:
    """Switch a cue off, or on again."""
    back = url_for("quizzes.rubric_draft_owner", kind=kind, owner=owner)

    def act() -> str:
        draft = service.draft_for_writing()
        at = f"cues.{owner}.{key}"
        change = draft.changes.get(at)
        if "on" in request.form or (change is not None and change["was"] is None):
            service.take_back(me(), draft, _revision(), at)
        elif key in service.laid(draft).cues.get(owner, {}):
            service.put(me(), draft, _revision(), {at: None})
        else:
            raise NotFound("这条线索已经没有了，可能刚被改过或停用。")
        flash("已存进草稿。", "done")
        return back

    return done_or_back(act, back)


@blueprint.route("/teach/rubric/draft/try", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def rubric_try() -> ResponseReturnValue:
    """Type sentences and see what the rubric in force and the draft say of them. Nothing is kept."""
    draft = _draft()
    form = TrialForm()
    results = None
    if request.method == "POST" and common.checked(form):
        results = trying.tried(lines_of(form.trial.data), form.post.data or "", in_force(), rubric_of(draft))
    page = render_template("quizzes/rubric_try.html", form=form, results=results, draft=draft)
    return page, status_of(form)
