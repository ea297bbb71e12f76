"""What has outlived its time goes; the page says beforehand how much."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from literacy import audit
from literacy.audit import checking
from literacy.db import db
from literacy.editing.models import EditDraft
from literacy.models import AuditEntry, HandledForm, User
from literacy.privacy import retention, rules, working
from literacy.privacy.models import Correction, Outcome, RetentionRun
from literacy.privacy.rules import PERIODS, SET, Period
from literacy.registry import registry
from literacy.settings import ours
from tests.filling import text_of

AGO = datetime.now(UTC) - timedelta(days=31 * 40)


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_every_rule_has_a_period_and_every_period_a_rule(app: Any) -> None:
    assert [one.name for one in registry(app).retention].count("log") == 1
    assert {one.name for one in registry(app).retention} == {*PERIODS, *SET}


def test_no_setting_goes_below_the_law(app: Any) -> None:
    assert rules.period("log").words == "3 年"
    setting = next(one for one in ours.SETTINGS if one.key == "keep_audit_months")
    assert setting.least == rules.LOG_FLOOR and rules.PERIODS["log_names"].months >= rules.LOG_FLOOR
    assert Period(18).words == "18 个月" and Period(days=90).words == "90 天"
    assert Period().length == timedelta(0)


@pytest.fixture
def old(app: Any, person: Any) -> User:
    user = person("trainer", account="lier")
    for at in (AGO, datetime.now(UTC)):
        db.session.add(HandledForm(key=f"k{at}", at=at))
        db.session.add(EditDraft(user_id=user.id, kind=f"k{at.year}", at=at, seen_at=at, fields=[["a", "b"]]))
        db.session.add(Correction(user_id=user.id, about="账号", text="x", outcome=Outcome.DONE, answered_at=at))
    db.session.add(Correction(user_id=user.id, about="账号", text="还没有答复", asked_at=AGO))
    db.session.commit()
    return user


def test_what_is_old_goes_and_what_went_is_told(client: Any, old: User, sign_in: Any, person: Any) -> None:
    sign_in(person("administrator"))
    page = text_of(client.get("/manage/retention"))
    assert page.count(">1 项<") == 3 and "不自动清理" in page and "还没有" in page
    forms = count(HandledForm)
    working.clear_away()
    assert (count(HandledForm), count(EditDraft), count(Correction)) == (forms - 1, 1, 2)
    page = text_of(client.get("/manage/retention"))
    assert "，1 项" in page and ">1 项<" not in page
    run = db.session.get(RetentionRun, "edit_drafts")
    assert (run.rows, run.total) == (1, 1)
    told = db.session.scalars(select(AuditEntry.summary).where(AuditEntry.action == "retention.ran")).all()
    assert "还没保存的草稿：到了保存期限，清理 1 项" in told and len(told) == 3
    working.clear_away()
    db.session.expire_all()
    assert (run.rows, run.total) == (0, 1)


def test_the_record_of_acts_is_cut_and_stays_whole(app: Any, old: User) -> None:
    db.session.rollback()
    rule = next(one for one in registry(app).retention if one.name == "log")
    entries = count(AuditEntry)
    audit.record(None, "unit.created", None, "新的")
    db.session.commit()
    after = datetime.now(UTC) + timedelta(days=31 * 36 + 1)
    assert rule.count(rule.before(after)) == entries
    assert retention.apply_rule(rule, after) == entries
    db.session.commit()
    found = checking.verify()
    assert found.whole and found.cut == entries, found.problems


def test_rules_that_are_off_delete_nothing(app: Any, old: User, monkeypatch: Any) -> None:
    monkeypatch.setitem(rules.PERIODS, "corrections", Period(0))
    working.clear_away()
    assert count(Correction) == 3
