"""What was typed before the session ended is told under the names of its fields."""

from typing import Any

from literacy.forms.words import typed
from quizzes.forms.authoring.quizzes import QuizForm
from quizzes.web import FIELD_WORDS
from tests.conftest import PASSWORD
from tests.filling import text_of


def test_typed_fields_have_their_labels(app: Any) -> None:
    fields = [
        ("form_key", "9f3e"),
        ("reason", "补学了第二单元"),
        ("o1-reason", "意思到了"),
        ("title", "短"),
        ("intro", "  "),
        ("pass_mark", "60"),
        ("kind", "quiz"),
        ("new", "a-secret-password"),
        ("odd", "没有这个表单"),
    ]
    assert typed(fields, {}) == [
        ("理由", "补学了第二单元"),
        ("理由", "意思到了"),
        (QuizForm.title.args[0], "短"),
        (QuizForm.pass_mark.args[0], "60"),
        ("odd", "没有这个表单"),
    ]


def test_rows_are_counted(app: Any) -> None:
    found = dict(typed([("options-1-text", "等人回答"), ("options-1-correct", "y")], {}))
    assert list(found.values()) == ["等人回答"]
    assert "第 2 行" in next(iter(found))


def test_answers_are_told_by_question() -> None:
    fields = [("a1-asked", "1"), ("a1", "2"), ("a4-0", "1"), ("a4-1", "0"), ("a6", "受理之日"), ("anyway", "1")]
    assert typed(fields, FIELD_WORDS) == [("第 1 题", "已经选了"), ("第 4 题", "已经选了"), ("第 6 题", "受理之日")]


def test_what_was_written_is_shown_before_it_is_handed_in(client: Any, person: Any) -> None:
    user = person("learner")
    nothing = text_of(client.send("/sign-in/again?target=/x", {"account": user.account, "password": "wrong-password"}))
    assert "看看还没有提交的内容" not in nothing
    fields = {"account": user.account, "password": PASSWORD, "kept-a1": "短答", "kept-form_key": "0123456789abcdef"}
    page = text_of(client.send("/sign-in/again?target=/attempts/1/submit", fields))
    assert '<blockquote class="kept">短答</blockquote>' in page and "第 1 题" in page
    assert '<blockquote class="kept">0123' not in page and "novalidate" in page
