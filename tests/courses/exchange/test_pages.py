"""The pages of course packages: download, look, confirm; for trainers only, and never twice."""

import io
import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

import courses.content
from courses.exchange.package import keep, kept
from courses.models import Course, Lesson
from literacy.db import db
from literacy.models import AuditEntry
from literacy.zips import packed, unpacked
from tests.courses.factories import make_course, make_lesson
from tests.quizzes.factories import make_quiz

COURSE = b"slug: demo\ntitle: \xe7\xa4\xba\xe4\xbe\x8b\nmodules: [m1]\n"
MODULE = "slug: m1\ntitle: 第一单元\nactivities:\n  - {lesson: l9}\n".encode()
LESSON = "---\nslug: l9\ntitle: 第一课\n---\n\n## 小标题\n\n正文\n\n![图](media/a.svg)\n".encode()
FILES = {
    "courses/content/demo/course.yaml": COURSE,
    "courses/content/demo/modules/m1.yaml": MODULE,
    "courses/content/demo/lessons/l9.md": LESSON,
    "courses/content/demo/media/a.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
}
IMPORT = "/teach/courses/import"


@pytest.fixture(autouse=True)
def data_folder(app, tmp_path, monkeypatch) -> Path:
    monkeypatch.setitem(app.config, "DATA_FOLDER", tmp_path)
    return tmp_path


def upload(client, files=FILES, name="课程包.zip", data=None):
    content = packed(files) if data is None else data
    return client.send(IMPORT, {"file": (io.BytesIO(content), name)})


def preview(client) -> str:
    answer = upload(client)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.location


def fields(client, address: str) -> dict[str, str]:
    html = client.get(address).get_data(as_text=True)
    return {
        name: html.split(f'name="{name}"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
        for name in ("digest", "form_key")
    }


def lessons() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(Lesson.slug)))


def test_a_package_is_looked_at_and_then_imported(app, client, sign_in):
    sign_in("trainer")
    assert "导入课程包" in client.get("/teach/courses").get_data(as_text=True)
    client.get(IMPORT)
    address = preview(client)
    html = client.get(address).get_data(as_text=True)
    assert "课文 第一课" in html and "图片和表格 demo/a.svg" in html and lessons() == []
    sent = fields(client, address)
    answer = client.send(address, sent)
    assert answer.status_code == 303 and lessons() == ["l9"]
    course = db.session.scalars(select(Course)).one()
    assert answer.location == f"/teach/courses/{course.id}"
    assert "已导入《示例》：新的 3 项。" in client.get(answer.location).get_data(as_text=True)
    picture = client.get("/media/demo/a.svg")
    assert (
        picture.status_code == 200
        and picture.data.startswith(b"<svg")
        and "sandbox" in picture.headers["Content-Security-Policy"]
    )
    # Handed in twice: nothing more is done, and it leads to the same page.
    entries = db.session.scalar(select(func.count(AuditEntry.id)))
    assert client.send(address, sent).location == answer.location
    assert db.session.scalar(select(func.count(AuditEntry.id))) == entries
    assert client.get(address).status_code == 404
    assert "这里都有" in client.get(preview(client)).get_data(as_text=True)


def test_what_is_wrong_is_listed_and_nothing_is_kept(app, client, sign_in, data_folder):
    sign_in("trainer")
    answer = upload(client, {**FILES, "courses/content/demo/lessons/l9.md": LESSON.replace(b"a.svg", b"b.svg")})
    assert answer.status_code == 422
    assert "找不到图片 media/b.svg" in answer.get_data(as_text=True)
    assert not list(data_folder.rglob("*.zip"))


@pytest.mark.parametrize(
    ("name", "data", "status", "said"),
    [
        ("a.docx", b"x", 422, "请选 zip 文件"),
        ("", b"", 422, "请选一个课程包"),
        ("a.zip", b"x", 422, "不是 zip 文件"),
        ("a.zip", packed({"../../x": b""}), 422, "可疑的路径"),
        ("a.zip", packed({"x": b"0" * 70_000_000}), 422, "太大"),
        ("a.zip", b"PK\x03\x04" + b"0" * 34_000_000, 413, "太大"),
    ],
)
def test_what_is_no_package_is_refused_in_words(app, client, sign_in, name, data, status, said):
    sign_in("trainer")
    answer = upload(client, name=name, data=data)
    assert answer.status_code == status and said in answer.get_data(as_text=True)


def test_larger_files_are_taken_here_only(app, client, sign_in):
    sign_in("trainer")
    picture = {"courses/content/demo/media/big.png": bytes(range(256)) * 24_000}
    with_picture = packed({**FILES, **picture})
    large = with_picture + b"\0" * (5 * 1024 * 1024)
    assert client.send("/teach/courses/new", {"file": (io.BytesIO(large), "a.zip")}).status_code == 413
    assert upload(client, data=large).status_code != 413


def test_somebody_wrote_since_the_preview(app, client, sign_in, person):
    sign_in("trainer")
    make_lesson("l9", title="原来的", edited=True)
    address = preview(client)
    sent = fields(client, address)
    lesson = db.session.scalars(select(Lesson)).one()
    lesson.title = "别人刚改的"
    lesson.change()
    answer = client.send(address, {**sent, "overwrite": "lessons-l9"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "有人改过" in html
    assert 'value="lessons-l9" checked' in html  # what was ticked stays
    db.session.expire_all()
    assert db.session.scalars(select(Lesson.title)).one() == "别人刚改的"
    again = fields(client, address)
    assert client.send(address, {**again, "overwrite": "lessons-l9"}).status_code == 303
    db.session.expire_all()
    assert db.session.scalars(select(Lesson.title)).one() == "第一课"


def test_a_package_waits_for_its_owner_only(app, client, sign_in, person):
    other = person("trainer")
    sign_in("trainer")
    address = preview(client)
    token = address.rsplit("/", 1)[1]
    client.get(address)
    assert kept(other.id, token) is None
    for bad in ("..%2F..%2Fsecret", "x", "a" * 32):
        assert client.get(f"{IMPORT}/{bad}").status_code == 404


def test_what_waited_for_a_day_is_cleared_away(app, data_folder):
    token = keep(1, b"old")
    path = next(data_folder.rglob("*.zip"))
    os.utime(path, (0, 0))
    keep(1, b"new")
    assert kept(1, token) is None


def test_a_course_is_downloaded_with_everything_in_it(app, client, sign_in):
    trainer = sign_in("trainer")
    course = make_course([make_lesson("l1"), make_quiz("reply", slug="d1", drill=True)])
    shown = f"/teach/courses/{course.id}"
    assert "下载整门课" in client.get(shown).get_data(as_text=True)
    assert f"{shown}/package/check" in client.get(f"{shown}/package").get_data(as_text=True)
    page = client.get(f"{shown}/package/check").get_data(as_text=True)
    assert "没有写完整" not in page and "可以导入" in page
    answer = client.get(f"{shown}/package/download")
    assert "courses/content/kc/lessons/l1.md" in unpacked(answer.data)
    assert answer.headers["Content-Disposition"].endswith(".zip") and answer.mimetype == "application/zip"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.taken")).one()
    assert (entry.actor_id, entry.summary) == (trainer.id, "下载课程包《课程 kc》")


def test_a_course_travels_though_nobody_said_which_ability_a_question_asks_for(app, client, sign_in):
    sign_in("trainer")
    quiz = make_quiz("single")
    quiz.slots[0].question.competency = ""
    course = make_course([quiz])
    page = client.get(f"/teach/courses/{course.id}/package/check").get_data(as_text=True)
    assert "可以导入" in page


def test_what_keeps_a_course_from_being_imported_is_said_before_it_is_downloaded(app, client, sign_in):
    sign_in("trainer")
    course = make_course([make_lesson("l1", body="![](media/none.svg)")])
    page = client.get(f"/teach/courses/{course.id}/package/check").get_data(as_text=True)
    assert "没有写完整" in page and "找不到图片 media/none.svg" in page


@pytest.mark.parametrize("role", ["learner", "administrator"])
def test_others_have_no_business_here(app, client, sign_in, role):
    course = make_course([make_lesson("l1")])
    sign_in(role)
    for address in (f"/teach/courses/{course.id}/package", f"/teach/courses/{course.id}/package/download", IMPORT):
        assert client.get(address).status_code == 403
    assert client.send(IMPORT, {}).status_code == 403
    assert client.send(f"{IMPORT}/{'a' * 32}", {}).status_code == 403


def test_media_of_packages_are_offered_for_lessons(app, data_folder):
    (data_folder / "media/neu").mkdir(parents=True)
    (data_folder / "media/neu/b.png").write_bytes(b"x")
    assert "neu" in courses.content.image_folders()
    assert courses.content.media_in("neu") == ["media/b.png"]
    assert courses.content.media_file("neu", "../../secret.svg") is None
