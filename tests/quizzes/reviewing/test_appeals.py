"""A learner objects: once at a time, only to what is theirs, and hears of the answer."""

from typing import Any

import pytest
from sqlalchemy import select

from literacy.db import db, now
from literacy.errors import NotFound, Refused
from literacy.models import AuditEntry
from quizzes.reviewing.about import choices, finding_number, stored, words
from quizzes.reviewing.models import Appeal
from quizzes.reviewing.service import appeals, ratings
from quizzes.service import attempts as taking
from tests.filling import fields_of, text_of
from tests.quizzes.factories import make_quiz
from tests.quizzes.reviewing.conftest import said
from tests.quizzes.test_concurrency import at_once, user


def test_everything_that_was_judged_can_be_named(drill: Any, hand_in: Any) -> None:
    detail = hand_in(drill).detail
    offered = choices(detail)
    assert offered[""] == "整个评议" and offered["f1"] == "第 1 处：推诿扯皮"
    assert (
        offered["e-deadline"] == "要素：明确时限（判为缺）" and offered["p-1"] == "要点：已经摆了警示桩（判为没说到）"
    )
    assert "e-follow_up" not in offered, "what may be missing and is missing was not held against anybody"
    assert [words(stored(key, detail)) for key in offered if key] == [offered[key] for key in offered if key]
    assert (stored("", detail), finding_number(stored("f1", detail)), finding_number({})) == ({}, 1, 0)
    with pytest.raises(KeyError):
        stored("f9", detail)


def test_one_objection_at_a_time(drill: Any, hand_in: Any, person: Any) -> None:
    answer = hand_in(drill)
    learner = answer.attempt.user
    first = appeals.make(learner, answer, "f1", "前面已经写了移交给谁", now())
    with pytest.raises(Refused, match="还没有答复"):
        appeals.make(learner, answer, "", "再说一遍也行吧", now())
    ratings.rate(person("trainer"), answer.id, said(answer, reason="没有写移交给谁，判得对"), now())
    assert not first.is_open and first.reply == "没有写移交给谁，判得对"
    assert appeals.make(learner, answer, "", "移交写在第二句里", now()).is_open
    told = select(AuditEntry.action).where(AuditEntry.action.like("appeal.%")).order_by(AuditEntry.id)
    acts = list(db.session.scalars(told))
    assert acts == ["appeal.made", "appeal.answered", "appeal.made"]


@pytest.mark.parametrize(
    ("key", "reason", "sentence"), [("f1", "短", "至少 5 个字"), ("f7", "写了移交给谁", "从列表里选")]
)
def test_what_cannot_be_understood_is_not_taken(drill: Any, hand_in: Any, key: str, reason: str, sentence: str) -> None:
    answer = hand_in(drill)
    with pytest.raises(Refused, match=sentence):
        appeals.make(answer.attempt.user, answer, key, reason, now())
    assert db.session.query(Appeal).count() == 0


def test_only_what_is_ones_own_and_was_handed_in(drill: Any, hand_in: Any, person: Any) -> None:
    answer, stranger = hand_in(drill), person("learner")
    with pytest.raises(NotFound):
        appeals.appealable(stranger, answer.attempt_id, 1)
    going_on = taking.start(stranger, drill.id, now())
    with pytest.raises(Refused, match="还没有提交"):
        appeals.appealable(stranger, going_on.id, 1)
    chosen = make_quiz("single", slug="single")
    keyed = taking.start(stranger, chosen.id, now())
    taking.submit(stranger, keyed.id, {1: {"option": 1}}, now())
    with pytest.raises(Refused, match="固定答案"):
        appeals.appealable(stranger, keyed.id, 1)


def test_a_double_click_makes_one(app: Any, drill: Any, hand_in: Any) -> None:
    answer = hand_in(drill)
    learner, attempt_id = answer.attempt.user_id, answer.attempt_id
    db.session.commit()

    def make() -> int:
        who = user(learner)
        own = appeals.appealable(who, attempt_id, 1)
        return appeals.make(who, own, "", "前面已经写了移交给谁", now()).id

    found = at_once(app, [make] * 4)
    assert sum(isinstance(one, int) for one in found) == 1, found
    assert db.session.query(Appeal).count() == 1


def test_a_learner_objects_on_the_page_and_hears_of_the_answer(
    client: Any, become: Any, person: Any, drill: Any, hand_in: Any
) -> None:
    learner = person("learner", name="陈雨")
    answer = hand_in(drill, user=learner)
    result, page = f"/attempts/{answer.attempt_id}/result", f"/attempts/{answer.attempt_id}/answers/1/appeal"
    become(learner)
    shown = text_of(client.get(result))
    assert "我认为判得不对" in shown and f"{page}?about=f1" in shown
    form = fields_of(client.get(f"{page}?about=f1"), "reason")
    assert form["about"] == "f1"
    short = client.send(page, {**form, "reason": ""})
    assert short.status_code == 422
    form["reason"] = "<b>前面</b>已经写了移交"
    done = client.send(page, form)
    assert done.status_code == 303 and done.location.endswith(f"{result}#appeal-1")
    assert client.send(page, form).location == done.location and db.session.query(Appeal).count() == 1
    shown = text_of(client.get(result))
    assert "待处理" in shown and "&lt;b&gt;前面" in shown and f'href="{page}"' not in shown
    assert client.send(page, {**form, "reason": "换一个说法再提一次"}).status_code == 409
    assert "待处理" in text_of(client.get(page))
    assert "答复了您" not in text_of(client.get("/learn"))

    become("trainer")
    sheet = fields_of(client.get(f"/teach/review/{answer.id}"), "seal")
    assert client.send(f"/teach/review/{answer.id}", {**sheet, "f1": "yes"}).status_code == 422  # a reason is owed
    client.send(f"/teach/review/{answer.id}", {**sheet, "f1": "yes", "reason": "没有写移交给谁，判得对"})

    become(learner)
    today = text_of(client.get("/learn"))
    assert "培训师答复了您对《小测》评分的异议" in today and f"{result}#appeal-1" in today
    shown = text_of(client.get(result))
    assert "已答复" in shown and "没有写移交给谁，判得对" in shown and "待处理" not in shown
    assert "答复了您" not in text_of(client.get("/learn")), "once it was seen it is no news"


def test_a_short_answer_too(client: Any, become: Any, person: Any) -> None:
    learner = person("learner")
    attempt = taking.start(learner, make_quiz("short").id, now())
    taking.submit(learner, attempt.id, {1: {"text": "收到那天"}}, now())
    answer_id = attempt.answers[0].id
    page = f"/attempts/{attempt.id}/answers/1/appeal"
    become(learner)
    assert page in text_of(client.get(f"/attempts/{attempt.id}/result"))
    assert client.send(page, {"reason": "收到那天就是受理之日"}).status_code == 422  # the page's own choice is missing
    assert client.send(page, {"about": "", "reason": "收到那天就是受理之日"}).status_code == 303
    become("trainer")
    queue = text_of(client.get("/teach/review"))
    assert "收到那天就是受理之日" in queue and f"/teach/review/{answer_id}" in queue
    form = fields_of(client.get(f"/teach/review/{answer_id}"), "seal")
    assert form["percent"] == "0.0" and "f1" not in form
    assert (
        client.send(f"/teach/review/{answer_id}", {**form, "percent": "80", "reason": "意思到了，给分"}).status_code
        == 303
    )
    become(learner)
    shown = text_of(client.get(f"/attempts/{attempt.id}/result"))
    assert "意思到了，给分" in shown and "已答复" in shown and "培训师改为 0.8 分" in shown


def test_strangers_get_nothing(client: Any, become: Any, drill: Any, hand_in: Any) -> None:
    answer = hand_in(drill)
    page = f"/attempts/{answer.attempt_id}/answers/1/appeal"
    become("learner")
    assert client.get(page).status_code == 404
    assert client.send(page, {"about": "", "reason": "这不是我的答复"}).status_code == 404
    become("trainer")
    assert client.get(page).status_code == 403
