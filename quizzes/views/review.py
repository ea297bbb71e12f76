"""The trainer's pages for what learners handed in: the list, one attempt, a mark of one's own."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from literacy.access import Permission, requires
from literacy.db import db, now, writes
from literacy.errors import Refused, found
from literacy.forms import asked_for
from literacy.views.common import done_once, me, page_number
from quizzes.forms.review import AttemptFilter, OverrideForm
from quizzes.models import Answer, Attempt
from quizzes.reviewing.service import appeals, ratings
from quizzes.service import attempts as taking
from quizzes.service import overrides
from quizzes.service.learners import check_attempt
from quizzes.views.base import blueprint
from quizzes.views.showing import shown


@blueprint.get("/teach/attempts")
@requires(Permission.MARK)
@writes
def attempts() -> ResponseReturnValue:
    """Everything that was handed in, the newest first."""
    taking.close_expired(now())
    db.session.commit()
    form = _filter()
    kept = asked_for(form)
    page = overrides.attempts_page(page_number(), **kept, trainer=me())
    return render_template("quizzes/attempts.html", form=form, page=page, kept=kept)


def _filter() -> AttemptFilter:
    form = AttemptFilter(request.args)
    form.quiz.offer(overrides.quizzes_with_attempts(), "全部")
    return form


@blueprint.get("/teach/attempts/<int:attempt_id>")
@requires(Permission.MARK)
def review(attempt_id: int) -> ResponseReturnValue:
    """One attempt with the machine's marks, and a form for each answer."""
    attempt = _submitted(attempt_id)
    return _review_page(attempt, _forms(attempt))


def _review_page(attempt: Attempt, forms: dict[int, OverrideForm]) -> str:
    kept = asked_for(_filter())
    above, below = overrides.neighbours(attempt, **kept, trainer=me())
    return render_template(
        "quizzes/review.html",
        attempt=attempt,
        questions=shown(attempt),
        forms=forms,
        appeals=appeals.of_answers(attempt.answers),
        opinions=ratings.opinions_on(attempt.answers),
        kept=kept,
        above=above,
        below=below,
        opened=request.args.get("change", 0, int),
    )


def _submitted(attempt_id: int) -> Attempt:
    attempt = found(db.session.get(Attempt, attempt_id))
    check_attempt(me(), attempt)
    if attempt.submission is None:
        raise Refused("这次作答还没有提交，提交之后才能批阅。")
    return attempt


def _forms(attempt: Attempt) -> dict[int, OverrideForm]:
    """A form for each answer, its ids told apart by the position; filled with the mark that counts."""
    return {
        answer.id: OverrideForm(None, prefix=f"o{answer.position}-", percent=round(answer.counted_fraction * 100, 1))
        for answer in attempt.answers
    }


@blueprint.post("/teach/attempts/<int:attempt_id>/answers/<int:answer_id>")
@requires(Permission.MARK)
def override(attempt_id: int, answer_id: int) -> ResponseReturnValue:
    """Put a mark of one's own in place of the machine's."""
    attempt = _submitted(attempt_id)
    answer = found(db.session.get(Answer, answer_id))
    if answer.attempt_id != attempt.id:
        found(None)
    forms = _forms(attempt)
    form = forms[answer.id] = OverrideForm(prefix=f"o{answer.position}-")
    if not form.validate_on_submit():
        return _review_page(attempt, forms), 422

    kept = asked_for(_filter())

    def act() -> str:
        overrides.override(current_user, answer.id, float(form.percent.data or 0), form.reason.data or "", now())
        flash("已改分，学员会看到您写的理由。", "done")
        return url_for("quizzes.review", attempt_id=attempt.id, **kept)

    return done_once(form, act)
