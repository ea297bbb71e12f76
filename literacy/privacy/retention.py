"""Applying the rules: once a day, and counting beforehand what would go."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from literacy import audit
from literacy.db import db
from literacy.privacy.models import RetentionRun
from literacy.privacy.rules import Rule, period
from literacy.registry import registry


@dataclass(frozen=True)
class Standing:
    """A rule as the page shows it: the period in words, when it last ran, what went, what would go now."""

    rule: Rule
    period: str
    run: RetentionRun | None
    due: int


def standings(moment: datetime) -> list[Standing]:
    """Every rule, with what it would delete now. Rules that are off are counted, too, with no period: none."""
    runs = {run.name: run for run in db.session.scalars(select(RetentionRun))}
    return [
        Standing(
            rule,
            period(rule.name).words if rule.on else "不自动清理",
            runs.get(rule.name),
            rule.count(rule.before(moment)) if rule.on else 0,
        )
        for rule in registry().retention
    ]


def apply_rule(rule: Rule, moment: datetime) -> int:
    """Apply one rule, note it, and record it where anything went. Flushes."""
    rows = rule.apply(rule.before(moment))
    run = db.session.get(RetentionRun, rule.name)
    if run is None:
        run = RetentionRun(name=rule.name, total=0)
        db.session.add(run)
    run.ran_at, run.rows, run.total = moment, rows, run.total + rows
    if rows:
        audit.record(None, "retention.ran", None, f"{rule.title}：到了保存期限，清理 {rows} 项")
    db.session.flush()
    return rows
