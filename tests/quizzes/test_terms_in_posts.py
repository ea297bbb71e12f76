"""Netizens' expressions in a post: explained where one practises, not where one is assessed."""

from typing import Any

from literacy.db import db
from quizzes.models import Quiz, QuizKind, Slot
from tests.courses.factories import enrol, make_course
from tests.filling import text_of
from tests.quizzes.factories import make_expression, make_question, make_quiz, make_scenario

POST = {"author": "桥头人家", "title": "桥", "text": "桥栏杆断了一个月，我破防了，真破防", "location": "石榴湾镇"}
THREAD = [{"author": "路过", "time": "11月23日", "text": "蹲后续 <b>", "role": "citizen"}]


def begin(client: Any, quiz: Quiz) -> str:
    return client.send(f"/quizzes/{quiz.id}/start").location


def asked(client: Any, sign_in: Any, *, drill: bool) -> tuple[str, str]:
    """The page of an attempt at a reply question, and its address."""
    make_expression("l03", "破防", "绷不住")
    make_expression("l26", "蹲", "蹲后续")
    scenario = make_scenario("s-words", post=POST, thread=THREAD, expressions=["l03", "l26", "l99"])
    question = make_question("reply", "reply-words", scenario)
    quiz = make_quiz(slug="q", drill=drill)
    quiz.kind = QuizKind.DRILL if drill else QuizKind.QUIZ
    quiz.slots.append(Slot(question=question, position=0, marks=1.0))
    enrol(sign_in("learner"), make_course([quiz]))
    db.session.commit()
    url = begin(client, quiz)
    return text_of(client.get(url)), url


def test_in_a_drill_a_term_leads_to_its_meaning(client: Any, sign_in: Any) -> None:
    page, _ = asked(client, sign_in, drill=True)
    assert page.count('<a class="term" href="/words/l03">破防</a>') == 1, "the first occurrence only"
    assert '<a class="term" href="/words/l26">蹲</a>' in page or '<a class="term" href="/words/l26">蹲后续</a>' in page
    assert "&lt;b&gt;" in page and "<b>" not in page, "what a citizen wrote is text"
    assert 'data-word="/words/l03"' in page and "l99" not in page


def test_in_an_assessed_attempt_nothing_is_explained_before_it_was_handed_in(client: Any, sign_in: Any) -> None:
    page, url = asked(client, sign_in, drill=False)
    assert "破防" in page and "/words/" not in page.replace('href="/words"', "")
    client.send(f"{url}/submit", {"a1": "您好", "anyway": "1"})
    assert '<a class="term" href="/words/l03">破防</a>' in text_of(client.get(f"{url}/result"))
