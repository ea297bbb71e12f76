"""Taking a quiz: what may happen when, and what may not."""

from datetime import timedelta

import pytest

from literacy.db import db, now
from literacy.errors import NotFound, Refused
from literacy.models import AuditEntry, State
from quizzes.models import AttemptState, QuestionVersion, Submission
from quizzes.service import attempts, overrides
from quizzes.service.results import best_results
from quizzes.signals import attempt_marked
from tests.quizzes.factories import RIGHT, body, make_quiz

ALL = ("single", "multiple", "truefalse", "matching", "ordering", "short")


@pytest.fixture
def learner(person):
    return person("learner")


def begin(learner, *kinds: str, **rules):
    return attempts.start(learner, make_quiz(*kinds, **rules).id, now())


def save(learner, attempt, raw, number=0, writer="tab", position=1, moment=None):
    return attempts.save_draft(learner, attempt.id, position, raw, number, writer, moment or now())


def test_starting_twice_goes_on_with_the_same(learner) -> None:
    attempt = begin(learner, *ALL)
    again = attempts.start(learner, attempt.quiz_id, now())
    assert again is attempt
    assert [answer.position for answer in attempt.answers] == [1, 2, 3, 4, 5, 6]


def test_everything_right_passes(learner) -> None:
    attempt = begin(learner, *ALL)
    done = attempts.submit(learner, attempt.id, {n: RIGHT[kind] for n, kind in enumerate(ALL, start=1)}, now())
    assert (done.submission.score, done.submission.passed, done.submission.by_clock) == (100, True, False)
    assert best_results(learner.id, [done.quiz_id])[done.quiz_id].score == 100


def test_saved_drafts_count_without_a_form(learner) -> None:
    attempt = begin(learner, "single")
    save(learner, attempt, RIGHT["single"])
    assert attempts.submit(learner, attempt.id, {}, now()).submission.score == 100


def test_a_late_draft_never_changes_a_submitted_attempt(learner) -> None:
    attempt = begin(learner, "short")
    save(learner, attempt, {"text": "受理之日"})
    attempts.submit(learner, attempt.id, {}, now())
    with pytest.raises(attempts.NotSaved) as refusal:
        save(learner, attempt, {"text": "改掉"}, number=1)
    assert refusal.value.reason == "submitted"
    assert attempt.answers[0].draft == {"text": "受理之日"}


def test_submitting_twice_keeps_the_first(learner) -> None:
    attempt = begin(learner, "single")
    first = attempts.submit(learner, attempt.id, {1: RIGHT["single"]}, now()).submission
    second = attempts.submit(learner, attempt.id, {1: {"option": 1}}, now()).submission
    assert second.id == first.id
    assert (second.score, db.session.query(Submission).count()) == (100, 1)


def test_each_save_replaces_the_draft_and_counts(learner) -> None:
    attempt = begin(learner, "short")
    assert save(learner, attempt, {"text": "一"}).number == 1
    assert save(learner, attempt, {"text": "二"}, number=1).number == 2
    assert attempt.answers[0].draft == {"text": "二"}


def test_a_page_may_repeat_itself_after_a_lost_answer(learner) -> None:
    attempt = begin(learner, "short")
    save(learner, attempt, {"text": "一"})
    assert save(learner, attempt, {"text": "一二"}, number=0).number == 2


def test_another_page_that_is_behind_is_told_what_is_stored(learner) -> None:
    attempt = begin(learner, "short")
    save(learner, attempt, {"text": "这里写的"}, writer="first")
    with pytest.raises(attempts.NotSaved) as refusal:
        save(learner, attempt, {"text": "那里写的"}, writer="second")
    assert (refusal.value.reason, refusal.value.draft, refusal.value.number) == ("conflict", {"text": "这里写的"}, 1)
    save(learner, attempt, {"text": "那里写的"}, number=1, writer="second")
    assert attempt.answers[0].draft == {"text": "那里写的"}


def test_the_same_words_from_another_page_are_no_conflict(learner) -> None:
    attempt = begin(learner, "short")
    save(learner, attempt, {"text": "一样的话"}, writer="left")
    assert save(learner, attempt, {"text": "一样的话"}, writer="next").number == 1


def test_the_server_keeps_the_time(learner) -> None:
    attempt = begin(learner, "single", time_limit_minutes=10)
    late = attempt.ends_at + timedelta(seconds=6)
    save(learner, attempt, RIGHT["single"], moment=attempt.ends_at - timedelta(seconds=1))
    with pytest.raises(attempts.NotSaved) as refusal:
        save(learner, attempt, {"option": 1}, number=1, moment=late)
    assert refusal.value.reason == "out_of_time"
    assert attempt.state_at(late) is AttemptState.OUT_OF_TIME
    done = attempts.submit(learner, attempt.id, {1: {"option": 1}}, late)
    assert (done.submission.by_clock, done.submission.score) == (True, 100)
    assert done.submission.submitted_at == attempt.ends_at


def test_what_the_page_sends_at_the_last_second_counts(learner) -> None:
    attempt = begin(learner, "single", time_limit_minutes=10)
    done = attempts.submit(learner, attempt.id, {1: RIGHT["single"]}, attempt.ends_at + timedelta(seconds=2))
    assert (done.submission.by_clock, done.submission.score) == (True, 100)


def test_the_clock_hands_in_what_was_left_behind(learner) -> None:
    attempt = begin(learner, "single", time_limit_minutes=1)
    save(learner, attempt, RIGHT["single"])
    assert attempts.close_expired(now()) == 0
    assert attempts.close_expired(attempt.ends_at + timedelta(minutes=1)) == 1
    assert attempts.close_expired(attempt.ends_at + timedelta(minutes=1)) == 0
    assert attempt.submission.score == 100


def test_other_peoples_attempts_are_closed_a_few_at_a_time(person, monkeypatch) -> None:
    monkeypatch.setattr(attempts, "CLOSE_SECONDS", -1.0)
    quiz = make_quiz("single", time_limit_minutes=1)
    started = [attempts.start(person("learner"), quiz.id, now()) for _ in range(3)]
    later = max(one.ends_at for one in started) + timedelta(minutes=1)
    assert [attempts.close_expired(later) for _ in range(4)] == [1, 1, 1, 0]
    assert all(one.submission is not None for one in started)


def test_ones_own_attempts_are_closed_at_once(learner, monkeypatch) -> None:
    monkeypatch.setattr(attempts, "CLOSE_SECONDS", -1.0)
    started = [begin(learner, "single", slug=slug, time_limit_minutes=1) for slug in ("one", "other")]
    assert attempts.close_expired(max(one.ends_at for one in started) + timedelta(minutes=1), learner) == 2


def test_attempts_are_counted(learner) -> None:
    attempt = begin(learner, "single", attempts_allowed=1)
    attempts.submit(learner, attempt.id, {}, now())
    with pytest.raises(Refused, match="1 次已经用完"):
        attempts.start(learner, attempt.quiz_id, now())


def test_a_retired_quiz_is_closed_but_its_results_stay(learner, person) -> None:
    attempt = begin(learner, "single")
    attempts.submit(learner, attempt.id, {}, now())
    attempt.quiz.state = State.RETIRED
    with pytest.raises(Refused, match="停用"):
        attempts.start(learner, attempt.quiz_id, now())
    assert attempts.quiz_for(learner, attempt.quiz_id) is attempt.quiz
    with pytest.raises(NotFound):
        attempts.quiz_for(person("learner"), attempt.quiz_id)


def test_nobody_opens_another_persons_attempt(learner, person) -> None:
    attempt = begin(learner, "single")
    other = person("learner")
    for act in (
        lambda: attempts.attempt_for(other, attempt.id),
        lambda: attempts.submit(other, attempt.id, {}, now()),
        lambda: save(other, attempt, {"option": 1}),
        lambda: attempts.revise(other, attempt.id, now()),
    ):
        with pytest.raises(NotFound):
            act()


def test_an_attempt_keeps_the_question_it_began_with(learner) -> None:
    attempt = begin(learner, "single")
    question = attempt.answers[0].question_version.question
    changed = {**body("single"), "options": list(reversed(body("single")["options"]))}
    question.versions.append(QuestionVersion(number=2, body=changed, content_hash="1"))
    db.session.flush()
    assert attempts.submit(learner, attempt.id, {1: {"option": 0}}, now()).submission.score == 100


def test_a_reply_too_long_changes_nothing(learner) -> None:
    attempt = begin(learner, "short")
    with pytest.raises(Refused):
        attempts.submit(learner, attempt.id, {1: {"text": "字" * 6000}}, now())
    assert attempt.submission is None


def test_a_drill_is_revised_from_what_was_written(learner) -> None:
    attempt = begin(learner, "reply", drill=True)
    attempts.submit(learner, attempt.id, {1: {"text": "不归我们管。"}}, now())
    revision = attempts.revise(learner, attempt.id, now())
    assert attempts.revise(learner, attempt.id, now()) is revision
    assert (revision.revises_id, revision.answers[0].draft) == (attempt.id, {"text": "不归我们管。"})
    done = attempts.submit(learner, revision.id, {1: RIGHT["reply"]}, now())
    assert done.submission.score > attempt.submission.score
    assert done.answers[0].detail["grade"] >= 3
    assert done.answers[0].rubric_version


def test_a_quiz_is_not_revised(learner) -> None:
    attempt = begin(learner, "single")
    attempts.submit(learner, attempt.id, {}, now())
    with pytest.raises(Refused, match="再做一次"):
        attempts.revise(learner, attempt.id, now())


def test_an_override_counts_and_the_machines_mark_stays(learner, person) -> None:
    trainer = person("trainer", name="培训师")
    attempt = begin(learner, "single", "short")
    attempts.submit(learner, attempt.id, {1: RIGHT["single"]}, now())
    heard = []
    with attempt_marked.connected_to(lambda sender, **_: heard.append(sender)):
        overrides.override(trainer, attempt.answers[1].id, 100, "意思到了，只是换了说法", now())
    assert (attempt.submission.score, attempt.submission.machine_score) == (100, 50)
    assert attempt.submission.passed
    assert heard == [attempt]
    assert db.session.query(AuditEntry).filter_by(action="mark.overridden").one().changes == {"score": [50, 100]}
    overrides.override(trainer, attempt.answers[1].id, 0, "再看一遍，没有答到", now())
    assert attempt.submission.score == 50
    assert len(attempt.answers[1].overrides) == 2


@pytest.mark.parametrize(("percent", "reason"), [(101, "理由足够长了"), (-1, "理由足够长了"), (50, "短")])
def test_an_override_without_sense_is_refused(learner, person, percent: float, reason: str) -> None:
    attempt = begin(learner, "single")
    attempts.submit(learner, attempt.id, {}, now())
    with pytest.raises(Refused):
        overrides.override(person("trainer"), attempt.answers[0].id, percent, reason, now())


def test_an_open_attempt_is_not_overridden(learner, person) -> None:
    attempt = begin(learner, "single")
    with pytest.raises(Refused, match="还没有提交"):
        overrides.override(person("trainer"), attempt.answers[0].id, 50, "理由足够长了", now())


def test_the_list_of_attempts_is_filtered(learner, person) -> None:
    attempt = begin(learner, "single")
    attempts.start(person("learner", name="别人"), attempt.quiz_id, now())
    attempts.submit(learner, attempt.id, {}, now())
    assert overrides.attempts_page(1).total == 2
    assert [one.id for one in overrides.attempts_page(1, state="submitted").items] == [attempt.id]
    assert overrides.attempts_page(1, name="别人").total == 1
    assert overrides.attempts_page(1, state="overridden").total == 0
    assert overrides.quizzes_with_attempts() == [(attempt.quiz_id, "小测")]
