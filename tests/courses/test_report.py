"""The completion report: what it says is what learners see, and what is exported is what it says."""

import csv
import io
import itertools
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from sqlalchemy import event, select

from courses import demo
from courses.models import Course, Enrolment, EnrolmentState
from courses.service import roster, study
from literacy.dates import today
from literacy.db import db, now
from literacy.models import AuditEntry, Role, Unit, User
from literacy.service import accounts
from tests.courses.factories import enrol, make_course, make_lesson, pass_quiz, read
from tests.filling import text_of
from tests.quizzes.factories import make_quiz

HEADERS = ["姓名", "账号", "单位", "职务", "课程", "状态", "进度", "得分", "学时", "完成时间"]


def report_of(answer: Any) -> list[str]:
    """The names on a page of the report, in their order."""
    return re.findall(r'<td class="col-name"[^>]*><a [^>]*>([^<]+)</a>', text_of(answer))


def figures_of(answer: Any) -> dict[str, int]:
    """How many stand in each state, as the page says."""
    found = re.findall(r'class="states-count">([\d,]+)</span> ([^<]+)</a>', text_of(answer))
    return {label: int(count.replace(",", "")) for count, label in found}


def sheet_of(answer: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(answer.get_data())).active]


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that the database is sent in here."""
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


def place(enrolment: Enrolment, **columns: Any) -> Enrolment:
    for name, value in columns.items():
        setattr(enrolment, name, value)
    db.session.flush()
    return enrolment


@pytest.fixture
def county(app: Any) -> dict[str, Unit]:
    """A small tree: 青禾县 over 望舒街道 and 石榴湾镇."""
    root = Unit(name="青禾县")
    db.session.add_all(
        [root, Unit(name="望舒街道", parent=root), Unit(name="石榴湾镇", parent=root), Unit(name="澜江市")]
    )
    db.session.flush()
    return {unit.name: unit for unit in db.session.scalars(select(Unit))}


@pytest.fixture
def five(person: Any, county: dict[str, Unit]) -> dict[str, Enrolment]:
    """Five people of one course, one in each state."""
    lessons = [make_lesson("a"), make_lesson("b")]
    course = make_course(lessons)
    day, moment = today(), datetime(2026, 9, 30, 16, 30, tzinfo=UTC)  # 10月1日 00:30 in Shanghai
    people = {
        name: person(account=account, name=name, unit=county.get(unit), post=post)
        for name, account, unit, post in (
            ("甲未", "jia", "望舒街道", "网格员"), ("乙学", "yi", "望舒街道", "科员"), ("丙逾", "bing", "石榴湾镇", ""),
            ("丁完", "ding", "青禾县", "科长"), ("戊退", "wu", "", "科员"),
        )
    }  # fmt: skip
    rows = {name: enrol(user, course) for name, user in people.items()}
    read(people["乙学"], lessons[0])
    read(people["丙逾"], lessons[0])
    read(people["丁完"], *lessons)
    place(rows["甲未"], due_on=day)
    place(rows["乙学"], started_at=now(), due_on=day + timedelta(days=9))
    place(rows["丙逾"], started_at=now(), due_on=day - timedelta(days=1))
    place(rows["丁完"], completed_at=moment, started_at=now(), score=92.5, hours=2.0, due_on=day - timedelta(days=5))
    place(rows["戊退"], withdrawn_at=now())
    return rows


def test_the_state_in_sql_is_the_state_of_the_model(person: Any) -> None:
    """Every combination of the dates that decide it."""
    day, moment = today(), now()
    course = make_course([make_lesson()])
    dues = (None, day - timedelta(days=1), day, day + timedelta(days=1))
    combinations = list(itertools.product(dues, (None, moment), (None, moment), (None, moment)))
    for due, started, completed, withdrawn in combinations:
        place(enrol(person(), course), due_on=due, started_at=started, completed_at=completed, withdrawn_at=withdrawn)
    rows = db.session.execute(select(Enrolment, roster.state_on(day))).all()
    assert len(rows) == len(combinations)
    assert [state for _, state in rows] == [enrolment.state_on(day).value for enrolment, _ in rows]


def test_progress_is_what_the_learner_sees(person: Any, client: Any, sign_in: Any) -> None:
    quiz, drill = make_quiz("single", slug="z"), make_quiz("reply", slug="d", drill=True)
    lessons = [make_lesson("a"), make_lesson("b")]
    course, other = make_course([*lessons, quiz], [drill]), make_course([lessons[0], quiz], slug="other")
    people = [person(name=name) for name in ("零", "一", "二", "三")]
    for user in people:
        enrol(user, course)
    enrol(people[1], other)
    read(people[1], lessons[0])
    pass_quiz(people[1], drill, 20)  # handed in, not passed: not done
    read(people[2], *lessons)
    pass_quiz(people[2], quiz)
    read(people[3], *lessons)
    pass_quiz(people[3], quiz)
    pass_quiz(people[3], drill)
    study.update_completion(
        people[3], db.session.scalars(select(Enrolment).filter_by(user_id=people[3].id)).one(), now()
    )
    page = roster.page_of(roster.Filter(today()), "name", 1)
    assert len(page.items) == 5
    shares = {}
    for row in page.items:
        standing = study.standing_in(db.session.get(User, row.user_id), row.course_id)
        assert (row.done, row.total, row.share) == (standing.done, len(standing.steps), standing.share)
        shares[row.name, row.course] = row.share
    assert [shares[name, course.title] for name in "零一二三"] == [0.0, 0.25, 0.75, 1.0]
    assert shares["一", other.title] == 0.5
    sign_in(people[2])
    assert "已完成 3 步，共 4 步" in text_of(client.get(f"/learn/courses/{course.id}"))


def test_who_completed_stays_complete_when_the_course_grows(person: Any) -> None:
    lesson = make_lesson("a")
    course, user = make_course([lesson]), person()
    row = enrol(user, course)
    read(user, lesson)
    study.update_completion(user, row, now())
    course.modules[0].activities.extend(make_course([make_lesson("b")], slug="x").modules[0].activities)
    db.session.flush()
    [shown] = roster.page_of(roster.Filter(today(), course_id=course.id), "name", 1).items
    assert (shown.share, shown.done, shown.total, shown.state) == (1.0, 1, 2, EnrolmentState.COMPLETED)


def test_a_course_without_steps_is_not_begun(person: Any) -> None:
    enrol(person(), make_course([]))
    for sort in ("progress", "-progress"):
        assert [row.share for row in roster.page_of(roster.Filter(today()), sort, 1).items] == [0.0]


def test_the_report_says_who_stands_where(client: Any, sign_in: Any, five: dict[str, Enrolment]) -> None:
    sign_in("administrator")
    answer = client.get("/manage/report")
    text = text_of(answer)
    assert figures_of(answer) == {"全部": 5, "未开始": 1, "学习中": 1, "已逾期": 1, "已完成": 1, "已退出": 1}
    for shown in ("青禾县 / 望舒街道", "50%", "1 / 2 步", "92.5", "10月1日 00:30"):
        assert shown in text
    assert set(report_of(answer)) == set(five)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("words=甲", "甲未"), ("words=DING", "丁完"), ("words=科员", "乙学 戊退"), ("words=%25", ""),
        ("words=没有", ""),
        ("state=overdue", "丙逾"), ("state=completed", "丁完"), ("state=withdrawn", "戊退"), ("state=studying", "乙学"),
        ("state=not_started", "甲未"), ("unit={青禾县}", "丁完 丙逾 乙学 甲未"), ("unit={望舒街道}", "乙学 甲未"),
        ("unit={澜江市}", ""), ("course={course}", "丁完 丙逾 乙学 戊退 甲未"),
        ("unit={望舒街道}&state=studying", "乙学"),
        ("dated=completed&since=2026-10-01&until=2026-10-01", "丁完"), ("dated=completed&until=2026-09-30", ""),
        ("dated=due&since={day}&until={day}", "甲未"), ("dated=enrolled&until=2020-01-01", ""),
        ("dated=enrolled&since={day}", "丁完 丙逾 乙学 戊退 甲未"),
    ],
)  # fmt: skip
def test_each_filter_narrows(
    query: str, names: str, client: Any, sign_in: Any, five: dict[str, Enrolment], county: dict[str, Unit]
) -> None:
    sign_in("administrator")
    ids = {name: unit.id for name, unit in county.items()}
    query = query.format(course=five["甲未"].course_id, day=today().isoformat(), **ids)
    answer = client.get(f"/manage/report?{query}")
    assert sorted(report_of(answer)) == sorted(names.split())
    exported = sheet_of(client.get(f"/manage/report/export/xlsx?{query}"))
    assert sorted(row[0] for row in exported[1:]) == sorted(names.split())


def test_totals_follow_every_filter_but_the_state(client: Any, sign_in: Any, five: dict, county: dict) -> None:
    sign_in("administrator")
    answer = client.get(f"/manage/report?unit={county['望舒街道'].id}&state=studying")
    assert report_of(answer) == ["乙学"]
    assert figures_of(answer) == {"全部": 2, "未开始": 1, "学习中": 1, "已逾期": 0, "已完成": 0, "已退出": 0}


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("account", "丙逾 丁完 甲未 戊退 乙学"), ("-account", "乙学 戊退 甲未 丁完 丙逾"),
        ("state", "甲未 乙学 丙逾 丁完 戊退"), ("-state", "戊退 丁完 丙逾 乙学 甲未"),
        ("-progress", "丁完"), ("hours", "丁完"), ("-hours", "丁完"),
        ("completed", "丁完"), ("-completed", "丁完"), ("due", "丁完 丙逾 甲未 乙学 戊退"),
        ("-due", "乙学 甲未 丙逾 丁完 戊退"),
    ],
)  # fmt: skip
def test_each_column_sorts_and_what_is_empty_comes_last(
    sort: str, names: str, client: Any, sign_in: Any, five: dict[str, Enrolment]
) -> None:
    sign_in("administrator")
    shown = report_of(client.get(f"/manage/report?sort={sort}"))
    assert shown[: len(names.split())] == names.split()
    exported = sheet_of(client.get(f"/manage/report/export/xlsx?sort={sort}"))
    assert [row[0] for row in exported[1:]] == shown


@pytest.mark.parametrize("sort", ["score", "-score"])
def test_nobody_is_ranked_by_score(sort: str, client: Any, sign_in: Any, five: dict[str, Enrolment]) -> None:
    """The score is shown, but neither the report, nor its file, nor the list of a course can be ordered by it."""
    sign_in("administrator")
    course = f"/manage/enrolments/{five['甲未'].course_id}"
    for url in ("/manage/report", course):
        text = text_of(client.get(url))
        assert "得分" in text and "sort=score" not in text and "sort=-score" not in text
        assert report_of(client.get(f"{url}?sort={sort}")) == report_of(client.get(url))
    plain = sheet_of(client.get("/manage/report/export/xlsx"))
    assert sheet_of(client.get(f"/manage/report/export/xlsx?sort={sort}")) == plain


def test_names_sort_by_pinyin(client: Any, sign_in: Any, person: Any) -> None:
    course = make_course([make_lesson()])
    names = ["安宁", "曹雨", "陈晨", "何平", "林晓", "吕燕", "欧阳青", "沈清", "王芳", "张伟", "周敏"]
    for name in sorted(names):  # by code point: another order
        enrol(person(name=name), course)
    sign_in("administrator")
    assert report_of(client.get("/manage/report?sort=name")) == names
    assert report_of(client.get("/manage/report?sort=-name")) == names[::-1]


def test_progress_begins_with_who_has_done_least(client: Any, sign_in: Any, five: dict[str, Enrolment]) -> None:
    sign_in("administrator")
    assert "sort=progress" in text_of(client.get("/manage/report"))
    shown = report_of(client.get("/manage/report?sort=progress"))
    assert shown[-1] == "丁完" and set(shown[:2]) == {"甲未", "戊退"}


@pytest.mark.parametrize("sort", ["unit", "-unit", "post", "-post"])
def test_people_without_unit_or_post_come_last_either_way(
    sort: str, client: Any, sign_in: Any, five: dict[str, Enrolment]
) -> None:
    sign_in("administrator")
    last = "戊退" if "unit" in sort else "丙逾"
    assert report_of(client.get(f"/manage/report?sort={sort}"))[-1] == last


def test_headers_sort_and_turn_round(client: Any, sign_in: Any, five: dict[str, Enrolment]) -> None:
    sign_in("administrator")
    text = text_of(client.get("/manage/report?sort=name&state=studying"))
    assert 'aria-sort="ascending"' in text and "sort=-name" in text
    assert re.search(r'href="[^"]*state=studying[^"]*sort=-name|href="[^"]*sort=-name[^"]*state=studying', text)
    assert 'aria-sort="descending"' in text_of(client.get("/manage/report?sort=-name"))


@pytest.mark.parametrize(
    "query",
    [
        "page=-1", "page=999999999999999999999", "page=x", "sort=password_hash", "sort=-", "sort=--name", "state=gone",
        "unit=999999999999", "unit=-1", "unit=a", "course=%00", "words=%00%ff", "since=0001-01-01", "until=9999-12-31",
        "since=abc", "since=2026-02-30", "dated=born", "since=2026-05-02&until=2026-05-01", "endpoint=x&_external=1",
        "words=" + "长" * 300, "course_id=1&form=csv&words=%F0%9F%98%80",
    ],
)  # fmt: skip
def test_any_query_is_borne(query: str, client: Any, sign_in: Any, five: dict[str, Enrolment]) -> None:
    sign_in("administrator")
    course = five["甲未"].course_id
    for url in ("/manage/report", f"/manage/enrolments/{course}", f"/manage/enrolments/{course}/people"):
        assert client.get(f"{url}?{query}").status_code == 200
    for url in (f"/manage/enrolments/{course}/due", f"/manage/enrolments/{course}/unit"):
        assert client.get(f"{url}?{query}").status_code in (200, 303)
    assert client.get(f"/manage/report/export/csv?{query}").status_code in (200, 303)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=abc", "请写成 2026-11-24 这样的日期。"),
        ("since=2026-05-02&until=2026-05-01", "“到”不能早于“从”。"),
        ("course=77", "请从列表里选一项。"),
    ],
)
def test_a_filter_that_is_not_understood_is_said_and_exports_nothing(
    query: str, said: str, client: Any, sign_in: Any, five: dict[str, Enrolment]
) -> None:
    sign_in("administrator")
    assert said in text_of(client.get(f"/manage/report?{query}"))
    answer = client.get(f"/manage/report/export/xlsx?{query}")
    assert answer.status_code == 303 and answer.location.startswith("/manage/report?")
    assert db.session.query(AuditEntry).filter_by(action="export.taken").count() == 0


def test_a_workbook_opens_as_it_should(client: Any, sign_in: Any, five: dict[str, Enrolment]) -> None:
    sign_in("administrator")
    answer = client.get("/manage/report/export/xlsx?sort=state")
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert f"学习完成情况_{today().isoformat()}.xlsx" in unquote(answer.headers["Content-Disposition"])
    book = openpyxl.load_workbook(io.BytesIO(answer.get_data()))
    sheet = book.active
    assert book.sheetnames == ["学习完成情况"] and sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[1]] == HEADERS
    assert [cell.value for cell in sheet[5]] == [
        "丁完", "ding", "青禾县", "科长", "课程 kc", "已完成", 1, 92.5, 2, datetime(2026, 10, 1, 0, 30)  # noqa: DTZ001  Excel knows no zones
    ]  # fmt: skip
    assert [cell.data_type for cell in sheet[5]] == ["s"] * 6 + ["n", "n", "n", "d"]
    assert sheet["G5"].number_format == "0%" and sheet["J5"].number_format == "yyyy-mm-dd hh:mm"
    studying = [cell.value for cell in sheet[3]]
    assert studying == ["乙学", "yi", "青禾县 / 望舒街道", "科员", "课程 kc", "学习中", 0.5, None, None, None]
    assert sheet.column_dimensions["C"].width > 25


def test_a_csv_opens_in_excel(client: Any, sign_in: Any, five: dict[str, Enrolment]) -> None:
    sign_in("administrator")
    answer = client.get("/manage/report/export/csv?sort=state&state=completed")
    body = answer.get_data()
    assert body.startswith(b"\xef\xbb\xbf") and answer.mimetype == "text/csv"
    assert f"学习完成情况_{today().isoformat()}.csv" in unquote(answer.headers["Content-Disposition"])
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert rows == [
        HEADERS,
        ["丁完", "ding", "青禾县", "科长", "课程 kc", "已完成", "100%", "92.5", "2", "2026-10-01 00:30"],
    ]


def test_an_export_is_recorded_with_what_it_holds(client: Any, sign_in: Any, five: dict, county: dict) -> None:
    actor = sign_in("administrator")
    client.get(f"/manage/report/export/csv?unit={county['青禾县'].id}&state=overdue&since=2026-01-01")
    [entry] = db.session.query(AuditEntry).filter_by(action="export.taken")
    assert entry.actor_id == actor.id
    for said in ("学习完成情况", "1 行", "CSV", "青禾县", "已逾期", "报名日期：2026-01-01 至 现在"):
        assert said in entry.summary
    assert client.get("/manage/report/export/pdf").status_code == 404


def test_names_cannot_become_formulas(client: Any, sign_in: Any, person: Any) -> None:
    enrol(person(name='=HYPERLINK("http://x")', account="a1", post="+1"), make_course([make_lesson()]))
    sign_in("administrator")
    assert "'=HYPERLINK" in client.get("/manage/report/export/csv").get_data().decode("utf-8-sig")
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/manage/report/export/xlsx").get_data())).active
    assert (sheet["A2"].data_type, sheet["D2"].data_type) == ("s", "s")


def test_an_export_holds_all_pages_and_asks_a_fixed_number_of_questions(
    client: Any, sign_in: Any, person: Any, five: dict[str, Enrolment]
) -> None:
    sign_in("administrator")

    def count(url: str) -> int:
        with statements() as asked:
            client.get(url)
        return len(asked)

    urls = ("/manage/report", "/manage/report/export/csv", f"/manage/enrolments/{five['甲未'].course_id}")
    before = [count(url) for url in urls]
    course = db.session.get(Course, five["甲未"].course_id)
    hashed = db.session.query(User).first().password_hash
    for number in range(60):
        user = User(account=f"n{number:03}", name=f"人{number:03}", password_hash=hashed)
        db.session.add(Enrolment(user=user, course=course))
    db.session.flush()
    assert [count(url) for url in urls] == before
    assert len(report_of(client.get("/manage/report"))) == 50
    assert len(report_of(client.get("/manage/report?page=2"))) == 15
    assert len(sheet_of(client.get("/manage/report/export/xlsx"))) == 66


def test_others_may_write_while_an_export_is_read(
    app: Any, client: Any, sign_in: Any, five: dict[str, Enrolment], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty thousand rows take seconds; a learner's draft must be saved meanwhile."""
    sign_in("administrator")
    done: list[bool] = []

    def write() -> None:
        with app.app_context():
            db.session.add(Unit(name="同时写的"))
            db.session.commit()
            done.append(True)

    plain = roster.rows_of

    def slow(*given: Any) -> Any:
        for number, row in enumerate(plain(*given)):
            if number == 2:
                thread = threading.Thread(target=write)
                thread.start()
                thread.join(4)
                assert done, "the export holds the write lock"
            yield row

    monkeypatch.setattr(roster, "rows_of", slow)
    assert client.get("/manage/report/export/csv").status_code == 200


def test_an_empty_report_leads_to_enrolment(client: Any, sign_in: Any) -> None:
    sign_in("administrator")
    text = text_of(client.get("/manage/report"))
    assert "还没有人报名" in text and 'href="/manage/enrolments"' in text
    assert sheet_of(client.get("/manage/report/export/xlsx")) == [HEADERS]


def test_a_state_is_a_word_with_a_sign(client: Any, sign_in: Any, five: dict[str, Enrolment]) -> None:
    sign_in("administrator")
    chips = re.findall(
        r'<span class="badge [^"]*">(<svg class="icon icon-(\w+)"[^>]*>.*?</svg>)(\S+?)</span>',
        text_of(client.get("/manage/report")),
    )
    assert {(label, sign) for _, sign, label in chips} == {
        ("未开始", "circle"), ("学习中", "book"), ("已逾期", "warn"), ("已完成", "check"), ("已退出", "cross"),
    }  # fmt: skip


def test_the_administrator_starts_here(client: Any, sign_in: Any) -> None:
    sign_in("administrator")
    assert client.get("/").location == "/manage/report"


@pytest.mark.parametrize("role", ["learner", "trainer", None])
@pytest.mark.parametrize("url", ["/manage/report", "/manage/report/export/xlsx", "/manage/report/export/csv"])
def test_others_do_not_see_it(url: str, role: str | None, client: Any, sign_in: Any) -> None:
    if role:
        sign_in(role)
        assert client.get(url).status_code == 403
    else:
        assert client.get(url).location.startswith("/sign-in")


def test_the_demo_has_life_in_it(person: Any, app: Any) -> None:
    """People in every state, by the same services as everybody."""
    unit = accounts.demo_unit()
    quiz, drill = make_quiz("single", "short", "multiple", slug="z"), make_quiz("reply", slug="d", drill=True)
    make_course([make_lesson("a"), make_lesson("b"), quiz, drill], slug="one")
    make_course([make_lesson("c"), make_quiz("matching", "ordering", "truefalse", slug="y")], slug="two")
    made = {role: person(role.value, unit=unit) for role in Role}
    demo.prepare(made)
    db.session.commit()
    totals = roster.totals(roster.Filter(today()))
    assert all(totals.values()), totals
    assert sum(totals.values()) == 2 * (len(demo.PEOPLE) + 1)
    for row in roster.rows_of(roster.Filter(today(), state="completed"), "name"):
        standing = study.standing_in(db.session.get(User, row.user_id), row.course_id)
        assert standing.done == len(standing.steps) and row.score and row.hours
        assert row.completed_at < now()
