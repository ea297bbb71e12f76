"""Whoever is refused a page for want of permission is on record; a loop cannot fill it."""

from datetime import timedelta
from typing import Any

import time_machine
from sqlalchemy import select

from literacy.audit import refusals
from literacy.db import db, now
from literacy.models import AuditEntry


def refused() -> list[AuditEntry]:
    db.session.expire_all()
    query = select(AuditEntry).where(AuditEntry.action == refusals.ACTION).order_by(AuditEntry.id)
    return list(db.session.scalars(query))


def test_a_refused_page_is_recorded_once_an_hour(client: Any, sign_in: Any) -> None:
    user = sign_in("learner")
    for _ in range(3):
        assert client.get("/manage/people?words=张三").status_code == 403
    (entry,) = refused()
    assert (entry.actor_id, entry.address) == (user.id, "127.0.0.1")
    assert "GET /manage/people" in entry.summary and "张三" not in entry.summary
    assert entry.number is not None, "it is a link of the chain like every entry"
    assert client.send("/manage/units/new", {"name": "我的单位"}).status_code == 403
    assert "POST /manage/units/new" in refused()[-1].summary
    with time_machine.travel(now() + timedelta(minutes=61), tick=False):
        sign_in(user)
        client.get("/manage/people")
    assert len(refused()) == 3


def test_a_loop_fills_nothing(client: Any, sign_in: Any) -> None:
    sign_in("learner")
    for number in range(30):
        assert client.get(f"/manage/people/{number}").status_code == 403
    entries = refused()
    assert len(entries) == refusals.MOST and "再有的不记" in entries[-1].summary


def test_nobody_and_ones_own_pages_leave_nothing(client: Any, sign_in: Any) -> None:
    client.get("/manage/people")
    sign_in("administrator")
    client.get("/manage/people")
    client.get("/manage/people/99999")
    assert refused() == []
