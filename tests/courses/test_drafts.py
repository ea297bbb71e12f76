"""What trainers type is kept for them alone, offered back, and never overwrites what somebody else saved unseen."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from courses.models import Lesson
from literacy.db import db, now
from literacy.editing import service
from literacy.editing.models import EditDraft
from literacy.models import State
from tests.courses.factories import make_lesson
from tests.filling import fields_of, text_of
from tests.quizzes.factories import make_question

BODY = "## 小标题\n\n正文\n"


def drafts() -> list[EditDraft]:
    db.session.expire_all()
    return list(db.session.scalars(select(EditDraft).order_by(EditDraft.id)))


def typed(fields: dict[str, Any], **changed: str) -> list[list[str]]:
    """What the script would send of a form."""
    values = {name: value if isinstance(value, list) else [value] for name, value in {**fields, **changed}.items()}
    own = ("form_key", "revision")
    return [[name, one] for name, several in values.items() if name not in own for one in several]


def autosave(client: Any, kind: str, row_id: int, fields: Any, revision: int = 1, number: int = 0) -> Any:
    payload = {"fields": fields, "revision": revision, "number": number}
    return client.fetch(f"/teach/drafts/{kind}/{row_id}", payload)


def become(client: Any, sign_in: Any, who: Any) -> None:
    client.send("/sign-out")
    client.signed_in = None
    sign_in(who)


@pytest.fixture
def lesson(app: Any) -> Lesson:
    return make_lesson(state=State.DRAFT)


def test_what_was_typed_is_offered_back_and_gone_once_saved(lesson: Lesson, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    url = f"/teach/lessons/{lesson.id}/edit"
    mine = typed(fields_of(client.get(url)), body="写了一半", competencies="WG1")
    answer = autosave(client, "lessons", lesson.id, mine).get_json()
    assert answer["number"] == 1 and answer["said"].startswith("草稿已存 ") and answer["others"] == []
    page = text_of(client.get(url))
    assert "有一份没保存的修改" in page and "接着写" in page and "写了一半" not in page
    back = client.get(f"{url}?draft=1")
    again = fields_of(back)
    assert (again["body"], again["competencies"], again["revision"]) == ("写了一半", "WG1", "1")
    assert "还没有保存" in text_of(back) and "data-unsaved" in text_of(back)
    db.session.expire_all()
    assert db.session.get_one(Lesson, lesson.id).body == BODY
    assert client.send(url, again).status_code == 303
    assert db.session.scalars(select(Lesson)).one().body == "写了一半"
    assert [row.fields for row in drafts()] == [None] and "没保存的修改" not in text_of(client.get(url))
    # What was still on its way when it was saved is not stored behind it.
    late = autosave(client, "lessons", lesson.id, mine, number=1)
    assert late.status_code == 409 and drafts()[0].fields is None


def test_a_draft_is_dropped_on_request(lesson: Lesson, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    url = f"/teach/lessons/{lesson.id}/edit"
    autosave(client, "lessons", lesson.id, [["title", "甲"], ["body", "乙"]])
    assert client.send(f"/teach/drafts/lessons/{lesson.id}/discard", {"back": url}).location == url
    assert drafts()[0].fields is None and "没保存的修改" not in text_of(client.get(url)).split("flash")[0]
    for odd in ("https://evil.example/", "//evil.example", "/teach/\\evil", ""):
        answer = client.send(f"/teach/drafts/lessons/{lesson.id}/discard", {"back": odd})
        assert answer.location == "/teach/courses"


def test_what_says_what_is_stored_is_not_offered(lesson: Lesson, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    url = f"/teach/lessons/{lesson.id}/edit"
    autosave(client, "lessons", lesson.id, typed(fields_of(client.get(url))))
    assert "有一份没保存的修改" not in text_of(client.get(url))
    # Everything was taken back: there is no draft.
    answer = autosave(client, "lessons", lesson.id, [], number=1).get_json()
    assert answer["said"] == "" and drafts()[0].fields is None


def test_new_content_and_every_form_has_drafts(client: Any, sign_in: Any) -> None:
    question = make_question("single", "q1")
    sign_in("trainer")
    for kind, row_id, url, name in (
        ("lessons", 0, "/teach/lessons/new", "title"),
        ("scenarios", 0, "/teach/scenarios/new", "title"),
        ("questions-single", 0, "/teach/questions/new/single", "stem"),
        ("questions", question.id, f"/teach/questions/{question.id}/edit", "stem"),
    ):
        fields = typed(fields_of(client.get(url)), **{name: "写了一半的"})
        assert autosave(client, kind, row_id, fields).status_code == 200, kind
        assert "有一份没保存的修改" in text_of(client.get(url)), kind
        assert fields_of(client.get(f"{url}?draft=1"))[name] == "写了一半的", kind
    assert "有一份没保存的修改" not in text_of(client.get("/teach/questions/new/multiple"))
    assert client.send("/teach/lessons/new", {"title": "写完的"}).status_code == 303
    assert "有一份没保存的修改" not in text_of(client.get("/teach/lessons/new"))
    assert len([row for row in drafts() if row.fields]) == 3


def test_a_draft_is_its_writers_own(lesson: Lesson, client: Any, sign_in: Any, person: Any) -> None:
    sign_in("trainer")
    autosave(client, "lessons", lesson.id, [["title", "甲的私稿"]])
    become(client, sign_in, person("trainer", name="李老师"))
    url = f"/teach/lessons/{lesson.id}/edit"
    for address in (url, f"{url}?draft=1", f"/teach/lessons/{lesson.id}", f"/teach/lessons/{lesson.id}/preview"):
        assert "甲的私稿" not in text_of(client.get(address)) and "没保存的修改" not in text_of(client.get(address))
    client.send(f"/teach/drafts/lessons/{lesson.id}/discard", {"back": url})
    assert drafts()[0].fields == [["title", "甲的私稿"]]


def test_two_trainers_on_one_page_are_told(lesson: Lesson, client: Any, sign_in: Any, person: Any) -> None:
    sign_in(person("trainer", name="李老师"))
    assert client.fetch(f"/teach/drafts/lessons/{lesson.id}", {}).get_json()["others"] == []
    become(client, sign_in, person("trainer", name="王老师"))
    url = f"/teach/lessons/{lesson.id}/edit"
    page = text_of(client.get(url))
    assert "<strong data-names>李老师</strong> 正在改这一页" in page
    assert client.fetch(f"/teach/drafts/lessons/{lesson.id}", {}).get_json()["others"] == ["李老师"]
    # Of new content nobody else knows, and who left some minutes ago is not there.
    assert client.fetch("/teach/drafts/lessons/0", {}).get_json()["others"] == []
    drafts()[0].seen_at = now() - service.OPEN_FOR - timedelta(seconds=1)
    assert client.fetch(f"/teach/drafts/lessons/{lesson.id}", {}).get_json()["others"] == []


def test_two_windows_of_one_trainer_do_not_overwrite_each_other(lesson: Lesson, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    assert autosave(client, "lessons", lesson.id, [["body", "这边"]], number=0).status_code == 200
    refused = autosave(client, "lessons", lesson.id, [["body", "那边"]], number=0)
    assert refused.status_code == 409 and "另一个窗口" in refused.get_json()["error"]
    assert drafts()[0].fields == [["body", "这边"]]
    assert autosave(client, "lessons", lesson.id, [["body", "这边又写"]], number=1).status_code == 200


@pytest.mark.parametrize(
    "fields",
    ["x", [["a"]], [["a", 1]], [[1, "a"]], [{"a": "b"}], 7, [["a", "b"]] * 2001, [["a", "字" * 400_001]]],
)
def test_odd_drafts_are_refused(fields: Any, lesson: Lesson, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    assert autosave(client, "lessons", lesson.id, fields).status_code == 422
    assert not [row for row in drafts() if row.fields]


def test_odd_numbers_and_signs_are_handled(lesson: Lesson, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    address = f"/teach/drafts/lessons/{lesson.id}"
    for payload in (None, [], "x", {"fields": [["body", "\x00甲\ud800"]], "revision": 10**30, "number": None}):
        assert client.fetch(address, payload).status_code == 200
    assert drafts()[0].fields == [["body", "甲\ufffd"]]
    assert client.get(f"/teach/lessons/{lesson.id}/edit?draft=1").status_code == 200


@pytest.mark.parametrize("address", ["lessons/99999", "people/1", "nothing/0"])
def test_what_is_not_there_has_no_draft(address: str, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    assert client.fetch(f"/teach/drafts/{address}", {}).status_code == 404
    assert client.send(f"/teach/drafts/{address}/discard").status_code == 404
    assert not drafts()


@pytest.mark.parametrize("role", ["learner", "administrator"])
def test_only_trainers_have_drafts(role: str, lesson: Lesson, client: Any, sign_in: Any) -> None:
    sign_in(role)
    assert autosave(client, "lessons", lesson.id, [["title", "甲"]]).status_code == 403
    assert client.send(f"/teach/drafts/lessons/{lesson.id}/discard").status_code == 403
    assert db.session.scalar(select(func.count()).select_from(EditDraft)) == 0


def test_what_somebody_else_saved_is_shown_by_field_and_taken_over(
    lesson: Lesson, client: Any, sign_in: Any, person: Any
) -> None:
    me, other = person("trainer", name="王老师"), person("trainer", name="李老师")
    url = f"/teach/lessons/{lesson.id}/edit"
    sign_in(me)
    mine = {**fields_of(client.get(url)), "body": "我写的正文", "title": "我起的名"}
    become(client, sign_in, other)
    client.send(url, {**fields_of(client.get(url)), "body": "李老师的正文", "summary": "李老师的介绍"})
    become(client, sign_in, me)
    answer = client.send(url, mine)
    page = text_of(answer)
    assert answer.status_code == 409 and "李老师" in page and "3 项两边不一样" in page
    shown = page.split('id="newer-title"')[1].split("</section>")[0]
    assert "李老师" in shown and "介绍" in shown and 'value="competencies"' not in shown
    sent = fields_of(answer)
    assert (sent["body"], sent["title"]) == ("我写的正文", "我起的名")
    sent = {**sent, "take": ["summary", "title"], "on_top_of": "2"}
    assert client.send(url, sent).status_code == 303
    db.session.expire_all()
    made = db.session.scalars(select(Lesson)).one()
    assert (made.body, made.summary, made.title) == ("我写的正文", "李老师的介绍", "课文 l1")
    # A second time somebody else was faster: nothing is overwritten unseen either.
    assert client.send(url, {**sent, "body": "又一次"}).status_code == 409


def test_a_draft_on_an_older_revision_shows_what_changed_since(
    lesson: Lesson, client: Any, sign_in: Any, person: Any
) -> None:
    me = person("trainer", name="王老师")
    url = f"/teach/lessons/{lesson.id}/edit"
    sign_in(me)
    autosave(client, "lessons", lesson.id, typed(fields_of(client.get(url)), body="我的草稿"))
    become(client, sign_in, person("trainer", name="李老师"))
    client.send(url, {**fields_of(client.get(url)), "body": "李老师的正文"})
    become(client, sign_in, me)
    back = client.get(f"{url}?draft=1")
    assert back.status_code == 200 and "改过这一页" in text_of(back) and fields_of(back)["revision"] == "1"
    assert client.send(url, fields_of(back)).status_code == 409
    db.session.expire_all()
    assert db.session.scalars(select(Lesson)).one().body == "李老师的正文"


def test_a_picture_in_a_draft_is_not_deleted(lesson: Lesson, client: Any, sign_in: Any) -> None:
    from tests.literacy.pictures.making import picture
    from tests.literacy.pictures.test_pages import the_picture, upload

    sign_in("trainer")
    upload(client, picture())
    autosave(client, "lessons", lesson.id, [["body", f"![桥]({the_picture().path})"]])
    answer = client.send(f"/teach/pictures/{the_picture().id}/delete")
    assert "还没保存的草稿" in text_of(client.get(answer.location)) and the_picture()
