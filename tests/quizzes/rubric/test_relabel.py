"""What a person says of a reply, and what the rubric's arithmetic makes of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric import ReplyCase, Verdict, corpus, load_rubric, score_reply
from quizzes.rubric.model import NARROW
from quizzes.rubric.relabel import Labels, highest_grade, labels_of, relabelled, withdrawn

POST = "村口的桥栏杆断了一个月，没人管？"
GOOD = (
    "您好，桥栏杆断了一个月没人接手，是我们的疏忽，对不起。11月24日镇应急办已在桥两头摆了警示桩。"
    "由谁修，村镇建设办11月27日前答复您，电话0000-88104520，修好后再给您回电话。"
)
BAD = "这事不归我们管，您找别人去。"
PATTERNS = sorted(corpus.PATTERNS)


def case(reply: str) -> ReplyCase:
    return ReplyCase(post=POST, reply=reply)


@pytest.mark.parametrize("reply", [GOOD, BAD, "收到。", ""])
def test_the_machines_own_labels_give_its_own_mark(reply: str) -> None:
    verdict = score_reply(case(reply))
    again = relabelled(case(reply), verdict, labels_of(verdict.as_dict()))
    assert (again.grade, again.score, again.arithmetic) == (verdict.grade, verdict.score, verdict.arithmetic)
    assert (
        again.findings == verdict.findings and withdrawn(verdict.as_dict(), labels_of(verdict.as_dict()).places) == []
    )


def test_a_finding_taken_away_raises_the_grade() -> None:
    verdict = score_reply(case(BAD))
    assert "buck_passing" in verdict.patterns and verdict.grade == 1
    without = Labels((), frozenset(e.id for e in verdict.elements if e.present))
    again = relabelled(case(BAD), verdict, without)
    assert again.findings == () and again.grade == 2 and again.score > verdict.score
    assert withdrawn(verdict.as_dict(), without.places) == list(range(len(verdict.findings)))


def test_words_that_were_passed_over_cost_what_the_rubric_says() -> None:
    verdict = score_reply(case(GOOD))
    labels = labels_of(verdict.as_dict())
    start = GOOD.index("桥栏杆")
    again = relabelled(case(GOOD), verdict, Labels((("threat", start, start + 3),), labels.elements, labels.points))
    assert (again.grade, again.patterns) == (0, ("threat",))
    assert again.findings[0].text == "桥栏杆" and again.findings[0].level == "redline"
    assert again.score <= load_rubric().grading.caps["redline"]


def test_a_grade_that_a_person_gives_decides_the_band() -> None:
    verdict = score_reply(case(GOOD))
    labels = labels_of(verdict.as_dict())
    for grade, (low, high) in load_rubric().grading.bands.items():
        again = relabelled(case(GOOD), verdict, labels, grade)
        assert again.grade == grade and low <= again.score <= high


@given(
    st.lists(st.tuples(st.sampled_from(PATTERNS), st.integers(0, 20), st.integers(1, 20)), max_size=5),
    st.frozensets(st.sampled_from(sorted(corpus.ELEMENTS))),
)
def test_whatever_a_person_says_follows_the_guidelines(spots: list[tuple[str, int, int]], there: Any) -> None:
    verdict = score_reply(case(GOOD))
    places = tuple((pattern, start, start + length) for pattern, start, length in spots)
    again = relabelled(case(GOOD), verdict, Labels(places, there))
    assert set(again.patterns) == {pattern for pattern, _, _ in places}
    assert {one.id for one in again.elements if one.present} == there
    assert again.grade <= highest_grade({pattern for pattern, _, _ in places})
    assert again.score == again.arithmetic[-1].running and 0 <= again.score <= 100
    record = {
        "id": "x", "channel": "留言板", "post": POST, "facts": [], "reply": GOOD, "patterns": list(again.patterns),
        "spans": [{"pattern": one.pattern, "text": one.text} for one in again.findings],
        "elements": sorted(there), "grade": again.grade,
    }  # fmt: skip
    assert corpus.problems(record) == []


def test_doubt_is_told_only_where_it_matters() -> None:
    """Each doubt is a narrow decision; decided otherwise, the arithmetic gives the grade that it names."""
    rubric, seen = load_rubric(), 0
    for record in corpus.read()[:600]:
        reply = ReplyCase(record["post"], record["reply"], tuple(record["facts"]))
        verdict = score_reply(reply)
        assert verdict.doubt == (round(1 - verdict.doubts[0].margin / NARROW, 3) if verdict.doubts else 0)
        for doubt in verdict.doubts:
            seen += 1
            assert doubt.margin < NARROW and doubt.grade != verdict.grade
            assert record["reply"][doubt.start : doubt.end] == doubt.text
            labels = labels_of(verdict.as_dict())
            places = [one for one in labels.places if one[0] != doubt.label]
            if doubt.label in rubric.patterns and not doubt.given:
                places.append((doubt.label, 0, 1))
            there = labels.elements ^ ({doubt.label} if doubt.label in rubric.elements else set())
            assert relabelled(reply, verdict, Labels(tuple(places), there)).grade == doubt.grade
    assert seen > 10


def test_a_verdict_of_before_has_no_doubts() -> None:
    stored = score_reply(case(BAD)).as_dict()
    del stored["doubts"], stored["doubt"]
    assert Verdict.from_dict(stored).doubts == ()
