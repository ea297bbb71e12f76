"""The learner's pages of a quiz and the trainer's pages of attempts, without scripts."""

import re

import pytest

from literacy.db import db
from quizzes.models import Attempt
from tests.filling import text_of
from tests.quizzes.factories import SCENARIO, make_quiz
from tests.quizzes.filling import form_of

ALL = ("single", "multiple", "truefalse", "matching", "ordering", "short")
RIGHT = {
    1: {"option": 0},
    2: {"options": [0, 1]},
    3: {"value": False},
    4: {"matches": {"0": 0, "1": 1}},
    5: {"order": [0, 1, 2, 3]},
    6: {"text": "受理之日"},
}


@pytest.fixture
def open_attempt(client, sign_in):
    """Begin an attempt at a quiz of these kinds and give its address."""

    def begin(*kinds: str, **rules) -> str:
        if client.signed_in is None:
            sign_in("learner")
        quiz = make_quiz(*kinds, **rules)
        assert client.get(f"/quizzes/{quiz.id}").status_code == 200
        return client.send(f"/quizzes/{quiz.id}/start").location

    return begin


def test_a_quiz_works_without_scripts(client, open_attempt) -> None:
    attempt = open_attempt(*ALL)
    assert client.get(attempt).status_code == 200
    answer = client.send(f"{attempt}/submit", form_of(attempt, RIGHT))
    page = client.get(answer.location).get_data(as_text=True)
    assert re.search(r"100</strong> 分", page)
    assert page.count("答对") == 6


def test_wrong_answers_are_explained(client, open_attempt) -> None:
    attempt = open_attempt(*ALL)
    wrong = {
        **RIGHT,
        1: {"option": 1},
        3: {"value": True},
        4: {"matches": {"0": 0, "1": 2}},
        5: {"order": [3, 1, 2, 0]},
        6: {"text": "不知道"},
    }
    page = text_of(client.get(client.send(f"{attempt}/submit", form_of(attempt, wrong)).location))
    for sentence in ("字面不通。", "接到手里就有责任。", "在等回音。", "想一想工单上的日期。", "您排在第 4 位"):
        assert sentence in page


def test_what_is_open_or_submitted_leads_to_the_right_page(client, open_attempt) -> None:
    attempt = open_attempt("single")
    assert client.get(f"{attempt}/result").location == attempt
    client.send(f"{attempt}/submit", {"a1-asked": "1", "anyway": "1"})
    assert client.get(attempt).location == f"{attempt}/result"
    assert "没有作答" in client.get(f"{attempt}/result").get_data(as_text=True)


def test_autosave_answers_in_json(client, open_attempt) -> None:
    attempt = open_attempt("short")
    saved = client.fetch(f"{attempt}/answers/1", {"draft": {"text": "受理"}, "number": 0, "writer": "a"})
    assert saved.json["number"] == 1
    behind = client.fetch(f"{attempt}/answers/1", {"draft": {"text": "别的"}, "number": 0, "writer": "b"})
    assert (behind.status_code, behind.json["reason"], behind.json["draft"]) == (409, "conflict", {"text": "受理"})
    assert "受理" in client.get(attempt).get_data(as_text=True)
    client.send(f"{attempt}/submit", {"a1": "受理之日"})
    late = client.fetch(f"{attempt}/answers/1", {"draft": {"text": "晚了"}, "number": 1, "writer": "a"})
    assert (late.status_code, late.json["reason"]) == (409, "submitted")


@pytest.mark.parametrize("payload", [None, [], "x", {"draft": "x"}, {"draft": {"text": 3}, "number": "1", "writer": 4}])
def test_autosave_survives_nonsense(client, open_attempt, payload) -> None:
    attempt = open_attempt("short")
    assert client.fetch(f"{attempt}/answers/1", payload).status_code in (200, 400)
    assert client.fetch(f"{attempt}/answers/9", {"draft": {}}).status_code == 404


def test_a_reply_too_long_is_refused_and_kept_on_the_page(client, open_attempt) -> None:
    attempt = open_attempt("short")
    long = "很长的话" * 1500
    answer = client.send(f"{attempt}/submit", {"a1": long})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 413
    assert "请删减" in page
    assert long in page
    assert (
        client.fetch(f"{attempt}/answers/1", {"draft": {"text": long}, "number": 0, "writer": "a"}).status_code == 413
    )


@pytest.mark.parametrize(
    "text", ["\x00空\x00", "\ud800孤儿", "👨‍👩‍👧‍👦 一家", "\u202e反着写", "<script>alert(1)</script>"]
)
def test_strange_replies_are_kept_and_harmless(client, open_attempt, text: str) -> None:
    attempt = open_attempt("reply", drill=True)
    client.fetch(f"{attempt}/answers/1", {"draft": {"text": text}, "number": 0, "writer": "a"})
    client.send(f"{attempt}/submit")
    page = client.get(f"{attempt}/result").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "\x00" not in page
    assert "\u202e" not in page


def test_a_drill_from_brush_off_to_comparison(client, open_attempt) -> None:
    attempt = open_attempt("reply", drill=True)
    page = client.get(attempt).get_data(as_text=True)
    assert SCENARIO["facts"][0] in page
    assert SCENARIO["exemplar"] not in page
    result = client.send(f"{attempt}/submit", {"a1": "这事不归我们管，您去找别人吧。"}).location
    page = client.get(result).get_data(as_text=True)
    assert "推诿扯皮" in page
    assert 'class="mark mark-serious"' in page
    assert SCENARIO["exemplar"] in page
    revision = client.send(f"{attempt}/revise").location
    assert "这事不归我们管" in client.get(revision).get_data(as_text=True)
    client.send(f"{revision}/submit", {"a1": SCENARIO["exemplar"]})
    page = client.get(f"{revision}/compare").get_data(as_text=True)
    assert "改掉了“推诿扯皮”" in page
    assert "<del>" in page
    assert "再改一稿" in page
    assert client.get(f"{attempt}/compare").status_code == 404


def test_a_step_back_is_said_before_what_was_gained(client, open_attempt) -> None:
    attempt = open_attempt("reply", drill=True)
    client.send(f"{attempt}/submit", {"a1": "路灯坏了，请您等一等。"})
    revision = client.send(f"{attempt}/revise").location
    client.send(f"{revision}/submit", {"a1": "镇应急办已摆了警示桩。你再投诉，后果自负。"})
    page = client.get(f"{revision}/compare").get_data(as_text=True)
    assert "有些地方退了一步" in page
    assert page.index("新出现“威胁恐吓”") < page.index("补上了")


def test_other_peoples_attempts_are_not_found(client, open_attempt, sign_in, person) -> None:
    attempt = open_attempt("single")
    client.send("/sign-out")
    client.signed_in = None
    sign_in("learner")
    for path in ("", "/result", "/compare"):
        assert client.get(attempt + path).status_code == 404
    for path in ("/submit", "/revise"):
        assert client.send(attempt + path).status_code == 404
    assert client.fetch(f"{attempt}/answers/1", {"draft": {}}).status_code == 404


@pytest.fixture
def handed_in(client, open_attempt, sign_in) -> Attempt:
    """A submitted attempt at one short question, and the client signed in as a trainer."""
    attempt = open_attempt("short")
    client.send(f"{attempt}/submit", {"a1": "换了个说法"})
    client.send("/sign-out")
    client.signed_in = None
    sign_in("trainer")
    return db.session.query(Attempt).one()


def test_a_trainer_changes_a_mark_with_a_reason(client, handed_in) -> None:
    assert "小测" in client.get("/teach/attempts").get_data(as_text=True)
    address = f"/teach/attempts/{handed_in.id}"
    answer_id = handed_in.answers[0].id
    assert client.get(address).status_code == 200
    done = client.send(
        f"{address}/answers/{answer_id}", {"o1-percent": "80", "o1-reason": "意思到了，换了说法", "o1-form_key": "k1"}
    )
    assert done.status_code == 303
    page = client.get(address).get_data(as_text=True)
    assert "意思到了，换了说法" in page
    assert "机器评 0 分" in page
    db.session.expire_all()
    assert handed_in.submission.score == 80


def test_handing_the_same_mark_in_twice_changes_it_once(client, handed_in) -> None:
    target = f"/teach/attempts/{handed_in.id}/answers/{handed_in.answers[0].id}"
    for _ in range(2):
        client.send(target, {"o1-percent": "80", "o1-reason": "意思到了，换了说法", "o1-form_key": "same"})
    db.session.expire_all()
    assert len(handed_in.answers[0].overrides) == 1


@pytest.mark.parametrize(
    ("percent", "reason", "sentence"),
    [
        ("120", "理由足够长了", "请填 0 到 100 的数"),
        ("80", "短", "请写明理由"),
        ("abc", "理由足够长了", "o1-percent-error"),
    ],
)
def test_a_bad_mark_is_refused_beside_the_field(client, handed_in, percent: str, reason: str, sentence: str) -> None:
    target = f"/teach/attempts/{handed_in.id}/answers/{handed_in.answers[0].id}"
    answer = client.send(target, {"o1-percent": percent, "o1-reason": reason, "o1-form_key": "k"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert reason in page


def test_learners_do_not_review(client, open_attempt) -> None:
    open_attempt("single")
    assert client.get("/teach/attempts").status_code == 403


@pytest.mark.parametrize("query", ["?quiz=0", "?quiz=zzz&state=nix&page=99", "?name=%00", "?state=open", "?page=-1"])
def test_the_filters_bear_anything(client, handed_in, query: str) -> None:
    assert client.get(f"/teach/attempts{query}").status_code == 200


def test_what_is_a_finding_is_no_example_of_an_element(app):
    element = {
        "name": "回应诉求",
        "present": True,
        "required": True,
        "advice": "",
        "text": "怪不得窗口",
        "start": 4,
        "end": 9,
    }
    finding = {"level": "serious", "start": 6, "end": 9}
    with app.test_request_context():
        shown = app.jinja_env.get_template("macros/verdict.html").module.elements
        assert "怪不得窗口" in shown({"elements": [element], "findings": [{**finding, "level": "minor"}]})
        assert "怪不得窗口" in shown({"elements": [element], "findings": [{**finding, "start": 9, "end": 12}]})
        assert "怪不得窗口" not in shown({"elements": [element], "findings": [finding]})
