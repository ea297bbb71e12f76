"""Attempts that were handed in, a key that is mended, and marking again up to a stage."""

from typing import Any

from literacy.db import db, now
from quizzes.models import Attempt
from quizzes.remarking import service
from quizzes.remarking.models import Policy, Remarking
from quizzes.service import attempts
from quizzes.service.authoring import questions
from tests.quizzes.factories import RIGHT

REASON = "原来的答案标错了，应当是第二项"


def answered(person: Any, quiz: Any, *drafts: Any) -> list[Attempt]:
    """An attempt of a new learner for each of the answers to the first question; the others are answered rightly."""
    done = []
    for draft in drafts:
        learner = person()
        attempt = attempts.start(learner, quiz.id, now())
        given_drafts = {answer.position: RIGHT[answer.question_version.question.kind] for answer in attempt.answers[1:]}
        done.append(attempts.submit(learner, attempt.id, {1: draft, **given_drafts}, now()))
    return done


def new_key(trainer: Any, question: Any, right: int) -> None:
    """Make another option of a single choice question the right one."""
    rows = [{**row, "correct": place == right} for place, row in enumerate(question.body["options"])]
    changed = {**question.body, "options": rows}
    questions.change_question(trainer, question, None, changed, competency="WG1", difficulty=2)


def looked(trainer: Any, subject: Any) -> Remarking:
    """A re-marking that has looked at everything."""
    made = service.begin(trainer, subject, now())
    while service.go_on(made, now()):
        pass
    return made


def done(trainer: Any, subject: Any, policy: Policy = Policy.EXCHANGE) -> Remarking:
    """A re-marking that was carried out."""
    made = looked(trainer, subject)
    service.order(trainer, made, policy, REASON, now())
    while service.go_on(made, now()):
        pass
    db.session.expire_all()
    return made


def scores(of: list[Attempt]) -> list[tuple[float, bool]]:
    return [(attempt.submission.score, attempt.submission.passed) for attempt in of]
