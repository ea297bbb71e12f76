"""Questions that ask the same in other spelling are pointed out before they are saved."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from literacy.db import db
from literacy.models import State
from quizzes.models import Kind, Question, QuestionVersion
from quizzes.service.authoring.similar import near_questions
from quizzes.similar import NEAR, near, similarity
from tests.filling import fields_of, text_of
from tests.quizzes.factories import make_question
from tests.statements import statements

SAME = [
    ("“蹲一个回复”是什么意思？", "「蹲一个回复」是什么意思"),
    ("１２３４５ 几天答复", "12345几天答复？"),
    ("YYDS 怎么听", "yyds怎么听"),
]
ALIKE = [
    ("公开答复里不写什么？", "公开答复里不应该写什么？"),
    ("收到群众投诉以后，第一步应当做什么？", "收到群众投诉以后，首先应当做什么？"),
]
APART = [("“破防”是什么意思？", "“躺平”是什么意思？"), ("先后", "连起来"), ("？？？", "……"), ("", ""), ("", "先后")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_other_spelling_is_the_same(one: str, other: str) -> None:
    assert similarity(one, other) == 1


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_a_changed_word_is_near(one: str, other: str) -> None:
    assert NEAR <= similarity(one, other) < 1


@pytest.mark.parametrize(("one", "other"), APART)
def test_other_questions_are_apart(one: str, other: str) -> None:
    assert similarity(one, other) < NEAR


@given(st.text(max_size=40), st.text(max_size=40))
def test_similarity_is_a_share_and_symmetric(one: str, other: str) -> None:
    assert 0 <= similarity(one, other) == similarity(other, one) <= 1


@given(st.text("网感德答复群众", max_size=20), st.lists(st.text("网感德答复群众", max_size=20), max_size=8))
def test_skipping_by_length_loses_nothing(text: str, others: list[str]) -> None:
    slow = [(at, similarity(text, other)) for at, other in enumerate(others) if similarity(text, other) >= NEAR]
    assert list(near(text, enumerate(others))) == slow


def question(stem: str, slug: str, state: State = State.PUBLISHED) -> Question:
    row = make_question("short", slug, state=state)
    row.latest.body = {**row.latest.body, "stem": stem}
    row.title = stem
    db.session.flush()
    return row


def test_the_newest_stem_of_questions_in_use_counts(app: Any) -> None:
    stem = "公开答复里不写什么？"
    same, near_one = question("公开答复里，不写什么", "q-same"), question("公开答复里不应该写什么？", "q-near")
    question("公开答复里不写什么！", "q-old", State.RETIRED)
    question("「蹲」是什么意思", "q-other")
    rewritten = question(stem, "q-rewritten")
    rewritten.title = "另一件事"
    rewritten.versions.append(QuestionVersion(number=2, body={**rewritten.body, "stem": "另一件事"}, content_hash="1"))
    db.session.flush()
    assert near_questions(stem) == [same, near_one]
    assert near_questions(stem, besides=same.id) == [near_one]
    assert near_questions("？") == []


def test_of_a_big_bank_few_questions_are_opened(app: Any) -> None:
    draw = random.Random(7)
    signs = [chr(0x4E00 + number) for number in range(600)]
    stems = ["".join(draw.choices(signs, k=draw.randint(12, 58))) + "？" for _ in range(10_000)]
    stems[:300] = [f"“{stem[:3]}”是什么意思？" for stem in stems[:300]]
    questions = []
    for number, stem in enumerate(stems):
        row = Question(slug=f"q-{number}", title=stem, kind=Kind.SHORT, state=State.PUBLISHED)
        row.versions.append(QuestionVersion(number=1, body={"stem": stem, "options": ["x" * 300]}, content_hash="0"))
        questions.append(row)
    db.session.add_all(questions)
    db.session.flush()
    db.session.expire_all()
    assert near_questions(stems[777]) == [questions[777]]
    opened: list[Any] = []

    def note(row: Any, _context: Any) -> None:
        opened.append(row)

    event.listen(QuestionVersion, "load", note)
    try:
        for number in (3, 777, 9_000):
            db.session.expunge_all()
            opened.clear()
            with statements() as asked:
                found = near_questions(f"请问{stems[number]}")
            assert stems[number] in [question.body["stem"] for question in found]
            assert 0 < len(opened) <= 100 and len(asked) <= 3
    finally:
        event.remove(QuestionVersion, "load", note)


SHORT = {
    "stem": "答复群众的期限从哪天算起？",
    "difficulty": "2",
    "accept-0-any": "受理之日",
    "accept-0-feedback": "对。",
    "otherwise": "看工单。",
}


def count() -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(Question)) or 0


def test_a_copy_is_pointed_out_and_saved_all_the_same(client: Any, sign_in: Any) -> None:
    other = question("答复群众的期限，从哪天算起", "q-other")
    sign_in("trainer")
    answer = client.send("/teach/questions/new/short", SHORT)
    page = text_of(answer)
    assert answer.status_code == 409 and count() == 1
    assert f"/teach/questions/{other.id}" in page and "仍然保存</button>" in page
    sent = fields_of(answer)
    assert sent["stem"] == SHORT["stem"] and sent["accept-0-any"] == "受理之日"
    saved = client.send("/teach/questions/new/short", {**sent, "anyway": "1"})
    assert saved.status_code == 303 and count() == 2
    assert client.send("/teach/questions/new/short", {**sent, "anyway": "1"}).location == saved.location
    assert count() == 2


def test_what_was_to_be_published_is_published(client: Any, sign_in: Any) -> None:
    question(SHORT["stem"], "q-other")
    sign_in("trainer")
    answer = client.send("/teach/questions/new/short", {**SHORT, "publish": "1"})
    assert "仍然保存并发布" in text_of(answer) and count() == 1
    assert client.send("/teach/questions/new/short", {**SHORT, "publish": "anyway"}).status_code == 303
    newest = db.session.scalars(select(Question).order_by(Question.id.desc())).first()
    assert newest is not None and newest.state is State.PUBLISHED


def test_a_question_is_no_copy_of_itself(client: Any, sign_in: Any) -> None:
    """Nor is a copy that stands already mentioned each time that something else about it is changed."""
    row = question(SHORT["stem"], "q-one")
    sign_in("trainer")
    url = f"/teach/questions/{row.id}/edit"
    assert client.send(url, {**fields_of(client.get(url)), "stem": SHORT["stem"] + "请写明"}).status_code == 303
    question("答复群众的期限从哪天算起？请写明", "q-copy")
    assert client.send(url, {**fields_of(client.get(url)), "difficulty": "4"}).status_code == 303
    assert client.send(url, {**fields_of(client.get(url)), "stem": SHORT["stem"]}).status_code == 409


ROW_FEEDBACK = {
    "single": "options-0-feedback",
    "multiple": "options-0-feedback",
    "truefalse": "feedback_true",
    "matching": "pairs-0-feedback",
    "ordering": "items-0-feedback",
    "short": "accept-0-feedback",
    "reply": "explanation",
}


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_asks_for_reasons_competency_difficulty_and_source(kind: Kind, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    fields = fields_of(client.get(f"/teach/questions/new/{kind.value}"))
    assert {ROW_FEEDBACK[kind], "competency", "difficulty", "source", "explanation", "trap"} <= set(fields)
