"""The learner's pages of a quiz: the way in, the attempt, the result, the revision."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from literacy.access import Permission, requires
from literacy.db import db, now, reading, writes
from literacy.errors import NotFound, Refused, wants_json
from literacy.registry import surroundings_of
from quizzes.compare import gains, side_by_side
from quizzes.forms.answers import drafts_from_form, on_the_page, stored
from quizzes.models import Attempt, AttemptState, Kind, QuizKind
from quizzes.reference.models import Expression
from quizzes.reference.service import words_named
from quizzes.reviewing.service import appeals, ratings
from quizzes.service import ahead, attempts
from quizzes.views.base import blueprint
from quizzes.views.showing import Shown, saved_words, shown, shown_one


@blueprint.get("/quizzes/<int:quiz_id>")
@requires(Permission.LEARN)
@writes
def quiz(quiz_id: int) -> ResponseReturnValue:
    """The way in: the rules before the first question, and earlier attempts."""
    found = attempts.quiz_for(current_user, quiz_id)
    attempts.close_expired(now(), current_user)
    db.session.commit()
    history = attempts.history(current_user, quiz_id)
    going_on = next((one for one in history if one.submission is None), None)
    return render_template(
        "quizzes/quiz.html",
        quiz=found,
        history=history,
        open=going_on,
        left=going_on.time_left(now()) if going_on else None,
        chance=attempts.chance_of(current_user, found, history),
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
    return _attempt_page(found)


def _attempt_page(attempt: Attempt, problem: Refused | None = None, unsaved: frozenset[int] = frozenset()) -> str:
    """The questions; beside one of them what is wrong with it, and which of them hold words that were not taken."""
    questions = shown(attempt)
    return render_template(
        "quizzes/attempt.html",
        attempt=attempt,
        questions=questions,
        words=_words(questions) if attempt.quiz.kind is QuizKind.DRILL else {},
        left=attempt.time_left(now()),
        problem=problem,
        unsaved=unsaved,
        around=surroundings_of(attempt.quiz, current_user),
    )


def _words(questions: Iterable[Shown]) -> dict[str, Expression]:
    """The netizens' expressions that can be looked up in the posts: in a drill, and once an attempt was handed in."""
    return words_named(slug for question in questions for slug in question.scenario.get("expressions") or ())


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
    answer = attempts.answer_for(current_user, attempt_id, position)
    question = shown_one(answer.attempt, answer)
    try:
        saved = attempts.save_draft(
            current_user,
            attempt_id,
            position,
            stored(payload.get("draft"), question),
            number if isinstance(number, int) and not isinstance(number, bool) else 0,
            writer[:40] if isinstance(writer, str) else "",
            now(),
        )
    except Refused as refused:
        draft = on_the_page(getattr(refused, "draft", None), question)
        db.session.rollback()
        return _refusal(refused, draft), refused.status
    db.session.commit()
    return {"number": saved.number, "said": saved_words(saved.saved_at)}


def _refusal(refused: Refused, draft: dict[str, Any] | None) -> dict[str, Any]:
    """What the script needs to know to tell the learner why nothing was kept."""
    return {
        "error": refused.sentence,
        "reason": getattr(refused, "reason", ""),
        "draft": draft,
        "number": getattr(refused, "number", None),
    }


@blueprint.post("/attempts/<int:attempt_id>/submit")
@requires(Permission.LEARN)
def submit(attempt_id: int) -> ResponseReturnValue:
    """Hand the attempt in; where something is unanswered, keep it and ask first.

    A second time changes nothing and shows the same result.
    """
    found = attempts.attempt_for(current_user, attempt_id)
    drafts = drafts_from_form(request.form, shown(found))
    db.session.commit()  # whoever writes meanwhile does not wait for the verdicts
    with reading():
        ahead.judge_ahead(current_user, attempt_id, drafts)
        db.session.rollback()
    try:
        submitted = attempts.submit(
            current_user,
            attempt_id,
            drafts,
            now(),
            by_clock="by_clock" in request.form,
            complete="anyway" not in request.form,
        )
    except Refused as refused:
        db.session.rollback()
        if wants_json() or refused.status == 404:
            raise
        return _written_back(attempt_id, drafts, refused), refused.status
    db.session.commit()
    if submitted.submission is None:
        return redirect(url_for("quizzes.check", attempt_id=attempt_id), 303)
    return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)


def _written_back(attempt_id: int, drafts: Mapping[int, Any], refused: Refused) -> str:
    """The attempt's page with what was just typed, though it was not taken."""
    found = attempts.attempt_for(current_user, attempt_id)
    unsaved = set()
    with db.session.no_autoflush:
        for answer in found.answers:
            if answer.position not in drafts:
                continue
            try:
                draft = attempts.cleaned(answer, drafts[answer.position])
            except Refused:  # too long: all of it stays on the page
                draft = drafts[answer.position]
            if draft != answer.draft:
                unsaved.add(answer.position)
                answer.draft = draft
        page = _attempt_page(found, refused, frozenset(unsaved))
    db.session.rollback()
    return page


@blueprint.get("/attempts/<int:attempt_id>/check")
@requires(Permission.LEARN)
@writes
def check(attempt_id: int) -> ResponseReturnValue:
    """Before handing in: what is not answered yet. Everything that was entered is kept."""
    found = _up_to_date(attempt_id)
    if found.submission is not None:
        return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)
    return render_template(
        "quizzes/check.html",
        attempt=found,
        gaps=attempts.gaps(found),
        left=found.time_left(now()),
        chance=attempts.chance_of(current_user, found.quiz, attempts.history(current_user, found.quiz_id)),
    )


@blueprint.get("/attempts/<int:attempt_id>/result")
@requires(Permission.LEARN)
@writes
def result(attempt_id: int) -> ResponseReturnValue:
    """What was right, what was not, why, and what comes next."""
    found = _up_to_date(attempt_id)
    if found.submission is None:
        return redirect(url_for("quizzes.attempt", attempt_id=attempt_id), 303)
    if appeals.note_seen(found, now()):
        db.session.commit()
    history = attempts.history(current_user, found.quiz_id)
    questions = shown(found)
    return render_template(
        "quizzes/result.html",
        appeals=appeals.of_answers(found.answers),
        appealed=appeals.APPEALED,
        opinions=ratings.opinions_on(found.answers),
        attempt=found,
        questions=questions,
        words=_words(questions),
        chance=attempts.chance_of(current_user, found.quiz, history),
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
        gains=gains(pair[0].detail or {}, pair[1].detail or {}),
        chance=attempts.chance_of(current_user, after.quiz, attempts.history(current_user, after.quiz_id)),
        around=surroundings_of(after.quiz, current_user),
    )
