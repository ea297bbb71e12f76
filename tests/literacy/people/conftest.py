"""An administrator, people to be found, and what the record says of them."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from literacy.db import db, now
from literacy.models import AuditEntry, User
from literacy.service import accounts, units
from tests.filling import text_of

NEW = {"name": "赵晴", "account": "zhaoqing", "post": "回复员", "unit": "0", "roles": ["learner", "trainer"]}


def the(account: str) -> User:
    db.session.expire_all()
    user = accounts.find_by_account(account)
    assert user is not None
    return user


def entries(action: str) -> list[AuditEntry]:
    db.session.expire_all()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def secret_on(answer: Any) -> str:
    """The initial password that a page shows."""
    match = re.search(r'class="secret">([a-z0-9-]{14})<', text_of(answer))
    assert match, text_of(answer)
    return match[1]


@pytest.fixture
def admin(sign_in: Any, person: Any) -> User:
    """An administrator who is signed in; there is a second one."""
    person("administrator", account="second", name="另一位")
    return sign_in(person("administrator", account="admin", name="管理人"))


@pytest.fixture
def crowd(admin: User, person: Any) -> dict[str, User]:
    """A county with a street and three people."""
    county = units.create_unit(admin, name="青禾县")
    street = units.create_unit(admin, name="望舒街道", parent_id=county.id)
    units.create_unit(admin, name="石榴湾镇")
    made = {
        "above": person("learner", account="above", name="李上", unit=county),
        "below": person("trainer", account="below", name="王下_百", unit=street),
        "gone": person("learner", account="gone", name="孙去", unit=street),
    }
    made["gone"].active = False
    made["below"].locked_until = now().replace(year=2090)
    db.session.commit()
    return made
