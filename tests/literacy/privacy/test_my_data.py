"""One's own data: seen, taken along, corrected. Nothing that refers to people is forgotten."""

import io
import json
import zipfile
from typing import Any

import pytest
from sqlalchemy import select

from literacy.db import db
from literacy.errors import NotFound
from literacy.models import AuditEntry, Role, User
from literacy.privacy import service, views
from literacy.privacy.models import Correction
from literacy.registry import registry
from literacy.service import units
from tests.filling import fields_of, text_of
from tests.working import work_off


@pytest.fixture
def learner(sign_in: Any, person: Any) -> User:
    unit = units.create_unit(None, name="青禾县")
    return sign_in(person("learner", account="lier", name="李二", post="科员", unit=unit))


@pytest.fixture
def admin(person: Any) -> User:
    return person("administrator", account="admin", name="管理人")


def test_no_reference_to_people_is_forgotten(app: Any) -> None:
    """A new table that refers to users is somebody's data, or says in the list why it is not."""
    refers = {
        f"{table.name}.{key.parent.name}"
        for table in db.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "users"
    }
    covered = [column for part in registry(app).personal for column in part.columns]
    exempt = registry(app).impersonal
    assert refers - set(covered) - set(exempt) == set(), "add a Part to registry().personal, or a reason to impersonal"
    assert set(covered) | set(exempt) <= refers, "names of columns that there are"
    assert len(covered) == len(set(covered)) and not set(covered) & set(exempt)
    assert all(exempt.values())


def test_every_part_can_be_told(app: Any, learner: User) -> None:
    parts = registry(app).personal
    assert len({part.key for part in parts}) == len(parts)
    for part in parts:
        assert all((part.title, part.what, part.why, part.basis, part.kept)), part.key
        rows = part.rows(learner)
        assert len(rows) == part.count(learner)
        assert len(part.query(learner).selected_columns) == len(part.headers), part.key


def test_the_page_tells_what_is_stored(client: Any, learner: User) -> None:
    page = text_of(client.get("/account/data"))
    assert "操作和登录记录" in page and "作答和答复" in page and "报名和完成情况" in page
    assert "我的资料" in text_of(client.get("/account"))


def test_the_page_for_everybody_is_made_of_the_same_list(client: Any, learner: User, app: Any) -> None:
    page = text_of(client.get("/account/collected"))
    for part in registry(app).personal:
        assert part.title in page and part.basis in page and part.kept_in_words in page


def opened(answer: Any) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(answer.get_data()))


def test_all_of_it_is_taken_along(client: Any, learner: User, app: Any, person: Any) -> None:
    person("learner", account="other", name="王三")
    with opened(client.get("/account/data/file")) as archive:
        assert {name for name in archive.namelist() if name.startswith("json/")} == {
            f"json/{part.key}.json" for part in registry(app).personal
        }
        account = json.loads(archive.read("json/account.json"))
        page = archive.read("我的资料.html").decode()
        everything = "".join(archive.read(name).decode() for name in archive.namelist())
    [row] = account["rows"]
    assert (row["姓名"], row["账号"], row["单位"], row["职务"], row["是否在用"]) == (
        "李二",
        "lier",
        "青禾县",
        "科员",
        "是",
    )
    assert "学员" in page and "李二登录" in page and "127.0.0.1" in page
    assert "王三" not in everything and "argon2" not in everything
    taken = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "personal.exported")).one()
    assert taken.actor_id == learner.id


def test_what_is_much_is_made_by_a_job(client: Any, learner: User, app: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(views, "LARGE", 1)
    answer = client.get("/account/data/file")
    assert answer.status_code == 303
    work_off(app)
    page = text_of(client.get(answer.location))
    assert "打好了包" in page and "我的资料_lier_" in page


def test_words_of_others_are_no_code(client: Any, learner: User) -> None:
    learner.post = "<script>alert(1)</script>"
    with opened(client.get("/account/data/file")) as archive:
        assert "<script>" not in archive.read("我的资料.html").decode()


# corrections


def ask(client: Any, text: str = "职务应当是副科长") -> Any:
    return client.send("/account/data/correction", {"about": "账号", "text": text, "form_key": text})


def test_a_correction_is_asked_for_and_answered(client: Any, learner: User, admin: User, sign_in: Any) -> None:
    assert "selected" in text_of(client.get("/account/data/correction?about=账号"))
    assert ask(client).status_code == 303
    assert "等待处理" in text_of(client.get("/account/data"))
    sign_in(admin)
    row = db.session.scalars(select(Correction)).one()
    assert "职务应当是副科长" in text_of(client.get("/manage/corrections?state=open"))
    url = f"/manage/corrections/{row.id}"
    short = client.send(url, {"outcome": "refused", "answer": "不"})
    assert short.status_code == 422 and "至少 5 个字" in text_of(short) and "不</textarea>" in text_of(short)
    assert client.send(url, {"answer": "好的"}).status_code == 422
    done = client.send(url, {**fields_of(client.get(url)), "outcome": "done", "answer": "已经改成副科长。"})
    assert done.status_code == 303
    assert client.send(url, {"outcome": "refused", "answer": "其实不能改"}).status_code == 409
    assert "没有申请" in text_of(client.get("/manage/corrections?state=open"))
    sign_in(learner)
    page = text_of(client.get("/account/data"))
    assert "已更正" in page and "已经改成副科长。" in page
    told = select(AuditEntry.action).where(AuditEntry.action.startswith("correction.")).order_by(AuditEntry.id)
    acts = db.session.scalars(told).all()
    assert acts == ["correction.asked", "correction.answered"]


@pytest.mark.parametrize(("about", "text"), [("", "x"), ("账号", ""), ("没有", "x")])
def test_what_is_missing_is_said(about: str, text: str, client: Any, learner: User) -> None:
    assert client.send("/account/data/correction", {"about": about, "text": text}).status_code == 422
    assert db.session.scalar(select(Correction.id)) is None


def test_nobody_asks_without_end(client: Any, learner: User) -> None:
    for number in range(10):
        assert ask(client, f"第 {number} 处").status_code == 303
    answer = ask(client, "又一处")
    assert answer.status_code == 409 and "等处理" in text_of(answer)


@pytest.mark.parametrize("url", ["/manage/corrections", "/manage/corrections/1", "/manage/retention"])
def test_only_administrators_see_requests(url: str, client: Any, learner: User) -> None:
    assert client.get(url).status_code == 403


def test_requests_are_narrowed_to_some_people(app: Any, learner: User, person: Any) -> None:
    town, village = learner.unit, units.create_unit(None, name="澜江市")
    service.ask(learner, "账号", "一")
    service.ask(person("learner", unit=village), "账号", "二")
    boss = person("administrator", unit=town)
    assert len(db.session.scalars(service.corrections(boss)).all()) == 2
    boss.grant_of(Role.ADMINISTRATOR).unit_id = town.id
    assert [one.text for one in db.session.scalars(service.corrections(boss))] == ["一"]
    other = db.session.scalar(select(Correction).where(Correction.text == "二"))
    with pytest.raises(NotFound):
        service.correction_for(boss, other.id)
