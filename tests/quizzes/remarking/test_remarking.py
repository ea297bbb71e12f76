"""Marking again: what changes is told first, then done once; a trainer's mark wins, a completion stays."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from literacy.db import db, now
from literacy.errors import Refused
from literacy.models import AuditEntry
from quizzes import marking
from quizzes.models import Answer
from quizzes.remarking import service
from quizzes.remarking.models import Policy, Remark, Remarking, Stage
from quizzes.service import attempts, overrides
from quizzes.service.authoring import questions
from quizzes.service.competence import competencies_of
from tests.courses.factories import enrol, make_course, make_lesson
from tests.quizzes.factories import RIGHT, body, make_quiz
from tests.quizzes.remarking.conftest import REASON, answered, done, looked, new_key, scores
from tests.quizzes.test_concurrency import at_once


def test_publishing_changes_no_mark_and_offers_to_look(app: Flask, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("single")
    question = quiz.slots[0].question
    tried = answered(person, quiz, {"option": 0}, {"option": 1})
    assert service.waiting(question) == 0
    new_key(trainer, question, 1)
    assert service.waiting(question) == 2
    assert scores(tried) == [(100.0, True), (0.0, False)]


def test_looking_tells_what_would_change_and_changes_nothing(app: Flask, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("single")
    tried = answered(person, quiz, {"option": 0}, {"option": 1}, {"option": 2}, None)
    new_key(trainer, quiz.slots[0].question, 1)
    made = looked(trainer, quiz.slots[0].question)
    counts = service.counts_of(made)
    assert (made.looked, counts.changed, counts.rising, counts.falling) == (4, 2, 1, 1)
    assert (counts.passing, counts.failing, counts.applied) == (1, 1, 0)
    db.session.expire_all()
    assert [one.answers[0].counted_fraction for one in tried] == [1, 0, 0, 0]
    rows = service.remarks_page(made, 1).items
    assert [(row.old_score, row.new_score, row.new_passed) for row in rows] == [(100, 0, False), (0, 100, True)]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (Policy.EXCHANGE, [(0.0, False), (100.0, True), (0.0, False)]),
        (Policy.RISE, [(100.0, True), (100.0, True), (0.0, False)]),
    ],
)
def test_the_two_policies(app: Flask, person: Any, policy: Policy, expected: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("single")
    question = quiz.slots[0].question
    tried = answered(person, quiz, {"option": 0}, {"option": 1}, {"option": 2})
    first = tried[1].answers[0].question_version
    new_key(trainer, question, 1)
    made = done(trainer, question, policy)
    assert scores(tried) == expected
    assert made.stage is Stage.DONE
    answer = tried[1].answers[0]
    # The mark at submission, with what it rested on, is still there.
    assert (answer.fraction, answer.question_version) == (0.0, first)
    assert tried[1].submission.machine_score == 0.0
    assert answer.judged.question_version is question.latest
    assert answer.judged.old_question_version_id == first.id
    assert answer.judged.detail["options"][1]["correct"] is True
    assert service.waiting(question) == 0
    acts = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.action.startswith("mark.")).order_by(AuditEntry.id)
    ).all()
    assert acts == ["mark.remarked", "mark.remark_finished"]


def test_a_trainers_mark_is_kept_and_wins(app: Flask, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("single")
    tried = answered(person, quiz, {"option": 0})
    overrides.override(trainer, tried[0].answers[0].id, 70, "说得有道理，给一部分", now())
    new_key(trainer, quiz.slots[0].question, 1)
    made = looked(trainer, quiz.slots[0].question)
    assert service.counts_of(made).overridden == 1
    assert [(row.old_score, row.new_score) for row in service.remarks_page(made, 1).items] == [(70, 70)]
    service.order(trainer, made, Policy.EXCHANGE, REASON, now())
    service.go_on(made, now())
    db.session.expire_all()
    assert scores(tried) == [(70.0, True)]
    assert tried[0].answers[0].judged.fraction == 0
    overrides.override(trainer, tried[0].answers[0].id, 20, "再看一遍，给得太多", now())
    assert tried[0].submission.score == 20


def test_it_completes_a_course_and_takes_no_completion_away(app: Flask, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("single")
    course, longer = make_course([quiz]), make_course([make_lesson(), quiz], slug="longer")
    tried = []
    enrolments = []
    for option in (0, 1):
        learner = person()
        enrolments.append(enrol(learner, course))
        enrol(learner, longer)
        attempt = attempts.start(learner, quiz.id, now())
        tried.append(attempts.submit(learner, attempt.id, {1: {"option": option}}, now()))
    assert [one.completed_at is not None for one in enrolments] == [True, False]
    new_key(trainer, quiz.slots[0].question, 1)
    made = looked(trainer, quiz.slots[0].question)
    assert service.completions(made) == [("课程《课程 kc》", 1)]
    when = enrolments[0].completed_at
    service.order(trainer, made, Policy.EXCHANGE, REASON, now())
    service.go_on(made, now())
    db.session.expire_all()
    assert scores(tried) == [(0.0, False), (100.0, True)]
    assert enrolments[0].completed_at == when
    assert enrolments[1].completed_at is not None


def test_replies_are_judged_by_the_mended_scenario(app: Flask, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("reply", drill=True)
    scenario = quiz.slots[0].question.scenario
    tried = answered(person, quiz, {"text": "桥头的警示桩已经摆好。电话0000-88104520。"})
    changed = {
        **scenario.body,
        "points": [*scenario.body["points"], {"id": "wall", "text": "说到围墙", "any": [["围墙"]]}],
    }
    questions.change_scenario(trainer, scenario, None, scenario.title, changed, "补上漏掉的要点")
    assert service.waiting(scenario) == service.waiting(quiz.slots[0].question) == 1
    made = looked(trainer, scenario)
    assert service.counts_of(made).changed == 1
    service.order(trainer, made, Policy.EXCHANGE, REASON, now())
    service.go_on(made, now())
    db.session.expire_all()
    answer = tried[0].answers[0]
    assert answer.judged.scenario_version is scenario.latest
    assert answer.counted_fraction == marking.mark_reply(scenario.body, answer.draft).fraction
    assert service.waiting(scenario) == 0


def test_a_newer_rubric_offers_to_look_again(app: Flask, person: Any) -> None:
    quiz = make_quiz("reply", drill=True)
    tried = answered(person, quiz, RIGHT["reply"])
    question = quiz.slots[0].question
    assert service.waiting(question) == 0
    tried[0].answers[0].rubric_hash, tried[0].answers[0].fraction = "older", 0.123
    db.session.flush()
    assert service.waiting(question) == 1
    made = done(person("trainer"), question)
    assert tried[0].answers[0].judged.rubric_hash != "older"
    assert made.applied == 1


def test_where_nothing_changes_there_is_nothing_to_decide(app: Flask, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("single")
    answered(person, quiz, {"option": 2})
    new_key(trainer, quiz.slots[0].question, 1)
    made = looked(trainer, quiz.slots[0].question)
    assert made.stage is Stage.DONE
    assert service.waiting(quiz.slots[0].question) == 0
    with pytest.raises(Refused):
        service.order(trainer, made, Policy.RISE, REASON, now())


def test_what_cannot_be_read_in_the_new_wording_stays(app: Flask, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("single")
    question = quiz.slots[0].question
    tried = answered(person, quiz, {"option": 0}, {"option": 1})
    rows = [{"text": "在等一个答复的人", "correct": True, "feedback": "对。"}, *body("single")["options"][1:]]
    questions.change_question(trainer, question, None, {**body("single"), "options": rows}, competency="", difficulty=2)
    made = looked(trainer, question)
    assert (made.unclear, made.stage) == (1, Stage.DONE)
    assert scores(tried) == [(100.0, True), (0.0, False)]


def test_a_change_meanwhile_makes_it_begin_anew(app: Flask, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("single")
    question = quiz.slots[0].question
    answered(person, quiz, {"option": 0})
    new_key(trainer, question, 1)
    made = looked(trainer, question)
    new_key(trainer, question, 2)
    with pytest.raises(Refused, match="又改过"):
        service.order(trainer, made, Policy.RISE, REASON, now())
    again = service.begin(trainer, question, now())
    assert (again.id != made.id, made.stage) == (True, Stage.DROPPED)
    assert service.begin(trainer, question, now()) is again


def test_illegal_moves_are_refused(app: Flask, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("single")
    answered(person, quiz, {"option": 0})
    new_key(trainer, quiz.slots[0].question, 1)
    made = service.begin(trainer, quiz.slots[0].question, now())
    with pytest.raises(Refused):
        service.order(trainer, made, Policy.RISE, REASON, now())
    service.go_on(made, now())
    with pytest.raises(Refused, match="理由"):
        service.order(trainer, made, Policy.RISE, "错了", now())
    service.order(trainer, made, Policy.EXCHANGE, REASON, now())
    for act in (lambda: service.drop(made, now()), lambda: service.order(trainer, made, Policy.RISE, REASON, now())):
        with pytest.raises(Refused):
            act()


def test_dropping_leaves_everything_as_it_was(app: Flask, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("single")
    tried = answered(person, quiz, {"option": 0})
    new_key(trainer, quiz.slots[0].question, 1)
    made = looked(trainer, quiz.slots[0].question)
    service.drop(made, now())
    assert db.session.scalar(select(func.count(Remark.id))) == 0
    assert scores(tried) == [(100.0, True)]
    assert not service.go_on(made, now())
    assert service.waiting(quiz.slots[0].question) == 1


def test_an_interruption_loses_nothing_and_nothing_is_done_twice(app: Flask, person: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(service, "LOOK_AT_ONCE", 2)
    monkeypatch.setattr(service, "APPLY_AT_ONCE", 2)
    trainer, quiz = person("trainer"), make_quiz("single", "truefalse")
    question = quiz.slots[0].question
    tried = answered(person, quiz, *[{"option": number % 2} for number in range(5)])
    new_key(trainer, question, 1)
    made = service.begin(trainer, question, now())
    for seen in (2, 4):
        assert service.go_on(made, now())
        db.session.commit()
        assert made.looked == seen
        service.go_on(made, now())  # a batch that is lost on the way
        db.session.rollback()
        assert made.looked == seen
    assert not service.go_on(made, now())
    assert service.counts_of(made).changed == 5
    service.order(trainer, made, Policy.EXCHANGE, REASON, now())
    db.session.commit()
    while service.go_on(made, now()):
        db.session.commit()
        service.go_on(made, now())
        db.session.rollback()
    db.session.commit()
    assert made.applied == 5
    assert [one.submission.score for one in tried] == [50.0, 100.0, 50.0, 100.0, 50.0]
    assert not service.go_on(made, now())
    assert db.session.scalar(select(func.count(Remark.id)).where(Remark.at.is_not(None))) == 5


def test_slow_looking_ends_a_batch_early_and_misses_nothing(app: Flask, person: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(service, "LOOK_SECONDS", -1.0)
    trainer, quiz = person("trainer"), make_quiz("single")
    question = quiz.slots[0].question
    answered(person, quiz, *[{"option": number % 2} for number in range(3)])
    new_key(trainer, question, 1)
    made = service.begin(trainer, question, now())
    seen = []
    while service.go_on(made, now()):
        seen.append(made.looked)
    assert seen == [1, 2] and made.looked == 3 and service.counts_of(made).changed == 3


def test_two_who_go_on_at_once_do_it_once(app: Flask, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("single")
    answered(person, quiz, {"option": 0}, {"option": 1})
    new_key(trainer, quiz.slots[0].question, 1)
    made = looked(trainer, quiz.slots[0].question)
    service.order(trainer, made, Policy.EXCHANGE, REASON, now())
    number = made.id
    db.session.commit()
    results = at_once(app, [lambda: service.go_on(service.remarking_for(number, writing=True), now())] * 2)
    assert results == [False, False]
    db.session.expire_all()
    assert db.session.get(Remarking, number).applied == 2
    assert db.session.scalars(select(AuditEntry.action)).all().count("mark.remark_finished") == 1


def test_the_later_of_two_remarkings_counts(app: Flask, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("single")
    tried = answered(person, quiz, {"option": 2})
    for right in (2, 1, 2):
        new_key(trainer, quiz.slots[0].question, right)
        done(trainer, quiz.slots[0].question)
        assert tried[0].submission.score == (100.0 if right == 2 else 0.0)
    assert [one.fraction for one in tried[0].answers[0].remarks] == [1, 0, 1]


@given(
    acts=st.lists(
        st.one_of(
            st.tuples(st.just("key"), st.integers(0, 2), st.sampled_from(Policy)),
            st.tuples(st.just("own"), st.integers(0, 100)),
        ),
        max_size=6,
    ),
    option=st.integers(0, 2),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_counts_is_one_rule_in_python_and_in_sql(app: Flask, person: Any, acts: Any, option: int) -> None:
    trainer = person("trainer")
    quiz = make_quiz("single", slug=f"z{now().timestamp()}".replace(".", ""))
    attempt = answered(person, quiz, {"option": option})[0]
    answer = attempt.answers[0]
    given_version, machine = answer.question_version_id, answer.fraction
    counted, own, right = machine, None, 0
    for act in acts:
        if act[0] == "own":
            overrides.override(trainer, answer.id, act[1], "看过以后的分数", now())
            own = act[1] / 100
        elif act[1] != right:
            right = act[1]
            new_key(trainer, quiz.slots[0].question, right)
            made = looked(trainer, quiz.slots[0].question)
            if made.stage is Stage.LOOKED:
                service.order(trainer, made, act[2], REASON, now())
                service.go_on(made, now())
            new = float(option == right)
            counted = max(counted, new) if act[2] is Policy.RISE else new
        db.session.expire_all()
        expected = counted if own is None else own
        in_sql = db.session.scalar(select(Answer.counted_fraction).where(Answer.id == answer.id))
        assert answer.counted_fraction == pytest.approx(expected) == in_sql
        assert attempt.submission.score == pytest.approx(expected * 100)
        assert (answer.question_version_id, answer.fraction) == (given_version, machine)


def test_competencies_follow_what_counts(app: Flask, person: Any) -> None:
    trainer, quiz = person("trainer"), make_quiz("single")
    tried = answered(person, quiz, {"option": 1})
    before = competencies_of(tried[0].user)
    new_key(trainer, quiz.slots[0].question, 1)
    done(trainer, quiz.slots[0].question)
    assert competencies_of(tried[0].user) != before
