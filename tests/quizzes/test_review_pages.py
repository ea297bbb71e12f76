"""Trainers review what was handed in: whose mark is whose, the way to the form, and on to the next."""

import re
from html import unescape
from typing import Any

import pytest

from literacy.db import db, now
from quizzes.models import Attempt, Quiz
from quizzes.service import attempts as taking
from tests.filling import text_of
from tests.quizzes.factories import make_quiz


@pytest.fixture
def hand_in(person: Any) -> Any:
    """Somebody's attempt at a quiz with one written answer; without a text it stays open."""

    def make(quiz: Quiz, text: str = "", name: str = "学员") -> Attempt:
        user = person("learner", name=name)
        attempt = taking.start(user, quiz.id, now())
        if text:
            taking.submit(user, attempt.id, {1: {"text": text}}, now())
        db.session.commit()
        return attempt

    return make


def test_the_machines_word_is_told_from_the_trainers(client: Any, sign_in: Any, hand_in: Any) -> None:
    """The trainer's mark stands first; the machine's verdict after it is said to be the machine's."""
    attempt = hand_in(make_quiz("reply", drill=True), "这事不归我们管，您找别人去。")
    sign_in("trainer")
    address = f"/teach/attempts/{attempt.id}"
    client.send(f"{address}/answers/{attempt.answers[0].id}", {"o1-percent": "65", "o1-reason": "故意写的反例"})
    page = text_of(client.get(address))
    given, machine, verdict = page.index("改为"), page.index('class="judged-by">机器评'), page.index('class="verdict"')
    assert given < machine < verdict
    assert "培训师改过" in page and "学员的答复" in page and "您的答复" not in page


def test_a_mark_is_said_of_a_hundred_and_of_the_question(client: Any, sign_in: Any, hand_in: Any) -> None:
    quiz = make_quiz("short")
    quiz.slots[0].marks = 5
    attempt = hand_in(quiz, "受理")  # half of what it asks for
    sign_in("trainer")
    page = text_of(client.get(f"/teach/attempts/{attempt.id}"))
    assert "机器评 50 分，折算 2.5 分" in page and "满分 100，再折算成这道题的 5 分" in page
    assert "百分制" not in page


def test_the_form_for_a_mark_is_near(client: Any, sign_in: Any, hand_in: Any) -> None:
    """A link at the top leads to the form and opens it, without scripts too."""
    attempt = hand_in(make_quiz("short"), "受理之日")
    sign_in("trainer")
    page = text_of(client.get(f"/teach/attempts/{attempt.id}"))
    link = re.search(r'href="([^"#]*)#change-1">改分</a>', page)
    assert link and '<details class="override" id="change-1">' in page
    assert '<details class="override" id="change-1" open>' in text_of(client.get(unescape(link[1])))


def test_review_goes_on_to_the_next_within_the_list(client: Any, sign_in: Any, hand_in: Any) -> None:
    """上一份 and 下一份 keep what the list was narrowed to; what is still open is passed over."""
    quiz = make_quiz("short")
    made = [hand_in(quiz, text, name) for text, name in (("甲", "赵一"), ("乙", "钱二"), ("丙", "孙三"), ("", "钱四"))]
    first, second, third = (attempt.id for attempt in made[:3])
    fifth = hand_in(quiz, "戊", "钱五").id
    sign_in("trainer")

    def around(address: str) -> dict[str, str]:
        links = re.findall(r'href="([^"]+)" rel="\w+">(上一份|下一份)</a>', text_of(client.get(address)))
        return {word: unescape(url) for url, word in links}

    assert around(f"/teach/attempts/{third}") == {
        "上一份": f"/teach/attempts/{fifth}",
        "下一份": f"/teach/attempts/{second}",
    }
    assert around(f"/teach/attempts/{first}") == {"上一份": f"/teach/attempts/{second}"}
    listed = re.search(rf'href="(/teach/attempts/{second}\?[^"]*)"', text_of(client.get("/teach/attempts?name=钱")))
    assert listed
    narrowed = around(unescape(listed[1]))
    assert list(narrowed) == ["上一份"] and narrowed["上一份"].startswith(f"/teach/attempts/{fifth}?name=")


def test_after_a_mark_the_list_is_still_narrowed(client: Any, sign_in: Any, hand_in: Any) -> None:
    attempt = hand_in(make_quiz("short"), "受理", "钱二")
    sign_in("trainer")
    page = text_of(client.get(f"/teach/attempts/{attempt.id}?name=钱"))
    action = re.search(r'action="([^"]*/answers/[^"]*)"', page)
    assert action
    done = client.send(unescape(action[1]), {"o1-percent": "80", "o1-reason": "意思到了，换了说法"})
    assert "name=" in done.location and done.location.startswith(f"/teach/attempts/{attempt.id}?")


def test_the_learner_too_is_told_whose_mark_is_whose(client: Any, sign_in: Any, hand_in: Any) -> None:
    attempt = hand_in(make_quiz("reply", drill=True), "这事不归我们管，您找别人去。")
    address = f"/attempts/{attempt.id}/result"
    sign_in(attempt.user)
    assert "下面是机器评的" not in text_of(client.get(address))
    client.send("/sign-out")
    client.signed_in = None
    sign_in("trainer")
    mark = {"o1-percent": "65", "o1-reason": "故意写的反例"}
    client.send(f"/teach/attempts/{attempt.id}/answers/{attempt.answers[0].id}", mark)
    client.send("/sign-out")
    client.signed_in = None
    sign_in(attempt.user)
    page = text_of(client.get(address))
    assert page.index("培训师改为 65 分") < page.index("下面是机器评的") < page.index('class="verdict"')
    assert "您的答复" in page and "得分 65 分" in page
