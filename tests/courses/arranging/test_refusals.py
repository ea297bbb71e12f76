"""What is refused while a course is arranged, and what its lists show."""

from typing import Any

import pytest

from courses.models import Course
from literacy.models import State
from tests.courses.arranging.conftest import MODULE, SETTINGS, add_url, count, module_url, outline, the_course
from tests.courses.factories import make_course, make_lesson
from tests.filling import fields_of, text_of
from tests.quizzes.factories import make_quiz


@pytest.mark.parametrize("page", ["edit", "module", "add"])
def test_a_stale_form_is_refused(page: str, client: Any, sign_in: Any) -> None:
    lesson = make_lesson("l2")
    course = make_course([make_lesson("l1")])
    sign_in("trainer")
    edit = f"/teach/courses/{course.id}/edit"
    url = {"edit": edit, "module": module_url(course), "add": add_url(course)}[page]
    mine = {**fields_of(client.get(url), "revision"), "item": f"lesson-{lesson.id}"}
    client.send(edit, {**fields_of(client.get(edit)), "summary": "别人的介绍"})
    answer = client.send(url, {**mine, "title": "我的名字"})
    assert outline() == [["l1"]] and the_course().summary == "别人的介绍"
    assert the_course().title != "我的名字" and the_course().modules[0].title != "我的名字"
    if page == "add":
        assert "别人改过" in text_of(client.get(answer.location))
        return
    assert answer.status_code == 409 and "我的名字" in text_of(answer)
    client.send(url, {**fields_of(answer), "on_top_of": str(the_course().revision)})
    assert "我的名字" in (the_course().title, the_course().modules[0].title)


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        ("edit", "title", ""), ("edit", "title", "长" * 101), ("edit", "position", "-1"), ("edit", "position", "x"),
        ("module", "title", ""), ("module", "hours", "NaN"), ("module", "hours", "-1"), ("module", "hours", "101"),
        ("module", "hours", ""), ("module", "activities-0-module_id", "4242"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_beside_its_field(where: str, name: str, value: str, client: Any, sign_in: Any) -> None:
    course = make_course([make_lesson("l1")], [make_lesson("l2")])
    sign_in("trainer")
    url = f"/teach/courses/{course.id}/edit" if where == "edit" else module_url(course)
    answer = client.send(url, {**fields_of(client.get(url)), "summary": "写了一半", name: value})
    assert answer.status_code == 422 and f'id="{name}-error"' in text_of(answer)
    assert "写了一半" in text_of(answer) and the_course().revision == 1


def test_a_lesson_is_not_moved_to_where_it_is_already(client: Any, sign_in: Any) -> None:
    lesson = make_lesson("l1")
    course = make_course([lesson], [lesson])
    sign_in("trainer")
    url = module_url(course)
    answer = client.send(url, {**fields_of(client.get(url)), "activities-0-module_id": str(course.modules[1].id)})
    assert answer.status_code == 409 and "已经有《课文 l1》" in text_of(answer)
    assert outline() == [["l1"], ["l1"]]


def test_a_module_of_another_course_is_not_found(client: Any, sign_in: Any) -> None:
    one, two = make_course([make_lesson("l1")], slug="a"), make_course([make_lesson("l2")], slug="b")
    sign_in("trainer")
    wrong = f"/teach/courses/{one.id}/modules/{two.modules[0].id}"
    assert client.get(wrong).status_code == 404 and client.get(f"{wrong}/add").status_code == 404
    assert client.send(wrong, MODULE).status_code == 404
    assert client.get("/teach/courses/12345").status_code == 404
    assert client.get("/teach/courses/99999999999999999999").status_code == 404


def test_the_picker_is_narrowed_and_paged(client: Any, sign_in: Any) -> None:
    make_quiz("single", slug="z1").title = "甲测验"
    make_quiz("reply", slug="d1", drill=True).title = "乙演练"
    course = make_course([make_lesson("l1", title="丙课文")], state=State.DRAFT)
    make_lesson("l2", title="丁课文", state=State.DRAFT)
    sign_in("trainer")
    add = add_url(course)
    for query, there, gone in (
        ("kind=drill", "乙演练", "甲测验"),
        ("kind=quiz", "甲测验", "丁课文"),
        ("kind=lesson", "丁课文", "乙演练"),
        ("state=draft", "丁课文", "甲测验"),
        ("words=甲", "甲测验", "丁课文"),
    ):
        page = text_of(client.get(f"{add}?{query}"))
        assert there in page and gone not in page, query
    assert "已在课程里" in text_of(client.get(f"{add}?words=丙"))
    for odd in ("page=-1", "page=x", "words=%00", "kind=%00&state=retired", "kind=riddle"):
        assert client.get(f"{add}?{odd}").status_code == 200
    for number in range(55):
        make_lesson(f"n{number}")
    assert "第 1 / 2 页" in text_of(client.get(add)) and client.get(f"{add}?page=2").status_code == 200


def test_lists_are_narrowed(client: Any, sign_in: Any) -> None:
    make_course([make_lesson("l1")], slug="a").title = "甲课程 100%"
    make_course(slug="b", state=State.DRAFT).title = "乙课程"
    sign_in("trainer")
    for query, there, gone in (("words=100%25", "甲课程", "乙课程"), ("state=draft", "乙课程", "甲课程")):
        page = text_of(client.get(f"/teach/courses?{query}"))
        assert there in page and gone not in page, query
    for odd in ("page=-1", "page=x", "words=%00", "state=%00"):
        assert client.get(f"/teach/courses?{odd}").status_code == 200


@pytest.mark.parametrize("role", ["learner", "administrator"])
def test_only_trainers_write(role: str, client: Any, sign_in: Any) -> None:
    course = make_course([make_lesson("l1")])
    sign_in(role)
    inside = f"modules/{course.modules[0].id}"
    for path in (
        "",
        "/new",
        *(f"/{course.id}{end}" for end in ("", "/edit", "/preview", "/modules/new", f"/{inside}", f"/{inside}/add")),
    ):
        assert client.get(f"/teach/courses{path}").status_code == 403, path
    for path in (
        "new",
        *(f"{course.id}/{end}" for end in ("edit", "publish", "retire", "modules/new", inside, f"{inside}/add")),
    ):
        assert client.send(f"/teach/courses/{path}", SETTINGS).status_code == 403, path
    assert count(Course) == 1 and the_course().state is State.PUBLISHED
