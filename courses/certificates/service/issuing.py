"""Issuing certificates, renewing, revoking and replacing them. Flushes, never commits.

Every verb may be done twice and by two people at once: whoever issues waits for the other (`alone`), and the database
itself holds that only one certificate of an enrolment counts.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import joinedload

from courses.certificates import numbers, snapshot, wording
from courses.certificates.models import Certificate, CertificateDesign, CertificateState
from courses.certificates.service import designs
from courses.models import Course, Enrolment
from literacy import audit
from literacy.dates import today, zone
from literacy.db import alone, db, now
from literacy.errors import NotFound, Refused, found
from literacy.links import path_to
from literacy.messages import service as messages
from literacy.models import User
from literacy.text import clean_line, titled

ACTIONS = {
    "certificate.issued": "颁发证书",
    "certificate.revoked": "撤销证书",
    "certificate.replaced": "换发证书",
}
PARTS = 500
LONGEST_REASON = 200


@dataclass(frozen=True)
class Issued:
    """What came of issuing to some: the new certificates, and how many were passed over."""

    made: Sequence[Certificate]
    passed_over: int

    @property
    def sentence(self) -> str:
        """For the page."""
        if not self.made:
            return "没有新颁发的：勾选的人已经有证书，或者还没有完成课程。"
        more = f"另有 {self.passed_over} 人已经有证书，或者还没有完成。" if self.passed_over else ""
        return f"已给 {len(self.made)} 人颁发证书。{more}"


def lacking(course_id: int, day: date, people: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Conditions on enrolments joined with their people: completed, and without a certificate that is valid."""
    valid = (
        select(Certificate.id)
        .where(
            Certificate.enrolment_id == Enrolment.id,
            Certificate.counts,
            or_(Certificate.expires_on.is_(None), Certificate.expires_on >= day),
        )
        .exists()
    )
    return [
        Enrolment.course_id == course_id,
        Enrolment.completed_at.is_not(None),
        Enrolment.withdrawn_at.is_(None),
        ~valid,
        people,
    ]


def offering(course: Course) -> CertificateDesign:
    """The design of a course that offers certificates; raises Refused where it does not."""
    design = designs.design_of(course)
    if not design.offered:
        raise Refused(f"{titled(course.title)}没有设成颁发证书。请先在“证书设置”里打开。")
    return design


def issue(
    actor: User | None,
    course: Course,
    enrolment_ids: Sequence[int],
    moment: datetime,
    site: str,
    people: ColumnElement[bool] | None = None,
) -> Issued:
    """Give a certificate to those of these enrolments that completed the course and have none that is valid.

    `people` is a condition on User. Raises Refused where the course offers none.
    """
    design = offering(course)
    alone("certificates")
    day = today()
    rows: list[Enrolment] = []
    for start in range(0, len(enrolment_ids), PARTS):
        query = (
            select(Enrolment)
            .join(User, User.id == Enrolment.user_id)
            .where(*lacking(course.id, day, true() if people is None else people))
            .where(Enrolment.id.in_(enrolment_ids[start : start + PARTS]))
            .options(joinedload(Enrolment.user).joinedload(User.unit))
            .order_by(Enrolment.id)
        )
        rows += db.session.scalars(query)
    expires_on = wording.last_day(day, design.months)
    made = _made(design, rows, expires_on, site, moment, actor)
    _note(actor, course, made)
    return Issued(made, len(set(enrolment_ids)) - len(made))


def on_completion(enrolment: Enrolment, site: str, moment: datetime) -> None:
    """Issue a certificate at once where the course says so. Never keeps a completion from standing."""
    design = designs.design_of(enrolment.course)
    if design.offered and design.automatic:
        issue(None, enrolment.course, [enrolment.id], moment, site)


def _made(
    design: CertificateDesign,
    rows: Iterable[Enrolment],
    expires_on: date | None,
    site: str,
    moment: datetime,
    actor: User | None,
) -> list[Certificate]:
    """New certificates for these enrolments; earlier ones that counted give way to them. Called alone."""
    rows, day = list(rows), moment.astimezone(zone()).date()
    look = designs.look_of(design)
    number = db.session.scalar(select(func.max(Certificate.number)).where(Certificate.year == day.year)) or 0
    earlier = {
        one.enrolment_id: one
        for start in range(0, len(rows), PARTS)
        for one in db.session.scalars(
            select(Certificate).where(
                Certificate.enrolment_id.in_([row.id for row in rows[start : start + PARTS]]), Certificate.counts
            )
        )
    }
    for old in earlier.values():
        old.counts = False
    db.session.flush()
    made = []
    for row in rows:
        number += 1
        kept = snapshot.printed(_holder(row), look, day, expires_on)
        made.append(
            Certificate(
                enrolment_id=row.id,
                user_id=row.user_id,
                course_id=row.course_id,
                code=numbers.new_code(),
                year=day.year,
                number=number,
                subject=str(uuid.uuid4()),
                site=site,
                name=kept["name"],
                printed=kept,
                issued_on=day,
                issued_at=moment,
                issued_by_id=actor.id if actor else None,
                expires_on=expires_on,
            )
        )
    db.session.add_all(made)
    db.session.flush()
    for one in made:
        if one.enrolment_id in earlier:
            earlier[one.enrolment_id].replaced_by_id = one.id
    db.session.flush()
    return made


def _holder(row: Enrolment) -> snapshot.Holder:
    assert row.completed_at is not None  # only completed enrolments are chosen
    return snapshot.Holder(
        name=row.user.name,
        unit=row.user.unit.path if row.user.unit else "",
        course=row.course.title,
        hours=row.hours,
        score=row.score,
        completed_on=row.completed_at.astimezone(zone()).date(),
    )


def _note(actor: User | None, course: Course, made: Sequence[Certificate]) -> None:
    """Record each certificate by itself: whoever asks about one must find who issued it."""
    for one in made:
        summary = f"{one.serial} {one.name}（{one.user.account}）{titled(course.title)}"
        audit.record(actor, "certificate.issued", one, summary, code=one.code_in_words)
        title = f"您的结业证书发下来了：{titled(course.title)}"
        messages.send(one.user, key=f"certificate-{one.id}", title=title, url=path_to("courses.my_certificates"))


# --- one certificate


def certificate_for(certificate_id: int, people: ColumnElement[bool]) -> Certificate:
    """A certificate of somebody whom the viewer looks after; raises NotFound."""
    query = select(Certificate).join(User, User.id == Certificate.user_id).where(Certificate.id == certificate_id)
    return found(db.session.scalar(query.where(people)))


def own_certificate(user: User, certificate_id: int) -> Certificate:
    """A person's own certificate; raises NotFound, also for somebody else's."""
    row = found(db.session.get(Certificate, certificate_id))
    if row.user_id != user.id:
        raise NotFound
    return row


def _reason(text: str) -> str:
    reason = clean_line(text)
    if not reason:
        raise Refused("请写原因：以后查起来，只有这句话说得清。", 422, field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"最多 {LONGEST_REASON} 个字。", 422, field="reason")
    return reason


def _fresh(row: Certificate) -> None:
    """Wait until nobody else changes certificates, and see this one as it is then."""
    alone("certificates")
    db.session.refresh(row)
    if row.revoked_at is not None:
        raise Refused(f"证书 {row.serial} 已经撤销了。")


def _revoke(actor: User, row: Certificate, reason: str, moment: datetime) -> None:
    row.revoked_at, row.revoked_by_id, row.reason, row.counts = moment, actor.id, reason, False
    db.session.flush()


def revoke(actor: User, row: Certificate, reason: str, moment: datetime) -> None:
    """Say publicly that a certificate is worth nothing any more; why, only administrators see.

    Raises Refused without a reason, and for one that is revoked already.
    """
    _fresh(row)
    reason = _reason(reason)
    _revoke(actor, row, reason, moment)
    summary = f"{row.serial} {row.name}（{row.user.account}）{titled(row.printed['course'])}"
    audit.record(actor, "certificate.revoked", row, summary, reason=reason)


def replace(actor: User, row: Certificate, reason: str, moment: datetime, site: str) -> Certificate:
    """Issue a certificate anew with what is right today (a corrected name); the old one is revoked and leads to it.

    The new one is valid no longer than the old one. One that has expired is renewed instead, and not revoked.
    Raises Refused without a reason, for one that is revoked, or whose place another has taken already.
    """
    _fresh(row)
    reason = _reason(reason)
    if not row.counts:
        raise Refused(f"证书 {row.serial} 已经由新的代替了。")
    design = designs.design_of(row.course)
    expired = row.state_on(today()) is CertificateState.EXPIRED
    expires_on = wording.last_day(today(), design.months) if expired else row.expires_on
    if not expired:
        _revoke(actor, row, reason, moment)
    (new,) = _made(design, [row.enrolment], expires_on, site, moment, actor)
    row.replaced_by_id = new.id
    db.session.flush()
    summary = f"{row.serial} 换成 {new.serial}，{new.name}（{row.user.account}）{titled(row.printed['course'])}"
    changes = audit.difference({"name": row.name}, {"name": new.name})
    audit.record(actor, "certificate.replaced", new, summary, reason=reason, code=new.code_in_words, **changes)
    return new


def ids_lacking(course_id: int, people: ColumnElement[bool], after: int = 0, most: int = PARTS) -> list[int]:
    """The next enrolments that could be given a certificate, by their ids."""
    query = (
        select(Enrolment.id)
        .join(User, User.id == Enrolment.user_id)
        .where(and_(*lacking(course_id, today(), people)), Enrolment.id > after)
    )
    return list(db.session.scalars(query.order_by(Enrolment.id).limit(most)))


def moment_now() -> datetime:
    """The moment of issue: to the second, as a badge says it."""
    return now().replace(microsecond=0)
