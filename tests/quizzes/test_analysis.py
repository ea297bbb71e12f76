"""Item analysis over the database: who is counted, what is kept, what the pages show."""

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from literacy.db import db, now
from literacy.models import User
from quizzes.models import Answer, Attempt, Override, QuestionVersion, Quiz, Submission
from quizzes.service import analysis as service
from quizzes.service import attempts as taking
from quizzes.summary import QuizSummary
from tests.quizzes.factories import RIGHT, body, make_quiz
from tests.statements import statements

KINDS = ("single", "multiple", "truefalse")


def take(user: User, quiz: Quiz, wrong: Sequence[int] = (), minutes: int = 7) -> Attempt:
    """The person does the quiz, right but for the questions at these positions, which stay open."""
    begun = now() - timedelta(minutes=minutes)
    attempt = taking.start(user, quiz.id, begun)
    kinds = {answer.position: answer.question_version.question.kind for answer in attempt.answers}
    drafts = {position: {} if position in wrong else RIGHT[kind] for position, kind in kinds.items()}
    return taking.submit(user, attempt.id, drafts, begun + timedelta(minutes=minutes))


@pytest.fixture
def quiz(app: Any) -> Quiz:
    return make_quiz(*KINDS)


@pytest.fixture
def six(person: Any, quiz: Quiz) -> list[User]:
    """Six people; the first three leave something open, two of them do it again and have all right."""
    people = [person() for _ in range(6)]
    for user, wrong in zip(people, ([1], [1, 2], [1, 2, 3], [], [], []), strict=True):
        take(user, quiz, wrong)
    for user in people[:2]:
        take(user, quiz)
    return people


def test_the_first_attempt_counts_unless_all_are_asked_for(six: list[User], quiz: Quiz) -> None:
    first, every = service.analysed(quiz), service.analysed(quiz, first_only=False)
    assert (first.whole.count, every.whole.count) == (6, 8)
    assert [row.item.facility for row in first.rows] == [pytest.approx(share) for share in (3 / 6, 4 / 6, 5 / 6)]
    assert [row.item.facility for row in every.rows] == [pytest.approx(share) for share in (5 / 8, 6 / 8, 7 / 8)]
    assert [row.place for row in first.rows] == [1, 2, 3]
    assert first.whole.minutes == 7


def test_an_open_attempt_is_not_the_first(person: Any, six: list[User], quiz: Quiz) -> None:
    """Who began, never handed in, and began again counts once, with what was handed in."""
    user = person()
    begun = taking.start(user, quiz.id, now())
    second = Attempt(quiz=quiz, user=user, number=2, seed=1, pass_mark=60)
    second.submission = Submission(score=100, machine_score=100, passed=True)
    second.answers = [
        Answer(position=place, question_version=slot.question.latest, marks=1.0, fraction=1.0)
        for place, slot in enumerate(quiz.slots, start=1)
    ]
    db.session.add(second)
    db.session.flush()
    assert begun.submission is None
    assert service.analysed(quiz).whole.count == 7


def test_below_five_people_nothing_is_shown(person: Any, quiz: Quiz, client: Any, sign_in: Any) -> None:
    people = [person() for _ in range(4)]
    for user in people:
        take(user, quiz)
    take(people[0], quiz)  # five attempts, four people
    assert not service.analysed(quiz, first_only=False).shown
    sign_in("trainer")
    for address in (f"/teach/quizzes/{quiz.id}/analysis", f"/teach/quizzes/{quiz.id}/analysis?all=1"):
        text = client.get(address).get_data(as_text=True)
        assert "交卷的不到 5 个人" in text
        assert "平均分" not in text
    assert client.get(f"/teach/quizzes/{quiz.id}/analysis/export/csv").status_code == 409
    question = quiz.slots[0].question
    assert "交卷的不到 5 个人" in client.get(f"/teach/questions/{question.id}/results").get_data(as_text=True)


def test_the_trainers_mark_counts(person: Any, six: list[User], quiz: Quiz) -> None:
    answer = db.session.scalars(
        select(Answer).join(Answer.attempt).where(Attempt.user_id == six[0].id, Attempt.number == 1).limit(1)
    ).one()
    db.session.add(Override(answer=answer, trainer_id=person("trainer").id, fraction=0.5, reason="说到了一半"))
    db.session.flush()
    assert service.analysed(quiz).rows[0].item.facility == pytest.approx(3.5 / 6)


def test_options_are_counted_also_those_left_open(six: list[User], quiz: Quiz) -> None:
    single = service.analysed(quiz).rows[0]
    assert [(name, correct, choice.count) for name, correct, choice in single.chosen] == [
        ("等人回答", "对", 3), ("蹲在地上", "错", 0), ("求人下架", "错", 0), ("没有作答", "", 3),
    ]  # fmt: skip
    assert service.analysed(quiz).rows[1].chosen[0][2].count == 4


def test_where_nobody_left_it_open_that_is_no_option(person: Any, quiz: Quiz) -> None:
    for _ in range(5):
        take(person(), quiz)
    assert [name for name, _, _ in service.analysed(quiz).rows[0].chosen] == ["等人回答", "蹲在地上", "求人下架"]


def test_versions_are_kept_apart(person: Any, six: list[User], quiz: Quiz) -> None:
    question = quiz.slots[0].question
    question.versions.append(QuestionVersion(number=2, body={**body("single"), "stem": "改过的题干"}, content_hash="1"))
    db.session.flush()
    take(person(), quiz)
    rows = service.analysed(quiz).rows
    assert [(row.place, row.version.number, row.item.count, row.reworded) for row in rows[:2]] == [
        (1, 2, 1, True), (1, 1, 6, True),
    ]  # fmt: skip


def test_a_question_that_left_the_quiz_is_told_last(six: list[User], quiz: Quiz) -> None:
    gone = quiz.slots[0].question_id
    del quiz.slots[0]
    db.session.flush()
    rows = service.analysed(quiz).rows
    assert (rows[-1].question.id, rows[-1].place) == (gone, 0)
    assert rows[-1].item.count == 6


def test_kept_sums_and_new_ones_make_the_same_figures(
    person: Any, six: list[User], quiz: Quiz, monkeypatch: Any
) -> None:
    monkeypatch.setattr(service, "MARGIN", 2)
    monkeypatch.setattr(service, "MANY", 3)
    for first_only in (True, False):
        plain = service.analysed(quiz, first_only=first_only)
        summary = service.worth_keeping(quiz.id, first_only=first_only)
        assert summary is not None
        service.keep(summary)
        assert service.analysed(quiz, first_only=first_only) == plain
        assert service.worth_keeping(quiz.id, first_only=first_only) is None
    take(six[5], quiz, [1])
    take(person(), quiz, [2])
    kept = service.analysed(quiz, first_only=False)
    assert kept.whole.count == 10
    db.session.query(QuizSummary).delete()
    fresh = service.analysed(quiz, first_only=False)
    assert (kept.whole.count, kept.whole.bins) == (fresh.whole.count, fresh.whole.bins)
    assert kept.whole.alpha == pytest.approx(fresh.whole.alpha)


def test_what_is_kept_is_read(six: list[User], quiz: Quiz, monkeypatch: Any) -> None:
    """Otherwise nothing would be gained; and after a trainer's mark, a week, it is not."""
    monkeypatch.setattr(service, "MARGIN", 0)
    monkeypatch.setattr(service, "MANY", 1)
    summary = service.worth_keeping(quiz.id)
    assert summary is not None
    summary.sums = {**summary.sums, "count": 99}
    service.keep(summary)
    assert service.analysed(quiz).whole.count == 99
    assert service.analysed(quiz, moment=now() + timedelta(days=8)).whole.count == 6
    answer = db.session.scalars(select(Answer).limit(1)).one()
    db.session.add(Override(answer=answer, trainer_id=six[0].id, fraction=1, reason="理由写在这里"))
    db.session.flush()
    assert service.analysed(quiz).whole.count == 6


def test_few_queries_however_many_attempts(six: list[User], quiz: Quiz) -> None:
    with statements() as one:
        service.analysed(quiz)
    for user in six:
        take(user, quiz)
    with statements() as other:
        service.analysed(quiz)
    assert len(other) <= len(one)


def test_the_page(six: list[User], quiz: Quiz, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    shown = client.get(f"/teach/quizzes/{quiz.id}")
    assert f"/teach/quizzes/{quiz.id}/analysis" in shown.get_data(as_text=True)
    text = client.get(f"/teach/quizzes/{quiz.id}/analysis").get_data(as_text=True)
    for said in ("每人第一次", "6 次作答", "答的人太少（不到 20 次），先别下结论", "信度 α", "一半的作答在 7 分钟以内"):
        assert said in text
    for user in six:
        assert user.account not in text
    assert "8 次作答" in client.get(f"/teach/quizzes/{quiz.id}/analysis?all=1").get_data(as_text=True)
    question = quiz.slots[0].question
    assert "50%" in client.get(f"/teach/questions/{question.id}/results").get_data(as_text=True)


def test_a_drill_has_figures_too(person: Any, client: Any, sign_in: Any) -> None:
    drill = make_quiz("reply", slug="d", drill=True)
    for _ in range(5):
        take(person(), drill)
    sign_in("trainer")
    text = client.get(f"/teach/quizzes/{drill.id}/analysis").get_data(as_text=True)
    assert "算不出（只有一道题，或者分数都一样）" in text
    assert client.get(f"/teach/quizzes/{drill.id}/analysis/export/csv").status_code == 200


def test_the_file(six: list[User], quiz: Quiz, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.get(f"/teach/quizzes/{quiz.id}/analysis/export/xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == service.HEADERS
    assert rows[1][:6] == (1, "single", "单选题", 1, 6, 0.5)
    assert rows[2][8:12] == ("等人回答", "对", 3, 0.5)
    assert client.get(f"/teach/quizzes/{quiz.id}/analysis/export/csv").mimetype == "text/csv"
    assert client.get(f"/teach/quizzes/{quiz.id}/analysis/export/pdf").status_code == 404


@pytest.mark.parametrize("role", ["learner", "administrator"])
def test_only_trainers(six: list[User], quiz: Quiz, client: Any, sign_in: Any, role: str) -> None:
    sign_in(role)
    question = quiz.slots[0].question_id
    for address in (
        f"/teach/quizzes/{quiz.id}/analysis",
        f"/teach/quizzes/{quiz.id}/analysis/export/csv",
        f"/teach/questions/{question}/results",
    ):
        assert client.get(address).status_code == 403


def test_no_such_quiz(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    assert client.get("/teach/quizzes/99/analysis").status_code == 404
    assert client.get("/teach/questions/99/results").status_code == 404
