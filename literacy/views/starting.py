"""The page that leads the first administrator through a new installation."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.registry import registry
from literacy.starting import FirstStep
from literacy.views.base import blueprint


@blueprint.get("/manage/first-steps")
@requires(Permission.INSTALLATION)
def first_steps() -> ResponseReturnValue:
    """What to do first, in order: what is done, and where the next thing is done."""
    steps = sorted(registry().first_steps, key=lambda step: step.order)
    lines = [(step, _page_of(step), step.done()) for step in steps]
    first_open = next((step for step, _, done in lines if not done), None)
    return render_template("literacy/first_steps.html", lines=lines, first_open=first_open)


def _page_of(step: FirstStep) -> str:
    given: dict[str, Any] = dict(step.given)
    return url_for(step.endpoint, **given)
