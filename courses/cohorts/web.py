"""How cohorts plug into an app."""

from collections.abc import Sequence
from typing import Any

from flask import Flask
from sqlalchemy import exists, select

from courses.cohorts import certifying, views, working  # noqa: F401  the pages hang themselves up
from courses.cohorts.service import life, opening, reminders
from courses.cohorts.views.one import person_panel
from courses.models import Enrolment
from literacy import audit
from literacy.access import Permission
from literacy.dates import today
from literacy.db import db, now
from literacy.models import User
from literacy.registry import NavItem, Subject, registry
from literacy.service.accounts import people_saved, person_saved
from literacy.starting import FirstStep


def _any_enrolled() -> bool:
    return bool(db.session.scalar(select(exists().where(Enrolment.id.is_not(None)))))


FIRST_STEP = FirstStep(
    "给人报名",
    "开一个培训班：选课程，加成员，定起止日期，按“开班”，成员就能学了。只让几个人学一门课，用“报名”就够了。",
    "courses.cohorts",
    40,
    _any_enrolled,
)


def _follow_units(user: User, **_: Any) -> None:
    """Whoever comes into a unit that is in a cohort is in it too."""
    opening.follow([user.id], today(), now())


def _many_follow_units(_sender: Any, ids: Sequence[int], **_: Any) -> None:
    """So are the people of an import."""
    opening.follow(ids, today(), now())


def init_app(app: Flask) -> None:
    """Plug cohorts into the app; their pages hang on the blueprint of courses."""
    offered = registry(app)
    offered.nav.append(NavItem("培训班", "courses.cohorts", Permission.ENROL, "管理", 20, ("courses.cohort",)))
    offered.subjects["cohorts"] = Subject("培训班", "courses.cohort", "cohort_id", Permission.ENROL)
    offered.person_panels.append(person_panel)
    offered.first_steps.append(FIRST_STEP)
    offered.jobs[opening.JOB] = working.open_job
    offered.jobs[reminders.JOB] = working.remind_job
    offered.jobs[certifying.JOB] = certifying.pack
    offered.periodic["cohort_reminders"] = working.PERIODIC
    audit.ACTIONS.update(life.ACTIONS)
    audit.FIELDS.update(life.FIELDS)
    person_saved.connect(_follow_units)
    people_saved.connect(_many_follow_units)
