"""Two requests at the same moment: one result."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from literacy.db import db, now
from literacy.models import User
from quizzes.models import Answer, Attempt, Submission
from quizzes.service import attempts
from tests.quizzes.factories import RIGHT, make_quiz


def at_once(app: Flask, acts: list[Callable[[], Any]]) -> list[Any]:
    """Run every act in a thread, a session and a transaction of its own, started together; their results."""
    gate = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        with app.app_context():
            gate.wait(10)
            try:
                results[place] = act()
                db.session.commit()
            except Exception as error:  # handed to the test
                db.session.rollback()
                results[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.fixture
def begun(person) -> tuple[int, int, int]:
    """(user id, quiz id, attempt id) of an open attempt at a short question."""
    user = person("learner")
    attempt = attempts.start(user, make_quiz("short").id, now())
    ids = user.id, attempt.quiz_id, attempt.id
    db.session.commit()  # and read nothing afterwards: an open transaction would hold SQLite's write lock
    return ids


def user(user_id: int) -> User:
    return db.session.get_one(User, user_id)


def test_a_double_click_begins_one_attempt(app, person) -> None:
    learner = person("learner").id
    quiz = make_quiz("single").id
    db.session.commit()
    found = at_once(app, [lambda: attempts.start(user(learner), quiz, now()).id] * 6)
    assert len(set(found)) == 1, found
    assert db.session.query(Attempt).count() == 1


def test_a_double_click_hands_in_once(app, begun) -> None:
    learner, _, attempt = begun
    acts = [lambda: attempts.submit(user(learner), attempt, {1: RIGHT["short"]}, now()).submission.id] * 6
    found = at_once(app, acts)
    assert len(set(found)) == 1, found
    assert db.session.query(Submission).count() == 1


@pytest.mark.parametrize("_round", range(5))
def test_what_was_marked_is_what_stays(app, begun, _round: int) -> None:
    """Drafts that arrive while the attempt is handed in either count in full or are refused."""
    learner, _, attempt = begun

    def save(text: str) -> Callable[[], Any]:
        return lambda: attempts.save_draft(user(learner), attempt, 1, {"text": text}, 0, text, now()).number

    def submit() -> int:
        return attempts.submit(user(learner), attempt, {}, now()).submission.id

    found = at_once(app, [save("受理之日"), submit, save("不知道"), submit])
    assert found[1] == found[3]
    for refused in (one for one in found if isinstance(one, Exception)):
        assert isinstance(refused, attempts.NotSaved), refused
    db.session.rollback()
    answer = db.session.query(Answer).one()
    expected = 1.0 if (answer.draft or {}).get("text") == "受理之日" else 0.0
    assert answer.fraction == expected


def test_two_pages_cannot_both_overwrite(app, begun) -> None:
    learner, _, attempt = begun

    def save(page: str) -> Callable[[], Any]:
        return lambda: attempts.save_draft(user(learner), attempt, 1, {"text": page}, 0, page, now()).number

    found = at_once(app, [save(page) for page in "甲乙丙丁"])
    assert sorted(str(one) for one in found if not isinstance(one, Exception)) == ["1"]
    assert {one.reason for one in found if isinstance(one, attempts.NotSaved)} == {"conflict"}
