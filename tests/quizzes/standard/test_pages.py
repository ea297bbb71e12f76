"""The rubric studio through its pages: read, change, try, test, publish, look up."""

import os
import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from literacy.db import db, now
from literacy.models import AuditEntry, State
from quizzes.models import Answer, SavedReply
from quizzes.rubric import load_rubric
from quizzes.rubric.changes import base_cues
from quizzes.rubric.rules import load_rule_data
from quizzes.service import attempts
from quizzes.standard import examples, report, service
from quizzes.standard.in_force import in_force
from quizzes.standard.models import RubricReport, RubricVersion
from tests.quizzes.factories import make_quiz, make_scenario

NEW_WORD = "您这位搅局精也该歇歇了。"
RECORDS = {
    id_: {"id": id_, "channel": "微博", "post": "路灯坏了", "facts": [], "spans": [], "reply": reply, **labels}
    for id_, reply, labels in (
        ("t-1", NEW_WORD, {"patterns": ["labeling"], "elements": [], "grade": 1}),
        ("t-2", "今晚18点前修好。", {"patterns": [], "elements": ["action", "deadline"], "grade": 3}),
    )
}


@pytest.fixture(autouse=True)
def small_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "records", lambda: RECORDS)
    monkeypatch.setattr("quizzes.standard.views.read.records", lambda: RECORDS)


@pytest.fixture
def draft(client: Any, sign_in: Any) -> Any:
    """A trainer with an open draft."""
    sign_in("trainer")
    assert client.send("/teach/rubric/draft/begin").status_code == 303
    return client


def latest() -> RubricVersion:
    db.session.expire_all()
    return db.session.scalars(select(RubricVersion).order_by(RubricVersion.id.desc())).first()  # type: ignore[return-value]


def add_cue(client: Any, *lines: str, **more: Any) -> Any:
    data = {"say": "\n".join(lines), "sure": "y", "revision": latest().revision, **more}
    return client.send("/teach/rubric/draft/patterns/labeling/cues/new", data)


def run_report(client: Any) -> int:
    answer = client.send("/teach/rubric/draft/test")
    number = int(re.search(r"reports/(\d+)", answer.location)[1])  # type: ignore[index]
    for _ in range(50):
        if client.fetch(f"/teach/rubric/reports/{number}/step", {}).json["finished"]:
            return number
    raise AssertionError("the report does not end")


def publish(client: Any, **more: Any) -> Any:
    row = latest()
    data = {"label": "认得搅局精", "note": "新说法", "publish": "1", "revision": row.revision, **more}
    return client.send("/teach/rubric/draft", data)


PAGES = (
    "/teach/rubric", "/teach/rubric/versions", "/teach/rubric/import", "/teach/rubric/corpus/t-1",
    f"/teach/rubric/marked/{load_rubric().version}",
    *(f"/teach/rubric/patterns/{id_}" for id_ in load_rubric().patterns),
    *(f"/teach/rubric/elements/{id_}" for id_ in load_rubric().elements),
)  # fmt: skip
DRAFT_PAGES = (
    "/teach/rubric/draft", "/teach/rubric/draft/try", "/teach/rubric/draft/figures",
    "/teach/rubric/draft/patterns/insult", "/teach/rubric/draft/patterns/insult/edit",
    "/teach/rubric/draft/elements/deadline", "/teach/rubric/draft/elements/deadline/edit",
    "/teach/rubric/draft/patterns/insult/cues/new",
    f"/teach/rubric/draft/patterns/insult/cues/{next(iter(base_cues(load_rule_data())['insult']))}",
)  # fmt: skip


def test_every_page_opens(client: Any, draft: Any) -> None:
    for url in (*PAGES, *DRAFT_PAGES):
        assert client.get(url).status_code == 200, url


@pytest.mark.parametrize("url", [*PAGES[:5], "/teach/rubric/draft", "/teach/rubric/draft/try"])
def test_learners_may_not(url: str, client: Any, sign_in: Any) -> None:
    sign_in("learner")
    assert client.get(url).status_code == 403


@pytest.mark.parametrize(
    "url", ["/teach/rubric/patterns/none", "/teach/rubric/elements/insult", "/teach/rubric/versions/9",
            f"/teach/rubric/marked/{load_rubric().version}+9", "/teach/rubric/corpus/none", "/teach/rubric/draft"],
)  # fmt: skip
def test_what_is_not_there(url: str, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    assert client.get(url).status_code == 404


def test_one_draft_at_a_time(draft: Any) -> None:
    draft.send("/teach/rubric/draft/begin")
    assert len(db.session.scalars(select(RubricVersion)).all()) == 1


def test_a_phrase_is_checked_beside_its_field(draft: Any) -> None:
    answer = add_cue(draft, "搅局精", "(甲|乙")
    assert answer.status_code == 422
    assert "第 2 行第 1 个字起：这个括号没有收尾" in answer.get_data(as_text=True)
    assert latest().changes == {}


def test_trying_saves_nothing(draft: Any) -> None:
    answer = add_cue(draft, "搅局精", **{"trial": NEW_WORD, "try": "1"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "扣帽子“搅局精”" in text and "<strong>变了</strong>" in text
    assert latest().changes == {}
    text = draft.send("/teach/rubric/draft/try", {"trial": "不归我们管\n" + NEW_WORD}).get_data(as_text=True)
    assert "推诿扯皮" in text and "变了" not in text


def test_two_trainers_do_not_overwrite_each_other(draft: Any) -> None:
    assert add_cue(draft, "搅局精").status_code == 303
    answer = add_cue(draft, "喷子们", revision=1)
    assert answer.status_code == 409 and "别人改过" in answer.get_data(as_text=True)
    assert len(latest().changes) == 1


def test_handing_in_twice_adds_one_cue(draft: Any) -> None:
    data = {"say": "搅局精", "revision": 1, "form_key": "same"}
    for _ in range(2):
        assert draft.send("/teach/rubric/draft/patterns/labeling/cues/new", data).status_code == 303
    assert len(latest().changes) == 1


def test_switching_a_cue_off_and_on(draft: Any) -> None:
    key = next(iter(base_cues(load_rule_data())["labeling"]))
    url = f"/teach/rubric/draft/patterns/labeling/cues/{key}/switch"
    assert draft.send(url, {"revision": 1}).status_code == 303
    assert latest().changes[f"cues.labeling.{key}"]["now"] is None
    assert "已停用" in draft.get("/teach/rubric/draft/patterns/labeling").get_data(as_text=True)
    assert draft.send(url, {"revision": 2, "on": "1"}).status_code == 303
    assert latest().changes == {}
    assert latest().content_hash == load_rule_data().digest


def test_figures_stay_within_limits(draft: Any) -> None:
    figures = {"base": 20, "costs_redline": 45, "costs_serious": 25, "costs_minor": 10, "caps_redline": 29,
               "caps_serious": 54, "points_share": 40, "revision": 1}  # fmt: skip
    for wrong in ({"costs_redline": 99}, {"costs_redline": "许多"}, {"costs_redline": 30, "costs_serious": 45}):
        assert draft.send("/teach/rubric/draft/figures", {**figures, **wrong}).status_code == 422
    assert draft.send("/teach/rubric/draft/figures", figures).status_code == 303
    assert latest().changes == {"figures.costs.redline": {"was": 40, "now": 45}}


def test_texts_change_and_go_back(draft: Any) -> None:
    given = dict(load_rule_data().patterns["insult"])
    data = {name: given[name] for name in ("name", "criterion", "reason", "better", "norm")}
    url = "/teach/rubric/draft/patterns/insult/edit"
    assert draft.send(url, {**data, "reason": "这句话伤人。", "revision": 1}).status_code == 303
    assert list(latest().changes) == ["patterns.insult.reason"]
    assert draft.send(url, {**data, "reason": "", "revision": 2}).status_code == 422
    assert draft.send(url, {**data, "revision": 2}).status_code == 303
    assert latest().changes == {}


def test_nothing_is_published_untested(draft: Any) -> None:
    add_cue(draft, "搅局精")
    assert publish(draft).status_code == 409
    run_report(draft)
    add_cue(draft, "喷子们")
    answer = publish(draft)
    assert answer.status_code == 409 and "请再测一遍" in answer.get_data(as_text=True)
    assert latest().state is State.DRAFT


def test_a_new_version_marks_new_attempts_and_old_ones_keep_theirs(draft: Any, person: Any) -> None:
    quiz = make_quiz("reply", drill=True)
    learner = person("learner", name="钱小满")
    first = hand_in(learner, quiz)
    assert first.rubric_version == load_rubric().version and "labeling" not in first.detail["patterns"]
    add_cue(draft, "搅局精")
    number = run_report(draft)
    page = draft.get(f"/teach/rubric/reports/{number}").get_data(as_text=True)
    assert "更接近标注" in page and "学员的一份作答" in page and NEW_WORD in page and learner.name not in page
    assert publish(draft, note="").status_code == 422
    assert publish(draft).status_code == 303
    version = latest()
    assert version.state is State.PUBLISHED and version.stamp == f"{load_rubric().version}+1"
    second = hand_in(learner, quiz)
    assert (second.rubric_version, second.rubric_hash) == (version.stamp, version.content_hash)
    assert "labeling" in second.detail["patterns"]
    db.session.refresh(first)
    assert first.rubric_version == load_rubric().version
    page = draft.get(f"/teach/rubric/marked/{version.stamp}?hash={second.rubric_hash}").get_data(as_text=True)
    assert "搅局精" in page and "新说法" in page and "不一样" not in page
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "rubric.published")).one()
    assert entry.changes["version"] == version.stamp


def hand_in(learner: Any, quiz: Any) -> Answer:
    attempt = attempts.start(learner, quiz.id, now())
    attempts.submit(learner, attempt.id, {1: {"text": NEW_WORD}}, now())
    db.session.commit()
    return attempt.answers[0]


def test_a_broken_saved_reply_demands_a_reason(draft: Any) -> None:
    scenario = make_scenario()
    scenario.saved_replies.append(SavedReply(text=NEW_WORD, expected={"absent": ["labeling"]}))
    db.session.commit()
    add_cue(draft, "搅局精")
    number = run_report(draft)
    assert "原来符合预期，用草稿就不符合" in draft.get(f"/teach/rubric/reports/{number}").get_data(as_text=True)
    answer = publish(draft)
    assert answer.status_code == 422 and "请写明理由" in answer.get_data(as_text=True)
    assert publish(draft, excuse="这条预期过时了").status_code == 303
    assert latest().excuse == "这条预期过时了"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "rubric.published")).one()
    assert entry.changes["excuse"] == "这条预期过时了" and len(entry.changes["broken"]) == 1


def test_a_reply_saved_after_the_test_counts_too(draft: Any) -> None:
    scenario = make_scenario()
    db.session.commit()
    add_cue(draft, "搅局精")
    run_report(draft)
    scenario.saved_replies.append(SavedReply(text=NEW_WORD, expected={"absent": ["labeling"]}))
    db.session.commit()
    assert publish(draft).status_code == 422


def test_going_back_is_publishing_again(draft: Any) -> None:
    add_cue(draft, "搅局精")
    run_report(draft)
    publish(draft)
    first = latest()
    draft.send("/teach/rubric/draft/begin")
    add_cue(draft, "喷子们")
    run_report(draft)
    publish(draft)
    assert "labeling" in in_force().patterns and in_force().version.endswith("+2")
    assert draft.send(f"/teach/rubric/versions/{first.id}/begin").status_code == 303
    run_report(draft)
    assert publish(draft).status_code == 303
    assert (latest().number, latest().content_hash) == (3, first.content_hash)
    assert [row.state for row in db.session.scalars(service.version_list())] == ["published", "retired", "retired"]
    assert in_force().version.endswith("+3")


def test_a_report_survives_a_restart_and_batches_count_once(draft: Any, app: Flask) -> None:
    add_cue(draft, "搅局精")
    draft.send("/teach/rubric/draft/test")
    row = db.session.scalars(select(RubricReport)).one()
    made = report.Tester(row).batch(row, 0)
    assert (made.start, made.end) == (0, 1)
    report.keep(row.id, made)
    report.keep(row.id, made)
    db.session.commit()
    db.session.expire_all()
    assert row.done == 1
    assert draft.send("/teach/rubric/draft/test").location.endswith(f"/{row.id}"), "the same test is carried on"
    assert run_report(draft) == row.id
    assert draft.send(f"/teach/rubric/reports/{row.id}/step").status_code == 303


def test_out_and_in_again(draft: Any) -> None:
    add_cue(draft, "搅局精")
    changes = latest().changes
    file = draft.get(f"/teach/rubric/versions/{latest().id}/file").data
    assert "搅局精" in file.decode()
    draft.send("/teach/rubric/draft/discard")
    assert latest().state is State.RETIRED
    answer = draft.send("/teach/rubric/import", {"file": (BytesIO(file), "a.yaml")})
    assert answer.status_code == 303 and latest().changes == changes and latest().state is State.DRAFT


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"a: [", b"format: other", b"format: rubric-changes-1\nchanges: 3",
     b"a: &x [1]\nb: *x\nformat: rubric-changes-1\nchanges: {}",
     b"format: rubric-changes-1\nchanges: {cues.insult.n1: {was: null, now: {say: ['(']}}}",
     b"format: rubric-changes-1\nchanges: {cues.deadline.n1: {was: null, now: {say: [x], when: [way_out]}}}",
     b"format: rubric-changes-1\nchanges: {figures.costs.redline: {was: 40, now: 5}}",
     b"format: rubric-changes-1\nchanges: {patterns.insult.level: {was: redline, now: minor}}"],
)  # fmt: skip
def test_bad_files_are_refused(content: bytes, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.send("/teach/rubric/import", {"file": (BytesIO(content), "a.yaml")})
    assert answer.status_code == 422
    assert service.open_draft() is None


def test_every_reply_with_the_changed_words_is_looked_at(draft: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "SAMPLE", 1)
    mixed = {"t-2": RECORDS["t-2"], "t-1": RECORDS["t-1"]}
    monkeypatch.setattr(report, "records", lambda: mixed)
    add_cue(draft, "搅局精")
    number = run_report(draft)
    found = db.session.get_one(RubricReport, number).found
    assert found["touched"] == ["t-1"] and (found["result"]["sample"], found["result"]["met"]) == (1, 1)
    (owner,) = found["result"]["owners"]
    assert (owner["before"]["missed"], owner["after"]["right"]) == (1, 1)


def test_examples_are_worked_out_once_and_read_from_files(app: Flask, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(app.config, "DATA_FOLDER", tmp_path)
    base = load_rubric()
    cues = base_cues(load_rule_data())["labeling"]
    assert set(examples.examples_of("labeling", cues, base).values()) == {None}
    shipped = examples.shipped_cues(base)
    assert len(shipped) == len(base.cues)
    reply = {**RECORDS["t-1"], "reply": "您这样别有用心地炒作，是带节奏。"}
    examples.write(examples.folder(), shipped, base, [reply])
    told = examples.examples_of("labeling", cues, base)
    assert None not in told.values() and sum(one["right"] for one in told.values()) >= 1  # type: ignore[index]
    lock = examples._taken(tmp_path / "busy")
    assert lock is not None and examples._taken(tmp_path / "busy") is None
    os.close(lock)
    assert examples._taken(tmp_path / "busy") is not None
