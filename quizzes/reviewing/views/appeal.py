"""The learner's page for saying that something was judged wrongly."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.db import now
from literacy.views.common import me, saved, status_of
from quizzes.models import Answer
from quizzes.reviewing import about
from quizzes.reviewing.forms import AppealForm
from quizzes.reviewing.service import appeals
from quizzes.views.base import blueprint
from quizzes.views.showing import shown_one


@blueprint.route("/attempts/<int:attempt_id>/answers/<int:position>/appeal", methods=["GET", "POST"])
@requires(Permission.LEARN)
def appeal(attempt_id: int, position: int) -> ResponseReturnValue:
    """Say what was judged wrongly, and why; while an earlier one is open, see that it is."""
    answer = appeals.appealable(me(), attempt_id, position)
    form = _form(answer)

    def act() -> str:
        appeals.make(me(), answer, form.about.data or about.WHOLE, form.reason.data or "", now())
        flash("已经交给培训师。有了答复，学习首页会告诉您。", "done")
        return url_for("quizzes.result", attempt_id=attempt_id, _anchor=f"appeal-{position}")

    if form.validate_on_submit() and (done := saved(form, act)):
        return done
    answer = appeals.appealable(me(), attempt_id, position)
    page = render_template(
        "quizzes/appeal.html",
        q=shown_one(answer.attempt, answer),
        attempt=answer.attempt,
        form=form,
        waiting=appeals.open_about(answer.id),
    )
    return page, status_of(form)


def _form(answer: Answer) -> AppealForm:
    form = AppealForm()
    choices = about.choices(answer.judged.detail or {})
    form.about.choices = choices
    if request.method == "GET" and (asked := request.args.get("about", "")) in choices:
        form.about.data = asked
    return form
