"""Trainers arrange questions into quizzes and drills in the browser."""

from typing import Any

import pytest
from sqlalchemy import select

from literacy.db import db
from literacy.models import State
from quizzes.models import Quiz, QuizKind
from quizzes.service.authoring.uses import Use, uses_asked
from tests.filling import fields_of, text_of
from tests.quizzes.factories import make_question, make_quiz, make_scenario

RULES = {"title": "开课前测一测", "kind": "quiz", "pass_mark": "70", "shuffle_options": "y", "time_limit_minutes": "20"}


def the_quiz() -> Quiz:
    db.session.expire_all()
    return db.session.scalars(select(Quiz)).one()


def asked() -> list[tuple[str, float]]:
    return [(slot.question.title, slot.marks) for slot in the_quiz().slots]


def test_a_quiz_is_begun_filled_and_published(client: Any, sign_in: Any) -> None:
    one, two = make_question("single"), make_question("short")
    sign_in("trainer")
    answer = client.send("/teach/quizzes/new", RULES)
    quiz = the_quiz()
    assert answer.location.endswith(f"/teach/quizzes/{quiz.id}/questions")
    page = client.get(answer.location)
    assert (
        client.send(
            answer.location, {**fields_of(page, "revision"), "question": [str(two.id), str(one.id)]}
        ).status_code
        == 303
    )
    assert asked() == [("short", 1.0), ("single", 1.0)]
    url = f"/teach/quizzes/{quiz.id}/edit"
    moved = fields_of(client.send(url, {**fields_of(client.get(url)), "arrange": "slots.up.1"}))
    assert asked() == [("short", 1.0), ("single", 1.0)]
    client.send(url, {**moved, "slots-0-marks": "2.5", "attempts_allowed": "3", "publish": "1"})
    assert asked() == [("single", 2.5), ("short", 1.0)]
    quiz = the_quiz()
    assert (quiz.state, quiz.pass_mark, quiz.time_limit_minutes, quiz.attempts_allowed, quiz.shuffle_options) == (
        State.PUBLISHED, 70, 20, 3, True
    )  # fmt: skip
    assert client.get(f"/teach/quizzes/{quiz.id}").status_code == 200


@pytest.mark.parametrize(("mark", "status"), [("0", 422), ("1", 303), ("100", 303), ("101", 422)])
def test_a_pass_mark_asks_for_something(mark: str, status: int, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.send("/teach/quizzes/new", {**RULES, "pass_mark": mark})
    assert answer.status_code == status
    assert status == 303 or "填 1 到 100" in text_of(answer)


def test_a_question_is_taken_out(client: Any, sign_in: Any) -> None:
    quiz = make_quiz("single", "short", "truefalse")
    sign_in("trainer")
    url = f"/teach/quizzes/{quiz.id}/edit"
    client.send(url, fields_of(client.send(url, {**fields_of(client.get(url)), "arrange": "slots.remove.1"})))
    assert [title for title, _ in asked()] == ["single", "truefalse"]
    assert [slot.position for slot in the_quiz().slots] == [0, 1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", ""), ("pass_mark", "101"), ("pass_mark", ""), ("time_limit_minutes", "0"), ("attempts_allowed", "-1"),
        ("slots-0-marks", "0"), ("slots-0-marks", "NaN"), ("slots-0-marks", "much"), ("kind", "riddle"),
    ],
)  # fmt: skip
def test_bad_rules_are_refused_beside_their_field(name: str, value: str, client: Any, sign_in: Any) -> None:
    quiz = make_quiz("single")
    sign_in("trainer")
    url = f"/teach/quizzes/{quiz.id}/edit"
    answer = client.send(url, {**fields_of(client.get(url)), "intro": "写了一半", name: value})
    assert answer.status_code == 422 and f'id="{name}-error"' in text_of(answer)
    assert "写了一半" in text_of(answer) and the_quiz().intro == ""


def test_a_drill_has_one_reply_question(client: Any, sign_in: Any) -> None:
    reply = make_question("reply", scenario=make_scenario("s-test"))
    other = make_question("single")
    sign_in("trainer")
    client.send("/teach/quizzes/new", {**RULES, "kind": "drill"})
    add = f"/teach/quizzes/{the_quiz().id}/questions"
    for wrong in ([str(other.id)], [str(reply.id), str(other.id)]):
        answer = client.send(add, {**fields_of(client.get(add), "revision"), "question": wrong})
        assert "而且必须是答复题" in text_of(client.get(answer.location)) and asked() == []
    client.send(add, {**fields_of(client.get(add), "revision"), "question": str(reply.id)})
    assert [title for title, _ in asked()] == ["reply"]
    assert client.get(f"/teach/quizzes/{the_quiz().id}").status_code == 200


def test_a_quiz_does_not_become_a_drill_by_name_alone(client: Any, sign_in: Any) -> None:
    quiz = make_quiz("single")
    sign_in("trainer")
    url = f"/teach/quizzes/{quiz.id}/edit"
    answer = client.send(url, {**fields_of(client.get(url)), "kind": "drill"})
    assert answer.status_code == 422 and "必须是答复题" in text_of(answer)
    assert the_quiz().kind is QuizKind.QUIZ


def test_a_published_quiz_keeps_at_least_one_question(client: Any, sign_in: Any) -> None:
    quiz = make_quiz("single")
    sign_in("trainer")
    url = f"/teach/quizzes/{quiz.id}/edit"
    fields = fields_of(client.get(url))
    answer = client.send(url, {name: value for name, value in fields.items() if not name.startswith("slots-")})
    assert answer.status_code == 422 and len(the_quiz().slots) == 1


def test_drafts_are_published_only_when_asked_for(client: Any, sign_in: Any) -> None:
    quiz = make_quiz("single", "short")
    quiz.state = State.DRAFT
    quiz.slots[1].question.state = State.DRAFT
    sign_in("trainer")
    url = f"/teach/quizzes/{quiz.id}/publish"
    client.send(url)
    assert the_quiz().state is State.DRAFT
    client.send(url, {"with_drafts": "1"})
    assert the_quiz().state is State.PUBLISHED and the_quiz().slots[1].question.state is State.PUBLISHED


def test_an_unfinished_draft_holds_its_quiz_back(client: Any, sign_in: Any) -> None:
    quiz = make_quiz("single", "short")
    quiz.state = State.DRAFT
    sign_in("trainer")
    client.send("/teach/questions/new/single", {"stem": "没写完", "difficulty": "2"})
    add = f"/teach/quizzes/{quiz.id}/questions"
    page = client.get(f"{add}?words=没写完")
    parts = text_of(page).split('name="question" value="')
    assert len(parts) == 2
    client.send(add, {**fields_of(page, "revision"), "question": parts[1].split('"')[0]})
    assert "至少写两个选项" in text_of(client.get(f"/teach/quizzes/{quiz.id}"))
    client.send(f"/teach/quizzes/{quiz.id}/publish", {"with_drafts": "1"})
    assert the_quiz().state is State.DRAFT
    assert [slot.question.state for slot in the_quiz().slots][2] is State.DRAFT


def test_a_stale_form_is_refused_with_everything_typed(client: Any, sign_in: Any) -> None:
    quiz = make_quiz("single")
    sign_in("trainer")
    url = f"/teach/quizzes/{quiz.id}/edit"
    mine = fields_of(client.get(url))
    client.send(url, {**mine, "title": "别人的名字"})
    answer = client.send(url, {**mine, "title": "我的名字"})
    assert answer.status_code == 409 and "我的名字" in text_of(answer)
    assert the_quiz().title == "别人的名字"


def test_questions_are_added_once_and_strange_ids_passed_over(client: Any, sign_in: Any) -> None:
    quiz = make_quiz("single")
    held = quiz.slots[0].question_id
    sign_in("trainer")
    add = f"/teach/quizzes/{quiz.id}/questions"
    fields = fields_of(client.get(add), "revision")
    answer = client.send(add, {**fields, "question": [str(held), "9999999999", "-1", "x", "4242"]})
    assert answer.status_code == 303 and len(asked()) == 1


def test_whoever_arranges_quizzes_can_hold_one(client: Any, sign_in: Any) -> None:
    quiz = make_quiz("single")
    sign_in("trainer")

    def course(row: Quiz) -> list[Use]:
        return [Use(f"课程《{row.title}之课》", offered=True)]

    with uses_asked.connected_to(course):
        answer = client.send(f"/teach/quizzes/{quiz.id}/retire")
        assert "正用在课程《小测之课》" in text_of(client.get(answer.location))
        assert the_quiz().state is State.PUBLISHED
    client.send(f"/teach/quizzes/{quiz.id}/retire")
    assert the_quiz().state is State.RETIRED


def test_lists_are_narrowed(client: Any, sign_in: Any) -> None:
    make_quiz("single", slug="a").title = "甲测验"
    make_quiz("reply", slug="b", drill=True).title = "乙演练"
    sign_in("trainer")
    page = text_of(client.get("/teach/quizzes?kind=drill"))
    assert "乙演练" in page and "甲测验" not in page


def test_every_kind_of_question_is_previewed(client: Any, sign_in: Any) -> None:
    quiz = make_quiz("single", "multiple", "truefalse", "matching", "ordering", "short", "reply")
    sign_in("trainer")
    page = text_of(client.get(f"/teach/quizzes/{quiz.id}"))
    assert "7 道" in page and page.count('class="card question stack"') == 7


@pytest.mark.parametrize("role", ["learner", "administrator"])
def test_only_trainers_write(role: str, client: Any, sign_in: Any) -> None:
    quiz = make_quiz("single")
    sign_in(role)
    for path in ("", "/new", f"/{quiz.id}", f"/{quiz.id}/edit", f"/{quiz.id}/questions"):
        assert client.get(f"/teach/quizzes{path}").status_code == 403
    for path in ("new", f"{quiz.id}/edit", f"{quiz.id}/questions", f"{quiz.id}/publish", f"{quiz.id}/retire"):
        assert client.send(f"/teach/quizzes/{path}", RULES).status_code == 403


def test_trainers_start_at_their_courses(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    assert client.get("/").location.endswith("/teach/courses")
    page = text_of(client.get("/teach/courses"))
    assert all(f'href="/teach/{name}"' in page for name in ("questions", "scenarios", "quizzes"))


def test_questions_are_added_only_to_the_revision_that_was_seen(client: Any, sign_in: Any) -> None:
    quiz = make_quiz("single")
    more = make_question("short", "q-more")
    sign_in("trainer")
    add = f"/teach/quizzes/{quiz.id}/questions"
    without = {name: value for name, value in fields_of(client.get(add), "revision").items() if name != "revision"}
    answer = client.send(add, {**without, "question": str(more.id)})
    assert "被别人改过" in text_of(client.get(answer.location))
    assert len(the_quiz().slots) == 1
