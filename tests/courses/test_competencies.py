"""The learner's competencies: from answers and replies, with a step of a course that helps."""

from typing import Any

import pytest
from sqlalchemy import select

from courses.models import Course
from literacy.db import db, now
from literacy.models import User
from quizzes.competencies import MEANINGS
from quizzes.models import Answer, Attempt, Override, Quiz, Submission
from quizzes.service.competence import competencies_of
from tests.courses.factories import enrol, make_course, make_lesson
from tests.filling import text_of
from tests.quizzes.factories import make_quiz


def hand_in(user: User, quiz: Quiz, fraction: float, number: int = 1) -> Attempt:
    """A marked attempt whose answers all reached this share."""
    attempt = Attempt(quiz=quiz, user=user, number=number, seed=1, pass_mark=60)
    for slot in quiz.slots:
        version = slot.question.scenario.latest if slot.question.scenario else None
        answer = Answer(
            position=slot.position + 1, question_version=slot.question.latest, scenario_version=version, marks=1,
            fraction=fraction, draft={"text": "x"},
        )  # fmt: skip
        attempt.answers.append(answer)
    attempt.submission = Submission(score=100 * fraction, machine_score=100 * fraction, passed=fraction >= 0.6)
    db.session.add(attempt)
    db.session.flush()
    return attempt


@pytest.fixture
def course(app: Any) -> Course:
    """A lesson, a quiz on WG1, a drill on HD2."""
    quiz, drill = make_quiz("single", "multiple", slug="z"), make_quiz("reply", slug="d", drill=True)
    made = make_course([make_lesson("l1")], [quiz], [drill])
    for module, keys in zip(made.modules, (["WG1"], ["WG1"], ["HD2"]), strict=True):
        module.competencies = keys
    return made


def stand(user: User) -> dict[str, tuple[int, float | None, int, int]]:
    return {
        one.competency: (one.questions, one.right, one.scenarios, one.good)
        for one in competencies_of(user)
        if one.questions or one.scenarios
    }


def test_answers_count_for_their_question_and_replies_for_their_scenario(course: Course, person: Any) -> None:
    user, other = person("learner"), person("learner")
    quiz, drill = course.activities[1].quiz, course.activities[2].quiz
    hand_in(user, quiz, 0.5)
    hand_in(user, quiz, 1.0, 2)
    hand_in(user, drill, 0.8)
    hand_in(other, quiz, 0.0)
    assert stand(user) == {"WG1": (2, 1.0, 0, 0), "HD2": (0, None, 1, 1)}
    assert stand(other) == {"WG1": (2, 0.0, 0, 0)}
    assert stand(person("learner")) == {}


def test_the_trainers_mark_counts_before_the_machines(course: Course, person: Any) -> None:
    user, trainer = person("learner"), person("trainer")
    attempt = hand_in(user, course.activities[2].quiz, 0.2)
    for fraction in (0.5, 0.9):
        db.session.add(Override(answer_id=attempt.answers[0].id, trainer_id=trainer.id, fraction=fraction, reason="好"))
        db.session.flush()
    assert stand(user)["HD2"] == (0, None, 1, 1)


def test_what_is_not_handed_in_counts_for_nothing(course: Course, person: Any) -> None:
    user = person("learner")
    attempt = hand_in(user, course.activities[1].quiz, 1.0)
    db.session.delete(attempt.submission)
    db.session.flush()
    assert stand(user) == {}


def test_the_page_says_in_words_where_one_stands_and_what_helps(client: Any, course: Course, sign_in: Any) -> None:
    user = sign_in("learner")
    enrol(user, course)
    page = text_of(client.get("/learn/competencies"))
    assert all(meaning in page for meaning in MEANINGS.values()) and "WG1" not in page
    assert page.count("还没练到") >= 18 and "课文 l1" in page
    hand_in(user, course.activities[1].quiz, 0.0)
    page = text_of(client.get("/learn/competencies"))
    assert "2 道，答对 0%" in page and "再做 2 道题，再写好 1 个情景的答复，就到“有把握”。" in page
    advice = page.split("下一步练什么")[1].split("十八项能力")[0]
    assert "课文 l1" in advice and "识语：刚起步" in advice
    today = text_of(client.get("/learn"))
    assert "我的能力" in today and "识语" in today and "/learn/competencies" in today
    for word in ("排名", "名次", "积分", "分钟"):
        assert word not in page.replace("不排名", "").replace("不统计在线时长", "")


def test_before_anything_was_tried_the_first_page_stays_quiet(client: Any, course: Course, sign_in: Any) -> None:
    enrol(sign_in("learner"), course)
    assert "我的能力" not in text_of(client.get("/learn"))


def test_only_learners_have_the_page(client: Any, sign_in: Any) -> None:
    sign_in("administrator")
    assert client.get("/learn/competencies").status_code == 403


def test_steps_that_are_done_or_closed_are_not_offered_first(client: Any, course: Course, sign_in: Any) -> None:
    user = sign_in("learner")
    enrol(user, course)
    quiz = course.activities[1].quiz
    assert quiz is not None
    quiz.attempts_allowed = 1
    hand_in(user, quiz, 0.0)
    client.send(f"/learn/lessons/{course.activities[0].id}/finish")
    page = text_of(client.get("/learn/competencies"))
    advice = page.split("下一步练什么")[1].split("十八项能力")[0]
    # The quiz cannot be taken again: what is left for WG1 is reading once more.
    assert "课文 l1" in advice and f"/quizzes/{quiz.id}" not in advice
    assert db.session.scalars(select(Submission)).one() and now()
