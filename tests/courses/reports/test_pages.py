"""Every report: its page, its files, its filters, and what it says of people and of small groups."""

import io
import re
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from courses.reports import exporting, sums
from courses.reports.frame import HIDDEN
from courses.reports.listed import REPORTS
from literacy import export
from literacy.db import db
from literacy.jobs.models import Job, JobState
from literacy.models import AuditEntry, Unit
from quizzes.models import Answer, Attempt, Quiz, Submission
from tests.courses.factories import enrol, make_course, make_lesson, read
from tests.filling import text_of
from tests.quizzes.factories import make_quiz
from tests.working import work_off

KEYS = [report.key for report in REPORTS]


def reply(user: Any, quiz: Quiz, patterns: list[str], fraction: float = 0.5) -> None:
    """Somebody handed in a drill, and the rubric found these faults."""
    version = quiz.slots[0].question.latest
    answer = Answer(
        position=1, question_version=version, scenario_version=version.question.scenario.latest, marks=1.0,
        fraction=fraction, detail={"grade": 2, "doubt": 0.1, "patterns": patterns},
    )  # fmt: skip
    attempt = Attempt(quiz=quiz, user=user, number=1, seed=1, pass_mark=60, answers=[answer])
    attempt.submission = Submission(score=100 * fraction, machine_score=100 * fraction, passed=fraction >= 0.6)
    db.session.add(attempt)
    db.session.flush()


@pytest.fixture
def county(app: Any) -> dict[str, Unit]:
    """青禾县 with three streets."""
    root = Unit(name="青禾县")
    db.session.add_all([root, *(Unit(name=name, parent=root) for name in ("东街", "南街", "西街"))])
    db.session.flush()
    return {unit.name: unit for unit in db.session.scalars(select(Unit))}


@pytest.fixture
def filled(person: Any, county: dict[str, Unit]) -> dict[str, Any]:
    """Six people in 东街, seven in 南街, two in 西街; all wrote a reply; half read the lesson."""
    lesson, drill = make_lesson("a", title="听懂群众的话"), make_quiz("reply", slug="d", drill=True)
    course = make_course([lesson, drill])
    people = {}
    for street, count in (("东街", 6), ("南街", 7), ("西街", 2)):
        for number in range(count):
            user = person(name=f"{street}{number}", account=f"{street}-{number}", unit=county[street])
            people[user.name] = user
            enrol(user, course)
            reply(user, drill, ["boilerplate"] if number % 2 else [], 0.9 if number % 2 else 0.3)
            if number % 2:
                read(user, lesson)
    return {"people": people, "course": course, "drill": drill, **county}


def sheets_of(answer: Any) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(answer.get_data()))
    return {sheet.title: [[cell.value for cell in row] for row in sheet] for sheet in book}


def test_the_list_leads_to_every_report(client: Any, sign_in: Any) -> None:
    sign_in("administrator")
    text = text_of(client.get("/manage/reports"))
    for report in REPORTS:
        assert f'href="/manage/reports/{report.key}"' in text and report.answers in text


@pytest.mark.parametrize("key", KEYS)
def test_a_report_opens_and_comes_as_each_kind_of_file(
    key: str, client: Any, sign_in: Any, filled: dict[str, Any]
) -> None:
    sign_in("administrator")
    text = text_of(client.get(f"/manage/reports/{key}"))
    report = next(one for one in REPORTS if one.key == key)
    assert report.title in text and all(sentence in text for sentence in report.definitions)
    book = sheets_of(client.get(f"/manage/reports/{key}/export/xlsx"))
    assert list(book) == ["说明", report.title, "合计"]
    assert book[report.title][0] == [column.title for column in report.columns]
    assert ["报表", report.title] in book["说明"] and ["说明", report.definitions[0]] in book["说明"]
    lines = client.get(f"/manage/reports/{key}/export/csv").get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == len(book[report.title])
    pdf = client.get(f"/manage/reports/{key}/export/pdf")
    assert pdf.mimetype == "application/pdf" and pdf.get_data().startswith(b"%PDF")
    assert client.get(f"/manage/reports/{key}/export/doc").status_code == 404


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "query",
    [
        "unit=77&year=1&quiz=5&course=9",
        "sort=nothing&page=99",
        "since=abc&fewer=viel&kind=x&columns=zz",
        "unit=%00&words=%25",
    ],
)
def test_any_query_is_borne(key: str, query: str, client: Any, sign_in: Any, filled: dict[str, Any]) -> None:
    sign_in("administrator")
    assert client.get(f"/manage/reports/{key}?{query}").status_code == 200
    assert client.get(f"/manage/reports/{key}/export/csv?{query}").status_code in (200, 303)


@pytest.mark.parametrize("role", ["learner", "trainer"])
def test_only_administrators_see_reports(role: str, client: Any, sign_in: Any, filled: dict[str, Any]) -> None:
    sign_in(role)
    someone = filled["people"]["东街0"].id
    for path in ("", "/completion", "/headers", f"/learner/{someone}", "/hours/export/xlsx"):
        assert client.get(f"/manage/reports{path}").status_code == 403


def test_the_old_address_leads_on_with_its_filter(client: Any, sign_in: Any) -> None:
    sign_in("administrator")
    answer = client.get("/manage/report?unit=5&sort=-name&foreign=1")
    assert answer.location == "/manage/reports/completion?unit=5&sort=-name"


def test_small_groups_and_one_neighbour_are_not_shown(client: Any, sign_in: Any, filled: dict[str, Any]) -> None:
    """Two people in 西街: hidden; and 东街, or the county less the rest would tell of them."""
    sign_in("administrator")
    county = filled["青禾县"].id
    for key, column in (("patterns", "官话套话"), ("competency", "WG1 识语")):
        rows = sheets_of(client.get(f"/manage/reports/{key}/export/xlsx?unit={county}"))
        [head, *lines] = next(rows[name] for name in rows if name not in ("说明", "合计"))
        if column not in head:
            continue
        told = {line[0]: line[head.index(column)] for line in lines}
        if key == "patterns":
            assert told["西街"] == told["东街"] == HIDDEN and isinstance(told["南街"], float)
    text = text_of(client.get(f"/manage/reports/patterns?unit={filled['西街'].id}"))
    assert HIDDEN in text and "50%" not in text


def test_faults_are_shares_of_replies(client: Any, sign_in: Any, filled: dict[str, Any]) -> None:
    sign_in("administrator")
    rows = sheets_of(client.get(f"/manage/reports/patterns/export/xlsx?unit={filled['南街'].id}"))["常见问题（按单位）"]
    line = dict(zip(rows[0], rows[1], strict=True))
    assert (line["答复数"], line["官话套话"], line["辱骂讥讽"]) == (7, pytest.approx(3 / 7), 0)


def test_sums_that_are_kept_say_the_same_as_those_counted_now(
    client: Any, sign_in: Any, filled: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    live = {kept.name: sorted(map(tuple, sums.read(kept.name).rows)) for kept in sums.KEPT}
    assert all(live.values())
    monkeypatch.setattr(sums, "LIVE", -1)
    assert sums.read("quizzes").never
    sums.renew()
    for name, rows in live.items():
        kept = sums.read(name)
        assert sorted(map(tuple, kept.rows)) == rows and kept.at is not None
    sums.renew()  # again: nothing is counted twice
    assert sorted(map(tuple, sums.read("patterns").rows)) == live["patterns"]


def test_sums_are_renewed_from_the_page(
    app: Any, client: Any, sign_in: Any, filled: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sums, "LIVE", -1)
    sign_in("administrator")
    assert "还没有汇总过" in text_of(client.get("/manage/reports/patterns"))
    answer = client.send("/manage/reports/patterns/renew")
    assert answer.location.startswith("/jobs/")
    work_off(app)
    assert "数据截至" in text_of(client.get("/manage/reports/patterns"))


def test_quiz_results_name_nobody(client: Any, sign_in: Any, filled: dict[str, Any]) -> None:
    sign_in("administrator")
    page = text_of(client.get(f"/manage/reports/quizzes?quiz={filled['drill'].id}"))
    assert "东街0" not in page and "得分分布" in page and "<title id=" in page
    rows = sheets_of(client.get("/manage/reports/quizzes/export/xlsx"))["测验成绩"]
    assert rows[1] == ["小测", "演练", 15, 15, 7, pytest.approx(7 / 15), pytest.approx(58, abs=0.1)]
    rows = sheets_of(client.get(f"/manage/reports/quizzes/export/xlsx?unit={filled['西街'].id}"))["测验成绩"]
    assert rows[1][2:] == [HIDDEN] * 5


def test_units_are_drawn_in_the_order_of_the_tree(client: Any, sign_in: Any, filled: dict[str, Any]) -> None:
    sign_in("administrator")
    for query, whole in ((f"?unit={filled['青禾县'].id}", "青禾县（含下级）"), ("", "全部单位")):
        text = text_of(client.get(f"/manage/reports/completion{query}"))
        assert re.findall(r'<th scope="row">([^<]+)</th>', text) == ["东街", "南街", "西街", whole]


def test_columns_are_chosen_for_screen_and_file(client: Any, sign_in: Any, filled: dict[str, Any]) -> None:
    sign_in("administrator")
    query = "columns=name&columns=state"
    heads = re.findall(r'<th scope="col" class="col-(\w+)', text_of(client.get(f"/manage/reports/completion?{query}")))
    assert heads == ["name", "state"]
    rows = sheets_of(client.get(f"/manage/reports/completion/export/xlsx?{query}"))["完成情况"]
    assert rows[0] == ["姓名", "状态"]


def test_hours_find_who_lacks_them(client: Any, sign_in: Any, filled: dict[str, Any]) -> None:
    sign_in("administrator")
    assert "共 15 条" in text_of(client.get("/manage/reports/hours?fewer=1"))
    assert "请填 0 到 9999 的数字" in text_of(client.get("/manage/reports/hours?fewer=viel"))


def test_activity_lists_what_was_done(client: Any, sign_in: Any, filled: dict[str, Any]) -> None:
    sign_in("administrator")
    rows = sheets_of(client.get("/manage/reports/activity/export/xlsx"))["课程学习记录"]
    assert len(rows) == 1 + 15 + 7
    rows = sheets_of(client.get("/manage/reports/activity/export/xlsx?kind=lesson"))["课程学习记录"]
    assert {row[6] for row in rows[1:]} == {"听懂群众的话"} and len(rows) == 8


def test_a_record_shows_one_learner(client: Any, sign_in: Any, filled: dict[str, Any]) -> None:
    sign_in("administrator")
    user = filled["people"]["南街1"]
    text = text_of(client.get(f"/manage/reports/learner/{user.id}"))
    assert "南街1的学习详情" in text and "听懂群众的话" in text and "青禾县 / 南街" in text
    book = sheets_of(client.get(f"/manage/reports/learner/{user.id}/export/xlsx"))
    assert list(book) == ["基本情况", "课程", "测验和演练", "学时", "课程学习记录"]
    assert client.get(f"/manage/reports/learner/{user.id}/export/pdf").get_data().startswith(b"%PDF")
    assert client.get("/manage/reports/learner/99999").status_code == 404


def test_a_long_export_is_a_job_for_its_owner(
    app: Any, client: Any, sign_in: Any, filled: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 3)
    monkeypatch.setattr(export, "TOLD_EVERY", 2)
    actor = sign_in("administrator")
    page = text_of(client.get("/manage/reports/completion?words=南街"))
    assert 'action="/manage/reports/completion/export?words=' in page
    assert client.get("/manage/reports/completion/export/xlsx?words=南街").status_code == 303
    answer = client.send("/manage/reports/completion/export?words=南街", {"form": "xlsx"})
    work_off(app)
    job = db.session.scalars(select(Job)).one()
    assert answer.location == f"/jobs/{job.id}"
    assert (job.state, job.said) == (JobState.DONE, "完成情况，共 7 行。")
    link = re.search(r'href="(/jobs/files/[^"]+)"', text_of(client.get(f"/jobs/{job.id}")))
    assert link and len(sheets_of(client.get(link[1]))["完成情况"]) == 8
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.taken")).one()
    assert entry.actor_id == actor.id and "7 行" in entry.summary
    client.send("/sign-out")
    client.signed_in = None
    sign_in("administrator")
    assert client.get(link[1]).status_code == 404


def test_a_job_of_somebody_who_may_no_longer_see_reports_gives_nothing(
    app: Any, client: Any, sign_in: Any, filled: dict[str, Any]
) -> None:
    actor = sign_in("administrator", "learner")
    client.send("/manage/reports/completion/export", {"form": "csv"})
    actor.grants = [grant for grant in actor.grants if grant.role == "learner"]
    db.session.commit()
    work_off(app)
    job = db.session.scalars(select(Job)).one()
    assert job.state is JobState.FAILED and "不能看报表" in job.said
