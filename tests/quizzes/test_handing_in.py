"""Handing in: what is empty, what is asked back, what the clock does; and what the pages give away."""

import re
from datetime import timedelta

import pytest

from literacy.db import _only_reads, db, now
from literacy.errors import Refused
from quizzes import marking
from quizzes.models import Attempt
from quizzes.service import attempts
from quizzes.views.showing import saved_words
from tests.filling import fields_of, text_of
from tests.quizzes.factories import RIGHT, SCENARIO, make_quiz
from tests.quizzes.filling import form_of, questions_of

ALL = ("single", "multiple", "truefalse", "matching", "ordering", "short")


@pytest.fixture
def begin(client, sign_in):
    """Begin an attempt at a quiz of these kinds and give its address."""

    def act(*kinds: str, **rules) -> str:
        if client.signed_in is None:
            sign_in("learner")
        return client.send(f"/quizzes/{make_quiz(*kinds, **rules).id}/start").location

    return act


def the_attempt(address: str) -> Attempt:
    db.session.expire_all()
    return db.session.get_one(Attempt, int(address.split("/")[2]))


# An empty reply


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b"])
def test_an_empty_reply_is_not_handed_in(client, begin, text: str) -> None:
    address = begin("reply", drill=True)
    answer = client.send(f"{address}/submit", {"a1": text, "anyway": "1"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert '<p class="field-error" id="a1-error">' in page and "还没有写答复" in page
    assert SCENARIO["exemplar"] not in page
    assert the_attempt(address).submission is None


def test_a_reply_is_judged_before_anybody_has_to_wait(client, begin, monkeypatch) -> None:
    mark, seen = marking.mark_reply, []

    def watched(*given):
        seen.append((_only_reads.get(), given[1]))
        return mark(*given)

    monkeypatch.setattr(marking, "mark_reply", watched)
    address = begin("reply", drill=True)
    client.send(f"{address}/submit", {"a1": SCENARIO["exemplar"], "anyway": "1"})
    assert seen == [(True, {"text": SCENARIO["exemplar"]}), (False, {"text": SCENARIO["exemplar"]})]
    assert the_attempt(address).submission is not None
    client.send(f"{address}/submit", {"a1": "再交一次", "anyway": "1"})
    assert len(seen) == 2


def test_the_clock_takes_even_an_empty_reply(client, begin) -> None:
    address = begin("reply", drill=True, time_limit_minutes=10)
    the_attempt(address).ends_at = now()
    assert client.send(f"{address}/submit", {"a1": ""}).location == f"{address}/result"
    page = text_of(client.get(f"{address}/result"))
    assert "时间到了，已按最后一次保存的内容提交。" in page
    assert "“”" not in page


def test_a_refused_text_is_marked_as_not_saved(client, begin) -> None:
    address = begin("short")
    client.fetch(f"{address}/answers/1", {"draft": {"text": "受理"}, "number": 0, "writer": "a"})
    page = text_of(client.send(f"{address}/submit", {"a1": "字" * 5001}))
    assert 'id="q1" data-unsaved' in page and "最多 5000 字" in page and 'id="a1-error"' in page
    assert the_attempt(address).answers[0].draft == {"text": "受理"}


# An ordering question that nobody touched


def test_an_untouched_order_earns_nothing(client, begin) -> None:
    address = begin("ordering")
    untouched = fields_of(client.get(address), "a1-asked")
    assert "a1-agreed" not in untouched and "a1-0" in untouched
    client.send(f"{address}/submit", {**untouched, "anyway": "1"})
    done = the_attempt(address)
    assert (done.answers[0].draft, done.submission.score) == (None, 0)
    assert "没有作答" in text_of(client.get(f"{address}/result"))


def test_the_order_as_shown_can_be_meant(client, begin) -> None:
    address = begin("ordering")
    shown_order = questions_of(address)[0].order
    client.send(f"{address}/submit", {**fields_of(client.get(address), "a1-asked"), "a1-agreed": "1"})
    assert the_attempt(address).answers[0].draft == {"order": shown_order}


def test_an_order_of_ones_own_is_an_answer_and_stays_one(client, begin) -> None:
    address = begin("ordering", "single")
    client.send(f"{address}/submit", form_of(address, {1: RIGHT["ordering"]}))
    assert the_attempt(address).answers[0].draft == RIGHT["ordering"]
    page = client.get(address)
    assert fields_of(page, "a1-asked")["a1-agreed"] == "1"
    client.send(f"{address}/submit", fields_of(page, "a1-asked"))
    assert the_attempt(address).answers[0].draft == RIGHT["ordering"]


def test_items_in_their_relative_order_are_not_called_chosen(client, begin) -> None:
    address = begin("ordering")
    client.send(f"{address}/submit", form_of(address, {1: {"order": [3, 0, 1, 2]}}))
    page = text_of(client.get(f"{address}/result"))
    assert page.count("先后对") == 3 and page.count("先后不对") == 1 and "选对" not in page
    assert "您排在第 1 位" in page


# What the source of a page gives away


@pytest.mark.parametrize("shuffle", [True, False])
def test_names_and_values_do_not_tell_the_right_answer(client, begin, shuffle: bool) -> None:
    """Read as the author's indexes, what the page shows is never the right answer."""
    address = begin("ordering", "matching", shuffle_options=shuffle)
    page = text_of(client.get(address))
    items = re.findall(r'ordering-text">([^<]+)<.*?name="a1-(\d+)"', page, re.S)
    assert [row for _, row in items] == ["0", "1", "2", "3"], "named as they are shown"
    assert [text for text, _ in items] != ["接住", "核实", "办理", "回访"]
    rights = re.findall(r'<option value="(\d+)"', page.split('name="a2-0"')[1].split("</select>")[0])
    assert rights == ["0", "1", "2"]
    assert questions_of(address)[1].rights != [0, 1, 2]


def test_scripts_speak_of_shown_places_too(client, begin) -> None:
    address = begin(*ALL)
    for question, kind in zip(questions_of(address), ALL, strict=True):
        position = question.answer.position
        draft = form_draft(question, RIGHT[kind])
        saved = client.fetch(f"{address}/answers/{position}", {"draft": draft, "number": 0, "writer": "a"})
        assert saved.status_code == 200
        assert saved.json["said"].startswith("已保存")
        behind = client.fetch(f"{address}/answers/{position}", {"draft": {}, "number": 9, "writer": "b"})
        assert behind.json["draft"] == draft
    assert [answer.draft for answer in the_attempt(address).answers] == [RIGHT[kind] for kind in ALL]


def form_draft(question, draft):
    from quizzes.forms.answers import on_the_page

    return on_the_page(draft, question)


@pytest.mark.parametrize(
    "draft",
    [{"option": 99}, {"option": True}, {"options": [0, 99, "x"]}, {"matches": [1]}, {"matches": {"0": 99, "x": {}}},
     {"order": [0, 0, 0, 0]}, {"order": 5}, {"order": [9]}, None, [], 3],
)  # fmt: skip
def test_strange_places_find_no_row(client, begin, draft) -> None:
    address = begin(*ALL)
    for position in range(1, 7):
        assert client.fetch(f"{address}/answers/{position}", {"draft": draft, "number": 0}).status_code == 200
    assert client.get(address).status_code == 200


# Before handing in with something unanswered


def test_unanswered_questions_are_told_before_handing_in(client, begin) -> None:
    address = begin(*ALL)
    answer = client.send(f"{address}/submit", form_of(address, {1: RIGHT["single"], 4: {"matches": {"0": 0}}}))
    assert answer.location == f"{address}/check"
    page = text_of(client.get(answer.location))
    assert "还有 4 题没有作答" in page
    assert re.findall(r'class="gap"[^>]*>([^<]+)<', page) == [
        "第 2 题",
        "第 3 题",
        "第 4 题还差 1 项",
        "第 5 题",
        "第 6 题",
    ]
    kept = the_attempt(address)
    assert kept.submission is None and kept.answers[0].draft == RIGHT["single"]
    assert client.send(f"{address}/submit", {"anyway": "1"}).location == f"{address}/result"
    assert the_attempt(address).answers[0].fraction == 1
    assert client.get(f"{address}/check").location == f"{address}/result"


def test_a_pairing_begun_is_said_by_what_it_lacks(client, begin) -> None:
    address = begin("matching", attempts_allowed=1)
    client.send(f"{address}/submit", form_of(address, {1: {"matches": {"0": 0}}}))
    page = text_of(client.get(f"{address}/check"))
    assert "还有 1 题没有答完" in page and "第 1 题还差 1 项" in page and "最后一次" in page


def test_going_back_finds_everything_as_it_was(client, begin) -> None:
    address = begin("single", "short")
    client.send(f"{address}/submit", form_of(address, {2: {"text": "受理之日"}}))
    assert "受理之日" in text_of(client.get(address))
    assert client.send(f"{address}/submit", form_of(address, {1: {"option": 0}, 2: {"text": "受理之日"}})).location == (
        f"{address}/result"
    )


def test_another_tab_is_told_that_the_form_was_kept(client, begin) -> None:
    address = begin("short", "single")
    client.send(f"{address}/submit", {"a1": "这里写的"})
    behind = client.fetch(f"{address}/answers/1", {"draft": {"text": "那里写的"}, "number": 0, "writer": "other"})
    assert behind.json["reason"] == "conflict"


def test_nobody_is_asked_once_the_time_is_over(client, begin) -> None:
    address = begin("single", "short", time_limit_minutes=10)
    the_attempt(address).ends_at = now()
    assert client.send(f"{address}/submit", {"a2": "受理之日"}).location == f"{address}/result"
    done = the_attempt(address)
    assert done.submission.by_clock and done.answers[1].fraction == 1


def test_other_peoples_gaps_are_not_found(client, begin, sign_in) -> None:
    address = begin("single")
    client.send("/sign-out")
    client.signed_in = None
    sign_in("learner")
    assert client.get(f"{address}/check").status_code == 404


# The clock


@pytest.mark.parametrize(("early", "by_clock"), [(2, True), (30, False)])
def test_the_pages_clock_is_believed_near_the_end(person, early: int, by_clock: bool) -> None:
    learner = person("learner")
    attempt = attempts.start(learner, make_quiz("single", "short", time_limit_minutes=10).id, now())
    moment = attempt.ends_at - timedelta(seconds=early)
    done = attempts.submit(learner, attempt.id, {1: RIGHT["single"]}, moment, by_clock=True, complete=True)
    assert (done.submission is not None and done.submission.by_clock) == by_clock


def test_at_the_end_a_text_too_long_leaves_what_was_saved(person) -> None:
    learner = person("learner")
    attempt = attempts.start(learner, make_quiz("short", time_limit_minutes=10).id, now())
    attempts.save_draft(learner, attempt.id, 1, {"text": "受理之日"}, 0, "tab", now())
    with pytest.raises(Refused) as refusal:
        attempts.submit(learner, attempt.id, {1: {"text": "字" * 5001}}, now())
    assert (refusal.value.field, attempt.submission) == ("a1", None)
    done = attempts.submit(learner, attempt.id, {1: {"text": "字" * 5001}}, attempt.ends_at)
    assert done.submission.score == 100


def test_the_clock_is_told_wherever_one_could_leave(client, begin) -> None:
    address = begin("single", time_limit_minutes=10)
    page = text_of(client.get(address))
    assert "先离开，写的都留着，计时不停" in page
    assert page.index('class="attempt-foot"') < page.index("data-clock>"), "the clock is in the bar that stays"
    entry = text_of(client.get(f"/quizzes/{the_attempt(address).quiz_id}"))
    assert "接着答" in entry and re.search(r"还剩 9 分 \d+ 秒", entry)
    assert "计时不停" not in text_of(client.get(begin("single", slug="calm")))


def test_the_header_of_a_quiet_page_has_no_width_of_its_content(client, begin) -> None:
    head = re.search(r'<header class="([^"]+)"', text_of(client.get(begin("single"))))
    assert head and head[1].split() == ["quiet-head", "quiet-attempt"]


# The result


def test_marks_add_up(client, begin) -> None:
    address = begin("multiple", "matching", "single")
    for answer in the_attempt(address).answers:
        answer.marks = 0.75
    db.session.commit()
    client.send(f"{address}/submit", form_of(address, {1: {"options": [0]}, 2: RIGHT["matching"], 3: RIGHT["single"]}))
    page = text_of(client.get(f"{address}/result"))
    assert "0.38 / 0.75 分" in page and page.count("0.75 / 0.75 分") == 2 and "得 1.88 / 2.25 分" in page
    assert page.count('<h2 class="question-head">') == 3


def test_nothing_chosen_is_not_called_wrong(client, begin) -> None:
    address = begin("truefalse", "matching", "single")
    client.send(f"{address}/submit", {**form_of(address, {2: {"matches": {"0": 0}}}), "anyway": "1"})
    page = text_of(client.get(f"{address}/result"))
    assert "您没有选，应当是“错”" in page and "您选的是" not in page
    assert page.count("没有选") == 2 and "不对" not in page
    assert "先接住，再移交。" in page and "对，先接住" not in page and "对，在等" not in page


def test_doing_it_again_says_how_often_and_starts_no_clock(client, begin) -> None:
    address = begin("single", attempts_allowed=3, time_limit_minutes=5)
    client.send(f"{address}/submit", form_of(address, {1: {"option": 1}}))
    page = text_of(client.get(f"{address}/result"))
    entry = f"/quizzes/{the_attempt(address).quiz_id}"
    assert f'<a class="button button-primary" href="{entry}">再做一次</a>' in page and "还可以做 2 次" in page
    assert f'action="{entry}/start"' not in page, "a clock is not started from a result"


def test_the_last_failure_says_whom_to_ask(client, begin) -> None:
    address = begin("single", attempts_allowed=1)
    client.send(f"{address}/submit", form_of(address, {1: {"option": 1}}))
    for page in (f"{address}/result", f"/quizzes/{the_attempt(address).quiz_id}"):
        assert "请向培训师说一声" in text_of(client.get(page))


def test_findings_are_numbered_as_they_are_read_and_lead_back(client, begin) -> None:
    address = begin("reply", drill=True)
    client.send(f"{address}/submit", {"a1": "您好，您反映的问题已收悉，我们高度重视。这事不归我们管，您去找别人吧。"})
    page = text_of(client.get(f"{address}/result"))
    numbers = [int(number) for number in re.findall(r'href="#a1-mark-(\d+)"', page)]
    assert len(numbers) > 1 and numbers == sorted(numbers)
    begins = [int(number) for number in re.findall(r'id="a1-mark-(\d+)"', page)]
    assert begins == numbers, "the marks stand in the order of their numbers"


def test_the_time_of_saving_is_told_to_the_second_today(app) -> None:
    assert re.fullmatch(r"已保存 \d\d:\d\d:\d\d", saved_words(now()))
    assert re.fullmatch(r"已保存 .+ \d\d:\d\d", saved_words(now() - timedelta(days=2)))
    assert saved_words(None) == ""
