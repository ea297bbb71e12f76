"""Two versions of a form are told apart by field, and put together as somebody chose."""

from typing import Any

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from quizzes.bodies import normalised, normalised_scenario
from quizzes.forms.authoring.merging import SHORT, contents, differences, merged, pairs, pieces, said
from quizzes.forms.authoring.questions import FORMS
from quizzes.forms.authoring.scenarios import ScenarioForm
from quizzes.models import Kind
from tests.quizzes.factories import BODIES, SCENARIO

SCENARIO_BODY = normalised_scenario(SCENARIO)

text = st.text(alphabet="甲乙丙丁 \n，。a1", max_size=60)


@given(text, text)
def test_the_pieces_of_short_texts_are_the_texts(theirs: str, mine: str) -> None:
    left, right = pieces(theirs, mine)
    assert "".join(piece.text for piece in left) == theirs and "".join(piece.text for piece in right) == mine
    assert any(piece.changed for piece in [*left, *right]) == (theirs != mine)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 399), st.sampled_from(["", "换了一行\n", "换了\n两行\n"]))
def test_of_long_texts_what_changed_is_told_and_the_rest_is_not(line: int, change: str) -> None:
    lines = [f"第 {number} 行，写了一些话。\n" for number in range(400)]
    mine = [*lines[:line], change, *lines[line + 1 :]]
    left, right = pieces("".join(lines), "".join(mine))
    assert len("".join(piece.text for piece in left)) < 4 * SHORT
    marked = "".join(piece.text for piece in right if piece.changed)
    # Only what changed is marked: the other lines are not.
    assert (line in (0, 399) or "第 0 行" not in marked) and (not change or "换" in marked)
    assert any(piece.changed for piece in left)


def forms(body: dict[str, Any] | None = None) -> Any:
    return ScenarioForm(formdata=None, data=ScenarioForm.data_of("灯", body or SCENARIO_BODY))


def sent_by(form: Any) -> MultiDict[str, str]:
    return MultiDict(pairs(contents(form)))


def test_what_a_browser_would_send_makes_the_same_form_again(app: Flask) -> None:
    with app.test_request_context():
        stored = forms()
        again = ScenarioForm(formdata=sent_by(stored))
        assert differences(stored, again) == [] and again.body() == stored.body()
        for kind, made in FORMS.items():
            if kind == Kind.REPLY:
                continue
            form = made(formdata=None, data=made.data_of(normalised(kind, BODIES[kind])))
            again = made(formdata=sent_by(form))
            assert differences(form, again) == [] and again.body() == form.body(), kind


def test_only_fields_that_differ_are_told_and_those_chosen_are_taken(app: Flask) -> None:
    with app.test_request_context():
        theirs = forms({**SCENARIO_BODY, "task": "对方的任务", "facts": ["对方的事实"]})
        sent = sent_by(forms())
        sent["task"], sent["role"] = "我的任务", "我扮演谁"
        mine = ScenarioForm(formdata=sent)
        assert {one.name for one in differences(theirs, mine)} == {"task", "role", "facts"}
        made = ScenarioForm(formdata=merged(sent, theirs, ["facts", "points", "nonsense", "revision"]))
        assert (made.task.data, made.role.data) == ("我的任务", "我扮演谁")
        assert said(made.facts) == "对方的事实" and said(made.points) == said(theirs.points)
        everything = merged(sent, theirs, [field.name for field in contents(theirs)])
        assert differences(theirs, ScenarioForm(formdata=everything)) == []


def test_rows_are_taken_whole(app: Flask) -> None:
    with app.test_request_context():
        theirs = forms()
        fewer = forms({**SCENARIO_BODY, "points": SCENARIO_BODY["points"][:1]})
        for one, other in ((theirs, fewer), (fewer, theirs)):
            made = ScenarioForm(formdata=merged(sent_by(one), other, ["points"]))
            assert said(made.points) == said(other.points)
