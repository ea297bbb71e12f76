"""The page of a course: things are moved to a named place, and changed beside the outline."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from courses.models import Course
from courses.service.authoring import courses as service
from courses.service.authoring import moving
from literacy.db import db
from literacy.errors import Refused
from literacy.models import AuditEntry, State, User
from tests.courses.arranging.conftest import outline, rows, the_course
from tests.courses.factories import enrol, make_course, make_lesson, read
from tests.filling import text_of
from tests.quizzes.factories import make_quiz
from tests.quizzes.test_concurrency import at_once


@pytest.fixture
def course(app: Flask) -> Course:
    """a b c | d, with a quiz | nothing yet."""
    made = make_course(
        [make_lesson(slug) for slug in "abc"], [make_lesson("d"), make_quiz("single", slug="z")], [], state=State.DRAFT
    )
    db.session.commit()
    return made


def move(client: Any, place: int, **given: Any) -> Any:
    """As the page's script does it."""
    course = the_course()
    data = {"revision": course.revision, "place": place, **given}
    headers = {"X-CSRFToken": client.token(), "X-Requested-With": "fetch"}
    return client.post(f"/teach/courses/{course.id}/move", data=data, headers=headers)


def modules() -> list[int]:
    return [module.id for module in the_course().modules]


@pytest.mark.parametrize(
    ("slug", "module", "place", "expected"),
    [
        ("a", 0, 2, [["b", "c", "a"], ["d", "z"], []]),
        ("c", 0, 0, [["c", "a", "b"], ["d", "z"], []]),
        ("b", 1, 1, [["a", "c"], ["d", "b", "z"], []]),
        ("z", 2, 0, [["a", "b", "c"], ["d"], ["z"]]),
        ("a", 1, 1000, [["b", "c"], ["d", "z", "a"], []]),
    ],
)
def test_an_activity_goes_where_it_is_put_and_keeps_its_row(
    slug: str, module: int, place: int, expected: list[list[str]], course: Course, client: Any, sign_in: Any
) -> None:
    sign_in("trainer")
    before = rows()
    answer = move(client, place, module=modules()[module], activity=before[slug])
    assert answer.status_code == 200, text_of(answer)
    assert (outline(), rows()) == (expected, before)
    assert answer.get_json()["revision"] == the_course().revision == 2
    assert "已保存" in answer.get_json()["said"]
    # The same once more, on the revision that it had before: it stands there, and nothing changes.
    again = move(client, place, module=modules()[module], activity=before[slug], revision=1)
    assert again.status_code == 200 and the_course().revision == 2
    changed = db.session.scalars(select(AuditEntry.action)).all().count("content.changed")
    assert changed == 1


def test_a_module_goes_where_it_is_put(course: Course, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    first, second, third = modules()
    assert move(client, 2, module=first).status_code == 200
    assert modules() == [second, third, first] and outline() == [["d", "z"], [], ["a", "b", "c"]]
    assert move(client, 0, module=first).status_code == 200 and modules() == [first, second, third]


def test_on_an_older_revision_nothing_is_moved(course: Course, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    move(client, 2, module=modules()[0], activity=rows()["a"])
    before = outline()
    answer = move(client, 0, module=modules()[1], activity=rows()["b"], revision=1)
    assert answer.status_code == 409 and "别人改过" in answer.get_json()["error"] and outline() == before


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"place": ""}, 422),
        ({"place": "x"}, 422),
        ({"place": "-1"}, 422),
        ({"module": "99999"}, 404),
        ({"module": "x"}, 422),
        ({"activity": "99999"}, 404),
        ({}, 404),
        ({"revision": "", "module": "m", "activity": "a", "place": "2"}, 409),
    ],
)
def test_odd_moves_are_refused(given: dict[str, str], status: int, course: Course, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    before = outline()
    named = {"m": str(modules()[0]), "a": str(rows()["a"])}
    data = {name: named.get(value, value) for name, value in given.items()}
    assert move(client, **{"place": "0", **data}).status_code == status and outline() == before


def test_a_module_never_holds_the_same_twice(client: Any, sign_in: Any) -> None:
    lesson = make_lesson("a")
    make_course([lesson], [lesson])
    sign_in("trainer")
    first = the_course().modules[0].activities[0].id
    answer = move(client, 0, module=modules()[1], activity=first)
    assert answer.status_code == 409 and "已经有《课文 a》" in answer.get_json()["error"]
    assert outline() == [["a"], ["a"]]


def test_without_a_script_a_form_does_it(course: Course, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    picked = f"/teach/courses/{course.id}?activity={rows()['b']}"
    page = text_of(client.get(picked))
    assert "移到那个单元最后" in page and "/preview?step=" in page and "framed=1" in page
    data = {"revision": "1", "module": str(modules()[2]), "activity": str(rows()["b"]), "place": "1000"}
    answer = client.send(f"/teach/courses/{course.id}/move", data)
    assert answer.status_code == 303 and outline() == [["a", "c"], ["d", "z"], ["b"]]
    assert "《课文 b》：第 3 单元" in text_of(client.get(answer.location))
    assert client.send(f"/teach/courses/{course.id}/move", data).status_code == 303
    assert the_course().revision == 2


def test_what_learners_did_stays_with_what_is_moved(client: Any, sign_in: Any, person: Any) -> None:
    one, two = make_lesson("a"), make_lesson("b")
    course = make_course([one, two], [make_lesson("c")])
    learner = person("learner")
    enrol(learner, course)
    read(learner, one)
    sign_in("trainer")
    before = rows()
    assert move(client, 0, module=modules()[1], activity=before["a"]).status_code == 200
    assert rows() == before and outline() == [["b"], ["a", "c"]]


def test_facts_are_changed_beside_the_outline(course: Course, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    url, module_id = f"/teach/courses/{course.id}", modules()[0]
    page = text_of(client.get(f"{url}?module={module_id}"))
    assert f"/modules/{module_id}/facts" in page
    sent = {"revision": "1", "title": "接住", "summary": "甲", "hours": "2.5"}
    answer = client.send(f"{url}/modules/{module_id}/facts", sent)
    assert answer.status_code == 303 and f"module={module_id}" in answer.location
    made = the_course().modules[0]
    assert (made.title, made.summary, made.hours) == ("接住", "甲", 2.5) and outline()[0] == ["a", "b", "c"]
    stale = client.send(f"{url}/modules/{module_id}/facts", {**sent, "title": "另一个"})
    assert stale.status_code == 409 and "另一个" in text_of(stale) and the_course().modules[0].title == "接住"
    assert client.send(f"{url}/modules/{module_id}/facts", {**sent, "revision": "2", "hours": "x"}).status_code == 422
    sent = {"revision": "2", "title": "新名", "summary": "", "position": "7"}
    assert client.send(f"{url}/facts", sent).status_code == 303
    assert (the_course().title, the_course().position) == ("新名", 7) and len(outline()) == 3
    assert client.send(f"{url}/facts", {**sent, "revision": "3", "title": ""}).status_code == 422


def test_odd_picks_show_the_course(course: Course, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    for odd in ("module=x", "activity=-1", "module=99999", "activity=99999999999999", "module=&activity="):
        assert "/facts" in text_of(client.get(f"/teach/courses/{course.id}?{odd}"))


def test_the_phone_frames_the_preview_without_what_lies_around_it(course: Course, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    url = f"/teach/courses/{course.id}/preview"
    assert f'src="{url}?framed=1"' in text_of(client.get(f"{url}/phone"))
    inside = client.get(f"{url}?framed=1")
    assert 'class="masthead"' not in text_of(inside) and "framed=1" in text_of(inside)
    assert "frame-ancestors 'self'" in inside.headers["Content-Security-Policy"]
    step = rows()["a"]
    framed = re.search(r'<iframe[^>]*src="([^"]+)"', text_of(client.get(f"{url}/phone?step={step}")))
    assert framed and 'class="masthead"' not in text_of(client.get(framed[1].replace("&amp;", "&")))
    assert client.get(f"{url}/phone?step=x").status_code == 200


@pytest.mark.parametrize("role", ["learner", "administrator"])
def test_only_trainers_move(role: str, course: Course, client: Any, sign_in: Any) -> None:
    sign_in(role)
    before = outline()
    assert move(client, 2, module=modules()[0], activity=rows()["a"]).status_code == 403
    for path in ("facts", f"modules/{modules()[0]}/facts"):
        assert client.send(f"/teach/courses/{course.id}/{path}", {"title": "甲"}).status_code == 403
    assert client.get(f"/teach/courses/{course.id}/preview/phone").status_code == 403
    assert outline() == before


@pytest.mark.parametrize("round_", range(3))
def test_of_two_moves_at_once_from_one_page_one_is_refused(
    round_: int, course: Course, app: Flask, person: Any
) -> None:
    author = person("trainer").id
    course_id, (first, second, _), held = course.id, modules(), rows()
    db.session.commit()

    def act(slug: str, module_id: int) -> None:
        row = service.course_for(course_id, writing=True)
        moving.move_activity(db.session.get_one(User, author), row, 1, held[slug], module_id, 0)

    found = at_once(app, [lambda: act("a", second), lambda: act("d", first)])
    assert [type(result) for result in found if result is not None] == [Refused], found
    assert sorted(slug for slugs in outline() for slug in slugs) == ["a", "b", "c", "d", "z"]
