"""The trainer's pages of marking again: what would change, the decision, and how far it is."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.db import now
from literacy.errors import NotFound
from literacy.views.common import done_or_back, me, new_key, page_number, saved, status_of
from quizzes.remarking import service, working
from quizzes.remarking.forms import OrderForm
from quizzes.remarking.models import Policy, Remarking, Stage
from quizzes.service.authoring import questions as asking
from quizzes.views.base import blueprint


def _url(remarking_id: int) -> str:
    return url_for("quizzes.remarking", remarking_id=remarking_id)


def _subject_url(word: str, row_id: int) -> str:
    values: dict[str, Any] = {f"{word}_id": row_id}
    return url_for(f"quizzes.author_{word}", **values)


@blueprint.get("/teach/remarkings")
@requires(Permission.MARK_ALL)
def remarkings() -> ResponseReturnValue:
    """Every re-marking, the newest first."""
    return render_template("quizzes/remarkings.html", page=service.remarkings_page(page_number()))


@blueprint.post("/teach/<string:kind>/<int:row_id>/remark")
@requires(Permission.MARK_ALL)
def remark(kind: str, row_id: int) -> ResponseReturnValue:
    """Begin to look what would change if the answers to a question or scenario were marked now."""
    load: dict[str, Any] = {"questions": asking.question_for, "scenarios": asking.scenario_for}
    if kind not in load:
        raise NotFound
    back = _subject_url(kind[:-1], row_id)

    def act() -> str:
        made = service.begin(me(), load[kind](row_id), now())
        _go_on(made)
        return _url(made.id)

    return done_or_back(act, back)


def _go_on(remarking: Remarking) -> None:
    """Do a little at once, and leave the rest to the worker."""
    if service.go_on(remarking, now()):
        working.start(me(), remarking)


@blueprint.get("/teach/remarkings/<int:remarking_id>")
@requires(Permission.MARK_ALL)
def remarking(remarking_id: int) -> ResponseReturnValue:
    """What a re-marking would change, or changed."""
    return _page(service.remarking_for(remarking_id), OrderForm(None))


def _page(one: Remarking, form: OrderForm) -> ResponseReturnValue:
    turning = "turning" in request.args
    looked = one.stage is not Stage.LOOKING
    going = one.stage in (Stage.LOOKING, Stage.APPLYING)
    page = render_template(
        "quizzes/remarking.html",
        one=one,
        form=form,
        counts=service.counts_of(one),
        completions=service.completions(one) if one.stage is Stage.LOOKED else [],
        page=service.remarks_page(one, page_number(), turning=turning) if looked else None,
        turning=turning,
        key=new_key(),
        job=working.latest(one) if going else None,
        total=working.how_many(one) if going else 0,
    )
    return page, status_of(form)


@blueprint.get("/teach/remarkings/<int:remarking_id>/state")
@requires(Permission.MARK_ALL)
def remarking_state(remarking_id: int) -> ResponseReturnValue:
    """How far it is, for the page's script."""
    one = service.remarking_for(remarking_id)
    job = working.latest(one)
    looking, total = one.stage is Stage.LOOKING, working.how_many(one)
    done = one.looked if looking else one.applied
    said = f"{'试评' if looking else '改成绩'} {done} / {max(done, total)}"
    return {"open": job is not None and job.is_open, "done": done, "total": total, "said": said}


@blueprint.post("/teach/remarkings/<int:remarking_id>/go-on")
@requires(Permission.MARK_ALL)
def remarking_go_on(remarking_id: int) -> ResponseReturnValue:
    """Let the worker take it up again where it broke off."""

    def act() -> str:
        _go_on(service.remarking_for(remarking_id, writing=True))
        return _url(remarking_id)

    return done_or_back(act, _url(remarking_id))


@blueprint.post("/teach/remarkings/<int:remarking_id>/order")
@requires(Permission.MARK_ALL)
def remarking_order(remarking_id: int) -> ResponseReturnValue:
    """Let what was found become the marks."""
    form = OrderForm()

    def act() -> str:
        one = service.remarking_for(remarking_id, writing=True)
        service.order(me(), one, Policy(form.policy.data), form.reason.data or "", now())
        _go_on(one)
        return _url(remarking_id)

    if form.validate() and (answer := saved(form, act)):
        return answer
    return _page(service.remarking_for(remarking_id), form)


@blueprint.post("/teach/remarkings/<int:remarking_id>/drop")
@requires(Permission.MARK_ALL)
def remarking_drop(remarking_id: int) -> ResponseReturnValue:
    """Leave all marks as they are."""

    def act() -> str:
        one = service.remarking_for(remarking_id, writing=True)
        service.drop(one, now())
        flash("没有采用，所有成绩都和原来一样。", "done")
        return _subject_url("question" if one.question_id else "scenario", one.subject.id)

    return done_or_back(act, _url(remarking_id))
