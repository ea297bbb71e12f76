"""What leads to the report, and who may open it."""

import re
from typing import Any

import pytest

from courses import demo
from courses.models import Enrolment
from courses.service import roster, study
from literacy.dates import today
from literacy.db import db, now
from literacy.models import Role, User
from literacy.service import accounts
from tests.courses.completion.conftest import HEADERS, sheet_of
from tests.courses.factories import enrol, make_course, make_lesson
from tests.filling import text_of
from tests.quizzes.factories import make_quiz


def test_an_empty_report_leads_to_enrolment(client: Any, sign_in: Any) -> None:
    sign_in("administrator")
    text = text_of(client.get("/manage/reports/completion"))
    assert "还没有人报名" in text and 'href="/manage/enrolments"' in text
    assert sheet_of(client.get("/manage/reports/completion/export/xlsx")) == [HEADERS]


def test_a_state_is_a_word_with_a_sign(client: Any, sign_in: Any, five: dict[str, Enrolment]) -> None:
    sign_in("administrator")
    chips = re.findall(
        r'<span class="badge [^"]*">(<svg class="icon icon-(\w+)"[^>]*>.*?</svg>)(\S+?)</span>',
        text_of(client.get("/manage/reports/completion")),
    )
    assert {(label, sign) for _, sign, label in chips} == {
        ("未开始", "circle"), ("学习中", "book"), ("已逾期", "warn"), ("已完成", "check"), ("已退出", "cross"),
    }  # fmt: skip


def test_the_administrator_starts_here_once_somebody_is_enrolled(client: Any, person: Any, sign_in: Any) -> None:
    sign_in("administrator")
    assert client.get("/").location == "/manage/first-steps"
    enrol(person(), make_course([make_lesson()]))
    assert client.get("/").location == "/manage/reports"


@pytest.mark.parametrize("role", ["learner", "trainer", None])
@pytest.mark.parametrize(
    "url",
    ["/manage/reports/completion", "/manage/reports/completion/export/xlsx", "/manage/reports/completion/export/csv"],
)
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
