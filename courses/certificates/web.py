"""How certificates plug into an app."""

from typing import Any

from flask import Flask
from sqlalchemy import exists, select

from courses.certificates import running, site, views  # noqa: F401  hangs its pages on the blueprint
from courses.certificates.models import CertificateDesign
from courses.certificates.service import designs, issuing
from courses.certificates.views.manage import person_panel
from courses.models import Enrolment
from courses.service.study import course_completed
from literacy import audit
from literacy.access import Permission
from literacy.db import db
from literacy.registry import NavItem, Subject, registry
from literacy.starting import FirstStep


def _any_offered() -> bool:
    return bool(db.session.scalar(select(exists().where(CertificateDesign.offered))))


FIRST_STEP = FirstStep(
    "设置证书",
    "哪门课程发证书，印什么，盖什么章。学员完成以后颁发，谁都可以扫码查验。",
    "courses.certificate_courses",
    50,
    _any_offered,
    needed=False,
)


def _on_completion(enrolment: Enrolment, **_: Any) -> None:
    """Whoever completes a course may be given a certificate at once."""
    issuing.on_completion(enrolment, site.address(), issuing.moment_now())


def init_app(app: Flask) -> None:
    """Plug certificates into the app."""
    offered = registry(app)
    offered.nav += [
        NavItem("证书", "courses.my_certificates", Permission.LEARN, "学习", 3, ("courses.my_certificate",)),
        NavItem("证书", "courses.certificates", Permission.ENROL, "管理", 22, ("courses.certificate",)),
    ]
    offered.subjects["certificates"] = Subject("证书", "courses.certificate", "certificate_id", Permission.ENROL)
    offered.person_panels.append(person_panel)
    offered.first_steps.append(FIRST_STEP)
    offered.jobs[running.KIND] = running.run
    for acts in (designs, issuing):
        audit.ACTIONS.update(acts.ACTIONS)
    audit.FIELDS.update(designs.FIELDS)
    course_completed.connect(_on_completion)
