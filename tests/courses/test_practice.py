"""Questions at the end of a lesson: answered in place, explained at once, kept nowhere."""

from typing import Any

import pytest
from sqlalchemy import func, select

from courses.models import Course, Reading
from literacy.db import db
from literacy.models import State
from quizzes.models import Attempt
from quizzes.service import practice
from tests.courses.factories import enrol, make_course, make_lesson
from tests.filling import fields_of, text_of
from tests.quizzes.factories import make_question, make_source

KINDS = ("single", "multiple", "truefalse", "matching", "ordering", "short")


@pytest.fixture
def course(app: Any) -> Course:
    """A lesson that asks one question of each kind."""
    for kind in KINDS:
        make_question(kind, f"q-{kind}")
    lesson = make_lesson(checks=[f"q-{kind}" for kind in KINDS], body="## 甲\n\n正文。\n")
    return make_course([lesson])


@pytest.fixture
def url(course: Course, sign_in: Any) -> str:
    """The lesson of somebody who is enrolled and signed in."""
    enrol(sign_in("learner"), course)
    db.session.commit()
    return f"/learn/lessons/{course.activities[0].id}"


def right_answer(page: Any, kind: str, place: int) -> dict[str, Any]:
    """What a browser sends for the right answer, read off the page as a learner reads it."""
    name, html = f"a{place}", text_of(page)
    part = html.split(f'id="check-{place}"')[1].split("</form>")[0]
    if kind == "single":
        return {name: part.split("等人回答")[0].rsplit('value="', 1)[1].split('"')[0]}
    if kind == "multiple":
        return {
            name: [
                part.split(words)[0].rsplit('value="', 1)[1].split('"')[0] for words in ("投诉人的电话", "投诉人的病情")
            ]
        }
    if kind == "truefalse":
        return {name: "false"}
    if kind == "matching":
        sides = {}
        for left, right in ((0, "看宾语"), (1, "等")):
            select_ = part.split(f'name="{name}-{left}"')[1].split("</select>")[0]
            sides[f"{name}-{left}"] = select_.split(f">{right}<")[0].rsplit('value="', 1)[1].split('"')[0]
        return sides
    if kind == "ordering":
        wanted = ("接住", "核实", "办理", "回访")
        texts = [row.split("</span>")[0] for row in part.split('<span class="ordering-text">')[1:]]
        return {f"{name}-{shown}": str(wanted.index(text) + 1) for shown, text in enumerate(texts)}
    return {name: "受理之日"}


@pytest.mark.parametrize(("place", "kind"), list(enumerate(KINDS, start=1)))
def test_a_right_answer_is_explained_in_place(place: int, kind: str, client: Any, url: str) -> None:
    given = {f"a{place}-asked": "1", **right_answer(client.get(url), kind, place)}
    page = client.send(f"{url}/checks/q-{kind}", given)
    part = text_of(page).split(f'id="check-{place}"')[1].split("</form>")[0]
    assert page.status_code == 200 and "答对了。" in part and "再答一次" in part
    assert "正文。" in text_of(page), "the lesson is still there"
    assert text_of(page).count("看看对不对") == len(KINDS) - 1


def test_a_wrong_answer_is_explained_too(client: Any, url: str) -> None:
    page = text_of(client.send(f"{url}/checks/q-truefalse", {"a3-asked": "1", "a3": "true"}))
    assert "再想想" in page and "接到手里就有责任。" in page and "先接住，再移交" in page


@pytest.mark.parametrize(("place", "kind"), list(enumerate(KINDS, start=1)))
def test_no_answer_and_nonsense_are_asked_again(place: int, kind: str, client: Any, url: str) -> None:
    for given in ({}, {f"a{place}-asked": "1", f"a{place}": "\x00", f"a{place}-0": "-9", f"a{place}-99": "1"}):
        page = text_of(client.send(f"{url}/checks/q-{kind}", given))
        part = page.split(f'id="check-{place}"')[1].split("</form>")[0]
        assert "先答一答" in part and "看看对不对" in part


def test_a_text_that_is_too_long_is_said_and_kept(client: Any, url: str) -> None:
    page = client.send(f"{url}/checks/q-short", {"a6": "长" * 6000})
    assert page.status_code == 200 and fields_of(page, "a6")["a6"].startswith("长长")


def test_nothing_is_kept_and_the_page_does_not_tell_the_answer(client: Any, url: str) -> None:
    page = text_of(client.get(url))
    assert "对，在等。" not in page and "接到手里就有责任" not in page
    client.send(f"{url}/checks/q-single", {"a1-asked": "1", "a1": "0"})
    for model in (Attempt, Reading):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0


def test_only_questions_of_this_lesson_that_are_offered_are_asked(client: Any, url: str, course: Course) -> None:
    other = make_question("single", "q-other")
    assert client.send(f"{url}/checks/{other.slug}", {"a1-asked": "1", "a1": "0"}).status_code == 404
    lesson = course.activities[0].lesson
    assert lesson is not None
    lesson.checks = ["q-single", "q-draft", "q-gone"]
    make_question("single", "q-draft", state=State.DRAFT)
    assert text_of(client.get(url)).count("看看对不对") == 1
    assert client.send(f"{url}/checks/q-draft", {}).status_code == 404


def test_somebody_else_is_not_let_in(client: Any, course: Course, sign_in: Any) -> None:
    sign_in("learner")
    url = f"/learn/lessons/{course.activities[0].id}/checks/q-single"
    assert client.send(url, {"a1-asked": "1", "a1": "0"}).status_code == 404


def test_a_trainer_tries_them_in_the_preview(client: Any, course: Course, sign_in: Any) -> None:
    sign_in("trainer")
    lesson = course.activities[0].lesson
    assert lesson is not None
    url = f"/teach/lessons/{lesson.id}/preview"
    assert "看看对不对" in text_of(client.get(f"{url}?step={course.activities[0].id}"))
    page = text_of(
        client.send(f"{url}/checks/q-truefalse?step={course.activities[0].id}", {"a3-asked": "1", "a3": "false"})
    )
    assert "答对了。" in page and "预览" in page
    assert "看看对不对" in text_of(client.send(f"{url}/checks/q-truefalse", {}))


def test_a_lesson_shows_what_it_rests_on_and_since_when(client: Any, sign_in: Any) -> None:
    make_source("某条例", "第一条", "第二条", open_clauses=("第二条",))
    lesson = make_lesson(sources=["《某条例》第一条", "《某条例》第二条"])
    course = make_course([lesson])
    enrol(sign_in("learner"), course)
    page = text_of(client.get(f"/learn/lessons/{course.activities[0].id}"))
    part = page.split('class="sources"')[1].split("</section>")[0]
    assert part.count("待核") == 1 and "已核（2026-11-24）" in part


def test_a_large_bank_offers_what_fits_the_lesson(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practice, "MOST", 2)
    for slug, competency in (("a", "WG1"), ("b", "WG2"), ("c", "WD1"), ("d", "WG2")):
        make_question("single", slug=slug).competency = competency
    db.session.commit()
    assert [slug for slug, _ in practice.askable(["WG2"], ["c"])] == ["c", "d"]
    assert [slug for slug, _ in practice.askable(["WG2"])] == ["b", "d"]
