"""The trainer's queue: what needs a person's look, and why."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.db import db, now, writes
from literacy.forms import asked_for
from literacy.views.common import done_or_back, me, new_key, page_number
from quizzes.reviewing.forms import QueueFilter
from quizzes.reviewing.service import queue, ratings
from quizzes.service import attempts as taking
from quizzes.views.base import blueprint


@blueprint.get("/teach/review")
@requires(Permission.MARK)
@writes
def review_queue() -> ResponseReturnValue:
    """What waits for a look, the most urgent first; or what was looked at."""
    taking.close_expired(now())
    db.session.commit()
    form = queue_filter()
    kept = asked_for(form)
    return render_template(
        "quizzes/review_queue.html",
        form=form,
        page=queue.page_of(page_number(), **kept, trainer=me()),
        counts=queue.counts(kept.get("quiz", 0), trainer=me()),
        kept=kept,
        key=new_key,
    )


def queue_filter() -> QueueFilter:
    """The filter as it stands in the address."""
    form = QueueFilter(request.args)
    form.quiz.offer(queue.quizzes_in_queue(), "全部")
    return form


def kept_of_queue() -> dict[str, Any]:
    """What the queue is narrowed to, for links that go on within it."""
    return asked_for(queue_filter())


@blueprint.post("/teach/review/<int:answer_id>/seen")
@requires(Permission.MARK)
def review_seen(answer_id: int) -> ResponseReturnValue:
    """Looked at, nothing to change: out of the queue, on to the next."""
    kept = kept_of_queue()
    answer = ratings.answer_to_review(me(), answer_id)

    def act() -> str:
        following = queue.following(answer, **kept, trainer=me())
        queue.look(me(), answer, now())
        flash("记下了：已看，不用改。", "done")
        if "next" in request.form and following:
            return url_for("quizzes.review_answer", answer_id=following, **kept)
        return url_for("quizzes.review_queue", **kept)

    return done_or_back(act, url_for("quizzes.review_answer", answer_id=answer_id, **kept))
