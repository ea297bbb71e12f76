"""Who left is made anonymous for good; the record of acts keeps their name as long as the law wants, and no longer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import String, Text, select

from literacy import audit
from literacy.audit import chain, checking
from literacy.db import db
from literacy.errors import Refused
from literacy.models import AuditEntry, User
from literacy.privacy import leaving, retention
from literacy.privacy.models import Leaver
from literacy.registry import registry
from literacy.service import accounts, people
from tests.conftest import PASSWORD
from tests.filling import text_of

STAYS = {"password_hash": "emptied, too", "account": "replaced", "name": "replaced", "name_key": "follows the name"}


@pytest.fixture
def admin(person: Any, sign_in: Any) -> User:
    return sign_in(person("administrator", account="admin", name="管理人"))


@pytest.fixture
def gone(person: Any, admin: User) -> User:
    user = person("learner", account="lier", name="李二", post="科员")
    people.deactivate(admin, user)
    db.session.commit()
    return user


def test_every_column_about_a_person_is_emptied() -> None:
    """A new column of people with words in it has to go, too."""
    words = {column.name for column in User.__table__.columns if isinstance(column.type, (String, Text))}
    assert words - set(leaving.BLANKED) - set(STAYS) == set()


def test_it_takes_two_steps(client: Any, gone: User) -> None:
    url = f"/manage/people/{gone.id}/anonymise"
    assert url in text_of(client.get(f"/manage/people/{gone.id}"))
    page = text_of(client.get(url))
    assert "不能撤回" in page and "操作和登录记录" in page
    wrong = client.send(url, {"typed": "lise"})
    assert wrong.status_code == 422 and "账号不一样" in text_of(wrong)
    assert client.send(url, {"typed": ""}).status_code == 422
    assert db.session.get(User, gone.id).name == "李二"
    assert client.send(url, {"typed": "ＬiEr"}).status_code == 303
    page = text_of(client.get(f"/manage/people/{gone.id}"))
    assert "已匿名人员" in page and "李二" not in page.split("最近的操作记录")[0]
    assert "启用账号" not in page and client.send(url, {"typed": "lier"}).status_code == 409


def test_who_they_were_is_gone(app: Any, admin: User, gone: User) -> None:
    leaving.anonymise(admin, gone, "lier")
    db.session.commit()
    user = db.session.get(User, gone.id)
    assert (user.account, user.name, user.post, user.active) == (f"anonymous-{user.id}", "已匿名人员", "", False)
    assert accounts.sign_in("lier", PASSWORD) is None and accounts.sign_in(user.account, PASSWORD) is None
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "user.anonymised")).one()
    assert "李二" not in entry.summary and "lier" not in repr(entry.changes) + entry.summary
    for act in (people.reactivate, people.deactivate, people.reset_password):
        with pytest.raises(Refused, match="已经匿名"):
            act(admin, user)


def test_nobody_in_use_is_made_anonymous(app: Any, admin: User, person: Any) -> None:
    user = person("learner", account="zhang")
    with pytest.raises(Refused, match="账号还在用"):
        leaving.anonymise(admin, user, "zhang")


# their names in the record


def rule(app: Any, name: str) -> Any:
    return next(one for one in registry(app).retention if one.name == name)


def in_months(months: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=31 * months + 1)


def test_the_record_forgets_the_name_after_six_months_and_stays_whole(
    app: Any, admin: User, gone: User, person: Any
) -> None:
    other = person("learner", account="lier2", name="李二")
    audit.address.set("10.0.0.7")
    audit.record(gone, "unit.created", None, "李二新建单位")
    audit.record(admin, "user.changed", None, "报名 3 人", accounts=["lier", "lier2"], names={"深": [["李二", 1.5]]})
    audit.record(admin, "user.changed", other, "修改李二（lier2）的资料")
    leaving.anonymise(admin, gone, "lier")
    db.session.commit()
    noted = checking.verify().head
    names = rule(app, "log_names")
    assert names.count(names.before(in_months(5))) == 0 and retention.apply_rule(names, in_months(5)) == 0
    assert "李二" in repr(db.session.scalars(select(AuditEntry.summary)).all()), "the law wants it for six months"
    assert names.count(names.before(in_months(6))) == 1
    assert retention.apply_rule(names, in_months(6)) == 1
    db.session.commit()
    found = checking.verify([noted])
    assert found.whole and found.blanked >= 4, found.problems
    rows = [chain.Link(*row) for row in db.session.execute(select(*[AuditEntry.__table__.c[n] for n in chain.COLUMNS]))]
    about_other = [row for row in rows if row.subject_id == other.id and row.subject_kind == "users"]
    rest = repr([row for row in rows if row not in about_other])
    assert "李二" not in rest and "'lier'" not in rest and "lier2" in rest
    assert {row.summary for row in about_other} == {"新建账号李二（lier2），角色：学员", "修改李二（lier2）的资料"}
    [own] = [row for row in rows if row.actor_id == gone.id]
    assert (own.actor_name, own.address, own.summary) == ("已匿名人员", "", "已匿名人员新建单位")
    [many] = [row for row in rows if row.summary == "报名 3 人"]
    assert many.changes == {"accounts": ["已匿名人员", "lier2"], "names": {"深": [["已匿名人员", 1.5]]}}
    leaver = db.session.get(Leaver, gone.id)
    assert leaver.words is None and leaver.blanked_at is not None
    assert names.count(names.before(in_months(7))) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lier", "已匿名人员"), ("LIER 登录", "已匿名人员 登录"), ("（lier）", "（已匿名人员）"), ("lier2", "lier2"),
        ("clier", "clier"), ("lier@x", "lier@x"), ("账号lier被锁", "账号已匿名人员被锁"),
        ("李二李三", "已匿名人员李三"),
    ],
)  # fmt: skip
def test_only_their_own_words_go(text: str, said: str) -> None:
    link = chain.Link(
        1, 1, datetime.now(UTC), 9, "别人", "x", "", None, None, text, {"a": [text]}, "10.0.0.1", "", "", "", "", None
    )
    changed = leaving.nameless(3, {"name": "李二", "account": "lier"})(link)
    assert (changed.summary, changed.changes, changed.actor_name, changed.address) == (
        said, {"a": [said]}, "别人", "10.0.0.1")  # fmt: skip


def test_leavers_are_made_anonymous_by_themselves_only_where_that_is_wanted(
    app: Any, gone: User, monkeypatch: Any
) -> None:
    leavers = rule(app, "leavers")
    assert not leavers.on
    assert leavers.count(in_months(0)) == 1 and leavers.count(datetime.now(UTC) - timedelta(days=1)) == 0
    assert retention.apply_rule(leavers, in_months(0)) == 1
    db.session.commit()
    assert db.session.get(User, gone.id).name == "已匿名人员"
    assert leavers.count(in_months(9)) == 0
