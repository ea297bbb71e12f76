"""Trainers write questions in the browser: every kind, with versions, and nothing typed is lost."""

from typing import Any

import pytest
from sqlalchemy import func, select

from literacy.db import db
from literacy.models import AuditEntry, State
from quizzes.models import Kind, Question, QuestionVersion
from quizzes.traps import TRAPS
from tests.filling import fields_of, text_of
from tests.quizzes.factories import BODIES, make_question, make_quiz, make_scenario

SINGLE = {
    "stem": "群众说「蹲一个」是什么意思？",
    "competency": "WG1",
    "difficulty": "2",
    "options-0-text": "等一个结果",
    "options-0-correct": "y",
    "options-0-feedback": "对。",
    "options-1-text": "骂人",
    "options-1-feedback": "不是。",
}


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def the_question() -> Question:
    db.session.expire_all()
    return db.session.scalars(select(Question)).one()


def test_a_new_question_becomes_a_draft_then_is_published(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.send("/teach/questions/new/single", SINGLE)
    assert answer.status_code == 303
    question = the_question()
    assert (question.state, question.kind, question.title) == (State.DRAFT, Kind.SINGLE, SINGLE["stem"])
    assert question.body["options"] == [
        {"text": "等一个结果", "correct": True, "feedback": "对。"},
        {"text": "骂人", "correct": False, "feedback": "不是。"},
    ]
    page = client.get(answer.location)
    assert "骂人" in text_of(page)
    assert client.send(f"/teach/questions/{question.id}/publish").status_code == 303
    assert the_question().state is State.PUBLISHED
    acts = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [act for act in acts if act.startswith("content.")] == ["content.created", "content.published"]


def test_handing_in_twice_makes_one_question(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    data = {**SINGLE, "form_key": "the-same-key"}
    first = client.send("/teach/questions/new/single", data)
    assert client.send("/teach/questions/new/single", data).location == first.location
    assert count(Question) == 1
    # Brought back and changed, it is another question, not a silent loss.
    client.send("/teach/questions/new/single", {**data, "stem": "另一道题"})
    assert count(Question) == 2


@pytest.mark.parametrize("kind", list(BODIES))
def test_saving_an_unchanged_form_changes_no_content(kind: str, client: Any, sign_in: Any) -> None:
    question = make_question(kind, scenario=make_scenario("s-test") if kind == "reply" else None)
    sign_in("trainer")
    page = client.get(f"/teach/questions/{question.id}/edit")
    before = dict(question.body)
    answer = client.send(f"/teach/questions/{question.id}/edit", fields_of(page))
    assert answer.status_code == 303, text_of(answer)
    assert the_question().body == before and len(the_question().versions) == 1
    assert client.get(f"/teach/questions/{question.id}").status_code == 200


@pytest.mark.parametrize("kind", list(BODIES))
def test_a_change_is_a_new_version_and_the_old_one_stays(kind: str, client: Any, sign_in: Any) -> None:
    question = make_question(kind, scenario=make_scenario("s-test") if kind == "reply" else None)
    sign_in("trainer")
    url = f"/teach/questions/{question.id}/edit"
    client.send(url, {**fields_of(client.get(url)), "stem": "换了一个问法"})
    question = the_question()
    assert [version.body["stem"] for version in question.versions] == [BODIES[kind]["stem"], "换了一个问法"]
    assert question.state is State.PUBLISHED and question.edited


def test_a_problem_stands_beside_its_row_and_nothing_is_lost(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    data = {**SINGLE, "options-2-text": "骂人", "options-2-feedback": "重复了", "publish": "1"}
    answer = client.send("/teach/questions/new/single", data)
    page = text_of(answer)
    assert answer.status_code == 422 and count(Question) == 0
    assert 'id="options-2-text-error"' in page and "和前面的选项一样" in page
    sent = fields_of(answer)
    assert all(sent[name] == value for name, value in data.items() if name != "publish")


def test_every_option_needs_a_reason_before_it_is_published(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    data = {**SINGLE, "options-1-feedback": ""}
    answer = client.send("/teach/questions/new/single", {**data, "publish": "1"})
    assert answer.status_code == 422 and 'id="options-1-feedback-error"' in text_of(answer)
    assert client.send("/teach/questions/new/single", data).status_code == 303
    assert the_question().state is State.DRAFT


def test_codes_are_told_with_their_names(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    client.send("/teach/questions/new/single", {**SINGLE, "competency": "WG2", "trap": "T04", "publish": "1"})
    page = text_of(client.get(f"/teach/questions/{the_question().id}"))
    assert "WG2 识气" in page and "T04 读反话当真" in page
    assert "WG2 识气" in text_of(client.get("/teach/questions"))
    assert TRAPS["T15"][1] in text_of(client.get(f"/teach/questions/{the_question().id}/edit"))


def test_an_unfinished_draft_is_kept_and_says_what_is_missing(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.send("/teach/questions/new/single", {"stem": "只有题干", "difficulty": "1"})
    question = the_question()
    assert answer.location.endswith(f"/teach/questions/{question.id}/edit")
    assert "至少写两个选项" in text_of(client.get(answer.location))
    assert client.send(f"/teach/questions/{question.id}/publish").status_code == 303
    assert the_question().state is State.DRAFT


def test_a_published_question_cannot_become_unfinished(client: Any, sign_in: Any) -> None:
    question = make_question("single")
    sign_in("trainer")
    url = f"/teach/questions/{question.id}/edit"
    data = {name: value for name, value in fields_of(client.get(url)).items() if not name.endswith("-correct")}
    answer = client.send(url, data)
    assert answer.status_code == 422 and "恰好一个正确选项" in text_of(answer)
    assert count(QuestionVersion) == 1


def test_a_stale_form_is_refused_with_everything_typed(client: Any, sign_in: Any) -> None:
    question = make_question("single")
    sign_in("trainer")
    url = f"/teach/questions/{question.id}/edit"
    mine = fields_of(client.get(url))
    client.send(url, {**mine, "stem": "别人的问法"})
    answer = client.send(url, {**mine, "stem": "我的问法", "options-1-text": "我写的选项"})
    page = text_of(answer)
    assert answer.status_code == 409 and "我写的选项" in page and "我的问法" in page
    assert the_question().body["stem"] == "别人的问法"
    # After looking at the other change it may be saved on top; both wordings stay as versions.
    again = {**fields_of(answer), "on_top_of": str(the_question().revision)}
    assert client.send(url, again).status_code == 303
    assert [version.body["stem"] for version in the_question().versions][1:] == ["别人的问法", "我的问法"]


def test_a_form_without_its_revision_is_refused(client: Any, sign_in: Any) -> None:
    question = make_question("single")
    sign_in("trainer")
    url = f"/teach/questions/{question.id}/edit"
    data = {name: value for name, value in fields_of(client.get(url)).items() if name != "revision"}
    assert client.send(url, {**data, "stem": "没有说明从哪一版改起"}).status_code == 409
    assert count(QuestionVersion) == 1


@pytest.mark.parametrize(
    ("act", "texts"),
    [
        ("options.up.1", ["骂人", "等一个结果"]),
        ("options.down.0", ["骂人", "等一个结果"]),
        ("options.remove.0", ["骂人"]),
        ("options.up.0", ["等一个结果", "骂人"]),
        ("options.add", ["等一个结果", "骂人"]),
        ("options.remove.99", ["等一个结果", "骂人"]),
    ],
)
def test_rows_move_without_a_script(act: str, texts: list[str], client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.send("/teach/questions/new/single", {**SINGLE, "arrange": act})
    sent = fields_of(answer)
    rows = [sent[f"options-{place}-text"] for place in range(20) if f"options-{place}-text" in sent]
    assert answer.status_code == 200 and count(Question) == 0
    assert [text for text in rows if text] == texts
    assert sent["stem"] == SINGLE["stem"]
    assert len(rows) >= (5 if act == "options.add" else 2)
    if act == "options.up.1":
        assert "options-1-correct" in sent and "options-0-correct" not in sent


@pytest.mark.parametrize("share", ["0", "-1", "101", "NaN", "sNaN", "Infinity", "abc"])
def test_a_share_that_is_none_is_refused(share: str, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    data = {"stem": "几天？", "difficulty": "2", "accept-0-any": "七天", "accept-0-fraction": share}
    answer = client.send("/teach/questions/new/short", data)
    assert answer.status_code == 422 and count(Question) == 0
    assert 'id="accept-0-fraction-error"' in text_of(answer)


def test_lists_are_narrowed(client: Any, sign_in: Any) -> None:
    make_question("single").title = "甲题 100%"
    make_question("short").title = "乙题"
    sign_in("trainer")
    for query, there, gone in (
        ("words=100%25", "甲题", "乙题"),
        ("kind=short", "乙题", "甲题"),
        ("competency=WG1&words=%E4%B9%99", "乙题", "甲题"),
    ):
        page = text_of(client.get(f"/teach/questions?{query}"))
        assert there in page and gone not in page, query
    assert "没有符合条件" in text_of(client.get("/teach/questions?state=retired"))
    assert client.get("/teach/questions?page=99999&kind=nonsense&words=%00").status_code == 200


def test_lists_are_paged(client: Any, sign_in: Any) -> None:
    for number in range(55):
        make_question("short", f"q-{number:02}").title = f"第{number:02}题"
    sign_in("trainer")
    first, second = (text_of(client.get(f"/teach/questions?page={page}")) for page in (1, 2))
    titles = [f"第{number:02}题" for number in range(55)]
    assert sum(f">{title}<" in first for title in titles) == 50
    assert sum(f">{title}<" in second for title in titles) == 5


def test_a_question_in_use_is_not_retired(client: Any, sign_in: Any) -> None:
    quiz = make_quiz("single")
    question = quiz.slots[0].question
    sign_in("trainer")
    answer = client.send(f"/teach/questions/{question.id}/retire")
    assert "正用在" in text_of(client.get(answer.location))
    assert the_question().state is State.PUBLISHED
    client.send(f"/teach/quizzes/{quiz.id}/retire")
    client.send(f"/teach/questions/{question.id}/retire")
    assert the_question().state is State.RETIRED


@pytest.mark.parametrize("role", ["learner", "administrator"])
def test_only_trainers_write(role: str, client: Any, sign_in: Any) -> None:
    question = make_question("single")
    sign_in(role)
    for path in ("", "/new", "/new/single", f"/{question.id}", f"/{question.id}/edit"):
        assert client.get(f"/teach/questions{path}").status_code == 403
    assert client.send("/teach/questions/new/single", SINGLE).status_code == 403
    assert client.send(f"/teach/questions/{question.id}/retire").status_code == 403
    assert count(Question) == 1


def test_what_is_not_there_is_not_found(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    assert client.get("/teach/questions/12345").status_code == 404
    assert client.get("/teach/questions/new/riddle").status_code == 404
    assert client.send("/teach/questions/12345/publish").status_code == 404


def test_text_of_authors_is_escaped(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.send("/teach/questions/new/single", {**SINGLE, "options-0-text": "<b id=x>粗</b>"})
    assert "<b id=x>" not in text_of(client.get(answer.location))
