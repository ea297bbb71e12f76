"""What all pages with forms do alike: save once, keep what was typed, say beside the field what is wrong."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from literacy import audit, export
from literacy.dates import today, zone
from literacy.db import db, reading
from literacy.errors import NotFound, Refused
from literacy.forms import Form, asked_for
from literacy.models import User
from literacy.once import once


def me() -> User:
    """The person who is signed in, as services need them."""
    return current_user._get_current_object()


def page_number() -> int:
    """The page of a list that is asked for."""
    return request.args.get("page", 1, int)


def new_key() -> str:
    """A key for the buttons of a page, each a form of its own."""
    return Form(None).form_key.data


def key_of(form: Form) -> str:
    """What tells this handing-in from others: the form's key, its address, and all that it says.

    The content counts too: a form that was brought back with the browser's button and changed is another one.
    """
    said = sorted((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token")
    return hashlib.sha256(repr((request.path, form.form_key.data, said)).encode("utf-8", "replace")).hexdigest()


def go(target: str) -> ResponseReturnValue:
    """Send the browser there with GET."""
    return redirect(target, 303)


def done_once(form: Form, act: Callable[[], str]) -> ResponseReturnValue:
    """Do it unless this very form was handled before, and lead to where it says."""
    target = once(key_of(form), act)
    db.session.commit()
    return go(target)


def blame(form: Form, refused: Refused) -> None:
    """Set the sentence of a refusal beside the field that it is about, or above the form."""
    field = form._fields.get(refused.field)
    if field is None:
        form.form_errors.append(refused.sentence)
    else:
        field.errors = [*field.errors, refused.sentence]


def saved(form: Form, act: Callable[[], str]) -> ResponseReturnValue | None:
    """Save what the form holds; None, with the reason on the form, where a rule says no."""
    try:
        return done_once(form, act)
    except NotFound:
        raise
    except Refused as refused:
        db.session.rollback()
        blame(form, refused)
        return None


def done_or_back(act: Callable[[], str], back: str) -> ResponseReturnValue:
    """Do what a button says, once; where a rule says no, go back to its page and say why there."""
    try:
        return done_once(Form(), act)
    except NotFound:
        raise
    except Refused as refused:
        db.session.rollback()
        flash(refused.sentence, "problem")
        return go(back)


def status_of(form: Form) -> int:
    """How a page with this form is answered: 409 where a rule said no, 422 where something has to be mended."""
    if request.method != "POST":
        return 200
    if form.form_errors:
        return 409
    return 422 if form.errors else 200


def kept_filter(form: Form) -> dict[str, str]:
    """The filter as it stands in the address, for links to the same rows in another form."""
    names = [field.name for field in form if field.name != "form_key"]
    return {name: request.args[name] for name in names if request.args.get(name)}


def narrowed_by(form: Form) -> dict[str, str]:
    """What a filter was set to, in the words of its page."""
    told = {}
    for name, value in asked_for(form).items():
        choices = getattr(form[name], "choices", None) or {}
        told[form[name].label.text] = str(choices.get(value, value))
    return told


def download(table: export.Table, form: str, filters: dict[str, str]) -> ResponseReturnValue:
    """A table as a file of this form (xlsx, csv). Who took what is recorded and committed.

    The view needs @writes; while the rows are read, other writers go on. Raises NotFound for another form.
    """
    if form not in export.FORMS:
        raise NotFound
    rows = export.Counted(table.rows)
    db.session.commit()
    with reading():
        answer = export.send(replace(table, rows=rows), form, f"{table.title}_{today().isoformat()}", zone())
        db.session.rollback()
    narrowed = "，".join(f"{label}：{value}" for label, value in filters.items())
    summary = f"下载{table.title} {rows.count} 行（{form.upper()}）" + (f"，筛选：{narrowed}" if narrowed else "")
    audit.record(me(), "export.taken", None, summary)
    db.session.commit()
    return answer
