"""What all pages of authoring do alike: save once, keep what was typed, publish, retire."""

from collections.abc import Callable
from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from literacy.forms import Form
from literacy.models import Authored, State
from literacy.views.common import done_once, done_or_back, key_of, me, new_key, page_number, saved
from quizzes.forms.authoring.base import AuthoringForm
from quizzes.history.kinds import Body
from quizzes.models import Question, Scenario
from quizzes.remarking import service as remarking
from quizzes.seconding import service as seconding
from quizzes.seconding import waiting
from quizzes.service.authoring import life

__all__ = [
    "author",
    "checked",
    "done_once",
    "filled",
    "finish",
    "kept_for_later",
    "key_of",
    "later",
    "life_of",
    "marked_before",
    "new_key",
    "newer_than",
    "page_number",
    "pending_body",
    "published",
    "retired",
    "saved",
    "status_of",
    "to_publish",
    "waiting_beside",
]


author = me


def filled(form: Form, *names: str) -> dict[str, Any]:
    """The values of a filter form, by name."""
    return {name: form[name].data or "" for name in names}


def checked(form: AuthoringForm) -> bool:
    """Whether what was handed in is to be saved: a button that saves was pressed and every field will do."""
    if form.on_top_of.data:
        form.revision.data = form.on_top_of.data
    return not form.rearranged() and form.validate()


def pending_body(row: Authored | None) -> Body | None:
    """What is to be changed further: the change that waits to be published, if there is one."""
    pending = waiting.pending_of(row) if row is not None else None
    return pending.body if pending else None


def later(row: Authored | None) -> bool:
    """Whether what is saved waits until somebody publishes it: the button says so, or a change waits already."""
    return row is not None and life.can_wait(row) and ("later" in request.form or waiting.pending_of(row) is not None)


def kept_for_later(row: Authored, opened_on: int | None, body: Body) -> str:
    """Keep a change that learners do not see yet, and give where to go next."""
    seconding.keep_for_later(author(), row, opened_on, body)
    flash("已存为待发布的修改，学员看到的没有变。看过改动再发布，或者请人审一审。", "done")
    return url_for("quizzes.author_review", kind=row.__tablename__, row_id=row.id)  # type: ignore[attr-defined]


def to_publish(row: Authored | None) -> bool:
    """Whether what is saved goes before learners at once."""
    if later(row):
        return False
    return "publish" in request.form or (row is not None and row.state is State.PUBLISHED)


def finish(row: Authored, edit: str, show: str, reason: str = "") -> str:
    """Publish what was just saved if that was asked for, say what is still missing, and give where to go next."""
    if "publish" in request.form and row.state is not State.PUBLISHED:
        life.publish(author(), row, reason)
        flash("已保存并发布。", "done")
        return show
    missing = life.own_problems(row)
    if not missing:
        flash("已保存。", "done")
        return show
    flash(f"草稿已保存。还有 {len(missing)} 处要补，补完才能发布。", "note")
    return edit


def newer_than(form: AuthoringForm, row: Authored | None) -> int | None:
    """The revision that somebody else's change made since the form was opened; None where nobody did."""
    if row is None or request.method != "POST" or form.opened_on() == row.revision:
        return None
    return row.revision


def status_of(form: AuthoringForm) -> int:
    """How a page with this form is answered: 409 where a rule said no, 422 where something has to be mended."""
    if request.method != "POST":
        return 200
    if form.form_errors:
        return 409
    return 422 if any(True for _ in form.faults()) else 200


def published(load: Callable[[], Authored], target: str) -> ResponseReturnValue:
    """Publish a piece of content, with the drafts it needs if that was asked for."""

    def act() -> str:
        row = load()
        if "with_drafts" in request.form:
            life.publish_with_drafts(author(), row)
        else:
            life.publish(author(), row, request.form.get("reason", ""))
        flash(f"{life.name_of(row)}已发布。", "done")
        return target

    return done_or_back(act, target)


def retired(load: Callable[[], Authored], target: str) -> ResponseReturnValue:
    """Stop offering a piece of content."""

    def act() -> str:
        row = load()
        life.retire(author(), row)
        flash(f"{life.name_of(row)}已停用。学员做过的都还在。", "done")
        return target

    return done_or_back(act, target)


def life_of(row: Authored) -> dict[str, Any]:
    """What a page says of a piece of content: what is missing, which drafts it needs, where it is used."""
    return {
        "problems": life.hindrances(row),
        "drafts": life.drafts_in(row),
        "uses": life.uses_of(row),
        "act_key": new_key(),
        **waiting_beside(row),
    }


def waiting_beside(row: Authored | None) -> dict[str, Any]:
    """What waits beside a piece of content: a change, a request to read it, what somebody wants changed."""
    if row is None:
        return {}
    pending, asked = waiting.pending_of(row), waiting.request_of(row)
    return {
        "pending": pending,
        "reading_asked": asked,
        "returned": waiting.returned(row),
        "may_wait": life.can_wait(row),
    }


def marked_before(row: Question | Scenario) -> dict[str, Any]:
    """How many answers were judged by something older than it is now, and what was done about that."""
    return {"waiting": remarking.waiting(row), "remarkings": remarking.remarkings_of(row)}
