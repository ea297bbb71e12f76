"""The life of a cohort: made, changed, closed, opened again, put into the archive."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from courses.cohorts import reach
from courses.cohorts.calendar import CohortState, days_in_words
from courses.cohorts.models import Cohort, CohortMember
from courses.cohorts.service.courses import move_due
from courses.cohorts.service.finding import fresh
from literacy import audit
from literacy.db import db
from literacy.errors import Refused
from literacy.models import User
from literacy.text import clean, clean_line, titled

ACTIONS = {
    "cohort.created": "新建培训班",
    "cohort.changed": "修改培训班",
    "cohort.opened": "开班",
    "cohort.enrolled": "培训班报名",
    "cohort.closed": "提前结束培训班",
    "cohort.reopened": "恢复培训班",
    "cohort.archived": "归档培训班",
    "cohort.unarchived": "取消归档培训班",
    "cohort.course_added": "培训班添加课程",
    "cohort.course_removed": "培训班移除课程",
    "cohort.due_changed": "修改培训班截止日期",
    "cohort.members_added": "培训班添加成员",
    "cohort.unit_added": "培训班添加单位",
    "cohort.unit_ended": "培训班停止随单位加入",
    "cohort.joined": "随单位加入培训班",
    "cohort.withdrawn": "移出培训班",
    "cohort.reminded": "培训班提醒",
}
"""What is recorded of cohorts, for audit.ACTIONS."""
FIELDS = {
    "year": "年度",
    "note": "说明",
    "starts_on": "开始日期",
    "ends_on": "结束日期",
    "responsible": "负责人",
    "remind_days": "提前几天提醒",
    "due_on": "截止日期",
    "reason": "原因",
}
"""What is recorded beside, for audit.FIELDS."""


@dataclass(frozen=True)
class Plan:
    """What is laid down of a cohort."""

    name: str
    year: int
    note: str
    starts_on: date
    ends_on: date
    unit_id: int | None
    responsible_id: int
    remind_days: list[int]


def create(actor: User, plan: Plan, **more: Any) -> Cohort:
    """A new cohort. Raises NotFound for a unit outside of the actor's, Refused for dates the wrong way round."""
    reach.check_unit(actor, plan.unit_id)
    cohort = Cohort(created_by_id=actor.id, **more)
    _lay_down(cohort, plan)
    db.session.add(cohort)
    db.session.flush()
    audit.record(actor, "cohort.created", cohort, f"新建培训班“{cohort.name}”", **_said(cohort))
    return cohort


def _lay_down(cohort: Cohort, plan: Plan) -> None:
    name = clean_line(plan.name)
    if not name:
        raise Refused("请填写培训班名称。", field="name")
    if plan.ends_on < plan.starts_on:
        raise Refused("结束日期不能早于开始日期。", field="ends_on")
    cohort.name, cohort.year, cohort.note = name, plan.year, clean(plan.note)
    cohort.starts_on, cohort.ends_on = plan.starts_on, plan.ends_on
    cohort.unit_id, cohort.responsible_id = plan.unit_id, plan.responsible_id
    cohort.remind_days = list(plan.remind_days)


def _said(cohort: Cohort) -> dict[str, Any]:
    """What the record says of a cohort, in words."""
    responsible = db.session.get(User, cohort.responsible_id)
    return {
        "title": cohort.name,
        "year": str(cohort.year),
        "note": cohort.note,
        "starts_on": cohort.starts_on.isoformat(),
        "ends_on": cohort.ends_on.isoformat(),
        "unit": cohort.unit.path if cohort.unit else "全平台",
        "responsible": responsible.name if responsible else "",
        "remind_days": days_in_words(cohort.remind_days),
    }


def change(actor: User, cohort: Cohort, seen: int, plan: Plan, day: date) -> None:
    """Change what is laid down of a cohort. `seen` is the revision on which the form was opened.

    Where the last day moves, the due dates that follow it move too. Raises Refused if somebody else changed it
    since, it is in the archive, the dates do not fit its courses, or members do not belong to the new unit.
    """
    fresh(cohort)
    cohort.must_not_be(day, CohortState.ARCHIVED)
    if seen != cohort.revision:
        raise Refused("这个培训班在您打开之后被别人改过，您的修改还没有保存。下面是您填的，请核对后再保存一次。")
    reach.check_unit(actor, plan.unit_id)
    before, old_end = _said(cohort), cohort.ends_on
    _lay_down(cohort, plan)
    _fits_courses(cohort)
    db.session.flush()
    db.session.expire(cohort, ["unit"])
    _fits_members(actor, cohort)
    if changes := audit.difference(before, _said(cohort)):
        cohort.revision += 1
        audit.record(actor, "cohort.changed", cohort, f"修改培训班“{cohort.name}”", **changes)
    if cohort.ends_on != old_end:
        for row in cohort.courses:
            if row.due_on is None:
                move_due(actor, row, old_end, cohort.ends_on)


def _fits_courses(cohort: Cohort) -> None:
    for row in cohort.courses:
        if row.due_on is not None and not cohort.starts_on <= row.due_on <= cohort.ends_on:
            raise Refused(
                f"课程{titled(row.course.title)}的截止日期是 {row.due_on.isoformat()}，不在新的起止日期里。"
                "请先改这门课的截止日期。",
                field="ends_on" if row.due_on > cohort.ends_on else "starts_on",
            )


def _fits_members(actor: User, cohort: Cohort) -> None:
    outside = db.session.scalar(
        select(func.count(CohortMember.id))
        .join(CohortMember.user)
        .where(
            CohortMember.cohort_id == cohort.id,
            CohortMember.withdrawn_at.is_(None),
            ~func.coalesce(reach.people(actor, cohort), False),
        )
    )
    if cohort.unit_id is not None and outside:
        raise Refused(f"有 {outside} 名成员不属于这个单位。请先把他们移出，或者选上一级单位。", field="unit")


def close(actor: User, cohort: Cohort, day: date, moment: datetime) -> bool:
    """End a cohort before its last day; what people are enrolled in stays. Gives whether anything changed."""
    fresh(cohort)
    if cohort.state_on(day) is CohortState.ENDED:
        return False
    cohort.must_not_be(day, CohortState.PREPARING, CohortState.ARCHIVED)
    cohort.closed_at = moment
    cohort.revision += 1
    db.session.flush()
    audit.record(actor, "cohort.closed", cohort, f"提前结束培训班“{cohort.name}”")
    return True


def reopen(actor: User, cohort: Cohort, day: date) -> bool:
    """Let a cohort run again that was closed. Gives whether anything changed.

    Raises Refused where its last day is over: then that has to be changed first.
    """
    fresh(cohort)
    if cohort.state_on(day) is CohortState.RUNNING:
        return False
    cohort.must_not_be(day, CohortState.PREPARING, CohortState.ARCHIVED)
    if cohort.ends_on < day:
        raise Refused("结束日期已经过了。请先在“修改”里把结束日期改到今天以后，培训班就接着进行。")
    cohort.closed_at = None
    cohort.revision += 1
    db.session.flush()
    audit.record(actor, "cohort.reopened", cohort, f"恢复培训班“{cohort.name}”")
    return True


def archive(actor: User, cohort: Cohort, day: date, moment: datetime) -> bool:
    """Put a cohort away that is over or was never opened: it can be read and copied, not changed."""
    fresh(cohort)
    if cohort.archived_at is not None:
        return False
    cohort.must_not_be(day, CohortState.RUNNING)
    cohort.archived_at = moment
    cohort.revision += 1
    db.session.flush()
    audit.record(actor, "cohort.archived", cohort, f"归档培训班“{cohort.name}”")
    return True


def unarchive(actor: User, cohort: Cohort) -> bool:
    """Take a cohort out of the archive. Gives whether anything changed."""
    fresh(cohort)
    if cohort.archived_at is None:
        return False
    cohort.archived_at = None
    cohort.revision += 1
    db.session.flush()
    audit.record(actor, "cohort.unarchived", cohort, f"取消归档培训班“{cohort.name}”")
    return True
