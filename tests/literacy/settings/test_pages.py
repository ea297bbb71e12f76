"""Administrators set the installation in the browser; what they set counts at once."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import select

from literacy.db import db, now
from literacy.editing.models import EditDraft
from literacy.errors import Refused
from literacy.models import AuditEntry, User
from literacy.pictures import service as pictures
from literacy.privacy.working import clear_away
from literacy.settings import service, value
from literacy.settings.models import StoredSetting
from run import main
from tests.conftest import PASSWORD
from tests.filling import fields_of, text_of
from tests.literacy.pictures.making import picture


@pytest.fixture
def admin(sign_in: Any, person: Any) -> User:
    """An administrator who is signed in."""
    return sign_in(person("administrator", account="admin", name="管理人"))


def put(**values: Any) -> None:
    """Set values as another process would."""
    service.change(None, values)
    db.session.commit()


def entries() -> list[AuditEntry]:
    db.session.expire_all()
    return list(
        db.session.scalars(select(AuditEntry).where(AuditEntry.action == "settings.changed").order_by(AuditEntry.id))
    )


def save(client: Any, group: str, **values: Any) -> Any:
    address = f"/manage/settings/{group}"
    return client.send(address, {**fields_of(client.get(address), "seen"), **values})


# who may


@pytest.mark.parametrize("address", ["/manage/settings", "/manage/settings/mail", "/manage/mails"])
@pytest.mark.parametrize("role", ["learner", "trainer"])
def test_only_administrators_set_anything(address: str, role: str, client: Any, sign_in: Any) -> None:
    sign_in(role)
    assert client.get(address).status_code == 403


def test_a_group_that_is_none_is_not_found(client: Any, admin: User) -> None:
    assert client.get("/manage/settings/nothing").status_code == 404


# pages


def test_every_setting_stands_on_the_page_and_on_the_form_of_its_group(client: Any, admin: User) -> None:
    page = text_of(client.get("/manage/settings"))
    for key, _ in service.groups():
        form = text_of(client.get(f"/manage/settings/{key}"))
        for setting in service.settings_of(key):
            assert setting.label in page
            assert setting.label in form and (setting.help[:12] in form or setting.kind == "picture"), setting.key


def test_a_change_counts_at_once_and_is_recorded_with_what_was_before(client: Any, admin: User) -> None:
    answer = save(client, "school", school_name="青禾县委党校")
    assert answer.status_code == 303
    page = text_of(client.get(answer.location))
    assert "已保存：名称" in page and "· 青禾县委党校</title>" in page
    assert value("school_name") == "青禾县委党校"
    (entry,) = entries()
    assert entry.changes == {"名称": ["善答", "青禾县委党校"]} and entry.actor_id == admin.id
    client.send("/sign-out")
    client.signed_in = None
    assert "登录青禾县委党校" in text_of(client.get("/sign-in"))


def test_the_default_again_leaves_no_row(client: Any, admin: User) -> None:
    put(school_name="党校")
    save(client, "school", school_name="善答")
    assert db.session.scalar(select(StoredSetting)) is None


def test_handing_in_the_same_form_twice_changes_once(client: Any, admin: User) -> None:
    form = {**fields_of(client.get("/manage/settings/school"), "seen"), "school_name": "党校"}
    assert client.send("/manage/settings/school", form).status_code == 303
    assert client.send("/manage/settings/school", form).status_code == 303
    assert len(entries()) == 1


def test_nothing_new_is_no_change(client: Any, admin: User) -> None:
    assert "都和原来一样" in text_of(client.get(save(client, "security").location))
    assert entries() == []


def test_two_administrators_do_not_overwrite_each_other_unseen(client: Any, admin: User) -> None:
    form = {**fields_of(client.get("/manage/settings/security"), "seen"), "lock_after": "7"}
    put(lock_minutes=30)
    answer = client.send("/manage/settings/security", form)
    assert answer.status_code == 409 and "被别人改过" in text_of(answer) and "30 分钟" in text_of(answer)
    again = fields_of(answer, "seen")
    assert again["lock_after"] == "7", "what was typed stays"
    assert client.send("/manage/settings/security", {**again, "lock_minutes": "30"}).status_code == 303
    assert (value("lock_after"), value("lock_minutes")) == (7, 30)


@pytest.mark.parametrize(
    ("group", "field", "typed", "sentence"),
    [
        ("school", "school_name", "", "请填写"), ("school", "school_name", "名" * 31, "最多 30 个字"),
        ("school", "site_address", "学校", "网址"), ("security", "lock_after", "2", "3 到 20"),
        ("security", "password_length", "七", "整数"), ("security", "password_length", "", "整数"),
        ("security", "session_idle_minutes", "800", "还长"), ("mail", "smtp_security", "x", "请从列表里选"),
        ("mail", "smtp_host", "mail.example.cn", "发件地址"), ("retention", "keep_audit_months", "5", "6 到 240"),
        ("learning", "pass_mark", "101", "1 到 100"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_field(
    group: str, field: str, typed: str, sentence: str, client: Any, admin: User
) -> None:
    answer = save(client, group, **{field: typed})
    assert answer.status_code == 422 or "还长" in sentence or "发件" in sentence
    beside = re.search(r'class="field-error"[^>]*>(.*?)</p>', text_of(answer), re.DOTALL)
    assert beside and sentence in beside[1], text_of(answer)
    assert entries() == []


def test_what_the_environment_fixes_is_shown_and_not_changed(client: Any, admin: User, monkeypatch: Any) -> None:
    monkeypatch.setenv("LITERACY_SESSION_IDLE_MINUTES", "45")
    assert value("session_idle_minutes") == 45
    page = client.get("/manage/settings/security")
    assert "LITERACY_SESSION_IDLE_MINUTES" in text_of(page) and "session_idle_minutes" not in fields_of(page, "seen")
    assert save(client, "security", session_idle_minutes="90", lock_after="6").status_code == 303
    assert (value("session_idle_minutes"), value("lock_after")) == (45, 6)
    with pytest.raises(Refused, match="LITERACY_SESSION_IDLE_MINUTES"):
        service.change(None, {"session_idle_minutes": 90})


def test_nonsense_in_the_environment_counts_as_the_default_and_is_told(app: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("LITERACY_SMTP_PORT", "many")
    assert value("smtp_port") == 587
    assert service.wrong_in_environment() == [("LITERACY_SMTP_PORT", "填 1 到 65535 之间的整数。")]


# secrets


def test_a_password_is_stored_sealed_shown_nowhere_and_recorded_as_changed(client: Any, admin: User) -> None:
    mail = {
        "smtp_host": "mail.example.cn",
        "smtp_user": "li",
        "smtp_password": "hunter2hunter2",
        "smtp_sender": "li@example.cn",
    }
    assert save(client, "mail", **mail).status_code == 303
    assert value("smtp_password") == "hunter2hunter2"
    for table in db.metadata.sorted_tables:
        assert "hunter2" not in str(db.session.execute(table.select()).all()), table.name
    assert "hunter2" not in text_of(client.get("/manage/settings/mail")) + text_of(client.get("/manage/settings"))
    assert entries()[0].changes["登录密码"] == "已修改"
    assert save(client, "mail", smtp_sender="peixun@example.cn").status_code == 303
    assert value("smtp_password") == "hunter2hunter2", "an empty field leaves it as it is"
    assert save(client, "mail", smtp_password_forget="y").status_code == 303
    assert value("smtp_password") == ""


def test_a_stored_password_goes_to_no_other_server(client: Any, admin: User) -> None:
    put(smtp_host="mail.example.cn", smtp_user="li", smtp_password="hunter2hunter2", smtp_sender="li@example.cn")
    answer = save(client, "mail", smtp_host="evil.example.cn")
    assert answer.status_code == 422 and "旧密码不会发给新的服务器" in text_of(answer)
    assert value("smtp_host") == "mail.example.cn"


def test_a_secret_of_another_key_counts_as_none_and_is_told(app: Any, monkeypatch: Any) -> None:
    put(smtp_host="m.cn", smtp_sender="a@m.cn", smtp_password="hunter2hunter2")
    monkeypatch.setitem(app.config, "SECRET_KEY", "another")
    assert value("smtp_password") == ""
    assert [setting.key for setting in service.unreadable_secrets()] == ["smtp_password"]


# what takes effect


def test_the_lock_follows_the_settings(client: Any, person: Any) -> None:
    put(lock_after=3, lock_minutes=60)
    user = person(account="li")
    for _ in range(3):
        client.post("/sign-in", data={"account": "li", "password": "wrong", "csrf_token": client.token()})
    answer = client.post("/sign-in", data={"account": "li", "password": PASSWORD, "csrf_token": client.token()})
    assert "连续输错 3 次会锁定 60 分钟" in text_of(answer)
    db.session.refresh(user)
    assert timedelta(minutes=58) < user.locked_until - now() <= timedelta(minutes=60)


def test_the_length_of_a_new_password_follows_the_setting(client: Any, sign_in: Any) -> None:
    sign_in()
    put(password_length=16)
    assert "至少 16 个字符" in text_of(client.get("/account/password"))
    short = {"current": PASSWORD, "new": "abcdefgh12345", "repeated": "abcdefgh12345"}
    assert "密码至少 16 个字符" in text_of(client.send("/account/password", short))


def test_the_length_of_sessions_follows_the_settings(client: Any, sign_in: Any) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        sign_in()
        put(session_idle_minutes=10, session_max_minutes=30)
        for _ in range(3):
            clock.shift(timedelta(minutes=9))
            assert client.get("/account").status_code == 200
        clock.shift(timedelta(minutes=9))
        assert client.get("/account").status_code == 303, "longer than any session may last"


def test_a_new_quiz_begins_with_the_pass_mark_that_is_set(client: Any, sign_in: Any) -> None:
    put(pass_mark=80)
    sign_in("trainer")
    assert fields_of(client.get("/teach/quizzes/new"), "pass_mark")["pass_mark"] == "80"


def test_the_yearly_target_stands_on_the_first_page(client: Any, sign_in: Any) -> None:
    sign_in("learner")
    assert "一年的目标" not in text_of(client.get("/learn"))
    put(credit_yearly_target=50)
    assert "还差 50 学时" in text_of(client.get("/learn"))


def test_drafts_are_kept_as_long_as_is_set(app: Any, person: Any) -> None:
    put(keep_drafts_days=10)
    owner = person("trainer")
    for row_id, days in ((1, 11), (2, 9)):
        db.session.add(EditDraft(user_id=owner.id, kind="lessons", row_id=row_id, at=now() - timedelta(days=days)))
    db.session.commit()
    clear_away()
    assert list(db.session.scalars(select(EditDraft.row_id))) == [2]


# the sign


def test_the_sign_is_made_anew_and_everybody_sees_it(client: Any, admin: User) -> None:
    assert client.get("/school-logo").status_code == 404
    answer = client.send(
        "/manage/settings/school/logo",
        {"logo": (io.BytesIO(picture("PNG")), "logo.png"), "form_key": "one"},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    key = value("school_logo")
    assert f"/school-logo?v={key}" in text_of(client.get("/account"))
    client.send("/sign-out")
    client.signed_in = None
    assert f"/school-logo?v={key}" in text_of(client.get("/sign-in"))
    shown = client.get("/school-logo")
    assert shown.mimetype == "image/png" and "public" in shown.headers["Cache-Control"]
    with pytest.raises(Refused, match="标志"):
        pictures.delete(admin, pictures.picture_named(key), service.logo_texts())


def test_what_is_no_picture_is_refused_and_the_sign_can_go(client: Any, admin: User) -> None:
    wrong = {"logo": (io.BytesIO(b"<svg onload=x>"), "x.svg"), "form_key": "one"}
    client.send("/manage/settings/school/logo", wrong, content_type="multipart/form-data")
    assert "SVG" in text_of(client.get("/manage/settings/school")) and value("school_logo") == ""
    assert "请选一张图片" in text_of(
        client.get(client.send("/manage/settings/school/logo", {"form_key": "two"}).location)
    )
    service.set_logo(admin, picture("PNG"), "a.png")
    db.session.commit()
    client.send("/manage/settings/school/logo/remove", {"form_key": "three"})
    assert value("school_logo") == ""


# commands


@pytest.fixture
def run(app: Any, monkeypatch: Any) -> Any:
    """Run a command on the database of the tests."""
    monkeypatch.setattr("run.create_app", lambda: app)

    def invoke(*arguments: str, **given: Any) -> Any:
        db.session.commit()
        answer = CliRunner().invoke(main, arguments, **given)
        db.session.expire_all()
        return answer

    return invoke


def test_operators_list_get_and_set(run: Any) -> None:
    assert "lock_after = 5 次" in run("settings", "list").output
    assert run("settings", "set", "lock_after", "8").output.strip() == "连续输错几次就锁定：8 次"
    assert run("settings", "get", "lock_after").output.strip() == "8"
    assert "lock_after = 8 次　连续输错几次就锁定（默认：5 次）" in run("settings", "list").output
    assert entries()[0].actor_name == "系统"


def test_operators_set_a_secret_from_standard_input(run: Any) -> None:
    answer = run("settings", "set", "smtp_password", input="hunter2hunter2\n")
    assert answer.output.strip() == "登录密码：已设" and value("smtp_password") == "hunter2hunter2"
    assert run("settings", "get", "smtp_password").output.strip() == "已设"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("get", "nothing"), "没有叫 nothing 的设置"),
        (("set", "lock_after", "1"), "3 到 20"),
        (("set", "x", "1"), "没有叫 x"),
    ],
)
def test_what_operators_get_wrong_is_said(run: Any, arguments: tuple[str, ...], sentence: str) -> None:
    answer = run("settings", *arguments)
    assert answer.exit_code == 1 and sentence in answer.output
