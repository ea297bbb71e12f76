"""A change may wait, a colleague may be asked; learners see nothing of either until it is published."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from courses.models import Lesson
from literacy.db import db, now
from literacy.errors import Refused
from literacy.models import AuditEntry, State
from quizzes.history import service as history
from quizzes.history.kinds import kept_of
from quizzes.seconding import service
from quizzes.seconding.models import Outcome, PendingChange, ReviewRequest
from quizzes.seconding.waiting import pending_of, request_of, returned
from quizzes.service import attempts
from quizzes.service.authoring import life, questions
from tests.conftest import empty_database
from tests.courses.factories import make_lesson
from tests.filling import fields_of, text_of
from tests.quizzes.factories import SCENARIO, body, make_question, make_quiz, make_scenario


@pytest.fixture
def strict(app: Flask, monkeypatch: Any) -> None:
    """An installation in which nobody publishes what they wrote themselves."""
    monkeypatch.setenv("LITERACY_SECOND_EYES", "1")


def draft_of(author: Any) -> Any:
    """A draft question that is complete."""
    return questions.create_question(author, "single", body("single"), competency="WG1")


def stem(row: Any, words: str) -> Any:
    return {**kept_of(row).content(row), "stem": words}


# What waits


def test_learners_get_the_old_wording_until_the_change_is_published(app: Flask, person: Any) -> None:
    trainer, learner, quiz = person("trainer"), person(), make_quiz("single")
    question = quiz.slots[0].question
    old = question.body["stem"]
    service.keep_for_later(trainer, question, question.revision, stem(question, "新的题干"))
    assert question.latest.number == 1
    attempt = attempts.start(learner, quiz.id, now())
    assert attempt.answers[0].question_version.body["stem"] == old
    service.publish(trainer, question, question.revision)
    assert (question.latest.number, question.body["stem"]) == (2, "新的题干")
    assert pending_of(question) is None
    assert attempt.answers[0].question_version.number == 1
    assert question.state is State.PUBLISHED


def test_who_wrote_and_who_read_stand_in_the_history(app: Flask, person: Any) -> None:
    writer, reader, lesson = person("trainer", name="张三"), person("trainer", name="李四"), make_lesson()
    new = {**kept_of(lesson).content(lesson), "body": "新的正文\n"}
    service.keep_for_later(writer, lesson, lesson.revision, new)
    service.ask(writer, lesson, reader.id, "看看第二段", now())
    service.publish(reader, lesson, lesson.revision)
    assert lesson.body == "新的正文\n"
    assert history.newest(lesson).note == "张三修改，李四审过发布"
    assert request_of(lesson).outcome is Outcome.PUBLISHED


def test_an_unfinished_change_may_wait_but_not_be_published(app: Flask, person: Any) -> None:
    trainer, scenario = person("trainer"), make_scenario()
    service.keep_for_later(trainer, scenario, None, {**kept_of(scenario).content(scenario), "facts": []})
    with pytest.raises(Refused, match="不能改成不完整的"):
        service.publish(trainer, scenario, None)


def test_a_change_meanwhile_is_not_undone(app: Flask, person: Any) -> None:
    trainer, question = person("trainer"), make_question("single")
    opened_on = question.revision
    service.keep_for_later(trainer, question, opened_on, stem(question, "待发布的"))
    with pytest.raises(Refused, match="别人改过"):
        service.keep_for_later(trainer, question, opened_on, stem(question, "又一份"))
    urgent = {**body("single"), "stem": "马上要改的"}
    questions.change_question(trainer, question, None, urgent, competency="", difficulty=2)
    with pytest.raises(Refused, match="又改过"):
        service.publish(trainer, question, None)
    service.keep_for_later(trainer, question, question.revision, stem(question, "看过以后再存的"))
    service.publish(trainer, question, question.revision)
    assert question.body["stem"] == "看过以后再存的"


def test_a_draft_has_no_need_to_wait_and_what_waits_hinders_retiring(app: Flask, person: Any) -> None:
    trainer = person("trainer")
    with pytest.raises(Refused, match="没有发布"):
        service.keep_for_later(trainer, draft_of(trainer), None, {})
    question = make_question("single")
    service.keep_for_later(trainer, question, None, stem(question, "新的"))
    with pytest.raises(Refused, match="待发布的修改"):
        life.retire(trainer, question)
    service.drop_pending(trainer, question)
    life.retire(trainer, question)
    with pytest.raises(Refused):
        service.drop_pending(trainer, question)


# Asking


def test_a_draft_is_sent_back_with_a_word_and_published_the_next_time(app: Flask, person: Any) -> None:
    writer, reader = person("trainer"), person("trainer")
    question = draft_of(writer)
    service.ask(writer, question, 0, "", now())
    assert [one.row_id for one in db.session.scalars(service.waiting_for(reader))] == [question.id]
    with pytest.raises(Refused, match="写明要改什么"):
        service.send_back(reader, question, "不行", now())
    service.send_back(reader, question, "第二个选项的解析没写清楚", now())
    assert returned(question).answer == "第二个选项的解析没写清楚"
    assert list(db.session.scalars(service.waiting_for(reader))) == []
    service.ask(writer, question, reader.id, "改好了", now())
    assert returned(question) is None
    service.publish(reader, question, question.revision)
    assert question.state is State.PUBLISHED
    acts = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [act for act in acts if act.startswith("content.")] == [
        "content.created", "content.review_asked", "content.review_returned", "content.review_asked",
        "content.published",
    ]  # fmt: skip
    told = [event.entry.action for event in history.timeline(question, 1).items if event.entry]
    assert told == [act for act in acts if act.startswith("content.") and act != "content.created"][::-1]


def test_only_who_is_asked_sees_it_on_the_list(app: Flask, person: Any) -> None:
    writer, reader, third = person("trainer"), person("trainer"), person("trainer")
    service.ask(writer, draft_of(writer), reader.id, "", now())
    seen = [len(list(db.session.scalars(service.waiting_for(who)))) for who in (reader, third, writer)]
    assert seen == [1, 0, 1]


def test_illegal_moves_are_refused(app: Flask, person: Any) -> None:
    writer, reader, learner = person("trainer"), person("trainer"), person()
    question = draft_of(writer)
    for act in (
        lambda: service.send_back(reader, question, "还没有送审呢", now()),
        lambda: service.withdraw(writer, question, now()),
        lambda: service.ask(writer, question, learner.id, "", now()),
        lambda: service.ask(writer, question, writer.id, "", now()),
        lambda: service.ask(writer, make_question("single"), 0, "", now()),
    ):
        with pytest.raises(Refused):
            act()
    service.ask(writer, question, 0, "", now())
    for act in (
        lambda: service.ask(reader, question, 0, "", now()),
        lambda: service.withdraw(reader, question, now()),
        lambda: service.send_back(writer, question, "自己退给自己的", now()),
    ):
        with pytest.raises(Refused):
            act()
    service.withdraw(writer, question, now())
    with pytest.raises(Refused, match="已撤回"):
        request_of(question).close(Outcome.RETURNED, reader, "再看一遍第三段", now())


@given(
    acts=st.lists(
        st.tuples(st.sampled_from(["ask", "back", "withdraw", "publish", "later", "drop"]), st.integers(0, 1)),
        max_size=8,
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_at_most_one_request_waits_and_learners_see_whole_content(
    app: Flask, person: Any, acts: Any
) -> None:
    people = [person("trainer"), person("trainer")]
    question = draft_of(people[0])
    moves: dict[str, Any] = {
        "ask": lambda who: service.ask(who, question, 0, "", now()),
        "back": lambda who: service.send_back(who, question, "请再改一改", now()),
        "withdraw": lambda who: service.withdraw(who, question, now()),
        "publish": lambda who: service.publish(who, question, None),
        "later": lambda who: service.keep_for_later(who, question, None, stem(question, f"题干{len(acts)}")),
        "drop": lambda who: service.drop_pending(who, question),
    }
    for act, place in acts:
        shown = question.body
        try:
            with db.session.begin_nested():
                moves[act](people[place])
        except Refused:
            db.session.expire_all()
        open_ones = db.session.scalar(select(func.count(ReviewRequest.id)).where(ReviewRequest.outcome.is_(None)))
        assert open_ones <= 1
        assert act == "publish" or question.body == shown
        if question.state is State.PUBLISHED:
            assert not life.problems_of(question)
    db.session.rollback()
    db.session.remove()
    empty_database()


# The setting


def test_with_two_pairs_of_eyes_nobody_publishes_their_own(strict: None, app: Flask, person: Any) -> None:
    writer, reader = person("trainer"), person("trainer")
    question = draft_of(writer)
    with pytest.raises(Refused, match="写的人不能自己发布"):
        life.publish(writer, question)
    life.publish(reader, question)
    changed = {**body("single"), "stem": "改过的题干"}
    with pytest.raises(Refused, match="存为待发布"):
        questions.change_question(writer, question, None, changed, competency="", difficulty=2)
    db.session.expire_all()
    service.keep_for_later(writer, question, None, stem(question, "改过的题干"))
    with pytest.raises(Refused, match="写的人不能自己发布"):
        service.publish(writer, question, None)
    service.publish(reader, question, None)
    assert question.body["stem"] == "改过的题干"


def test_content_from_files_and_kinds_that_cannot_wait_go_on_as_before(strict: None, app: Flask, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("single")
    life.retire(trainer, quiz)
    life.publish(trainer, quiz)
    assert quiz.state is State.PUBLISHED


# Pages


@pytest.mark.parametrize("kind", ["questions", "scenarios", "lessons"])
def test_the_way_of_a_change_through_the_pages(client: Any, sign_in: Any, person: Any, kind: str) -> None:
    sign_in("trainer")
    row = {"questions": lambda: make_question("single"), "scenarios": make_scenario, "lessons": make_lesson}[kind]()
    field = {"questions": "stem", "scenarios": "task", "lessons": "summary"}[kind]
    fields = fields_of(client.get(f"/teach/{kind}/{row.id}/edit"), having=field)
    kept = client.send(f"/teach/{kind}/{row.id}/edit", {**fields, field: "待发布的新话", "later": "1"})
    assert kept.status_code == 303
    assert db.session.scalar(select(func.count(PendingChange.id))) == 1
    page = text_of(client.get(kept.location))
    assert "待发布的新话" in page
    assert "和学员现在看到的有什么不同" in page
    assert "存了一份待发布的修改" in text_of(client.get(f"/teach/{kind}/{row.id}"))
    again = client.get(f"/teach/{kind}/{row.id}/edit")
    assert fields_of(again, having=field)[field] == "待发布的新话"
    assert "保存，马上生效" not in text_of(again)
    asked = client.send(f"/teach/{kind}/{row.id}/review", {"asked_of": "0", "note": "请看新话"})
    assert asked.status_code == 303
    sign_in(person("trainer", name="李四"))
    assert "请看新话" in text_of(client.get("/teach/reviews"))
    short = client.send(f"/teach/{kind}/{row.id}/review/return", {"answer": "改"})
    assert short.status_code == 422
    sent = client.send(f"/teach/{kind}/{row.id}/review/return", {"answer": "新话里写清是哪一天"})
    assert sent.status_code == 303
    assert "新话里写清是哪一天" in text_of(client.get(f"/teach/{kind}/{row.id}/edit"))
    db.session.expire_all()
    answer = client.send(f"/teach/{kind}/{row.id}/review/publish", {"revision": row.revision, "form_key": "p"})
    assert (
        client.send(f"/teach/{kind}/{row.id}/review/publish", {"revision": row.revision, "form_key": "p"}).status_code
        == 303
    )
    assert "待发布的新话" in text_of(client.get(answer.location))
    assert db.session.scalar(select(func.count(PendingChange.id))) == 0


def reasons() -> list[str]:
    found = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [entry.changes["reason"] for entry in found if "reason" in entry.changes]


def test_a_change_that_judges_otherwise_than_expected_needs_a_reason(client: Any, sign_in: Any) -> None:
    trainer = sign_in("trainer")
    row = make_scenario()
    first = row.body
    spoilt = {**first, "title": row.title, "exemplar": "不归我们管。"}
    service.keep_for_later(trainer, row, row.revision, spoilt)
    review = f"/teach/scenarios/{row.id}/review"
    assert "仍要发布的理由" in text_of(client.get(review))
    refused = client.send(f"{review}/publish", {"revision": row.revision, "form_key": "1"})
    assert "请改好，或者写明理由" in text_of(client.get(refused.location))
    db.session.expire_all()
    assert row.body["exemplar"] == first["exemplar"]
    client.send(f"{review}/publish", {"revision": row.revision, "form_key": "2", "reason": "课上专讲这个反例"})
    db.session.expire_all()
    assert row.body["exemplar"] == "不归我们管。" and reasons() == ["课上专讲这个反例"]


def test_an_old_version_that_judges_otherwise_comes_back_for_a_reason(client: Any, sign_in: Any) -> None:
    trainer = sign_in("trainer")
    row = make_scenario(exemplar="不归我们管。")
    questions.change_scenario(trainer, row, None, row.title, {**row.body, "exemplar": SCENARIO["exemplar"]})
    compare = f"/teach/scenarios/{row.id}/history/compare?old=1"
    assert "仍要发布的理由" in text_of(client.get(compare))
    restore = f"/teach/scenarios/{row.id}/history/1/restore"
    refused = client.send(restore, {"revision": row.revision, "form_key": "1"})
    assert "写明理由" in text_of(client.get(refused.location))
    client.send(restore, {"revision": row.revision, "form_key": "2", "reason": "课上专讲这个反例"})
    db.session.expire_all()
    assert row.body["exemplar"] == "不归我们管。" and reasons() == ["课上专讲这个反例"]


def test_a_change_can_be_given_up(client: Any, sign_in: Any) -> None:
    trainer = sign_in("trainer")
    question = make_question("single")
    service.keep_for_later(db.session.merge(trainer), question, None, stem(question, "不要的"))
    client.send(f"/teach/questions/{question.id}/pending/drop")
    assert db.session.scalar(select(func.count(PendingChange.id))) == 0
    assert client.get(f"/teach/questions/{question.id}/review").status_code == 200


def test_a_review_that_was_overtaken_is_refused(client: Any, sign_in: Any, person: Any) -> None:
    writer = person("trainer")
    question = draft_of(writer)
    service.ask(writer, question, 0, "", now())
    opened_on = question.revision
    questions.change_question(writer, question, None, {**body("single"), "stem": "又改了"}, competency="", difficulty=2)
    sign_in("trainer")
    client.send(f"/teach/questions/{question.id}/review/publish", {"revision": opened_on})
    db.session.expire_all()
    assert question.state is State.DRAFT


@pytest.mark.parametrize("kind", ["quizzes", "sources", "courses"])
def test_drafts_of_every_kind_can_be_read_before(client: Any, sign_in: Any, person: Any, kind: str) -> None:
    from tests.quizzes.history.test_history import row_of

    trainer = sign_in("trainer")
    row = row_of(kind)
    row.state = State.DRAFT
    service.ask(db.session.merge(trainer), row, 0, "", now())
    assert client.get(f"/teach/{kind}/{row.id}/review").status_code == 200
    assert client.send(f"/teach/{kind}/{row.id}/review/withdraw").status_code == 303
    assert request_of(row).outcome is Outcome.WITHDRAWN
    service.ask(db.session.merge(trainer), row, 0, "", now())
    service.send_back(person("trainer"), row, "名称要写得短一些", now())
    for page in ("", "/edit"):
        assert "名称要写得短一些" in text_of(client.get(f"/teach/{kind}/{row.id}{page}"))


def test_learners_review_nothing(client: Any, sign_in: Any) -> None:
    sign_in("learner")
    lesson = make_lesson()
    assert client.get("/teach/reviews").status_code == 403
    for act in ("review", "review/publish", "review/return", "review/withdraw", "pending/drop"):
        assert client.send(f"/teach/lessons/{lesson.id}/{act}").status_code == 403
    assert db.session.get(Lesson, lesson.id).state is State.PUBLISHED
