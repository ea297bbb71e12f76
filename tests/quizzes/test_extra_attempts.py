"""One more attempt for one person: who may give it, when, and what it opens."""

import pytest

from literacy.db import db, now
from literacy.errors import Refused
from literacy.models import AuditEntry
from quizzes.models import Attempt, ExtraAttempt
from quizzes.service import attempts, extra
from tests.filling import text_of
from tests.quizzes.factories import RIGHT, make_quiz


@pytest.fixture
def failed(person) -> Attempt:
    """The only attempt that was allowed, handed in and not passed."""
    learner = person("learner", name="陈雨")
    attempt = attempts.start(learner, make_quiz("single", attempts_allowed=1).id, now())
    return attempts.submit(learner, attempt.id, {1: {"option": 1}}, now())


def test_one_more_attempt_opens_the_quiz_for_one_person(failed, person) -> None:
    with pytest.raises(Refused, match="请向培训师"):
        attempts.start(failed.user, failed.quiz_id, now())
    trainer = person("trainer", name="培训师")
    extra.grant(trainer, failed, "补学了第二单元", now())
    again = attempts.start(failed.user, failed.quiz_id, now())
    assert again.number == 2
    other = attempts.submit(failed.user, again.id, {1: RIGHT["single"]}, now())
    assert other.submission.passed
    with pytest.raises(Refused, match="2 次已经用完，取最好的一次"):
        attempts.start(failed.user, failed.quiz_id, now())
    stranger = person("learner")
    attempts.start(stranger, failed.quiz_id, now())
    assert attempts.extra_attempts(stranger, failed.quiz) == 0
    entry = db.session.query(AuditEntry).filter_by(action="attempt.granted").one()
    assert (entry.actor_name, entry.summary) == ("培训师", "陈雨《小测》：补学了第二单元")


def test_nothing_is_given_where_something_is_left(failed, person) -> None:
    trainer = person("trainer")
    extra.grant(trainer, failed, "补学了第二单元", now())
    with pytest.raises(Refused, match="还有 1 次没有用"):
        extra.grant(trainer, failed, "补学了第二单元", now())
    free = attempts.start(failed.user, make_quiz("single", slug="free").id, now())
    with pytest.raises(Refused, match="不限作答次数"):
        extra.grant(trainer, free, "补学了第二单元", now())


def test_a_trainer_gives_it_on_a_page_once(client, failed, sign_in) -> None:
    sign_in("trainer")
    review = text_of(client.get(f"/teach/attempts/{failed.id}"))
    address = f"/teach/attempts/{failed.id}/extra"
    assert address in review
    assert 'name="reason"' in text_of(client.get(address))
    short = client.send(address, {"reason": "短", "form_key": "k"})
    assert short.status_code == 422
    assert "至少 5 个字" in text_of(short)
    assert client.send(address, {"reason": "", "form_key": "k"}).status_code == 422
    for _ in range(2):
        assert client.send(address, {"reason": "补学了第二单元", "form_key": "k"}).status_code == 303
    assert db.session.query(ExtraAttempt).count() == 1
    page = text_of(client.get(address))
    assert "还可以作答 1 次" in page and "补学了第二单元" in page
    again = client.send(address, {"reason": "补学了第二单元", "form_key": "other"})
    assert (again.status_code, db.session.query(ExtraAttempt).count()) == (409, 1)
    assert client.get("/teach/attempts/9999/extra").status_code == 404


def test_learners_give_nothing(client, failed, sign_in) -> None:
    sign_in("learner")
    assert client.get(f"/teach/attempts/{failed.id}/extra").status_code == 403
    assert client.send(f"/teach/attempts/{failed.id}/extra", {"reason": "我想再做一次"}).status_code == 403
