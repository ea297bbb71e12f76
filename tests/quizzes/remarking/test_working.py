"""Marking many answers again is long work: the worker does it, the pages tell how far it is."""

from typing import Any

import pytest
from flask import Flask

from literacy.db import db
from quizzes.remarking import service, working
from quizzes.remarking.models import Remarking, Stage
from tests.filling import text_of
from tests.quizzes.factories import make_quiz
from tests.quizzes.remarking.conftest import REASON, answered, new_key, scores
from tests.working import work_off


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch, person: Any) -> tuple[Any, Any, list[Any]]:
    """A trainer, a question that was put right, and its answers: more than one batch of them."""
    monkeypatch.setattr(service, "LOOK_AT_ONCE", 2)
    monkeypatch.setattr(service, "APPLY_AT_ONCE", 2)
    trainer, quiz = person("trainer"), make_quiz("single")
    tried = answered(person, quiz, *[{"option": number % 2} for number in range(6)])
    new_key(trainer, quiz.slots[0].question, 1)
    db.session.commit()
    return trainer, quiz.slots[0].question, tried


def test_the_worker_looks_and_applies(app: Flask, client: Any, sign_in: Any, many: Any) -> None:
    trainer, question, tried = many
    sign_in(trainer)
    address = client.send(f"/teach/questions/{question.id}/remark").location
    one = db.session.scalar(db.select(Remarking))
    assert one.stage is Stage.LOOKING
    page = text_of(client.get(address))
    assert "试评 2 / 6" in page and "在后台做" in page
    assert client.get(f"{address}/state").json == {"open": True, "done": 2, "total": 6, "said": "试评 2 / 6"}
    assert client.send(f"/teach/questions/{question.id}/remark", {"form_key": "again"}).location == address
    assert work_off(app) == 1, "one job, though it was asked for twice"
    assert one.stage is Stage.LOOKED
    assert "试评完" in text_of(client.get(address))
    ordered = client.send(f"{address}/order", {"policy": "exchange", "reason": REASON, "form_key": "b"})
    assert ordered.status_code == 303
    assert one.stage is Stage.APPLYING
    assert "改成绩 2 / 6" in text_of(client.get(address))
    work_off(app)
    assert one.stage is Stage.DONE
    assert one.applied == 6
    assert {score for score, _ in scores(tried)} == {0.0, 100.0}


def test_one_that_broke_off_says_why_and_is_taken_up_again(app: Flask, client: Any, sign_in: Any, many: Any) -> None:
    trainer, question, _ = many
    sign_in(trainer)
    address = client.send(f"/teach/questions/{question.id}/remark").location
    new_key(trainer, question, 0)  # what is judged by changes meanwhile
    work_off(app)
    page = text_of(client.get(address))
    assert "试评开始以后" in page and "接着做" in page
    assert client.get(f"{address}/state").json["open"] is False
    new_key(trainer, question, 1)
    one = db.session.scalar(db.select(Remarking))
    assert client.send(f"{address}/drop").status_code == 303
    assert one.stage is Stage.DROPPED


def test_the_worker_takes_it_up_where_it_was(app: Flask, client: Any, sign_in: Any, many: Any) -> None:
    trainer, question, _ = many
    sign_in(trainer)
    address = client.send(f"/teach/questions/{question.id}/remark").location
    one = db.session.scalar(db.select(Remarking))
    client.send(f"/jobs/{working.latest(one).id}/cancel")
    assert "接着做" in text_of(client.get(address))
    assert client.send(f"{address}/go-on").status_code == 303
    work_off(app)
    assert (one.stage, one.looked) == (Stage.LOOKED, 6)
