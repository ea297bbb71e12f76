"""The learner's pages of a quiz: the way in, the attempt, the result, the revision."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from literacy.access import Permission, requires
from literacy.db import db, now, writes
from literacy.errors import NotFound, Refused, wants_json
from literacy.registry import surroundings_of
from quizzes.compare import gains, side_by_side
from quizzes.forms.answers import drafts_from_form
from quizzes.models import Attempt, AttemptState, Kind, QuizKind
from quizzes.service import attempts
from quizzes.views.base import blueprint
from quizzes.views.showing import shown


@blueprint.get("/quizzes/<int:quiz_id>")
@requires(Permission.LEARN)
@writes
def quiz(quiz_id: int) -> ResponseReturnValue:
    """The way in: the rules before the first question, and earlier attempts."""
    found = attempts.quiz_for(current_user, quiz_id)
    attempts.close_expired(now(), current_user)
    db.session.commit()
    history = attempts.history(current_user, quiz_id)
    return render_template(
        "quizzes/quiz.html",
        quiz=found,
        history=history,
        open=next((one for one in history if one.submission is None), None),
        hindrance=attempts.may_start(found, history),
        around=surroundings_of(found, current_user),
    )


@blueprint.post("/quizzes/<int:quiz_id>/start")
@requires(Permission.LEARN)
def start(quiz_id: int) -> ResponseReturnValue:
    """Begin an attempt, or go on with the one that is open."""
    attempt = attempts.start(current_user, quiz_id, now())
    db.session.commit()
    return redirect(url_for("quizzes.attempt", attempt_id=attempt.id), 303)


@blueprint.get("/attempts/<int:attempt_id>")
@requires(Permission.LEARN)
@writes
def attempt(attempt_id: int) -> ResponseReturnValue:
    """The questions and what was written so far."""
    found = _up_to_date(attempt_id)
    if found.submission is not None:
        return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)
    return render_template(
        "quizzes/attempt.html",
        attempt=found,
        questions=shown(found),
        left=found.time_left(now()),
        around=surroundings_of(found.quiz, current_user),
    )


def _up_to_date(attempt_id: int) -> Attempt:
    """The person's own attempt, handed in by the clock if its time has run out."""
    found = attempts.attempt_for(current_user, attempt_id)
    if found.state_at(now()) is AttemptState.OUT_OF_TIME:
        attempts.close_expired(now(), current_user)
        db.session.commit()
    return found


@blueprint.post("/attempts/<int:attempt_id>/answers/<int:position>")
@requires(Permission.LEARN)
def save_answer(attempt_id: int, position: int) -> ResponseReturnValue:
    """Keep the draft of one question (sent by the page's script while the learner writes)."""
    payload = request.get_json(silent=True)
    if not isinstance(payload, Mapping):
        raise Refused("这次保存的内容不完整，没有保存。", 400)
    number = payload.get("number")
    writer = payload.get("writer")
    try:
        saved = attempts.save_draft(
            current_user,
            attempt_id,
            position,
            payload.get("draft"),
            number if isinstance(number, int) and not isinstance(number, bool) else 0,
            writer[:40] if isinstance(writer, str) else "",
            now(),
        )
    except Refused as refused:
        db.session.rollback()
        return _refusal(refused), refused.status
    db.session.commit()
    return {"number": saved.number, "saved_at": saved.saved_at.isoformat()}


def _refusal(refused: Refused) -> dict[str, Any]:
    """What the script needs to know to tell the learner why nothing was kept."""
    return {
        "error": refused.sentence,
        "reason": getattr(refused, "reason", ""),
        "draft": getattr(refused, "draft", None),
        "number": getattr(refused, "number", None),
    }


@blueprint.post("/attempts/<int:attempt_id>/submit")
@requires(Permission.LEARN)
def submit(attempt_id: int) -> ResponseReturnValue:
    """Hand the attempt in. A second time changes nothing and shows the same result."""
    found = attempts.attempt_for(current_user, attempt_id)
    drafts = drafts_from_form(request.form, found.answers)
    try:
        submitted = attempts.submit(current_user, attempt_id, drafts, now())
    except Refused as refused:
        db.session.rollback()
        if wants_json() or refused.status == 404:
            raise
        flash(refused.sentence, "problem")
        return _written_back(attempt_id, drafts), refused.status
    db.session.commit()
    if submitted.submission and submitted.submission.by_clock:
        flash("时间到了，已按最后一次保存的内容提交。", "note")
    return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)


def _written_back(attempt_id: int, drafts: Mapping[int, Any]) -> str:
    """The attempt's page with what was just typed, though it was not taken."""
    found = attempts.attempt_for(current_user, attempt_id)
    with db.session.no_autoflush:
        for answer in found.answers:
            if answer.position in drafts:
                answer.draft = drafts[answer.position]
        page = render_template(
            "quizzes/attempt.html",
            attempt=found,
            questions=shown(found),
            left=found.time_left(now()),
            around=surroundings_of(found.quiz, current_user),
        )
    db.session.rollback()
    return page


@blueprint.get("/attempts/<int:attempt_id>/result")
@requires(Permission.LEARN)
@writes
def result(attempt_id: int) -> ResponseReturnValue:
    """What was right, what was not, why, and what comes next."""
    found = _up_to_date(attempt_id)
    if found.submission is None:
        return redirect(url_for("quizzes.attempt", attempt_id=attempt_id), 303)
    history = attempts.history(current_user, found.quiz_id)
    return render_template(
        "quizzes/result.html",
        attempt=found,
        questions=shown(found),
        hindrance=attempts.may_start(found.quiz, history),
        around=surroundings_of(found.quiz, current_user),
    )


@blueprint.post("/attempts/<int:attempt_id>/revise")
@requires(Permission.LEARN)
def revise(attempt_id: int) -> ResponseReturnValue:
    """Begin a second draft that starts from the first."""
    revision = attempts.revise(current_user, attempt_id, now())
    db.session.commit()
    return redirect(url_for("quizzes.attempt", attempt_id=revision.id), 303)


@blueprint.get("/attempts/<int:attempt_id>/compare")
@requires(Permission.LEARN)
def compare(attempt_id: int) -> ResponseReturnValue:
    """A revision beside the draft that it revises."""
    after = attempts.attempt_for(current_user, attempt_id)
    if after.submission is None or after.revises is None or after.quiz.kind is not QuizKind.DRILL:
        raise NotFound
    pair = [next(one for one in shown(which) if one.kind is Kind.REPLY) for which in (after.revises, after)]
    left, right = side_by_side(*(one.draft.get("text", "") for one in pair))
    return render_template(
        "quizzes/compare.html",
        before=after.revises,
        after=after,
        left=left,
        right=right,
        gains=gains(pair[0].answer.detail or {}, pair[1].answer.detail or {}),
        around=surroundings_of(after.quiz, current_user),
    )
