"""Trainers write lessons in the browser: previewed, published, and nothing typed is lost."""

from typing import Any

import pytest
from sqlalchemy import func, select

from courses.models import Lesson, Reading
from literacy.db import db
from literacy.models import AuditEntry, State
from tests.courses.factories import enrol, make_course, make_lesson, read
from tests.filling import fields_of, text_of
from tests.quizzes.factories import make_question, make_source

FULL = {
    "title": "先护住人",
    "summary": "险情排在职责前面。",
    "body": "## 一座桥\n\n**先堵住危险**，再说归谁。\n\n::: good 好答复\n今天16时已摆了警示桩。\n:::\n",
    "competencies": ["WG1", "HD4"],
    "sources": "《信访工作条例》第二十三条\n",
}
SOURCE = "《信访工作条例》第二十三条"


@pytest.fixture(autouse=True)
def registered(app: Any) -> None:
    """The law that these lessons cite."""
    make_source("信访工作条例", "第二十三条", "第九条")


def the_lesson() -> Lesson:
    db.session.expire_all()
    return db.session.scalars(select(Lesson)).one()


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def acts() -> list[str]:
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))
    return [action for action in actions if action.startswith("content.")]


def test_a_lesson_is_written_published_and_retired(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.send("/teach/lessons/new", FULL)
    assert answer.status_code == 303, text_of(answer)
    lesson = the_lesson()
    assert (lesson.state, lesson.title, lesson.competencies, lesson.sources, lesson.edited) == (
        State.DRAFT, "先护住人", ["WG1", "HD4"], [SOURCE], True
    )  # fmt: skip
    page = text_of(client.get(answer.location))
    assert '<aside class="callout callout-good">' in page and "已核" in page and "第二十三条" in page
    client.send(f"/teach/lessons/{lesson.id}/publish")
    assert the_lesson().state is State.PUBLISHED
    client.send(f"/teach/lessons/{lesson.id}/retire")
    assert the_lesson().state is State.RETIRED
    assert acts() == ["content.created", "content.published", "content.retired"]


def test_handing_in_twice_makes_one_lesson(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    data = {**FULL, "form_key": "the-same-key"}
    first = client.send("/teach/lessons/new", data)
    assert client.send("/teach/lessons/new", data).location == first.location
    assert count(Lesson) == 1 and acts() == ["content.created"]


def test_saving_an_unchanged_form_changes_nothing_written(client: Any, sign_in: Any) -> None:
    before = {
        "title": "甲", "summary": "乙", "body": "## 丙\n\n丁 <b>\n", "competencies": ["WG2"], "media": "wangde",
        "sources": [SOURCE], "checks": [],
    }  # fmt: skip
    lesson = make_lesson(**before)
    sign_in("trainer")
    url = f"/teach/lessons/{lesson.id}/edit"
    assert client.send(url, fields_of(client.get(url))).status_code == 303
    assert {name: getattr(the_lesson(), name) for name in before} == before


def test_a_preview_saves_nothing_and_keeps_what_was_typed(client: Any, sign_in: Any) -> None:
    lesson = make_lesson()
    sign_in("trainer")
    url = f"/teach/lessons/{lesson.id}/edit"
    fields = fields_of(client.get(url))
    typed = {**fields, "body": "## 新写的\n\n**粗** <script>x</script>", "title": "", "sources": "《某条例》"}
    answer = client.send(url, {**typed, "preview": "1"})
    page = text_of(answer)
    assert answer.status_code == 200 and "<strong>粗</strong>" in page and "<script>x" not in page
    sent = fields_of(answer)
    assert (sent["body"], sent["title"], sent["sources"]) == (typed["body"], "", "《某条例》")
    assert the_lesson().body == "## 小标题\n\n正文\n" and the_lesson().revision == 1
    # The same for a lesson that is not there yet.
    assert client.send("/teach/lessons/new", {**FULL, "preview": "1"}).status_code == 200
    assert count(Lesson) == 1


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("![桥](media/none.svg)", "第 1 行：找不到图片 media/none.svg"),
        ("甲\n\n![](media/wd-m1-gates.svg)", "第 3 行：图片 media/wd-m1-gates.svg 没有替代文字"),
        ("![甲](../course.yaml)", "找不到图片 ../course.yaml"),
        ("##没有空格", "要空一格"),
        ("   \n", "正文是空的"),
    ],
)
def test_a_fault_of_the_text_stands_beside_it(body: str, sentence: str, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.send("/teach/lessons/new", {**FULL, "media": "wangde", "body": body, "publish": "1"})
    page = text_of(answer)
    assert answer.status_code == 422 and count(Lesson) == 0
    assert sentence in page.split('id="body-error"')[1].split("</p>")[0]
    # A draft may wait for its picture; it is told, and not published.
    answer = client.send("/teach/lessons/new", {**FULL, "media": "wangde", "body": body})
    assert answer.location.endswith("/edit") and sentence in text_of(client.get(answer.location))
    client.send(f"/teach/lessons/{the_lesson().id}/publish")
    assert the_lesson().state is State.DRAFT
    assert client.get(f"/teach/lessons/{the_lesson().id}").status_code == 200


def test_an_image_of_the_chosen_folder_is_shown(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    body = "![四道门](media/wd-m1-gates.svg)"
    answer = client.send("/teach/lessons/new", {**FULL, "media": "wangde", "body": body, "publish": "1"})
    assert answer.status_code == 303 and the_lesson().state is State.PUBLISHED
    assert 'src="/media/wangde/wd-m1-gates.svg"' in text_of(client.get(answer.location))
    assert client.get("/media/wangde/wd-m1-gates.svg").status_code == 200
    # Without the folder the same image is none; and a folder that is none is refused.
    assert client.send("/teach/lessons/new", {**FULL, "body": body, "publish": "1"}).status_code == 422
    assert client.send("/teach/lessons/new", {**FULL, "media": "../wangde"}).status_code == 422


@pytest.mark.parametrize(("name", "value"), [("title", ""), ("title", "长" * 101), ("summary", "长" * 501)])
def test_bad_input_is_refused_beside_its_field(name: str, value: str, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.send("/teach/lessons/new", {**FULL, name: value})
    assert answer.status_code == 422 and f'id="{name}-error"' in text_of(answer) and count(Lesson) == 0
    assert fields_of(answer)["body"] == FULL["body"]


def test_odd_characters_are_handled(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    client.send("/teach/lessons/new", {**FULL, "body": "\x00好\u202e的👍", "title": "甲\x00乙"})
    assert (the_lesson().body, the_lesson().title) == ("好的👍", "甲乙")
    assert client.send("/teach/lessons/new", {**FULL, "body": "字" * 60001}).status_code == 422


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("《信访工作条例》第二十四条", "《信访工作条例》第二十四条"),
        ("《没有的条例》", "《没有的条例》"),
        ("信访工作条例第九条", "信访工作条例第九条"),
    ],
)
def test_a_source_must_be_registered_before_readers_see_it(line: str, missing: str, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.send("/teach/lessons/new", {**FULL, "sources": f"《信访工作条例》第九条\n{line}", "publish": "1"})
    assert answer.status_code == 422
    assert f"还没有登记{missing}。" in text_of(answer).split('id="sources-error"')[1]


def test_a_clause_in_the_text_must_be_registered(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.send("/teach/lessons/new", {**FULL, "body": "甲\n\n按《信访工作条例》第一条办。", "publish": "1"})
    assert answer.status_code == 422 and "第 3 行：依据登记表里没有《信访工作条例》第一条" in text_of(answer)


def test_questions_at_the_end_are_chosen_and_must_be_askable(client: Any, sign_in: Any) -> None:
    make_question("single", "q1")
    draft = make_question("multiple", "q2", state=State.DRAFT)
    sign_in("trainer")
    sent = fields_of(client.send("/teach/lessons/new", {**FULL, "checks-0-question": "q1", "arrange": "checks.add"}))
    assert sent["checks-0-question"] == "q1" and sent["checks-3-question"] == ""
    answer = client.send("/teach/lessons/new", {**FULL, "checks-0-question": "q1", "checks-1-question": "q1"})
    assert "这道题选了两次" in text_of(client.get(answer.location))
    answer = client.send("/teach/lessons/new", {**FULL, "form_key": "k", "checks-0-question": "q1", "publish": "1"})
    assert answer.status_code == 303
    lesson = db.session.scalars(select(Lesson).order_by(Lesson.id.desc())).first()
    assert lesson and lesson.checks == ["q1"]
    lesson.checks = [draft.slug]
    db.session.commit()
    page = text_of(client.get(f"/teach/lessons/{lesson.id}/edit"))
    assert "q2（找不到了）" in page and "这道题没有发布" in page


def test_a_stale_form_is_refused_with_everything_typed(client: Any, sign_in: Any) -> None:
    lesson = make_lesson()
    sign_in("trainer")
    url = f"/teach/lessons/{lesson.id}/edit"
    mine = fields_of(client.get(url))
    client.send(url, {**mine, "body": "别人的正文"})
    answer = client.send(url, {**mine, "body": "我的正文"})
    assert answer.status_code == 409 and "我的正文" in text_of(answer) and "别人改过" in text_of(answer)
    assert the_lesson().body == "别人的正文"
    assert client.send(url, {**fields_of(answer), "on_top_of": str(the_lesson().revision)}).status_code == 303
    assert the_lesson().body == "我的正文"


def test_a_published_lesson_cannot_become_empty(client: Any, sign_in: Any) -> None:
    lesson = make_lesson()
    sign_in("trainer")
    url = f"/teach/lessons/{lesson.id}/edit"
    answer = client.send(url, {**fields_of(client.get(url)), "body": " "})
    assert answer.status_code == 422 and "正文是空的" in text_of(answer)
    assert the_lesson().body != " "


def test_a_lesson_in_use_is_not_retired_and_says_where(client: Any, sign_in: Any) -> None:
    lesson = make_lesson()
    course = make_course([lesson])
    sign_in("trainer")
    url = f"/teach/lessons/{lesson.id}"
    assert f"课程《{course.title}》" in text_of(client.get(url))
    assert "正用在课程《" in text_of(client.get(client.send(f"{url}/retire").location))
    assert the_lesson().state is State.PUBLISHED
    client.send(f"/teach/courses/{course.id}/retire")
    client.send(f"{url}/retire")
    assert the_lesson().state is State.RETIRED


def test_learners_read_the_change_and_what_was_read_stays_read(client: Any, sign_in: Any, person: Any) -> None:
    lesson = make_lesson()
    course = make_course([lesson])
    learner = person("learner")
    enrol(learner, course)
    read(learner, lesson)
    activity_id = course.activities[0].id
    sign_in("trainer")
    url = f"/teach/lessons/{lesson.id}/edit"
    client.send(url, {**fields_of(client.get(url)), "body": "换了一段话"})
    client.send("/sign-out")
    client.signed_in = None
    sign_in(learner)
    assert "换了一段话" in text_of(client.get(f"/learn/lessons/{activity_id}"))
    assert count(Reading) == 1


def test_a_preview_as_a_learner_records_nothing(client: Any, sign_in: Any) -> None:
    one, two = (
        make_lesson("l1", state=State.DRAFT),
        make_lesson("l2", body="## 甲\n\n甲\n\n## 乙\n\n乙[^1]\n\n[^1]: 丙\n"),
    )
    course = make_course([one, two], state=State.DRAFT)
    sign_in("trainer", "learner")
    alone = text_of(client.get(f"/teach/lessons/{one.id}/preview"))
    assert "预览" in alone and '<form class="lesson-end"' not in alone and "data-place" not in alone
    step = course.activities[0].id
    inside = text_of(client.get(f"/teach/lessons/{one.id}/preview?step={step}"))
    assert f"/teach/lessons/{two.id}/preview?step=" in inside and "下一步：课文 l2" in inside
    assert "本课目录" in text_of(client.get(f"/teach/lessons/{two.id}/preview?step={course.activities[1].id}"))
    for odd in ("x", "-1", "99999999999999999999", "4242", str(course.activities[1].id)):
        assert client.get(f"/teach/lessons/{one.id}/preview?step={odd}").status_code == 200
    assert count(Reading) == 0


def test_lists_are_narrowed_and_paged(client: Any, sign_in: Any) -> None:
    make_lesson("a", title="甲文 100%", competencies=["WG1"])
    make_lesson("b", title="乙文", competencies=["WG2", "HD1"], state=State.DRAFT)
    make_course([make_lesson("c", title="丙文")])
    sign_in("trainer")
    for query, there, gone in (
        ("words=100%25", "甲文", "乙文"),
        ("state=draft", "乙文", "甲文"),
        ("competency=HD1", "乙文", "甲文"),
    ):
        page = text_of(client.get(f"/teach/lessons?{query}"))
        assert there in page and gone not in page, query
    assert "课程 kc" in text_of(client.get("/teach/lessons?words=丙"))
    for odd in ("page=-1", "page=x", "page=99999999999999999999", "words=%00", "state=%00", "competency=%25"):
        assert client.get(f"/teach/lessons?{odd}").status_code == 200
    for number in range(55):
        make_lesson(f"n{number}", title=f"第{number:02}课")
    assert "第 1 / 2 页" in text_of(client.get("/teach/lessons"))


@pytest.mark.parametrize("role", ["learner", "administrator"])
def test_only_trainers_write(role: str, client: Any, sign_in: Any) -> None:
    lesson = make_lesson(state=State.DRAFT)
    sign_in(role)
    for path in ("", "/new", f"/{lesson.id}", f"/{lesson.id}/edit", f"/{lesson.id}/preview"):
        assert client.get(f"/teach/lessons{path}").status_code == 403
    for path in ("new", f"{lesson.id}/edit", f"{lesson.id}/publish", f"{lesson.id}/retire"):
        assert client.send(f"/teach/lessons/{path}", FULL).status_code == 403
    assert count(Lesson) == 1 and the_lesson().state is State.DRAFT


def test_what_is_not_there_is_not_found(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    assert client.get("/teach/lessons/12345").status_code == 404
    assert client.get("/teach/lessons/12345/preview").status_code == 404
    assert client.send("/teach/lessons/12345/edit", FULL).status_code == 404
    assert client.send("/teach/lessons/12345/publish").status_code == 404
