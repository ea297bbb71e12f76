"""The pages of certificates: administrators set, issue, find, correct; holders download; everybody may check."""

import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import openpyxl
import pypdf
import pytest
from sqlalchemy import func, select

from courses.certificates.models import Certificate
from courses.certificates.service import designs, issuing
from literacy.dates import today
from literacy.db import db, now
from literacy.jobs.models import Job, JobState
from literacy.models import User
from tests.courses.certificates.conftest import completed, seal
from tests.courses.factories import make_course, make_lesson
from tests.filling import fields_of, text_of
from tests.working import work_off


@pytest.fixture
def signed_in(admin: User, sign_in: Any) -> User:
    """An administrator who is signed in."""
    return sign_in(admin)


def design_url(course: Any) -> str:
    return f"/manage/certificates/courses/{course.id}/design"


def text_in(answer: Any) -> str:
    (page,) = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    return "".join(page.extract_text().split())


# setting


def test_from_nothing_to_a_certificate(client: Any, signed_in: User, person: Any) -> None:
    course = make_course([make_lesson("n")], slug="n")
    user = person("learner", name="林晓", account="linxiao")
    row = completed(user, course)
    assert "还没有颁发过证书" in text_of(client.get("/manage/certificates"))
    assert "不颁发" in text_of(client.get("/manage/certificates/courses"))
    issue_url = f"/manage/certificates/courses/{course.id}/issue"
    assert "还不颁发证书" in text_of(client.get(issue_url))
    form = fields_of(client.get(design_url(course)), "text")
    form |= {"offered": "y", "school": "青禾县干部学院", "signer": "院长　周敏", "months": "24"}
    answer = client.send(
        design_url(course), {**form, "seal": (io.BytesIO(seal()), "章.png")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 303, text_of(answer)
    page = client.get(design_url(course))
    assert "现在用的印章" in text_of(page)
    assert client.get(f"/manage/certificates/courses/{course.id}/seal").mimetype == "image/png"
    specimen = client.get(f"/manage/certificates/courses/{course.id}/specimen")
    assert "样张" in text_in(specimen) and specimen.mimetype == "application/pdf"
    page = client.get(issue_url)
    assert "林晓" in text_of(page)
    answer = client.send(issue_url, {**fields_of(page, "form_key"), "enrolment": str(row.id)})
    assert answer.status_code == 303
    (one,) = db.session.scalars(select(Certificate))
    assert "已给 1 人颁发证书" in text_of(client.get(issue_url))
    page = client.get(f"/manage/certificates/{one.id}")
    assert one.code_in_words in text_of(page)
    pdf = client.get(f"/manage/certificates/{one.id}/pdf")
    assert one.code_in_words in text_in(pdf) and "林晓" in text_in(pdf) and "院长" in text_in(pdf)
    assert one.serial in text_of(client.get("/manage/certificates"))
    panel = text_of(client.get(f"/manage/people/{user.id}"))
    assert one.serial in panel and "有效" in panel
    log = text_of(client.get("/manage/audit?action=certificate.issued"))
    assert one.serial in log and f"/manage/certificates/{one.id}" in log


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text": "没有名字"}, "证书上要有"),
        ({"text": "{姓名}{奖金}"}, "奖金"),
        ({"months": "两年"}, "请填整数"),
        ({"months": "900"}, "1 到 240"),
        ({"title": ""}, "请填写这一项"),
        ({"school": ""}, "至少要有一个"),
        ({"seen": "7"}, "别人改过"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: Any, signed_in: User, course: Any, changed: dict, said: str
) -> None:
    form = fields_of(client.get(design_url(course)), "text") | {"signer": "院长　钱怡"} | changed
    answer = client.send(design_url(course), form, content_type="multipart/form-data")
    assert answer.status_code in (409, 422)
    assert said in text_of(answer) and "院长" in text_of(answer) and "钱怡" in text_of(answer)


def test_a_file_that_is_no_seal_is_refused_beside_the_field(client: Any, signed_in: User, course: Any) -> None:
    form = fields_of(client.get(design_url(course)), "text")
    answer = client.send(
        design_url(course), {**form, "seal": (io.BytesIO(b"MZ\x90"), "章.png")}, content_type="multipart/form-data"
    )
    assert "不是完好的图片" in text_of(answer) and 'href="#seal"' in text_of(answer)
    assert designs.design_of(course).seal == ""


# issuing, many


def test_nobody_ticked_and_the_same_form_twice(client: Any, signed_in: User, course: Any, person: Any) -> None:
    rows = [completed(person(name=f"学员{number}"), course) for number in range(3)]
    url = f"/manage/certificates/courses/{course.id}/issue"
    page = client.get(url)
    assert client.send(url, fields_of(page, "form_key")).status_code == 303
    assert "还没有勾选任何人" in text_of(client.get(url))
    form = {**fields_of(page, "form_key"), "enrolment": [str(row.id) for row in rows[:2]]}
    for _ in range(2):
        assert client.send(url, form).status_code == 303
    assert db.session.scalar(select(func.count(Certificate.id))) == 2
    assert "学员2" in text_of(client.get(url))
    assert "没有符合条件" in text_of(client.get(f"{url}?words=nobody"))


def zip_of(client: Any, job: Job) -> zipfile.ZipFile:
    page = text_of(client.get(f"/jobs/{job.id}"))
    match = re.search(r'href="([^"]*/download[^"]*|[^"]*/file[^"]*)"', page)
    assert match, page
    return zipfile.ZipFile(io.BytesIO(client.get(match[1].replace("&amp;", "&")).data))


def test_all_of_a_course_in_one_zip(client: Any, app: Any, signed_in: User, course: Any, person: Any) -> None:
    for account, name in (("a", "b_c"), ("a_b", "c"), ("linxiao", "林/晓")):
        completed(person(account=account, name=name), course)
    url = f"/manage/certificates/courses/{course.id}/all"
    answer = client.send(url, {"issue": "1", "form_key": "k1"})
    assert answer.status_code == 303 and "/jobs/" in answer.location
    assert work_off(app) == 1
    (job,) = db.session.scalars(select(Job))
    assert job.state is JobState.DONE and "新颁发 3 张，一共 3 张" in job.said, job.said
    with zip_of(client, job) as archive:
        names = archive.namelist()
        assert len(names) == len(set(names)) == 3 and "linxiao_林_晓.pdf" in names
        assert "a_b_c.pdf" in names and any(re.fullmatch(r"a_b_c_\d{4}-\d{6}\.pdf", name) for name in names)
        assert all(archive.read(name).startswith(b"%PDF") for name in names)
    client.send(url, {"form_key": "k2"})
    work_off(app)
    assert db.session.scalar(select(func.count(Certificate.id))) == 3, "the second time nobody is given another"


def test_work_that_broke_off_goes_on(
    client: Any, app: Any, signed_in: User, course: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from courses.certificates import running

    for number in range(5):
        completed(person(name=f"学员{number}"), course)
    monkeypatch.setattr(running, "DRAWN_AT_ONCE", 2)
    client.send(f"/manage/certificates/courses/{course.id}/all", {"issue": "1", "form_key": "k1"})
    drawn: list[int] = []
    real = running.checking.pdf_of

    def draw(one: Certificate) -> bytes:
        drawn.append(one.id)
        if len(drawn) == 4:
            raise SystemExit("the process dies")
        return real(one)

    monkeypatch.setattr(running.checking, "pdf_of", draw)
    with pytest.raises(SystemExit):
        work_off(app)
    db.session.rollback()
    (job,) = db.session.scalars(select(Job))
    assert job.done == 2 and db.session.scalar(select(func.count(Certificate.id))) == 5
    job.beat_at = now() - timedelta(hours=1)  # nobody has heard of it since
    work_off(app)
    (job,) = db.session.scalars(select(Job))
    assert job.state is JobState.DONE and "一共 5 张" in job.said
    assert len(drawn) == 4 + 2, "what was drawn is not drawn again"


def test_a_course_with_nobody_says_why_nothing_came(client: Any, app: Any, signed_in: User, course: Any) -> None:
    client.send(f"/manage/certificates/courses/{course.id}/all", {"issue": "1", "form_key": "k1"})
    work_off(app)
    (job,) = db.session.scalars(select(Job))
    assert job.state is JobState.FAILED and "还没有一张证书" in job.said


# one certificate


def test_revoking_and_replacing(client: Any, signed_in: User, given: Any) -> None:
    one = given("林小")
    page = f"/manage/certificates/{one.id}"
    answer = client.send(f"{page}/revoke", {"reason": " ", "form_key": "a"})
    assert answer.status_code == 422 and "请写原因" in text_of(answer)
    one.user.name = "林晓"
    db.session.commit()
    assert "现在叫“林晓”" in text_of(client.get(page))
    answer = client.send(f"{page}/replace", {"reason": "姓名写错", "form_key": "b"})
    new = db.session.scalars(select(Certificate).where(Certificate.counts)).one()
    assert answer.location.endswith(f"/manage/certificates/{new.id}")
    assert new.serial in text_of(client.get(page)) and "姓名写错" in text_of(client.get(page))
    assert client.send(f"{page}/revoke", {"reason": "再", "form_key": "c"}).status_code == 409
    client.send(f"/manage/certificates/{new.id}/revoke", {"reason": "错课程", "form_key": "d"})
    db.session.expire_all()
    assert new.revoked_at is not None


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_export_is_what_is_shown(client: Any, signed_in: User, given: Any, form: str) -> None:
    one = given("林晓")
    given("孙浩")
    answer = client.get(f"/manage/certificates/export/{form}?words=林晓")
    if form == "csv":
        lines = answer.get_data(as_text=True).splitlines()
        assert len(lines) == 2 and one.serial in lines[1]
    else:
        rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.values)
        assert rows[0][0] == "证书编号" and len(rows) == 2 and rows[1][2] == "林晓"
    assert client.get("/manage/certificates/export/pdf").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/manage/certificates", "/manage/certificates/courses", "/manage/certificates/1", "/manage/certificates/1/pdf",
        "/manage/certificates/courses/1/design", "/manage/certificates/courses/1/issue",
        "/manage/certificates/courses/1/specimen", "/manage/certificates/courses/1/seal",
        "/manage/certificates/export/xlsx",
    ],
)  # fmt: skip
@pytest.mark.parametrize("role", ["learner", "trainer"])
def test_others_stay_outside(client: Any, sign_in: Any, path: str, role: str) -> None:
    sign_in(role)
    assert client.get(path).status_code == 403


# the holder


def test_my_certificates(client: Any, sign_in: Any, given: Any, admin: User) -> None:
    one = given("林晓")
    strange = given("别人")
    sign_in(one.user)
    page = text_of(client.get("/learn/certificates"))
    assert one.code_in_words in page and strange.code_in_words not in page
    assert "林晓" in text_in(client.get(f"/learn/certificates/{one.id}/pdf"))
    svg = client.get(f"/learn/certificates/{one.id}/badge/svg")
    assert svg.mimetype == "image/svg+xml" and b"openbadges:credential" in svg.data
    assert svg.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert client.get(f"/learn/certificates/{one.id}/badge/jwt").data.count(b".") == 2
    assert client.get(f"/learn/certificates/{one.id}/badge/png").status_code == 404
    for path in ("pdf", "badge/svg", "badge/jwt"):
        assert client.get(f"/learn/certificates/{strange.id}/{path}").status_code == 404
    issuing.revoke(admin, one, "错", now())
    page = text_of(client.get("/learn/certificates"))
    assert "已经撤销" in page and "badge/svg" not in page
    assert client.get(f"/learn/certificates/{one.id}/badge/svg").status_code == 404


def test_without_certificates_the_page_says_how(client: Any, sign_in: Any) -> None:
    sign_in("learner")
    assert "还没有证书" in text_of(client.get("/learn/certificates"))


# the check


def test_anybody_checks_a_code(client: Any, given: Any) -> None:
    one = given("林晓")
    assert client.get("/verify").status_code == 200
    answer = client.get(f"/verify?code={one.code_in_words.lower()}")
    assert answer.status_code == 303 and answer.location.endswith(f"/verify/{one.code}")
    answer = client.get(f"/verify/{one.code_in_words}")
    page = text_of(answer)
    assert answer.status_code == 200 and "有效" in page and "林晓" in page and one.serial in page
    assert "noindex" in page and "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "no-referrer" and "Set-Cookie" not in answer.headers


def test_it_reveals_only_what_is_printed(client: Any, given: Any, admin: User) -> None:
    one = given("林晓")
    issuing.revoke(admin, one, "贪污被查", now())
    page = text_of(client.get(f"/verify/{one.code}"))
    assert "已撤销" in page and "贪污" not in page
    for secret in (one.user.account, admin.name, "得分", one.subject, "/manage/"):
        assert secret not in page.replace(one.code, "").replace(one.code_in_words, ""), secret


def test_replaced_and_expired(client: Any, given: Any, admin: User) -> None:
    one, two = given("甲"), given("乙")
    new = issuing.replace(admin, one, "名字", now(), "")
    two.expires_on = today() - timedelta(days=1)
    page = text_of(client.get(f"/verify/{one.code}"))
    assert "已经换发" in page and new.code not in page and new.code_in_words not in page
    assert "已过期" in text_of(client.get(f"/verify/{two.code}"))


@pytest.mark.parametrize("code", ["0000-0000-0000-0000", "nonsense", "'%22%3E", "0" * 300])
def test_what_there_is_not_is_said_alike(client: Any, given: Any, code: str) -> None:
    given()
    answer = client.get(f"/verify/{code}")
    assert answer.status_code == 404 and "没有这个编号" in text_of(answer) and 'name="code"' in text_of(answer)


def test_what_is_no_code_is_said_beside_the_field(client: Any) -> None:
    answer = client.get("/verify?code=1234")
    assert answer.status_code == 422 and "16 位" in text_of(answer) and 'value="1234"' in text_of(answer)
