"""Two counties in one installation, for tests that nobody sees or changes anything of the other one."""

import io
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from courses.certificates.models import Certificate, CertificateDesign
from courses.certificates.service import issuing
from courses.cohorts.models import Cohort, CohortCourse, CohortMember
from courses.models import ClassReply, Course, Enrolment, UnitEnrolment
from courses.reports.models import SavedView
from courses.reports.scheduled.models import ScheduledReport
from literacy import audit
from literacy.dates import today
from literacy.db import db, now
from literacy.intake.models import PeopleImport
from literacy.mail.models import Mail
from literacy.models import AuditEntry, Role, Unit, User
from literacy.privacy.models import Correction
from literacy.service import accounts
from quizzes.models import Answer, Attempt, Quiz
from quizzes.reviewing.about import WHOLE
from quizzes.reviewing.service import appeals
from quizzes.service import attempts as taking
from quizzes.service import overrides
from tests.conftest import PASSWORD
from tests.courses.factories import make_course, make_lesson
from tests.quizzes.factories import make_quiz

BAD = "这事不归我们管，你爱找谁找谁，别再来烦了。"
FOREIGN_WORDS = ("外乡", "外县", "waixiang", "外地职务")
"""What every name, account, post and unit of the other county begins with. Tests look for them on every page."""


@dataclass(frozen=True)
class Counties:
    """What a test of scopes needs: both units, their administrators and trainers, and rows of both."""

    own: Unit
    foreign: Unit
    whole: User
    """Administrator and trainer of the whole installation."""
    bound: User
    """Administrator of the own county only."""
    trainer: User
    """Trainer of the own county only."""
    mine: User
    theirs: User
    course: Course
    quiz: Quiz
    drill: Quiz
    rows: dict[str, Any]
    """Rows of the foreign county by the argument of a route that names such a row."""


def make_person(name: str, account: str, unit: Unit, roles: dict[Role, Unit | None], post: str = "回复员") -> User:
    """A person whose roles are bound to these units."""
    user, _ = accounts.create_user(
        None,
        account=account,
        name=name,
        post=post,
        roles=list(roles),
        unit=unit,
        reach={role: place.id if place else None for role, place in roles.items()},
        password=PASSWORD,
        must_change=False,
    )
    return user


def make_counties() -> Counties:
    """Two counties under one city: people, rules, enrolments, attempts, appeals and records in both."""
    city = Unit(name="海右市")
    own, foreign = Unit(name="青禾县", parent=city), Unit(name="外县政府", parent=city)
    street, far = Unit(name="望舒街道", parent=own), Unit(name="外县街道办", parent=foreign)
    empty = Unit(name="外县撤并所", parent=foreign)
    db.session.add_all([city, own, foreign, street, far, empty])
    db.session.flush()
    everything = {Role.ADMINISTRATOR: None, Role.TRAINER: None}
    # The administrator of everything sits in the own county: what they do elsewhere is nobody's there to read.
    whole = make_person("何平", "heping", own, everything)
    bound = make_person("李管", "liguan", street, {Role.ADMINISTRATOR: own})
    trainer = make_person("周训", "zhouxun", street, {Role.TRAINER: own})
    quiz, drill = make_quiz("single", "short", slug="z"), make_quiz("reply", slug="d", drill=True)
    course = make_course([make_lesson("a"), quiz, drill])
    mine = make_person("林晓", "linxiao", street, {Role.LEARNER: None})
    people = [
        make_person(f"外乡人{letter}", f"waixiang{number}", far, {Role.LEARNER: None}, "外地职务")
        for number, letter in enumerate("甲乙丙丁戊己")
    ]
    boss = make_person("外乡官", "waixiangguan", foreign, {Role.ADMINISTRATOR: foreign, Role.TRAINER: foreign})
    rule = UnitEnrolment(unit_id=foreign.id, course_id=course.id, due_on=today() + timedelta(days=9))
    db.session.add(rule)
    for person in (mine, *people):
        db.session.add(Enrolment(user=person, course=course, started_at=now() - timedelta(days=30), enrolled_by=whole))
    db.session.flush()
    attempts = [_hand_in(person, drill) for person in (*people, mine)]
    theirs, answer = people[0], attempts[0].answers[0]
    appeals.make(theirs, answer, WHOLE, "外乡人甲认为判得不对", now())
    overrides.override(whole, attempts[1].answers[0].id, 55, "外乡人乙写得还可以", now())
    audit.record(whole, "enrolment.added", course, "外乡人甲、外乡人乙报名", accounts="waixiang0、waixiang1")
    audit.record(whole, "export.taken", None, "下载人员，筛选：单位：外县政府")
    reply = _kept_reply(trainer, course, answer, foreign)
    unread = _enrolled_later(course, foreign)
    certificate = _certified(whole, course, people[2])
    cohort = _cohort(foreign, boss, people[0], course)
    correction = Correction(user_id=theirs.id, about="账号", text="外乡人甲的名字写错了")
    list_of_people = PeopleImport(owner_id=boss.id, file_name="外县名单.xlsx", file_hash="")
    view = SavedView(owner=boss, report="completion", name="外县的视图")
    schedule = ScheduledReport(
        owner=boss,
        name="外县周报",
        report="completion",
        form="xlsx",
        rhythm="weekly",
        next_at=now() + timedelta(days=9),
    )
    mail = Mail(user_id=theirs.id, key="x", title="外乡", body="外县")
    db.session.add_all([correction, list_of_people, view, schedule, mail])
    db.session.flush()
    theirs.locked_until = now() + timedelta(minutes=9)
    db.session.commit()
    rows = {
        "user_id": [theirs.id, boss.id, unread.id],
        "unit_id": [foreign.id, far.id, empty.id, city.id],
        "rule_id": [rule.id],
        "attempt_id": [attempts[0].id],
        "answer_id": [answer.id],
        "reply_id": [reply.id],
        "certificate_id": [certificate.id],
        "cohort_id": [cohort.id],
        "import_id": [list_of_people.id],
        "view_id": [view.id],
        "mail_id": [mail.id],
        "row_id": [correction.id, schedule.id],
    }
    return Counties(own, foreign, whole, bound, trainer, mine, theirs, course, quiz, drill, rows)


def _hand_in(person: User, quiz: Quiz) -> Attempt:
    attempt = taking.start(person, quiz.id, now())
    return taking.submit(person, attempt.id, {1: {"text": f"{BAD}{person.name}"}}, now())


def _kept_reply(trainer: User, course: Course, answer: Answer, unit: Unit) -> ClassReply:
    """A reply of the foreign county that the trainer kept before the role was bound."""
    given: dict[str, Any] = {"text": "外乡人写的", "verdict": answer.detail or {}}
    row = ClassReply(
        trainer_id=trainer.id,
        course_id=course.id,
        unit_id=unit.id,
        answer_id=answer.id,
        scenario_version_id=answer.scenario_version_id,
        **given,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _cohort(unit: Unit, boss: User, member: User, course: Course) -> Cohort:
    """A cohort of the foreign county, with somebody in it."""
    cohort = Cohort(
        name="外县培训班",
        year=today().year,
        starts_on=today(),
        ends_on=today() + timedelta(days=30),
        unit_id=unit.id,
        responsible_id=boss.id,
        created_by_id=boss.id,
    )
    cohort.courses.append(CohortCourse(course=course))
    db.session.add(cohort)
    db.session.flush()
    db.session.add(CohortMember(cohort_id=cohort.id, user_id=member.id, added_by_id=boss.id))
    return cohort


def _enrolled_later(course: Course, unit: Unit) -> User:
    """Somebody of the foreign county who is in use, may be enrolled, and withdrew before."""
    user = make_person("外乡人庚", "waixiang7", unit, {Role.LEARNER: None}, "外地职务")
    row = db.session.scalars(sa.select(Enrolment).where(Enrolment.user_id == user.id)).one_or_none()
    row = row or Enrolment(user=user, course=course)
    row.withdrawn_at = now()
    db.session.add(row)
    return user


def _certified(actor: User, course: Course, person: User) -> Certificate:
    """The certificate of somebody of the foreign county; and another one there still lacks theirs."""
    rows = db.session.scalars(
        sa.select(Enrolment).where(Enrolment.course_id == course.id, Enrolment.completed_at.is_(None))
    )
    done = [row for row in rows if row.user is person or row.user.account == "waixiang3"]
    for row in done:
        row.completed_at, row.hours, row.score = now(), 1.0, 90.0
    db.session.add(CertificateDesign(course_id=course.id, offered=True, school="干部学院"))
    db.session.flush()
    mine = [row.id for row in done if row.user is person]
    return issuing.issue(actor, course, mine, issuing.moment_now(), "https://example.test").made[0]


def words_of(answer: Any) -> str:
    """Everything that an answer tells: of a page its text, of a workbook or package what lies in it."""
    return _told(answer.get_data()) + str(dict(answer.headers))


def _told(data: bytes) -> str:
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "\n".join(_told(package.read(name)) for name in package.namelist())


def foreign_words(told: str) -> list[str]:
    """The words of the other county in it, each with some text around."""
    places = [(word, told.find(word)) for word in FOREIGN_WORDS]
    return [told[max(0, at - 60) : at + 40] for _, at in places if at >= 0]


def fingerprint(foreign: Unit) -> dict[str, list[Any]]:
    """Every row that belongs to the other county: of its units and people, and whatever refers to one of them.

    Tables that come later are looked at as well; records and handled forms are added to by anybody.
    """
    db.session.rollback()
    units = set(db.session.scalars(sa.select(Unit.id).where(sa.or_(Unit.name.startswith("外县")))))
    units |= {foreign.id}
    users = set(db.session.scalars(sa.select(User.id).where(User.unit_id.in_(units) | User.name.startswith("外乡"))))
    ids = {User.__tablename__: users, Unit.__tablename__: units}
    found: dict[str, list[Any]] = {}
    for table in db.metadata.sorted_tables:
        conditions = [
            column.in_(ids[key.column.table.name])
            for column in table.columns
            for key in column.foreign_keys
            if key.column.table.name in ids
        ]
        if table.name in ids:
            conditions.append(table.c.id.in_(ids[table.name]))
        if conditions and table.name != AuditEntry.__tablename__:
            query = table.select().where(sa.or_(*conditions)).order_by(*table.primary_key.columns)
            found[table.name] = [tuple(row) for row in db.session.execute(query)]
    db.session.rollback()
    return found
