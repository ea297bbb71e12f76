"""Pictures are uploaded, used, found again and deleted; nobody else sees them, and nothing leaves their folder."""

import io
from typing import Any

import pytest
from sqlalchemy import func, select

from courses.models import Lesson
from literacy.db import db
from literacy.models import AuditEntry
from literacy.pictures import service
from literacy.pictures.models import Picture
from tests.courses.factories import make_lesson
from tests.filling import text_of
from tests.literacy.pictures.making import picture, with_place


def the_picture() -> Picture:
    db.session.expire_all()
    return db.session.scalars(select(Picture)).one()


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Picture)) or 0


def upload(client: Any, data: bytes, alt: str = "桥上有坑", name: str = "桥.jpg") -> Any:
    return client.send("/teach/pictures", {"picture": (io.BytesIO(data), name), "alt": alt})


def paste(client: Any, data: bytes) -> Any:
    """As the editor's script does it."""
    headers = {"X-CSRFToken": client.token(), "X-Requested-With": "fetch"}
    return client.post("/teach/pictures", data={"picture": (io.BytesIO(data), "粘贴.png")}, headers=headers)


@pytest.fixture
def trainer(sign_in: Any) -> Any:
    return sign_in("trainer")


def test_a_picture_is_uploaded_and_shown(client: Any, trainer: Any) -> None:
    assert upload(client, with_place()).status_code == 303
    row = the_picture()
    assert (row.kind, row.alt, row.name, row.uploader_id) == ("jpg", "桥上有坑", "桥.jpg", trainer.id)
    answer = client.get(f"/pictures/{row.hash}")
    assert answer.mimetype == "image/jpeg" and len(answer.data) == row.size and b"Secret" not in answer.data
    assert "immutable" in answer.headers["Cache-Control"] and "private" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = client.get(f"/pictures/{row.hash}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    page = text_of(client.get("/teach/pictures"))
    assert row.path in page and "还没有用到" in page
    assert db.session.scalars(select(AuditEntry.action)).all().count("picture.added") == 1


def test_the_same_picture_twice_is_one(client: Any, trainer: Any) -> None:
    upload(client, picture())
    first = the_picture().id
    assert paste(client, picture()).status_code == 200
    assert the_picture().id == first and the_picture().alt == "桥上有坑"


def test_a_script_is_told_how_a_text_names_it(client: Any, trainer: Any) -> None:
    told = paste(client, picture("PNG")).get_json()
    assert told["path"] == the_picture().path and client.get(told["url"]).mimetype == "image/png"
    chosen = client.get("/teach/pictures/choice").get_json()
    assert [one["path"] for one in chosen["pictures"]] == [told["path"]]
    refused = paste(client, b"GIF89a....")
    assert refused.status_code == 422 and "GIF" in refused.get_json()["error"]


@pytest.mark.parametrize(
    ("data", "alt", "sentence"),
    [(b"<svg/>", "桥", "SVG"), (b"", "桥", "请选一张图片|空的"), (picture(), "  ", "请写图上有什么")],
)
def test_bad_input_is_refused_beside_its_field(data: bytes, alt: str, sentence: str, client: Any, trainer: Any) -> None:
    answer = upload(client, data, alt)
    assert answer.status_code == 422 and any(one in text_of(answer) for one in sentence.split("|"))
    assert count() == 0 and not list(service.folder().glob("*.part"))


def test_without_a_file_it_is_said(client: Any, trainer: Any) -> None:
    assert "请选一张图片" in text_of(client.send("/teach/pictures", {"alt": "桥"}))


def test_a_photo_larger_than_a_form_is_taken_and_larger_than_that_is_not(client: Any, trainer: Any) -> None:
    large = picture() + b"\0" * (6 * 1024 * 1024)  # what stands behind the end of a JPEG is nobody's
    assert upload(client, large).status_code == 303 and the_picture().size < 10_000
    assert upload(client, picture() + b"\0" * (14 * 1024 * 1024)).status_code == 413
    # No other page takes so much.
    assert client.send("/teach/lessons/new", {"title": "甲", "body": "x" * (5 * 1024 * 1024)}).status_code == 413


def test_a_lesson_shows_it_and_it_is_not_deleted_then(client: Any, trainer: Any) -> None:
    upload(client, picture())
    row_id, key, path = the_picture().id, the_picture().hash, the_picture().path
    sent = {"title": "桥", "body": f"![桥上有坑]({path})\n", "publish": "1"}
    answer = client.send("/teach/lessons/new", sent)
    assert answer.status_code == 303, text_of(answer)
    page = text_of(client.get(answer.location))
    assert f'src="/pictures/{key}"' in page and 'alt="桥上有坑"' in page
    assert "课文《桥》" in text_of(client.get("/teach/pictures"))
    refused = client.send(f"/teach/pictures/{row_id}/delete")
    assert "正用着这张图片" in text_of(client.get(refused.location)) and count() == 1
    db.session.scalars(select(Lesson)).one().body = "没有图了"
    db.session.commit()
    file = service.file_of(the_picture())
    assert client.send(f"/teach/pictures/{row_id}/delete").status_code == 303
    assert count() == 0 and not file.exists()
    assert client.get(f"/pictures/{key}").status_code == 404
    # Uploaded again it is there again.
    upload(client, picture())
    assert client.get(f"/pictures/{the_picture().hash}").status_code == 200


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("![](picture:{hash})", "没有替代文字"),
        ("![桥](picture:00000000000000000000)", "找不到图片 picture:00000000000000000000"),
        ("![桥](picture:../../secret)", "找不到图片"),
        ("![桥](picture:{hash}0)", "找不到图片"),
    ],
)
def test_a_fault_of_a_picture_stands_beside_the_text(body: str, sentence: str, client: Any, trainer: Any) -> None:
    upload(client, picture())
    written = body.replace("{hash}", the_picture().hash)
    answer = client.send("/teach/lessons/new", {"title": "桥", "body": written, "publish": "1"})
    assert answer.status_code == 422 and sentence in text_of(answer).split('id="body-error"')[1]


def test_the_description_is_changed_and_never_empty(client: Any, trainer: Any) -> None:
    upload(client, picture())
    row = the_picture()
    client.send(f"/teach/pictures/{row.id}/alt", {"alt": "桥面塌了"})
    assert the_picture().alt == "桥面塌了" and "桥面塌了" in text_of(client.get("/teach/pictures?words=塌"))
    answer = client.send(f"/teach/pictures/{row.id}/alt", {"alt": " "})
    assert "请写图上有什么" in text_of(client.get(answer.location)) and the_picture().alt == "桥面塌了"


@pytest.mark.parametrize("key", ["../secret.key", "..%2fsecret.key", "%00", "0" * 20, "x" * 300, "secret.key"])
def test_nothing_outside_its_folder_is_served(key: str, client: Any, trainer: Any) -> None:
    (service.folder().parent / "secret.key").write_text("secret")
    assert client.get(f"/pictures/{key}").status_code == 404


def test_who_reads_lessons_sees_pictures_and_only_trainers_upload(client: Any, sign_in: Any, trainer: Any) -> None:
    upload(client, picture())
    address, row_id = f"/pictures/{the_picture().hash}", the_picture().id
    for role, status in (("learner", 200), ("administrator", 403)):
        client.send("/sign-out")
        client.signed_in = None
        sign_in(role)
        assert client.get(address).status_code == status
        assert client.get("/teach/pictures").status_code == 403
        assert upload(client, picture("PNG")).status_code == 403
        assert client.send(f"/teach/pictures/{row_id}/delete").status_code == 403
        assert client.send(f"/teach/pictures/{row_id}/alt", {"alt": "甲"}).status_code == 403
        assert client.get("/teach/pictures/choice").status_code == 403
    client.send("/sign-out")
    client.signed_in = None
    assert client.get(address).status_code == 303
    assert count() == 1


def test_the_preview_is_the_lesson(client: Any, trainer: Any) -> None:
    body = "## 一\n\n::: good 好\n**是**\n:::\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n<script>x</script>\n"
    lesson = make_lesson(body=body)
    told = client.fetch("/teach/lessons/text", {"body": body, "media": ""}).get_json()
    assert told["html"] in text_of(client.get(f"/teach/lessons/{lesson.id}/preview")) and "<script" not in told["html"]
    assert told["faults"] == []
    faults = client.fetch("/teach/lessons/text", {"body": "##甲", "media": "wangde"}).get_json()["faults"]
    assert faults == ["第 1 行：## 和标题之间要空一格。"]


@pytest.mark.parametrize("odd", [None, [], "x", {"body": 3}, {"body": None, "media": ["x"]}, {"media": "../.."}])
def test_odd_previews_are_empty(odd: Any, client: Any, trainer: Any) -> None:
    assert client.fetch("/teach/lessons/text", odd).get_json()["html"] == ""


def test_a_preview_has_a_limit_and_is_for_trainers(client: Any, sign_in: Any) -> None:
    sign_in("learner")
    assert client.fetch("/teach/lessons/text", {"body": "甲"}).status_code == 403
    client.send("/sign-out")
    client.signed_in = None
    sign_in("trainer")
    assert client.fetch("/teach/lessons/text", {"body": "甲" * 60001}).status_code == 422
