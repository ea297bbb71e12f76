"""The pages of marking again, from the question to what the learner reads."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from literacy.db import db, now
from quizzes.models import Submission
from quizzes.remarking import service
from quizzes.remarking.models import Policy
from quizzes.service import overrides
from quizzes.service.authoring import questions
from tests.filling import text_of
from tests.quizzes.factories import RIGHT, body, make_quiz
from tests.quizzes.remarking.conftest import REASON, answered, done, looked, new_key


def test_from_the_question_to_what_the_learner_reads(client: Any, sign_in: Any, person: Any) -> None:
    trainer = sign_in("trainer")
    quiz = make_quiz("single")
    question = quiz.slots[0].question
    tried = answered(person, quiz, {"option": 0}, {"option": 1})
    overrides.override(trainer, answered(person, quiz, {"option": 1})[0].answers[0].id, 10, "写得不清楚，少给", now())
    new_key(trainer, question, 1)
    page = client.get(f"/teach/questions/{question.id}")
    assert "有 3 份作答" in text_of(page)
    started = client.send(f"/teach/questions/{question.id}/remark", {"form_key": "a"})
    assert client.send(f"/teach/questions/{question.id}/remark", {"form_key": "a"}).location == started.location
    preview = text_of(client.get(started.location))
    for words in ("试评完", "成绩会升", "变成及格", "培训师改过分，不变", "只升不降"):
        assert words in preview
    assert "变成及格" in text_of(client.get(f"{started.location}?turning=1"))
    short = client.send(f"{started.location}/order", {"policy": "rise", "reason": "错"})
    assert short.status_code == 422
    ordered = client.send(f"{started.location}/order", {"policy": "exchange", "reason": REASON, "form_key": "b"})
    assert ordered.status_code == 303
    told = text_of(client.get(started.location))
    assert "已重新评分" in told
    assert REASON in told
    assert client.send(f"{started.location}/go-on").status_code == 303
    assert client.send(f"{started.location}/drop").status_code == 303
    assert "已重新评分" in text_of(client.get("/teach/remarkings"))
    assert "订正后重新评分" in text_of(client.get(f"/teach/attempts/{tried[1].id}"))
    assert "重新评分" in text_of(client.get(f"/teach/questions/{question.id}/history"))
    sign_in(tried[1].user)
    result = text_of(client.get(f"/attempts/{tried[1].id}/result"))
    assert "这道题订正过，重新评分：原来 0 分，现在 1 分" in result
    assert REASON in result
    assert "答对" in result


def test_the_result_shows_options_as_they_are_now_even_if_they_moved(client: Any, sign_in: Any, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("ordering")
    question = quiz.slots[0].question
    tried = answered(person, quiz, {"order": [1, 0, 2, 3]})
    items = body("ordering")["items"]
    changed = {**body("ordering"), "items": [items[1], items[0], *items[2:]]}
    questions.change_question(trainer, question, None, changed, competency="", difficulty=2)
    done(trainer, question)
    sign_in(tried[0].user)
    result = text_of(client.get(f"/attempts/{tried[0].id}/result"))
    assert "第 1 位：核实" in result
    assert "您排在" not in result


def test_learners_mark_nothing_again(client: Any, sign_in: Any, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("single")
    answered(person, quiz, {"option": 0})
    new_key(trainer, quiz.slots[0].question, 1)
    made = looked(trainer, quiz.slots[0].question)
    sign_in("learner")
    assert client.get("/teach/remarkings").status_code == 403
    assert client.get(f"/teach/remarkings/{made.id}").status_code == 403
    for address in (f"/teach/questions/{quiz.slots[0].question_id}/remark", f"/teach/remarkings/{made.id}/order"):
        assert client.send(address).status_code == 403


@pytest.mark.parametrize(
    ("address", "method"),
    [
        ("/teach/remarkings/999", "get"),
        ("/teach/remarkings/999/go-on", "send"),
        ("/teach/quizzes/1/remark", "send"),
        ("/teach/questions/999/remark", "send"),
    ],
)
def test_addresses_that_lead_nowhere(client: Any, sign_in: Any, address: str, method: str) -> None:
    sign_in("trainer")
    assert getattr(client, method)(address).status_code == 404


def test_a_scenario_page_offers_it_too(client: Any, sign_in: Any, person: Any) -> None:
    trainer = sign_in("trainer")
    quiz = make_quiz("reply", drill=True)
    scenario = quiz.slots[0].question.scenario
    answered(person, quiz, RIGHT["reply"])
    changed = {**scenario.body, "facts": [*scenario.body["facts"], "还有一条。"]}
    questions.change_scenario(db.session.merge(trainer), scenario, None, scenario.title, changed)
    assert "有 1 份作答" in text_of(client.get(f"/teach/scenarios/{scenario.id}"))
    started = client.send(f"/teach/scenarios/{scenario.id}/remark")
    assert client.get(started.location).status_code == 200


def test_the_command_finishes_what_was_interrupted(app: Flask, person: Any, monkeypatch: Any) -> None:
    from quizzes.remarking.cli import _finished

    monkeypatch.setattr(service, "APPLY_AT_ONCE", 1)
    trainer, quiz = person("trainer"), make_quiz("single")
    tried = answered(person, quiz, {"option": 0}, {"option": 1})
    new_key(trainer, quiz.slots[0].question, 1)
    made = looked(trainer, quiz.slots[0].question)
    assert service.unfinished() == []
    service.order(trainer, made, Policy.EXCHANGE, REASON, now())
    number, ids = made.id, [one.id for one in tried]
    db.session.commit()
    assert service.unfinished() == [number]
    assert "改了 2 份" in _finished(number)
    results = select(Submission.score).where(Submission.attempt_id.in_(ids))
    assert sorted(db.session.scalars(results)) == [0.0, 100.0]
    assert service.unfinished() == []
