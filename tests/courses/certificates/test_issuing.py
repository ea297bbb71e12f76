"""Who is given a certificate, that nobody is given two, and what becomes of one that was wrong."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import false, func, select
from sqlalchemy.exc import IntegrityError

from courses.certificates.models import Certificate, CertificateState
from courses.certificates.service import checking, designs, issuing, listing
from courses.service import study
from literacy.dates import today
from literacy.db import db, now
from literacy.errors import NotFound, Refused
from literacy.models import AuditEntry
from literacy.service import people
from tests.courses.certificates.conftest import SITE, completed, offer, seal
from tests.courses.factories import enrol, make_course, make_lesson

WANTED = designs.Wanted(True, False, "结业证书", "{姓名}学完{课程}", "干部学院", "", 0, None)


def issue(actor: Any, course: Any, *rows: Any, **given: Any) -> issuing.Issued:
    return issuing.issue(actor, course, [row.id for row in rows], issuing.moment_now(), SITE, **given)


def entries(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def test_whoever_completed_is_given_one_and_nobody_two(course: Any, person: Any, admin: Any) -> None:
    done, other = completed(person(name="林晓"), course), enrol(person(name="未完"), course)
    outcome = issue(admin, course, done, other)
    (one,) = outcome.made
    assert (one.name, one.year, one.number, one.site) == ("林晓", today().year, 1, SITE)
    assert outcome.passed_over == 1 and "1 人颁发" in outcome.sentence
    again = issue(admin, course, done)
    assert not again.made and "没有新颁发" in again.sentence
    assert db.session.scalar(select(func.count(Certificate.id))) == 1
    (entry,) = entries("certificate.issued")
    assert one.serial in entry.summary and entry.subject_kind == "certificates"


def test_the_database_itself_holds_that_one_counts(given: Any) -> None:
    one = given()
    twin = {column.name: getattr(one, column.name) for column in Certificate.__table__.columns}
    twin |= {"id": one.id + 1, "code": "0" * 16, "number": one.number + 1}
    db.session.add(Certificate(**twin))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_numbers_follow_each_other_and_begin_anew_each_year(course: Any, person: Any, admin: Any) -> None:
    rows = [completed(person(name=f"学员{number}"), course) for number in range(3)]
    assert [one.number for one in issue(admin, course, *rows[:2]).made] == [1, 2]
    with time_machine.travel("2031-01-01T00:30:00+08:00"):
        assert [one.serial for one in issue(admin, course, rows[2]).made] == ["2031-000001"]


def test_only_whom_the_administrator_looks_after(course: Any, person: Any, admin: Any) -> None:
    row = completed(person(), course)
    assert not issue(admin, course, row, people=false()).made
    assert not issuing.ids_lacking(course.id, false())
    issue(admin, course, row)
    (one,) = db.session.scalars(select(Certificate))
    with pytest.raises(NotFound):
        issuing.certificate_for(one.id, false())
    hidden = listing.Filter(today(), people=false())
    assert listing.page_of(hidden, 1).total == 0 and not list(listing.table(hidden).rows)
    assert listing.courses(today(), false())[0].issued == 0


def test_a_course_that_gives_none_refuses(app: Any, person: Any, admin: Any) -> None:
    other = make_course([make_lesson("x")], slug="x")
    with pytest.raises(Refused, match="没有设成颁发证书"):
        issue(admin, other, completed(person(), other))


def test_withdrawn_people_are_given_none(course: Any, person: Any, admin: Any) -> None:
    assert not issue(admin, course, completed(person(), course, withdrawn_at=now())).made


@pytest.mark.parametrize("automatic", [True, False])
def test_completion_issues_where_the_course_says_so(app: Any, person: Any, automatic: bool) -> None:
    lesson = make_lesson("a")
    course = make_course([lesson], slug="a")
    offer(course, automatic=automatic)
    user = person()
    enrol(user, course)
    standing = study.standing_in(user, course.id)
    for _ in range(2):
        study.finish_lesson(user, standing, standing.steps[0].activity, now())
    rows = list(db.session.scalars(select(Certificate).order_by(Certificate.id)))
    assert len(rows) == automatic
    assert all(row.issued_by_id is None and row.printed["hours"] == 1.0 for row in rows)


def test_what_is_printed_stays_whatever_is_renamed(given: Any, admin: Any, course: Any) -> None:
    one = given("林晓")
    before, drawn = dict(one.printed), checking.pdf_of(one)
    one.user.name, course.title = "林小", "别的课程"
    designs.change(admin, course, WANTED, 1)
    db.session.commit()
    db.session.expire_all()
    assert one.printed == before and checking.pdf_of(one) == drawn


def test_revoking(given: Any, admin: Any) -> None:
    one = given()
    with pytest.raises(Refused, match="写原因"):
        issuing.revoke(admin, one, "  ", now())
    issuing.revoke(admin, one, "发错了人", now())
    assert one.state_on(today()) is CertificateState.REVOKED
    (entry,) = entries("certificate.revoked")
    assert entry.changes == {"reason": "发错了人"}
    with pytest.raises(Refused, match="已经撤销"):
        issuing.revoke(admin, one, "再来", now())
    with pytest.raises(Refused, match="已经撤销"):
        issuing.replace(admin, one, "再来", now(), SITE)


def test_after_revoking_another_may_be_issued(given: Any, admin: Any, course: Any) -> None:
    one = given()
    issuing.revoke(admin, one, "印错了", now())
    (two,) = issue(admin, course, one.enrolment).made
    assert two.id != one.id and two.number == one.number + 1 and one.revoked_at and not one.replaced_by_id


def test_a_corrected_name_gets_a_new_one_and_the_old_one_leads_to_it(given: Any, admin: Any) -> None:
    one = given("林小")
    one.expires_on = today() + timedelta(days=9)
    one.user.name = "林晓"
    new = issuing.replace(admin, one, "姓名写错", issuing.moment_now(), SITE)
    assert (new.name, new.expires_on, new.counts) == ("林晓", one.expires_on, True)
    assert (one.counts, one.replaced_by_id, one.reason) == (False, new.id, "姓名写错")
    assert one.revoked_at is not None and new.code != one.code and new.subject != one.subject
    (entry,) = entries("certificate.replaced")
    assert entry.changes["name"] == ["林小", "林晓"]
    assert [row.id for row in listing.of_person(one.user_id)] == [new.id]


def test_what_has_expired_is_renewed_not_revoked(app: Any, course: Any, person: Any, admin: Any) -> None:
    designs.design_of(course).months = 12
    row = completed(person(), course)
    (one,) = issue(admin, course, row).made
    assert one.expires_on is not None
    assert one.state_on(one.expires_on) is CertificateState.VALID, "the last day counts"
    with time_machine.travel(one.issued_at + timedelta(days=800)):
        assert one.state_on(today()) is CertificateState.EXPIRED
        (two,) = issue(admin, course, row).made
        assert two.expires_on and two.expires_on > today()
        assert (one.revoked_at, one.replaced_by_id, one.counts) == (None, two.id, False)
        assert one.state_on(today()) is CertificateState.EXPIRED
        with pytest.raises(Refused, match="由新的代替"):
            issuing.replace(admin, one, "续发", now(), SITE)


@pytest.mark.parametrize(
    ("words", "found"),
    [("林晓", 1), ("林", 2), ("nobody", 0), ("code", 1), ("serial", 1), ("%", 0), ("2026-999999", 0)],
)
def test_finding(given: Any, words: str, found: int) -> None:
    one, _ = given("林晓"), given("林小")
    said = {"code": one.code_in_words.lower(), "serial": one.serial}.get(words, words)
    assert listing.page_of(listing.Filter(today(), words=said), 1).total == found


def test_states_and_periods(given: Any, admin: Any) -> None:
    one, two, three = given("甲"), given("乙"), given("丙")
    two.expires_on = today() - timedelta(days=1)
    issuing.revoke(admin, three, "错", now())
    totals = listing.totals(listing.Filter(today(), state="valid"))
    assert {state.value: count for state, count in totals.items()} == {"valid": 1, "expired": 1, "revoked": 1}
    assert [row[0].id for row in listing.page_of(listing.Filter(today(), state="expired"), 1).items] == [two.id]
    assert listing.page_of(listing.Filter(today(), since=date(2099, 1, 1)), 1).total == 0
    assert listing.page_of(listing.Filter(today(), until=today()), 1).total == 3
    rows = list(listing.table(listing.Filter(today())).rows)
    assert {len(row) for row in rows} == {len(listing.HEADERS)}
    assert one.serial in [row[0] for row in rows]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": "没有名字"}, "要有 {姓名}"),
        ({"school": " "}, "至少要有一个"),
        ({"months": 0}, "1 到 240"),
        ({"months": 241}, "1 到 240"),
        ({"seal": b"GIF89a"}, "GIF"),
    ],
)
def test_designs_that_are_refused(course: Any, admin: Any, given: dict, said: str) -> None:
    wanted = designs.Wanted(**{**WANTED.__dict__, **given})
    with pytest.raises(Refused, match=said):
        designs.change(admin, course, wanted, 1)


def test_two_administrators_do_not_overwrite_each_other(course: Any, admin: Any) -> None:
    designs.change(admin, course, WANTED, 1)
    with pytest.raises(Refused, match="被别人改过"):
        designs.change(admin, course, WANTED, 1)
    designs.change(admin, course, designs.Wanted(**{**WANTED.__dict__, "seal": seal()}), 2)
    assert designs.seal_of(course).startswith(b"\x89PNG")
    designs.change(admin, course, WANTED, 3)
    assert designs.design_of(course).seal, "a seal stays until it is taken away"
    designs.change(admin, course, designs.Wanted(**{**WANTED.__dict__, "no_seal": True}), 4)
    with pytest.raises(NotFound):
        designs.seal_of(course)
    assert len(entries("certificate.designed")) == 3


def test_two_who_issue_at_once_give_one(app: Any, course: Any, person: Any, admin: Any) -> None:
    ids = [completed(person(name=f"学员{number}"), course).id for number in range(4)]
    course_id, actor_id = course.id, admin.id
    db.session.commit()
    failures: list[BaseException] = []

    def give() -> None:
        with app.app_context():
            try:
                actor = people.person_for(None, actor_id)
                issuing.issue(actor, designs.course_for(course_id), ids, issuing.moment_now(), SITE)
                db.session.commit()
            except BaseException as problem:
                failures.append(problem)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=give) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    rows = list(db.session.scalars(select(Certificate).order_by(Certificate.number)))
    assert not failures and [row.number for row in rows] == [1, 2, 3, 4]
