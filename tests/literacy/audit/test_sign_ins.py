"""Who signed in, who was not let in and why, and who left."""

from typing import Any

from sqlalchemy import select

from literacy.db import db
from literacy.models import AuditEntry
from literacy.service import accounts


def signs() -> list[tuple[str, str, int | None]]:
    query = select(AuditEntry).where(AuditEntry.action.startswith("sign_in.")).order_by(AuditEntry.id)
    return [(one.action, one.summary, one.actor_id) for one in db.session.scalars(query)]


def test_signing_in_and_out_is_recorded(client: Any, sign_in: Any, person: Any) -> None:
    user = sign_in(person("learner", account="lier", name="李二"))
    client.send("/sign-out")
    assert signs() == [("sign_in.ok", "李二登录", user.id), ("sign_in.out", "李二退出登录", user.id)]
    assert {one.address for one in db.session.scalars(select(AuditEntry)) if one.actor_id} == {"127.0.0.1"}


def test_who_is_not_let_in_is_recorded_with_the_reason(app: Any, person: Any) -> None:
    user = person("learner", account="lier", name="李二")
    for _ in range(5):
        accounts.sign_in("lier", "wrong")
    accounts.sign_in("lier", "wrong")
    user.active = False
    accounts.sign_in("lier", "wrong")
    db.session.commit()
    assert [summary for _, summary, _ in signs()] == [
        *["李二（lier）：密码不对"] * 5, "账号 lier 连续登录失败，暂时锁定",
        "李二（lier）：账号正锁定", "李二（lier）：账号已停用"
    ]  # fmt: skip
    assert {actor for _, _, actor in signs()} == {None}


def test_what_was_typed_for_nobody_is_not_kept(client: Any, person: Any) -> None:
    """People type their password into the wrong field."""
    person("learner")
    client.post("/sign-in", data={"account": "my-Secret-9", "password": "x", "csrf_token": client.token()})
    [(action, summary, actor)] = signs()
    assert (action, summary, actor) == ("sign_in.failed", "没有这个账号", None)
    assert "secret" not in repr([vars(one) for one in db.session.scalars(select(AuditEntry))]).lower()
