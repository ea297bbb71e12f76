"""Finding certificates: lists for administrators, a person's own, who still lacks one. Only reads."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from courses.certificates import numbers, wording
from courses.certificates.models import Certificate, CertificateDesign, CertificateState
from courses.certificates.service.issuing import lacking
from courses.models import Course, Enrolment
from courses.service.tree import paths
from literacy.db import Page, by_pinyin, containing, db, paged
from literacy.export import Table
from literacy.models import State, User
from literacy.service import units

CHUNK = 1000
_SERIAL = re.compile(r"(\d{4})-(\d{1,9})")
HEADERS = (
    "证书编号", "校验码", "姓名", "账号", "单位", "职务", "培训班（课程）", "学时", "学习开始", "学习完成", "颁发单位",
    "颁发日期", "有效期至", "状态", "撤销日期", "撤销原因",
)  # fmt: skip
WIDTHS = (14, 21, 12, 16, 30, 18, 32, 8, 12, 12, 24, 12, 12, 10, 12, 30)


@dataclass(frozen=True)
class Filter:
    """What narrows the list. `day` decides what has expired; 0, "" and None narrow nothing."""

    day: date
    words: str = ""
    course_id: int = 0
    unit_id: int = 0
    state: str = ""
    since: date | None = None
    until: date | None = None
    people: ColumnElement[bool] = field(default_factory=true)
    """A condition on User: those whom the viewer looks after."""


def _state_is(state: str, day: date) -> ColumnElement[bool]:
    revoked = Certificate.revoked_at.is_not(None)
    expired = and_(~revoked, Certificate.expires_on < day)
    return {
        CertificateState.REVOKED.value: revoked,
        CertificateState.EXPIRED.value: expired,
        CertificateState.VALID.value: and_(
            ~revoked, or_(Certificate.expires_on.is_(None), Certificate.expires_on >= day)
        ),
    }.get(state, true())


def _matches(words: str) -> ColumnElement[bool]:
    """A name, an account, the number of a certificate, or its code however it was typed."""
    if serial := _SERIAL.fullmatch(words.strip()):
        return and_(Certificate.year == int(serial[1]), Certificate.number == int(serial[2]))
    found = [containing(words, Certificate.name, User.name, User.account)]
    if code := numbers.read_code(words):
        found.append(Certificate.code == code)
    return or_(*found)


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found = [wanted.people, _state_is(wanted.state, wanted.day)]
    if wanted.words:
        found.append(_matches(wanted.words))
    if wanted.course_id:
        found.append(Certificate.course_id == wanted.course_id)
    if wanted.unit_id:
        found.append(User.unit_id.in_(units.below(wanted.unit_id)))
    if wanted.since:
        found.append(Certificate.issued_on >= wanted.since)
    if wanted.until:
        found.append(Certificate.issued_on <= wanted.until)
    return found


def _query(wanted: Filter) -> Select[Any]:
    tree = paths()
    return (
        select(Certificate, User.account, User.post, tree.c.path, Enrolment.started_at)
        .join(User, User.id == Certificate.user_id)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .outerjoin(tree, tree.c.id == User.unit_id)
        .where(*_conditions(wanted))
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    )


def page_of(wanted: Filter, page: int) -> Page:
    """One page of (certificate, account, post, unit, began), the newest first."""
    return paged(_query(wanted), page, scalars=False)


def totals(wanted: Filter) -> dict[CertificateState, int]:
    """How many stand in each state, whatever state the filter asks for."""
    counted = {}
    for state in CertificateState:
        asked = Filter(**{**_fields(wanted), "state": state.value})
        query = select(func.count(Certificate.id)).join(User, User.id == Certificate.user_id)
        counted[state] = db.session.scalar(query.where(*_conditions(asked))) or 0
    return counted


def _fields(wanted: Filter) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in Filter.__dataclass_fields__}


def table(wanted: Filter) -> Table:
    """The list as it is exported: what a register of certificates holds; its rows are read while it is written."""
    return Table("结业证书", HEADERS, _rows(wanted), WIDTHS)


def _rows(wanted: Filter) -> Iterator[tuple[Any, ...]]:
    for row in db.session.execute(_query(wanted), execution_options={"yield_per": CHUNK}):
        yield _cells(row, wanted.day)


def _cells(row: Any, day: date) -> tuple[Any, ...]:
    one, account, post, unit, started_at = row
    kept = one.printed
    completed = kept.get("completed_on")
    return (
        one.serial, one.code_in_words, one.name, account, unit or "", post, kept["course"], kept.get("hours"),
        started_at, date.fromisoformat(completed) if completed else None, kept["issuer"] or kept["school"],
        one.issued_on, one.expires_on, one.state_on(day).label, one.revoked_at, one.reason,
    )  # fmt: skip


def of_person(user_id: int, *, all_of_them: bool = False) -> list[Certificate]:
    """A person's certificates, the newest first; those that were replaced only where all are asked for."""
    query = select(Certificate).where(Certificate.user_id == user_id)
    if not all_of_them:
        query = query.where(or_(Certificate.counts, Certificate.replaced_by_id.is_(None)))
    return list(db.session.scalars(query.order_by(Certificate.issued_at.desc(), Certificate.id.desc())))


# --- courses, and who lacks a certificate


@dataclass(frozen=True)
class CourseLine:
    """A course with its certificates: whether it offers any, how many were issued, how many people still lack one."""

    course: Course
    design: CertificateDesign | None
    issued: int
    waiting: int


def courses(day: date, people: ColumnElement[bool]) -> list[CourseLine]:
    """Every course that people can be in, published ones first."""
    counting = (
        select(Certificate.course_id, func.count(Certificate.id).label("issued"))
        .join(User, User.id == Certificate.user_id)
        .where(Certificate.counts, people)
        .group_by(Certificate.course_id)
        .subquery()
    )
    valid = (
        select(Certificate.id)
        .where(
            Certificate.enrolment_id == Enrolment.id,
            Certificate.counts,
            or_(Certificate.expires_on.is_(None), Certificate.expires_on >= day),
        )
        .exists()
    )
    waiting = (
        select(Enrolment.course_id, func.count(Enrolment.id).label("waiting"))
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.completed_at.is_not(None), Enrolment.withdrawn_at.is_(None), ~valid, people)
        .group_by(Enrolment.course_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Course, CertificateDesign, counting.c.issued, waiting.c.waiting)
        .outerjoin(CertificateDesign, CertificateDesign.course_id == Course.id)
        .outerjoin(counting, counting.c.course_id == Course.id)
        .outerjoin(waiting, waiting.c.course_id == Course.id)
        .where(or_(Course.state != State.DRAFT, counting.c.issued.is_not(None)))
        .order_by(Course.state != State.PUBLISHED, Course.position, Course.id)
    )
    return [CourseLine(course, design, issued or 0, waiting or 0) for course, design, issued, waiting in rows]


def people_lacking(
    course_id: int, day: date, people: ColumnElement[bool], words: str = "", unit_id: int = 0, page: int = 1
) -> Page:
    """A page of (enrolment id, name, account, unit, post, completed, hours): completed, without a valid certificate."""
    tree = paths()
    columns: tuple[Any, ...] = (
        Enrolment.id, User.name, User.account, func.coalesce(tree.c.path, "").label("unit"), User.post,
        Enrolment.completed_at, Enrolment.hours,
    )  # fmt: skip
    query = (
        select(*columns)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(tree, tree.c.id == User.unit_id)
        .where(*lacking(course_id, day, people))
        .order_by(by_pinyin(tree.c.path).asc().nulls_last(), by_pinyin(User.name), Enrolment.id)
    )
    if words:
        query = query.where(containing(words, User.name, User.account, User.post))
    if unit_id:
        query = query.where(User.unit_id.in_(units.below(unit_id)))
    return paged(query, page, scalars=False)


def counting_after(
    course_ids: Collection[int], people: ColumnElement[bool], after: int, most: int
) -> list[Certificate]:
    """The next certificates of these courses that count, by their ids, for drawing them one after the other."""
    query = (
        select(Certificate)
        .join(User, User.id == Certificate.user_id)
        .where(Certificate.course_id.in_(course_ids), Certificate.counts, Certificate.id > after, people)
    )
    return list(db.session.scalars(query.order_by(Certificate.id).limit(most)))


def how_many_count(course_ids: Collection[int], people: ColumnElement[bool]) -> int:
    """How many certificates of these courses count."""
    query = select(func.count(Certificate.id)).join(User, User.id == Certificate.user_id)
    return db.session.scalar(query.where(Certificate.course_id.in_(course_ids), Certificate.counts, people)) or 0


def how_many_lack(course_ids: Collection[int], day: date, people: ColumnElement[bool]) -> int:
    """How many who completed one of these courses have no certificate of it that is valid."""
    query = select(func.count(Enrolment.id)).join(User, User.id == Enrolment.user_id)
    return sum(db.session.scalar(query.where(*lacking(one, day, people))) or 0 for one in course_ids)


def course_choices() -> list[tuple[int, str]]:
    """(id, title) of the courses that the list can be narrowed to."""
    rows = db.session.execute(
        select(Course.id, Course.title)
        .where(Course.id.in_(select(Certificate.course_id)))
        .order_by(Course.position, Course.id)
    )
    return [(course_id, title) for course_id, title in rows]


def expires_in_words(one: Certificate) -> str:
    """How long a certificate is valid, for a line of a list."""
    return f"至{wording.full_date(one.expires_on)}" if one.expires_on else "长期有效"
