"""Every kind of content keeps its versions; an old one comes back as the newest, and attempts keep theirs."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from courses.models import Lesson
from courses.service.authoring import courses as arranging
from courses.service.authoring import lessons
from literacy.db import db, now
from literacy.errors import Refused
from literacy.models import AuditEntry, User
from quizzes.history import service
from quizzes.history.kinds import KINDS, kept_of
from quizzes.history.models import ContentVersion
from quizzes.models import Answer, Quiz
from quizzes.service import attempts
from quizzes.service.authoring import life, questions, quizzes
from tests.conftest import empty_database
from tests.courses.factories import enrol, make_course, make_lesson, read
from tests.filling import text_of
from tests.quizzes.factories import RIGHT, body, make_expression, make_question, make_quiz, make_scenario, make_source


def row_of(kind: str) -> Any:
    """A published row of a kind."""
    made = {
        "questions": lambda: make_question("single"),
        "scenarios": make_scenario,
        "quizzes": lambda: make_quiz("single", "truefalse", "short"),
        "sources": lambda: make_source("信访工作条例", "第四条"),
        "expressions": lambda: make_expression("l03", "破防"),
        "lessons": make_lesson,
        "courses": lambda: make_course([make_lesson("a"), make_lesson("b")], [make_lesson("c")]),
    }
    return made[kind]()


def changed(author: User, row: Any, word: str) -> None:
    """Change a row somehow; the same word makes the same content."""
    now_held = kept_of(row).content(row)
    texts = {
        "questions": {"stem": f"题干{word}"},
        "scenarios": {"task": f"任务{word}"},
        "quizzes": {"intro": f"说明{word}", "questions": now_held.get("questions", [])[:: -1 if len(word) % 2 else 1]},
        "sources": {"note": f"说明{word}"},
        "expressions": {"tone": f"语气{word}"},
        "lessons": {"body": f"## 小标题\n\n正文{word}\n"},
        "courses": {"summary": f"介绍{word}", "modules": now_held.get("modules", [])[:: -1 if len(word) % 2 else 1]},
    }
    kept_of(row).put(author, row, row.revision, {**now_held, **texts[row.__tablename__]})


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_change_is_a_version_and_the_same_content_is_none(app: Any, person: Any, kind: str) -> None:
    trainer, row = person("trainer"), row_of(kind)
    first = kept_of(row).content(row)
    changed(trainer, row, "一")
    numbers = [number for number, _ in service.versions(row)]
    assert numbers == [2, 1]
    old = service.version_of(row, 1).body
    assert {key: first[key] for key in old} == old
    assert service.newest(row).author == trainer
    changed(trainer, row, "一") if kind not in ("quizzes", "courses") else None
    assert service.count(row) == 2


@pytest.mark.parametrize("kind", list(KINDS))
@given(acts=st.lists(st.one_of(st.text("甲乙丙", min_size=1, max_size=3), st.integers(1, 6)), max_size=7))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_changed_and_restored_the_last_version_is_the_present(
    app: Any, person: Any, kind: str, acts
) -> None:
    trainer, row = person("trainer"), row_of(kind)
    taken = None
    if kind == "questions":
        quiz = make_quiz("single")
        quiz.slots[0].question = row
        db.session.flush()
        taken = attempts.start(person("learner"), quiz.id, now()).answers[0].question_version_id
    service.begin(row)
    bodies = [service.newest(row).body]
    for act in acts:
        before = service.count(row)
        if isinstance(act, str):
            changed(trainer, row, act)
        elif act <= before:
            wanted = service.version_of(row, act).body
            if wanted == service.newest(row).body:
                with pytest.raises(Refused):
                    service.restore(trainer, row, row.revision, act)
            else:
                service.restore(trainer, row, row.revision, act)
                assert service.newest(row).body == wanted
        db.session.expire_all()
        last = service.newest(row)
        held = kept_of(row).content(row)
        assert {key: held[key] for key in last.body} == last.body
        assert [service.version_of(row, number).body for number in range(1, before + 1)] == bodies[:before]
        bodies = [service.version_of(row, number).body for number in range(1, service.count(row) + 1)]
        assert all(one != two for one, two in pairwise(bodies))
    if taken is not None:
        assert db.session.scalars(select(Answer.question_version_id)).one() == taken
    db.session.rollback()
    db.session.remove()
    empty_database()


def test_an_attempt_stays_with_the_version_that_it_was_given(app: Any, person: Any) -> None:
    trainer, learner = person("trainer"), person()
    quiz = make_quiz("single")
    attempt = attempts.start(learner, quiz.id, now())
    given_version = attempt.answers[0].question_version
    question = quiz.slots[0].question
    changed(trainer, question, "改")
    service.restore(trainer, question, question.revision, 1)
    done = attempts.submit(learner, attempt.id, {1: RIGHT["single"]}, now())
    assert done.answers[0].question_version is given_version
    assert question.latest.number == 3
    assert question.latest.body == given_version.body
    assert question.latest.note == "恢复自第 1 版"


def test_a_quiz_does_not_get_a_question_back_that_is_gone_or_retired(app: Any, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("single", "truefalse")
    second = quiz.slots[1].question
    rules = {"title": "小测", "kind": quiz.kind}
    quizzes.change_quiz(trainer, quiz, quiz.revision, rules, [(quiz.slots[0].question_id, 1)])
    life.retire(trainer, second)
    with pytest.raises(Refused, match="已经停用"):
        service.restore(trainer, quiz, quiz.revision, 1)
    db.session.expire(quiz)
    life.publish(trainer, second)
    assert service.restore(trainer, quiz, quiz.revision, 1) == 3
    assert [slot.question for slot in quiz.slots] == [quiz.slots[0].question, second]
    gone = db.session.scalars(select(ContentVersion).where(ContentVersion.number == 1)).one()
    gone.body = {**gone.body, "questions": [{"question": "q-nobody", "marks": 1.0}]}
    with pytest.raises(Refused, match="已经不在了"):
        service.restore(trainer, quiz, quiz.revision, 1)


def test_a_published_lesson_does_not_become_unfinished_again(app: Any, person: Any) -> None:
    trainer = person("trainer")
    empty = {name: [] for name in ("competencies", "sources", "checks")}
    lesson = lessons.create_lesson(trainer, {"title": "新课", "summary": "", "body": "", "media": "", **empty})
    changed(trainer, lesson, "写好了")
    life.publish(trainer, lesson)
    with pytest.raises(Refused, match="不能改成不完整的"):
        service.restore(trainer, lesson, lesson.revision, 1)


def test_a_course_gets_its_steps_back_and_nobody_loses_their_place(app: Any, person: Any) -> None:
    trainer, learner = person("trainer"), person()
    one, two, three = make_lesson("a"), make_lesson("b"), make_lesson("c")
    course = make_course([one, two], [three])
    enrolment = enrol(learner, course)
    read(learner, one, three)
    kept_rows = {activity.lesson_id: activity.id for activity in course.activities}
    arranging.change_course(trainer, course, None, {"title": "新名"}, [course.modules[0].id])
    module = course.modules[0]
    arranging.change_module(trainer, module, None, {"title": "改名"}, [(module.activities[1].id, module.id)])
    assert [activity.lesson for activity in course.activities] == [two]
    service.restore(trainer, course, course.revision, 1)
    db.session.expire_all()
    assert [[activity.lesson for activity in part.activities] for part in course.modules] == [[one, two], [three]]
    assert (course.title, course.modules[0].title) == ("课程 kc", "单元 0")
    again = {activity.lesson_id: activity.id for activity in course.activities}
    assert again[two.id] == kept_rows[two.id]
    assert enrolment.completed_at is None


def test_two_trainers_at_once_do_not_restore_over_each_other(app: Any, person: Any) -> None:
    trainer, lesson = person("trainer"), make_lesson()
    opened_on = lesson.revision
    changed(person("trainer"), lesson, "别人改的")
    with pytest.raises(Refused, match="别人改过"):
        service.restore(trainer, lesson, opened_on, 1)


def test_labels_of_a_question_stand_in_the_timeline_without_a_version(app: Any, person: Any) -> None:
    trainer, question = person("trainer"), make_question("single")
    questions.change_question(trainer, question, None, body("single"), competency="WD1", difficulty=4)
    life.retire(trainer, question)
    page = service.timeline(question, 1)
    assert [event.entry.action if event.entry else event.version.number for event in page.items] == [
        "content.retired", "content.relabelled", 1,
    ]  # fmt: skip
    assert page.items[1].entry.changes["competency"] == ["WG1", "WD1"]


def test_content_files_leave_versions_too(app: Any) -> None:
    lesson, quiz = make_lesson(), make_quiz("single")
    lesson.file_hash = "x"
    assert service.keep_all(Lesson, Quiz) == 2
    assert service.keep_all(Lesson, Quiz) == 0
    assert service.newest(lesson).who == "内容文件"
    lesson.body = "新的正文\n"
    db.session.flush()
    assert service.keep_all(Lesson) == 1
    assert service.count(lesson) == 2
    assert service.newest(quiz).note == service.BEFORE


# Pages


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_pages_of_every_kind(client: Any, sign_in: Any, person: Any, kind: str) -> None:
    trainer = sign_in("trainer")
    row = row_of(kind)
    changed(db.session.merge(trainer), row, "改")
    page = client.get(f"/teach/{kind}/{row.id}/history")
    assert page.status_code == 200
    assert "第 2 版" in text_of(page)
    assert "改了什么" in text_of(page)
    compared = text_of(client.get(f"/teach/{kind}/{row.id}/history/compare?old=1&new=2"))
    assert "【加上】" in compared
    alone = client.get(f"/teach/{kind}/{row.id}/history/compare?old=1&new=1")
    assert "恢复第 1 版" in text_of(alone)
    sent = {"revision": row.revision, "form_key": "k"}
    answer = client.send(f"/teach/{kind}/{row.id}/history/1/restore", sent)
    assert answer.status_code == 303
    assert "恢复自第 1 版" in text_of(client.get(answer.location))
    again = client.send(f"/teach/{kind}/{row.id}/history/1/restore", sent)
    assert again.location == answer.location
    db.session.expire_all()
    assert service.count(row) == 3
    acts = db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == kind)).all()
    assert acts.count("content.restored") == 1


def test_a_page_that_was_opened_before_shows_its_first_version(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    lesson = make_lesson()
    for _ in range(2):
        assert "第 1 版" in text_of(client.get(f"/teach/lessons/{lesson.id}/history"))
    assert db.session.scalar(select(func.count(ContentVersion.id))) == 1


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/teach/nothing/1/history", 404),
        ("/teach/users/1/history", 404),
        ("/teach/lessons/999/history", 404),
        ("/teach/lessons/1/history/compare?old=9", 404),
        ("/teach/lessons/1/history/compare?old=99999999999", 404),
        ("/teach/lessons/1/history/compare?old=abc", 200),
        ("/teach/lessons/1/history?page=99", 200),
    ],
)
def test_addresses_that_lead_nowhere(client: Any, sign_in: Any, address: str, status: int) -> None:
    sign_in("trainer")
    lesson = make_lesson()
    service.begin(lesson)
    assert client.get(address.replace("lessons/1", f"lessons/{lesson.id}")).status_code == status


def test_learners_see_no_history(client: Any, sign_in: Any) -> None:
    sign_in("learner")
    lesson = make_lesson()
    for address in (f"/teach/lessons/{lesson.id}/history", f"/teach/lessons/{lesson.id}/history/compare"):
        assert client.get(address).status_code == 403
    assert client.send(f"/teach/lessons/{lesson.id}/history/1/restore").status_code == 403


def test_what_a_learner_might_have_typed_is_escaped(client: Any, sign_in: Any, person: Any) -> None:
    trainer = sign_in("trainer")
    lesson = make_lesson(body="正文\n")
    changed(db.session.merge(trainer), lesson, "<script>x()</script>")
    text = text_of(client.get(f"/teach/lessons/{lesson.id}/history/compare?old=1&new=2"))
    assert "<script>x()" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_page_of_content_leads_to_its_history(client: Any, sign_in: Any, kind: str) -> None:
    sign_in("trainer")
    row = row_of(kind)
    page = client.get(f"/teach/{kind}/{row.id}")
    assert page.status_code == 200
    assert f"/teach/{kind}/{row.id}/history" in text_of(page)
