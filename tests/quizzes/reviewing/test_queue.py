"""What waits for a person, why, in which order, and how it leaves."""

from typing import Any

import pytest
from flask_migrate import downgrade, upgrade

from literacy.db import db, now
from literacy.errors import Refused
from literacy.models import AuditEntry, User
from quizzes.models import Answer
from quizzes.reviewing.models import Look
from quizzes.reviewing.service import appeals, queue, ratings
from quizzes.reviewing.service.queue import Reason
from quizzes.service import overrides
from tests.filling import text_of
from tests.quizzes.factories import make_quiz
from tests.quizzes.reviewing.conftest import BRUSH_OFF, GOOD, THREAT, said
from tests.quizzes.test_concurrency import at_once


def set_detail(answer: Answer, **changes: Any) -> None:
    answer.detail = {**(answer.detail or {}), **changes}
    db.session.commit()


def in_queue(**narrowed: Any) -> list[int]:
    return [one.answer.id for one in queue.page_of(1, **narrowed).items]


@pytest.fixture
def answers(drill: Any, hand_in: Any) -> dict[str, Answer]:
    """One answer for each reason, and one without."""
    found = {name: hand_in(drill) for name in ("plain", "near", "unsure", "appeal")}
    found["redline"] = hand_in(drill, THREAT)
    for answer in found.values():
        set_detail(answer, doubt=0.0)
    set_detail(found["unsure"], doubt=0.9)
    found["near"].attempt.pass_mark = int(found["near"].attempt.submission.machine_score) + 4
    db.session.commit()
    appeals.make(found["appeal"].attempt.user, found["appeal"], "", "前面已经写了移交", now())
    db.session.commit()
    return found


def test_each_is_there_for_its_reason_the_most_urgent_first(answers: dict[str, Answer]) -> None:
    expected = [answers[name].id for name in ("appeal", "redline", "unsure", "near")]
    assert in_queue() == expected
    for reason, row in zip(Reason, queue.page_of(1).items, strict=True):
        assert row.reasons == [reason] and in_queue(reason=reason.value) == [row.answer.id]
    assert queue.counts() == dict.fromkeys(Reason, 1)


def test_old_verdicts_without_doubt_are_not_doubted(answers: dict[str, Answer]) -> None:
    detail = dict(answers["unsure"].detail or {})
    del detail["doubt"], detail["doubts"]
    answers["unsure"].detail = detail
    db.session.commit()
    assert answers["unsure"].id not in in_queue()


def test_what_a_person_settled_leaves(answers: dict[str, Answer], person: Any) -> None:
    trainer = person("trainer")
    queue.look(trainer, answers["near"], now())
    queue.look(trainer, answers["near"], now())
    overrides.override(trainer, answers["unsure"].id, 50, "说清了由谁办", now())
    ratings.rate(trainer, answers["redline"].id, said(answers["redline"]), now())
    assert in_queue() == [answers["appeal"].id]
    with pytest.raises(Refused, match="先答复"):
        queue.look(trainer, answers["appeal"], now())
    ratings.rate(trainer, answers["appeal"].id, said(answers["appeal"], reason="没有写移交给谁"), now())
    assert in_queue() == []
    seen = queue.page_of(1, state="seen").items
    assert {one.answer.id for one in seen} == {answers[name].id for name in ("near", "unsure", "redline", "appeal")}
    assert db.session.query(Look).filter_by(answer_id=answers["near"].id).count() == 1
    assert db.session.query(AuditEntry).filter_by(action="reply.looked").count() == 1


def test_two_trainers_look_at_once(app: Any, answers: dict[str, Answer], person: Any) -> None:
    answer_id, trainers = answers["near"].id, [person("trainer").id for _ in range(3)]
    db.session.commit()

    def act(trainer: int) -> Any:
        return lambda: queue.look(db.session.get_one(User, trainer), db.session.get_one(Answer, answer_id), now())

    assert at_once(app, [act(trainer) for trainer in trainers]) == [None] * 3
    assert db.session.query(Look).count() == 1


def test_a_new_objection_brings_it_back(answers: dict[str, Answer], person: Any) -> None:
    queue.look(person("trainer"), answers["near"], now())
    appeals.make(answers["near"].attempt.user, answers["near"], "", "差这几分不应该", now())
    assert answers["near"].id in in_queue(reason="appeal")


def test_going_on_follows_the_order_and_begins_again(answers: dict[str, Answer]) -> None:
    order = [answers[name] for name in ("appeal", "redline", "unsure", "near")]
    for one, other in zip(order, [*order[1:], order[0]], strict=True):
        assert queue.following(one) == other.id
    assert queue.following(answers["plain"]) == order[0].id
    assert queue.following(answers["redline"], reason="redline") is None


def test_the_conditions_of_database_and_page_agree(answers: dict[str, Answer]) -> None:
    """Reasons are worked out twice, in SQL for the list and in Python for the page: they have to say the same."""
    for answer in answers.values():
        told = queue.reasons_of(answer, appeals.open_about(answer.id))
        assert told == [reason for reason in Reason if answer.id in in_queue(reason=reason.value)]


def test_the_list_in_the_browser(client: Any, become: Any, answers: dict[str, Answer], drill: Any) -> None:
    become("trainer")
    page = text_of(client.get("/teach/review"))
    assert "学员有异议" in page and "前面已经写了移交" in page and BRUSH_OFF in page
    assert "陈雨" not in page, "the queue shows replies, not persons"
    only = text_of(client.get(f"/teach/review?reason=redline&quiz={drill.id}"))
    assert THREAT[:10] in only and BRUSH_OFF not in only
    assert client.get("/teach/review?reason=nonsense&quiz=x&state=y&page=-3").status_code == 200
    near, appeal = answers["near"].id, answers["appeal"].id
    for _ in range(2):
        done = client.send(f"/teach/review/{near}/seen?reason=near", {"form_key": "k"})
        assert done.status_code == 303 and done.location == "/teach/review?reason=near"
    assert near not in in_queue() and db.session.query(Look).count() == 1
    back = client.send(f"/teach/review/{appeal}/seen", {"form_key": "k"})
    assert back.location == f"/teach/review/{appeal}" and "先答复" in text_of(client.get(back.location))
    assert f"/teach/review/{near}?state=seen" in text_of(client.get("/teach/review?state=seen"))


def test_a_good_reply_does_not_wait(drill: Any, hand_in: Any) -> None:
    answer = hand_in(drill, GOOD)
    set_detail(answer, doubt=0.1)
    assert answer.detail["grade"] >= 3 and in_queue() == []


@pytest.mark.parametrize("method", ["get", "send"])
@pytest.mark.parametrize("path", ["", "/{}", "/{}/seen", "/{}/preview"])
def test_learners_see_none_of_it(client: Any, become: Any, drill: Any, hand_in: Any, method: str, path: str) -> None:
    answer = hand_in(drill)
    become("learner")
    status = getattr(client, method)(f"/teach/review{path}".format(answer.id)).status_code
    assert (
        status == 405
        if (method, path) in {("send", ""), ("get", "/{}/seen"), ("get", "/{}/preview")}
        else status == 403
    )
    assert client.get("/teach/agreement").status_code == client.get("/teach/agreement/lines").status_code == 403


def test_replies_of_before_get_their_grade(app: Any, drill: Any, hand_in: Any, person: Any) -> None:
    """Whoever takes the new version over finds the red lines of earlier replies in the queue."""
    short = make_quiz("short", slug="short")
    other = hand_in(short, "受理之日", person("learner")).id
    answer_id = hand_in(drill, THREAT).id
    db.session.remove()
    downgrade(revision="0003")
    upgrade()
    answer = db.session.get_one(Answer, answer_id)
    assert (answer.grade, answer.doubt) == (0, None) and db.session.get_one(Answer, other).grade is None
    assert in_queue(reason="redline") == [answer_id]
