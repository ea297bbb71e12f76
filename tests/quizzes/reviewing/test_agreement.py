"""How far machine and trainers agree, and what can be taken along."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy.db import db, now
from literacy.models import AuditEntry
from quizzes.models import Slot
from quizzes.reviewing.agreeing import agreement, in_words
from quizzes.reviewing.service import agreement as agreeing
from quizzes.reviewing.service import ratings
from quizzes.rubric import corpus, load_rubric
from quizzes.rubric.evaluate import is_labelled
from quizzes.rubric.relabel import Labels
from tests.filling import text_of
from tests.quizzes.factories import make_question, make_quiz, make_scenario
from tests.quizzes.reviewing.conftest import BRUSH_OFF, machine, said, without_findings


def labelled(number: int, patterns: list[str], grade: int, elements: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"id": str(number), "patterns": patterns, "elements": list(elements), "grade": grade}


def test_figures_worked_out_by_hand() -> None:
    """20 replies: both 4, trainer only 1, machine only 3, nobody 12."""
    given_by = [(True, True)] * 4 + [(True, False)] + [(False, True)] * 3 + [(False, False)] * 12
    pairs = [
        (labelled(n, ["blame"] if trainer else [], 1 if trainer else 3), labelled(n, ["blame"] if engine else [], 1))
        for n, (trainer, engine) in enumerate(given_by)
    ]
    found = agreement(pairs, load_rubric())
    assert found is not None and found.cases == 20 and not found.few
    row = next(one for one in found.patterns if one.label == "blame")
    assert (row.both, row.trainer_only, row.machine_only, row.neither, row.given) == (4, 1, 3, 12, 8)
    chance = (5 / 20) * (7 / 20) + (15 / 20) * (13 / 20)
    assert row.kappa == pytest.approx((0.8 - chance) / (1 - chance))
    assert found.table[1][1] == 5 and found.table[3][1] == 15 and found.exact == 0.25
    rare = next(one for one in found.patterns if one.label == "threat")
    assert rare.word == "没有出现过"


def test_without_cases_there_is_no_figure() -> None:
    assert agreement([], load_rubric()) is None
    few = agreement([(labelled(1, ["threat"], 0), labelled(1, ["threat"], 0))], load_rubric())
    assert few is not None and few.few
    assert next(one for one in few.patterns if one.label == "threat").word == "出现太少，先不下结论"


@given(st.floats(-1, 1))
def test_every_kappa_has_a_word(kappa: float) -> None:
    assert in_words(kappa)


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30))
def test_every_reply_is_counted_once(rows: list[tuple[bool, bool, int, int]]) -> None:
    pairs = [
        (labelled(n, ["blame"] * left, first, ("owner",) * right), labelled(n, ["blame"] * right, second))
        for n, (left, right, first, second) in enumerate(rows)
    ]
    found = agreement(pairs, load_rubric())
    assert found is not None
    for row in (*found.patterns, *found.elements):
        assert row.both + row.trainer_only + row.machine_only + row.neither == found.cases
        assert -1 <= row.kappa <= 1 and row.word
    assert sum(map(sum, found.table)) == found.cases


def test_the_last_rating_of_an_answer_counts(drill: Any, hand_in: Any, person: Any) -> None:
    answer = hand_in(drill)
    ratings.rate(person("trainer"), answer.id, said(answer, without_findings(answer), reason="我看不是推诿"), now())
    ratings.rate(person("trainer"), answer.id, said(answer, reason="再看一遍，还是推诿"), now())
    found = agreeing.with_machine()
    assert found is not None and found.cases == 1 and found.exact == 1.0
    assert agreeing.with_machine(drill.id + 1) is None


def test_lines_are_sound_and_tell_no_names(drill: Any, hand_in: Any, person: Any) -> None:
    trainer = person("trainer", name="吴老师", account="wulaoshi")
    learner = person("learner", name="陈雨", account="chenyu")
    for text, reason in (
        (BRUSH_OFF, "我看不是推诿"),
        (f"{BRUSH_OFF}陈雨", "作者署了名"),
        ("收到。", "陈雨，这一条太短了"),
    ):
        answer = hand_in(drill, text, learner)
        own = machine(answer)
        labels = Labels((("coldness", 0, 2),), own.elements, own.points)
        ratings.rate(trainer, answer.id, said(answer, labels, reason=reason), now())
    found = agreeing.lines()
    assert (len(found.records), found.faulty, found.named) == (2, 0, 1)
    assert all(is_labelled(one) and corpus.problems(one) == [] for one in found.records)
    assert found.records[0]["spans"] == [{"pattern": "coldness", "text": BRUSH_OFF[:2]}]
    assert found.records[0]["note"] == "我看不是推诿" and "note" not in found.records[1]
    told = found.as_bytes().decode()
    assert not any(word in told for word in ("陈雨", "chenyu", "吴老师", "wulaoshi"))


def test_a_channel_that_the_guidelines_lack_is_left_out(hand_in: Any, person: Any) -> None:
    scenario = make_scenario("group", channel="工作群")
    quiz = make_quiz(slug="group", drill=True)
    quiz.slots.append(Slot(question=make_question("reply", "group-q", scenario), position=0, marks=1.0))
    answer = hand_in(quiz)
    ratings.rate(person("trainer"), answer.id, said(answer), now())
    found = agreeing.lines()
    assert (found.records, found.faulty) == ([], 1)


def test_the_page_and_the_file(client: Any, become: Any, person: Any, drill: Any, hand_in: Any) -> None:
    become("trainer")
    assert "还没有逐项批阅过的答复" in text_of(client.get("/teach/agreement"))
    answer = hand_in(drill)
    ratings.rate(person("trainer"), answer.id, said(answer, without_findings(answer), reason="我看不是推诿"), now())
    page = text_of(client.get("/teach/agreement"))
    assert "只有 1 条，少于 20 条" in page and "不是随机抽的样本" in page and "κ" in page and "删去认得出人" in page
    assert "可以下载 1 条" in page
    taken = client.get(f"/teach/agreement/lines?quiz={drill.id}")
    assert taken.status_code == 200 and taken.mimetype == "application/x-ndjson"
    lines = taken.get_data(as_text=True).splitlines()
    assert len(lines) == 1 and json.loads(lines[0])["reply"] == BRUSH_OFF and json.loads(lines[0])["patterns"] == []
    entry = db.session.query(AuditEntry).filter_by(action="ratings.taken").one()
    assert entry.summary == "下载批阅标注 1 条" and entry.subject_id == drill.id
    assert client.get("/teach/agreement?quiz=999").status_code == 200
