"""The certificates of a cohort: its members', of all its courses that offer any, issued at once and packed."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select

from courses.certificates import running, site
from courses.certificates.service import designs, listing
from courses.cohorts.models import Cohort, CohortMember
from courses.cohorts.service.finding import cohort_for
from courses.models import Course
from literacy.dates import today
from literacy.errors import Refused
from literacy.jobs import service as jobs
from literacy.jobs.models import Job
from literacy.jobs.running import Progress
from literacy.models import User

JOB = "cohort_certificates"
NONE_OFFERED = "这个班的课程都不颁发证书。请先在“证书 → 颁发和设置”里设置。"


@dataclass(frozen=True)
class Certified:
    """How a cohort stands with certificates: how many count, and how many who completed a course still lack one."""

    issued: int
    lacking: int


def _members(viewer: User, cohort: Cohort) -> ColumnElement[bool]:
    """A condition on User: who is in the cohort, of those whom the viewer looks after."""
    ids = select(CohortMember.user_id).where(CohortMember.cohort_id == cohort.id, CohortMember.withdrawn_at.is_(None))
    return and_(User.id.in_(ids), site.people(viewer))


def _offering(cohort: Cohort) -> list[Course]:
    """The courses of the cohort that offer certificates, in its order."""
    return [row.course for row in cohort.courses if designs.design_of(row.course).offered]


def standing(viewer: User, cohort: Cohort) -> Certified | None:
    """How many certificates there are and are still to issue; None where no course of the cohort offers any."""
    ids = [course.id for course in _offering(cohort)]
    if not ids:
        return None
    people = _members(viewer, cohort)
    return Certified(listing.how_many_count(ids, people), listing.how_many_lack(ids, today(), people))


def ask(actor: User, cohort: Cohort, *, issue: bool) -> Job:
    """Have the certificates packed in the background; first issue those that lack, where that is asked.

    Raises Refused where no course of the cohort offers any.
    """
    if not _offering(cohort):
        raise Refused(NONE_OFFERED)
    given = {"cohort": cohort.id, "issue": issue, "site": site.address()}
    said = "颁发并打包" if issue else "打包"
    return jobs.start(actor, JOB, f"{said}培训班“{cohort.name}”的证书", given, f"{actor.id}-{cohort.id}-{issue:d}")


def pack(progress: Progress) -> None:
    """The job: what `running.issue_and_pack` does, for the members of a cohort."""
    owner = running.owner_of(progress)
    cohort = cohort_for(owner, int(progress.given["cohort"]))
    courses = _offering(cohort)
    if not courses:
        raise Refused(NONE_OFFERED)
    batch = running.Batch(cohort.name, courses, _members(owner, cohort))
    running.issue_and_pack(progress, owner, batch, "还没有人完成这个班的课程，没有可以颁发的证书。")
