"""What all pages of authoring do alike: save once, keep what was typed, publish, retire."""

from collections.abc import Callable
from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue

from literacy.forms import Form
from literacy.models import Authored, State
from literacy.views.common import done_once, done_or_back, key_of, me, new_key, page_number, saved
from quizzes.forms.authoring.base import AuthoringForm
from quizzes.service.authoring import life

__all__ = [
    "author",
    "checked",
    "done_once",
    "filled",
    "finish",
    "key_of",
    "life_of",
    "newer_than",
    "page_number",
    "published",
    "retired",
    "saved",
    "status_of",
    "to_publish",
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


def to_publish(row: Authored | None) -> bool:
    """Whether what is saved goes before learners at once."""
    return "publish" in request.form or (row is not None and row.state is State.PUBLISHED)


def finish(row: Authored, edit: str, show: str) -> str:
    """Publish what was just saved if that was asked for, say what is still missing, and give where to go next."""
    if "publish" in request.form and row.state is not State.PUBLISHED:
        life.publish(author(), row)
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
            life.publish(author(), row)
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
    }
