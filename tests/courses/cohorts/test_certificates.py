"""All certificates of a cohort in one zip, asked for on its page."""

import io
import re
import zipfile
from typing import Any

import pytest
from sqlalchemy import func, select

from courses.certificates.models import Certificate
from courses.cohorts.models import Cohort, CohortMember
from courses.cohorts.service import members
from courses.models import Course, Enrolment
from literacy.dates import today
from literacy.db import db, now
from literacy.jobs.models import Job, JobState
from literacy.models import Role, User
from tests.courses.certificates.conftest import completed, offer
from tests.courses.cohorts.conftest import begin, make_cohort
from tests.working import work_off


def finish(course: Course, *users: User) -> None:
    for user in users:
        row = db.session.query(Enrolment).filter_by(user_id=user.id, course_id=course.id).one_or_none()
        if row is None:
            completed(user, course)
        else:
            row.completed_at = now()
    db.session.commit()


def issued() -> int:
    return db.session.scalar(select(func.count(Certificate.id))) or 0


def archive_of(client: Any, job: Job) -> list[str]:
    page = client.get(f"/jobs/{job.id}").get_data(as_text=True)
    match = re.search(r'href="([^"]*/file[^"]*)"', page)
    assert match, page
    return zipfile.ZipFile(io.BytesIO(client.get(match[1].replace("&amp;", "&")).data)).namelist()


@pytest.fixture
def both(admin: User, read_course: Course, quiz_course: Course, learners: dict[str, User]) -> Cohort:
    """An opened cohort of 赵, 钱 and 孙 with two courses that give certificates."""
    read_course.title, quiz_course.title = "网德：守住", "互动"
    for course in (read_course, quiz_course):
        offer(course)
    cohort = make_cohort(admin, read_course, quiz_course, people=[learners[one] for one in ("zhao", "qian", "sun")])
    begin(admin, cohort)
    return cohort


def test_a_folder_for_each_course_and_nobody_from_elsewhere(
    app: Any, client: Any, sign_in: Any, admin: User, both: Cohort, read_course: Course, quiz_course: Course,
    learners: dict[str, User],
) -> None:  # fmt: skip
    finish(read_course, learners["zhao"], learners["qian"], learners["sun"], learners["li"])  # 李 is in no cohort
    finish(quiz_course, learners["zhao"])
    members.withdraw(admin, both, _member_ids(both, learners["sun"]), "调走", today(), now())
    db.session.commit()
    sign_in(admin)
    page = f"/manage/cohorts/{both.id}"
    assert "颁发 3 张，全班打包" in client.get(page).text
    answer = client.send(f"{page}/certificates", {"issue": "1", "form_key": "k"})
    assert "/jobs/" in answer.location
    work_off(app)
    (job,) = db.session.scalars(select(Job))
    assert job.state is JobState.DONE and "新颁发 3 张，一共 3 张" in job.said, job.said
    read, other = "网德_守住/", "互动/"
    assert sorted(archive_of(client, job)) == sorted(
        [f"{read}zhao_学员zhao.pdf", f"{read}qian_学员qian.pdf", f"{other}zhao_学员zhao.pdf"]
    )
    assert issued() == 3
    assert "把 3 张打包下载" in client.get(page).text and "全班打包" not in client.get(page).text
    client.send(f"{page}/certificates", {"form_key": "k2"})
    work_off(app)
    assert issued() == 3, "packed again, none is issued again"


def _member_ids(cohort: Cohort, *users: User) -> list[int]:
    ids = [user.id for user in users]
    query = select(CohortMember.id).where(CohortMember.cohort_id == cohort.id, CohortMember.user_id.in_(ids))
    return list(db.session.scalars(query))


def test_only_those_whom_the_administrator_looks_after(
    app: Any, client: Any, person: Any, sign_in: Any, tree: Any, admin: User, read_course: Course, learners: Any
) -> None:
    offer(read_course)
    cohort = make_cohort(admin, read_course, people=[learners["zhao"], learners["qian"]], unit_id=tree["望舒街道"].id)
    begin(admin, cohort)
    finish(read_course, learners["zhao"], learners["qian"])
    learners["qian"].unit = tree["澜江市"]  # moved since, still a member
    db.session.commit()
    street = tree["望舒街道"]
    sign_in(person("administrator", unit=street, reach={Role.ADMINISTRATOR: street.id}))
    client.send(f"/manage/cohorts/{cohort.id}/certificates", {"issue": "1", "form_key": "k"})
    work_off(app)
    assert [row.user_id for row in db.session.scalars(select(Certificate))] == [learners["zhao"].id]


def test_a_cohort_without_certificates_says_so(
    app: Any, client: Any, sign_in: Any, admin: User, cohort: Cohort
) -> None:
    begin(admin, cohort)
    sign_in(admin)
    page = f"/manage/cohorts/{cohort.id}"
    assert "不颁发证书" in client.get(page).text
    answer = client.send(f"{page}/certificates", {"issue": "1", "form_key": "k"})
    assert answer.status_code == 303 and "/jobs/" not in answer.location
    assert "都不颁发证书" in client.get(page).text
