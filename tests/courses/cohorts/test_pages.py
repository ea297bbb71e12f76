"""The pages of cohorts as administrators and learners see them."""

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from courses.cohorts.models import Cohort, CohortMember
from courses.cohorts.service import life, members
from courses.models import Course
from literacy.dates import today
from literacy.db import db, now
from literacy.models import AuditEntry, Unit, User
from tests.courses.cohorts.conftest import begin, make_cohort, plan_of
from tests.courses.cohorts.test_life import enrolled, members_of
from tests.courses.factories import pass_quiz
from tests.filling import fields_of, text_of


@pytest.fixture
def entered(sign_in: Any, admin: User) -> User:
    return sign_in(admin)


def url(cohort: Cohort, *more: object) -> str:
    return "/".join(["/manage/cohorts", str(cohort.id), *(str(part) for part in more)])


PAGES = ("", "edit", "people", "unit", "paste", "courses", "copy", "reminders", "export/csv")


@pytest.mark.parametrize("role", ["learner", "trainer"])
@pytest.mark.parametrize("page", PAGES)
def test_only_administrators(role: str, page: str, client: Any, sign_in: Any, cohort: Cohort) -> None:
    sign_in(role)
    assert client.get(url(cohort, page) if page else url(cohort)).status_code == 403


@pytest.mark.parametrize("page", [*PAGES, "make-up"])
def test_what_is_not_there(page: str, client: Any, entered: User) -> None:
    assert client.get(f"/manage/cohorts/99/{page}".rstrip("/")).status_code == 404


@pytest.mark.parametrize("state", ["preparing", "running", "ended", "archived"])
def test_every_page_in_every_state(
    state: str, client: Any, entered: User, cohort: Cohort, quiz_course: Course, tree: dict[str, Unit]
) -> None:
    members.add_unit(entered, cohort, tree["桥头社区"].id, today(), now())
    if state != "preparing":
        begin(entered, cohort)
        members.withdraw(entered, cohort, [members_of(cohort)["sun"].id], "调离", today(), now())
    if state in ("ended", "archived"):
        life.close(entered, cohort, today(), now())
    if state == "archived":
        life.archive(entered, cohort, today(), now())
    for page in PAGES:
        assert client.get(url(cohort, page) if page else url(cohort)).status_code == 200, page
    assert client.get(url(cohort, "make-up")).status_code == (200 if state in ("ended", "archived") else 303)
    for sort in ("name", "-unit", "added", "nonsense"):
        for narrowed in ("", "not_started", "failed", "completed", "waiting", "withdrawn", "overdue"):
            assert client.get(url(cohort), query_string={"sort": sort, "state": narrowed}).status_code == 200


def test_from_the_first_form_to_the_learners_page(
    client: Any, entered: User, sign_in: Any, read_course: Course, tree: dict[str, Unit], learners: dict[str, User]
) -> None:
    page = client.get("/manage/cohorts/new")
    fields = {**fields_of(page), "name": "新任回复员班", "unit": str(tree["青禾县"].id)}
    fields.pop("words", None)
    answer = client.send("/manage/cohorts/new", fields)
    assert answer.status_code == 303
    assert client.send("/manage/cohorts/new", fields).location == answer.location, "handed in twice it is made once"
    cohort = db.session.scalars(select(Cohort)).one()
    assert "下一步" in text_of(client.get(url(cohort)))
    client.send(url(cohort, "courses"), {"form_key": "a", "course": read_course.id})
    client.send(url(cohort, "people"), {"form_key": "b", "person": [learners["zhao"].id, learners["zhou"].id]})
    client.send(url(cohort, "unit"), {"form_key": "c", "unit": tree["桥头社区"].id})
    assert set(members_of(cohort)) == {"zhao", "li"}
    assert "按“开班”就给 2 人报名 1 门课程" in text_of(client.get(url(cohort)))
    client.send(url(cohort, "open"), {"form_key": "d"})
    client.send(url(cohort, "open"), {"form_key": "e"})
    assert set(enrolled(read_course)) == {"zhao", "li"}
    assert "0 人完成了全部课程（0%）" in text_of(client.get(url(cohort)))
    client.send("/sign-out")
    client.signed_in = None
    sign_in(learners["zhao"])
    assert "培训班：新任回复员班" in text_of(client.get("/learn"))
    assert "培训班：新任回复员班" in text_of(client.get(f"/learn/courses/{read_course.id}"))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "请填写这一项"),
        ("name", "长" * 81, "最多 80 个字"),
        ("year", "", "请填写年度"),
        ("year", "99", "2000 到 2100"),
        ("starts_on", "", "请填写开始日期"),
        ("starts_on", "昨天", "2026-11-24"),
        ("ends_on", "2001-01-01", "结束日期不能早于开始日期"),
        ("remind_days", "明天", "请填 1 到 60"),
        ("responsible", "0", "请选一位负责人"),
        ("unit", "999", "请从列表里选一项"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(field: str, value: str, said: str, client: Any, entered: User) -> None:
    fields = {**fields_of(client.get("/manage/cohorts/new")), "name": "新任班", field: value}
    answer = client.send("/manage/cohorts/new", fields)
    assert answer.status_code == 422 and said in text_of(answer)
    assert f'id="{field}-error"' in text_of(answer)
    assert not db.session.scalars(select(Cohort)).all()


def test_two_who_change_it_do_not_overwrite_each_other(client: Any, entered: User, cohort: Cohort) -> None:
    fields = fields_of(client.get(url(cohort, "edit")), "seen")
    life.change(entered, cohort, cohort.revision, plan_of(entered, name="别人的名字", unit_id=cohort.unit_id), today())
    answer = client.send(url(cohort, "edit"), {**fields, "name": "我的名字"})
    assert answer.status_code == 409
    assert "别人的名字" in text_of(answer) and "我的名字" in text_of(answer)
    again = client.send(url(cohort, "edit"), {**fields_of(answer, "seen")})
    assert again.status_code == 303 and db.session.get_one(Cohort, cohort.id).name == "我的名字"


def test_pasted_accounts_with_problems_come_in_only_when_said_so(
    client: Any, entered: User, cohort: Cohort, learners: dict[str, User]
) -> None:
    text = "li 学员\nzhou\nnobody\nzhao"
    answer = client.send(url(cohort, "paste"), {"form_key": "a", "accounts": text})
    page = text_of(answer)
    assert answer.status_code == 422 and "第 2 行 <strong>zhou</strong>" in page and "第 4 行" in page
    assert "nobody" in page and "li 学员" in page, "what was pasted is kept"
    assert "li" not in members_of(cohort)
    assert client.send(url(cohort, "paste"), {"form_key": "a", "accounts": text, "skip": "1"}).status_code == 303
    assert "li" in members_of(cohort)
    assert client.send(url(cohort, "paste"), {"form_key": "b", "accounts": ""}).status_code == 422


def test_members_are_taken_out_with_a_reason(client: Any, entered: User, cohort: Cohort) -> None:
    member = members_of(cohort)["zhao"].id
    answer = client.send(url(cohort, "withdraw"), {"form_key": "a", "member": member, "reason": ""})
    assert answer.status_code == 422 and "请填写这一项" in text_of(answer) and "checked" in text_of(answer)
    client.send(url(cohort, "withdraw"), {"form_key": "a", "member": member, "reason": "调离"})
    row = db.session.get_one(CohortMember, member)
    assert row.withdrawn_reason == "调离"
    assert "陈管：调离" in text_of(client.get(url(cohort)))
    assert client.send(url(cohort, "withdraw"), {"form_key": "b", "reason": "调离"}).status_code == 303


def test_the_downloads_hold_the_standing_in_each_course(
    client: Any, entered: User, cohort: Cohort, read_course: Course, quiz_course: Course, learners: dict[str, User]
) -> None:
    client.send(url(cohort, "courses"), {"form_key": "a", "course": quiz_course.id})
    quiz = quiz_course.activities[1].quiz
    assert quiz is not None
    pass_quiz(learners["zhao"], quiz, 20)
    begin(entered, cohort)
    answer = client.get(url(cohort, "export/csv") + "?words=zhao")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [row["账号"] for row in rows] == ["zhao"]
    assert rows[0]["课程 read：状态"] == "未开始" and rows[0]["课程 quiz：状态"] == "学习中，测验没通过"
    book = openpyxl.load_workbook(io.BytesIO(client.get(url(cohort, "export/xlsx")).get_data()))
    assert [cell.value for cell in book.active["B"]] == ["账号", "qian", "sun", "zhao"]
    assert "export.taken" in db.session.scalars(select(AuditEntry.action)).all()


def test_a_course_is_added_changed_and_taken_out(
    client: Any, entered: User, cohort: Cohort, quiz_course: Course
) -> None:
    late = (cohort.ends_on + timedelta(days=1)).isoformat()
    fields = {"form_key": "a", "course": quiz_course.id}
    answer = client.send(url(cohort, "courses"), {**fields, "due_on": late})
    assert answer.status_code == 422 and "起止日期" in text_of(answer) and 'id="due_on-error"' in text_of(answer)
    assert client.send(url(cohort, "courses"), fields).status_code == 303
    due = url(cohort, "courses", quiz_course.id, "due")
    assert client.send(due, {"form_key": "b", "due_on": today().isoformat()}).status_code == 303
    assert client.get(due).status_code == 200
    remove = url(cohort, "courses", quiz_course.id, "remove")
    assert (
        client.send(remove, {"form_key": "c"}).status_code == client.send(remove, {"form_key": "d"}).status_code == 303
    )
    assert client.get(due).status_code == 404


def test_copying_and_making_up_by_the_pages(client: Any, entered: User, cohort: Cohort) -> None:
    page = client.get(url(cohort, "copy"))
    assert "成员 3 人" in text_of(page)
    fields = fields_of(page, "people") if "people" in fields_of(page) else fields_of(page)
    answer = client.send(url(cohort, "copy"), {**fields, "people": "y"})
    assert answer.status_code == 303
    assert db.session.query(Cohort).count() == 2
    begin(entered, cohort)
    client.send(url(cohort, "close"), {"form_key": "a"})
    page = client.get(url(cohort, "make-up"))
    assert "未开始 3 人" in text_of(page)
    answer = client.send(url(cohort, "make-up"), fields_of(page))
    made = db.session.scalars(select(Cohort).order_by(Cohort.id.desc())).first()
    assert answer.location.endswith(str(made.id)) and set(members_of(made)) == {"zhao", "qian", "sun"}
    assert "补训：未开始" in text_of(client.get(answer.location))


@pytest.mark.parametrize("act", ["open", "enrol", "close", "reopen", "archive", "unarchive", "remind", "explode"])
def test_buttons_that_do_not_fit_say_why(act: str, client: Any, entered: User, app: Any) -> None:
    cohort = make_cohort(entered)
    answer = client.send(url(cohort, act), {"form_key": "a"})
    assert answer.status_code == (404 if act == "explode" else 303)


def test_a_button_pressed_twice_does_it_once(client: Any, entered: User, cohort: Cohort, outbox: Any) -> None:
    for act in ("open", "remind", "close", "archive"):
        for key in ("a", "a", "b"):
            assert client.send(url(cohort, act), {"form_key": key}).status_code == 303
    actions = db.session.scalars(select(AuditEntry.action)).all()
    names = ("cohort.opened", "cohort.reminded", "cohort.closed", "cohort.archived")
    assert [actions.count(name) for name in names] == [1, 1, 1, 1]
    assert len(outbox) == 3


def test_the_list_is_narrowed_and_sorted(client: Any, entered: User, tree: dict[str, Unit], cohort: Cohort) -> None:
    make_cohort(entered, name="骨干班", unit_id=tree["澜江市"].id, year=2025)
    for query, there in {
        "": (True, True), "year=2025": (False, True), f"unit={tree['青禾县'].id}": (True, False),
        "words=骨干": (False, True), "state=running": (False, False), "mine=1": (True, True),
    }.items():  # fmt: skip
        text = text_of(client.get(f"/manage/cohorts?{query}"))
        assert ("新任回复员班" in text, "骨干班" in text) == there, query
    for sort in ("name", "-members", "done", "unit", "ends"):
        assert client.get(f"/manage/cohorts?sort={sort}").status_code == 200


def test_an_administrator_of_a_unit_sees_its_cohorts_only(
    client: Any, entered: User, cohort: Cohort, tree: dict[str, Unit], learners: dict[str, User]
) -> None:
    other = make_cohort(entered, name="市里的班", unit_id=tree["澜江市"].id)
    everybody = make_cohort(entered, name="大家的班")
    street = tree["望舒街道"].id
    own = make_cohort(entered, name="街道的班", unit_id=street)
    for grant in entered.grants:
        grant.unit_id = street
    db.session.commit()
    text = text_of(client.get("/manage/cohorts"))
    assert "街道的班" in text and not any(name in text for name in ("市里的班", "大家的班", "新任回复员班"))
    for hidden in (other, everybody, cohort):
        for page in PAGES:
            assert client.get(url(hidden, page)).status_code == 404
        assert client.send(url(hidden, "open"), {"form_key": "a"}).status_code == 404
    client.send(url(own, "people"), {"form_key": "a", "person": [learners["zhao"].id, learners["zhou"].id]})
    assert set(members_of(own)) == {"zhao"}
    fields = {**fields_of(client.get("/manage/cohorts/new")), "name": "越界", "unit": str(tree["澜江市"].id)}
    assert client.send("/manage/cohorts/new", fields).status_code == 422
    assert client.send("/manage/cohorts/new", {**fields, "unit": "0"}).status_code == 422
    assert client.get(f"/manage/people/{learners['zhou'].id}").status_code == 404


def test_a_person_page_lists_their_cohorts(
    client: Any, entered: User, cohort: Cohort, learners: dict[str, User]
) -> None:
    begin(entered, cohort)
    text = text_of(client.get(f"/manage/people/{learners['zhao'].id}"))
    assert "新任回复员班" in text and "进行中" in text


def test_a_class_can_be_narrowed_to_a_cohort(
    client: Any, sign_in: Any, admin: User, cohort: Cohort, read_course: Course, learners: dict[str, User]
) -> None:
    other = make_cohort(admin, read_course, people=[learners["li"]], name="另一班")
    begin(admin, cohort)
    begin(admin, other)
    sign_in("trainer")
    address = f"/teach/class?course={read_course.id}"
    assert "4 人在学或学完" in text_of(client.get(address))
    narrowed = text_of(client.get(f"{address}&cohort={cohort.id}"))
    assert "新任回复员班 · 课程 read：3 人在学或学完" in narrowed
    assert "1 人在学或学完" in text_of(client.get(f"{address}&cohort={other.id}"))


def test_acts_can_be_looked_up(client: Any, entered: User, cohort: Cohort) -> None:
    assert "新建培训班" in text_of(client.get(f"/manage/audit?about=cohorts:{cohort.id}"))
