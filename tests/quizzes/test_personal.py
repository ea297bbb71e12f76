"""What quizzes keep of a person is told whole, and what they wrote goes when they are made anonymous; figures stay."""

from datetime import UTC, datetime, timedelta
from typing import Any

from literacy.db import db, now
from literacy.models import User
from literacy.privacy import leaving
from literacy.service import people
from quizzes import personal
from quizzes.models import Answer
from quizzes.reviewing.service import appeals
from quizzes.service import attempts as taking
from tests.filling import text_of
from tests.quizzes.factories import make_quiz

WORDS = "这事不归我们管，您再问问别处。"


def handed_in(person: Any) -> Answer:
    quiz = make_quiz("reply", drill=True, slug="drill")
    user = person("learner", account="lier", name="李二")
    attempt = taking.start(user, quiz.id, now())
    taking.submit(user, attempt.id, {1: {"text": WORDS}}, now())
    appeals.make(user, attempt.answers[0], "", "我觉得写得很清楚", now())
    db.session.commit()
    return attempt.answers[0]


def stored(user: User) -> str:
    return repr([part.rows(user) for part in personal.PARTS])


def test_what_was_written_is_taken_along_and_goes(client: Any, person: Any, sign_in: Any) -> None:
    answer = handed_in(person)
    user, admin = answer.attempt.user, person("administrator", "trainer")
    assert WORDS in stored(user) and "我觉得写得很清楚" in stored(user)
    before = (answer.grade, answer.fraction, answer.attempt.submission.score, answer.detail["patterns"])
    people.deactivate(admin, user)
    leaving.anonymise(admin, user, "lier")
    db.session.commit()
    assert before == (answer.grade, answer.fraction, answer.attempt.submission.score, answer.detail["patterns"])
    assert answer.detail["findings"] and answer.detail["findings"][0]["name"] == "推诿扯皮"
    assert "不归我们管" not in stored(user) and "我觉得" not in stored(user)
    sign_in(admin)
    page = client.get(f"/teach/attempts/{answer.attempt_id}")
    assert page.status_code == 200 and "不归我们管" not in text_of(page), "it can still be looked at"


def test_words_go_and_figures_stay() -> None:
    detail = {"grade": 1, "findings": [{"name": "推诿", "text": "不归", "reason": "“不归”", "start": 1}], "points": [
        {"text": "要点", "met": True}], "elements": [{"text": None, "present": False}],
        "suspicions": [{"name": "冷漠", "text": "等着吧", "better": "说明原因"}]}  # fmt: skip
    assert personal.wordless(detail) == {
        "grade": 1, "findings": [{"name": "推诿", "text": "", "reason": "", "start": 1}],
        "points": [{"text": "要点", "met": True}], "elements": [{"text": None, "present": False}],
        "suspicions": [{"name": "冷漠", "text": "", "better": ""}]}  # fmt: skip
    assert personal.wordless(None) is None and detail["findings"][0]["text"] == "不归"


def test_drafts_that_nobody_handed_in_go(app: Any, person: Any) -> None:
    done = handed_in(person)
    quiz = make_quiz("reply", drill=True, slug="other")
    attempt = taking.start(done.attempt.user, quiz.id, now())
    attempt.answers[0].draft = {"text": "写到一半"}
    db.session.commit()
    [rule] = [one for one in personal.RULES if one.name == "open_answers"]
    later = datetime.now(UTC) + timedelta(days=1)
    assert rule.count(datetime.now(UTC) - timedelta(days=1)) == 0
    assert rule.count(later) == 1 and rule.apply(later) == 1
    db.session.expire_all()
    assert attempt.answers[0].draft is None and done.draft == {"text": WORDS}
