"""The trainer's page that gives one person one more attempt at a quiz."""

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.db import db, now
from literacy.errors import found
from literacy.views.common import me, saved, status_of
from quizzes.forms.extra import ExtraForm
from quizzes.models import Attempt
from quizzes.service import extra
from quizzes.service.learners import check_attempt
from quizzes.views.base import blueprint


@blueprint.route("/teach/attempts/<int:attempt_id>/extra", methods=["GET", "POST"])
@requires(Permission.MARK)
def extra_attempt(attempt_id: int) -> ResponseReturnValue:
    """How often the person of this attempt may still try, and a form for one attempt more."""
    attempt = found(db.session.get(Attempt, attempt_id))
    check_attempt(me(), attempt)
    form = ExtraForm()

    def act() -> str:
        extra.grant(me(), attempt, form.reason.data or "", now())
        flash(f"已多给{attempt.user.name}一次作答机会。", "done")
        return url_for("quizzes.extra_attempt", attempt_id=attempt_id)

    if form.validate_on_submit() and (answer := saved(form, act)):
        return answer
    attempt = found(db.session.get(Attempt, attempt_id))
    page = render_template(
        "quizzes/extra_attempt.html",
        attempt=attempt,
        form=form,
        chance=extra.chance_after(attempt),
        given=extra.given_to(attempt),
    )
    return page, status_of(form)
