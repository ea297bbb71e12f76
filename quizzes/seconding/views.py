"""The pages of reading what somebody else wrote: the list, one piece as the learner will see it, the answer."""

from collections.abc import Callable
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from literacy.access import Permission, requires
from literacy.db import now, paged
from literacy.models import State
from literacy.registry import subject_link
from literacy.views.common import done_or_back, me, new_key, page_number, saved, status_of
from quizzes.history.differences import fields_between
from quizzes.history.kinds import Body, Kept, kept_as
from quizzes.history.views import words_of
from quizzes.models import Question, Scenario
from quizzes.reference import service as reference
from quizzes.seconding import service
from quizzes.seconding.forms import AskForm, ReturnForm
from quizzes.seconding.waiting import pending_of, request_of
from quizzes.service.authoring import life
from quizzes.views.author.preview import preview_of
from quizzes.views.base import blueprint

SHOWS: dict[str, Callable[[Any, Body], str]] = {}
"""How a piece of content looks to a learner, by kind; packages above add theirs."""


def _question(row: Question, body: Body) -> str:
    shown = preview_of(row, body=body)
    return render_template("quizzes/_shown_question.html", q=shown, scenario=row.scenario)


def _scenario(row: Scenario, body: Body) -> str:  # noqa: ARG001
    words = reference.words_named(body.get("expressions") or [])
    return render_template("quizzes/_shown_scenario.html", body=body, words=words)


SHOWS |= {"questions": _question, "scenarios": _scenario}


@blueprint.get("/teach/reviews")
@requires(Permission.AUTHOR)
def author_reviews() -> ResponseReturnValue:
    """What waits to be read: by this trainer or by any, and what they sent themselves."""
    page = paged(service.waiting_for(me()), page_number())
    rows = service.rows_of(page.items)
    links = {one.id: subject_link(one.kind, one.row_id, me())[0] for one in page.items}
    return render_template("quizzes/author_reviews.html", page=page, rows=rows, words=links)


@blueprint.route("/teach/<string:kind>/<int:row_id>/review", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_review(kind: str, row_id: int) -> ResponseReturnValue:
    """What is to be published as the learner will see it, what that changes, and the form that asks for a reader."""
    kept = kept_as(kind)
    row = kept.load(row_id)
    form = _ask_form()

    def act() -> str:
        service.ask(me(), kept.load(row_id, writing=True), form.asked_of.data or 0, form.note.data or "", now())
        flash("已送审。对方在“待审”里看得到。", "done")
        return _url(kind, row_id)

    if request.method == "POST" and form.validate() and (answer := saved(form, act)):
        return answer
    return _page(kept, row, form, ReturnForm(None)), status_of(form)


def _url(kind: str, row_id: int) -> str:
    return url_for("quizzes.author_review", kind=kind, row_id=row_id)


def _ask_form() -> AskForm:
    form = AskForm()
    form.asked_of.offer(service.trainers(me()), "哪位培训师都可以")
    return form


def _page(kept: Kept, row: Any, form: AskForm, back: ReturnForm) -> str:
    new, old = service.to_read(row)
    request_open = request_of(row)
    word, url = subject_link(kept.name, row.id, me())
    shows = SHOWS.get(kept.name)
    return render_template(
        "quizzes/author_review.html",
        row=row,
        kind=kept.name,
        word=word,
        url=url,
        form=form,
        back=back,
        pending=pending_of(row),
        asked=request_open if request_open and request_open.is_open else None,
        last=request_open,
        changed=[one for one in fields_between(old, new, words_of(kept, old, new)) if one.changed] if old else [],
        excuse=life.needs_reason(row, new, old),
        shown=Markup(shows(row, new)) if shows else None,  # noqa: S704  a template of ours, escaped there
        problems=[] if row.state is State.PUBLISHED else life.hindrances(row),
        key=new_key(),
    )


@blueprint.post("/teach/<string:kind>/<int:row_id>/review/publish")
@requires(Permission.AUTHOR)
def author_review_publish(kind: str, row_id: int) -> ResponseReturnValue:
    """Publish what was read."""
    kept = kept_as(kind)
    opened_on = request.form.get("revision", 0, int)

    def act() -> str:
        row = kept.load(row_id, writing=True)
        with life.because(request.form.get("reason", "")):
            service.publish(me(), row, opened_on)
        flash(f"{life.name_of(row)}已发布。", "done")
        return subject_link(kind, row_id, me())[1]

    return done_or_back(act, _url(kind, row_id))


@blueprint.post("/teach/<string:kind>/<int:row_id>/review/return")
@requires(Permission.AUTHOR)
def author_review_return(kind: str, row_id: int) -> ResponseReturnValue:
    """Send it back with a word on what to change."""
    kept = kept_as(kind)
    form = ReturnForm()

    def act() -> str:
        service.send_back(me(), kept.load(row_id, writing=True), form.answer.data or "", now())
        flash("已退回。您写的话会留在对方的修改页上。", "done")
        return url_for("quizzes.author_reviews")

    if form.validate() and (answer := saved(form, act)):
        return answer
    return _page(kept, kept.load(row_id), _ask_form(), form), status_of(form)


def _button(kind: str, row_id: int, act: Callable[[Any], None], said: str) -> ResponseReturnValue:
    """Do what a button says to a row, and go back to the row's page."""

    def whole() -> str:
        act(kept_as(kind).load(row_id, writing=True))
        flash(said, "done")
        return subject_link(kind, row_id, me())[1]

    return done_or_back(whole, _url(kind, row_id))


@blueprint.post("/teach/<string:kind>/<int:row_id>/review/withdraw")
@requires(Permission.AUTHOR)
def author_review_withdraw(kind: str, row_id: int) -> ResponseReturnValue:
    """Take one's own request back."""
    return _button(kind, row_id, lambda row: service.withdraw(me(), row, now()), "已撤回。")


@blueprint.post("/teach/<string:kind>/<int:row_id>/pending/drop")
@requires(Permission.AUTHOR)
def author_review_drop(kind: str, row_id: int) -> ResponseReturnValue:
    """Give up the change that waits."""
    said = "待发布的修改已放弃。学员看到的没有变。"
    return _button(kind, row_id, lambda row: service.drop_pending(me(), row), said)
