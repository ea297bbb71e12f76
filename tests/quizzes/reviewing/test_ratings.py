"""Going through a verdict: what follows from it, what is kept, who is told."""

from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy.db import db, now
from literacy.errors import Refused
from literacy.models import AuditEntry, User
from quizzes import marking
from quizzes.bodies import normalised_scenario
from quizzes.models import Answer, Override
from quizzes.reviewing import sheet
from quizzes.reviewing.models import Appeal, Rating
from quizzes.reviewing.service import appeals, queue, ratings
from quizzes.rubric.judge import finding
from quizzes.rubric.relabel import Labels
from quizzes.rubric.rules import load_rubric
from quizzes.service import attempts as taking
from quizzes.service import overrides
from tests.filling import fields_of, text_of
from tests.quizzes.factories import SCENARIO
from tests.quizzes.reviewing.conftest import BRUSH_OFF, GOOD, machine, said, without_findings
from tests.quizzes.test_concurrency import at_once


def test_withdrawn_findings_raise_the_mark(drill: Any, hand_in: Any, person: Any) -> None:
    answer = hand_in(drill)
    trainer = person("trainer", name="吴老师")
    before = answer.attempt.submission.score
    ratings.rate(trainer, answer.id, said(answer, without_findings(answer), reason="口头已经移交给应急办"), now())
    rating = db.session.query(Rating).one()
    assert (rating.patterns, rating.grade, rating.trainer_id) == ([], 2, trainer.id)
    assert answer.attempt.submission.score == rating.score > before
    assert answer.attempt.submission.machine_score == before and answer.detail["grade"] == 1
    assert (answer.override.fraction, answer.override.reason) == (rating.score / 100, "口头已经移交给应急办")
    entry = db.session.query(AuditEntry).filter_by(action="reply.rated").one()
    assert entry.changes == {"grade": [1, 2]} and entry.subject_id == answer.attempt_id


def test_agreeing_leaves_the_mark_and_needs_no_reason(drill: Any, hand_in: Any, person: Any) -> None:
    answer = hand_in(drill)
    ratings.rate(person("trainer"), answer.id, said(answer), now())
    assert db.session.query(Rating).one().grade == answer.detail["grade"]
    assert db.session.query(Override).count() == 0


def test_a_difference_needs_a_reason(drill: Any, hand_in: Any, person: Any) -> None:
    answer = hand_in(drill)
    for given_ in (said(answer, without_findings(answer)), said(answer, percent=80.0), said(answer, grade=0)):
        with pytest.raises(Refused, match="请写明理由") as refused:
            ratings.rate(person("trainer"), answer.id, given_, now())
        assert refused.value.field == "reason"
        db.session.rollback()
    assert db.session.query(Rating).count() == db.session.query(Override).count() == 0


def test_a_grade_that_the_guidelines_forbid(drill: Any, hand_in: Any, person: Any) -> None:
    answer = hand_in(drill)
    with pytest.raises(Refused, match="最高是 1 级"):
        ratings.rate(person("trainer"), answer.id, said(answer, grade=3, reason="我看写得不错"), now())


def test_a_mark_of_ones_own_beside_the_arithmetic(drill: Any, hand_in: Any, person: Any) -> None:
    answer = hand_in(drill)
    ratings.rate(person("trainer"), answer.id, said(answer, percent=62.5, reason="课堂上讲过，算他做到了"), now())
    assert answer.attempt.submission.score == 62.5 and answer.attempt.submission.passed
    assert db.session.query(Rating).one().score == answer.detail["score"]


def test_the_second_trainer_is_told(drill: Any, hand_in: Any, person: Any) -> None:
    answer = hand_in(drill)
    opened = ratings.seal(answer)
    ratings.rate(person("trainer"), answer.id, said(answer), now())
    with pytest.raises(Refused, match="别的培训师批阅过"):
        ratings.rate(person("trainer"), answer.id, said(answer, seal=opened), now())
    for act in (
        lambda: overrides.override(person("trainer"), answer.id, 40, "另有考虑，见面谈", now()),
        lambda: appeals.make(answer.attempt.user, answer, "", "前面已经写了移交", now()),
    ):
        opened = ratings.seal(answer)
        act()
        assert ratings.seal(answer) != opened


def test_two_trainers_at_the_same_moment(app: Any, drill: Any, hand_in: Any, person: Any) -> None:
    answer = hand_in(drill)
    answer_id, trainers = answer.id, [person("trainer").id for _ in range(3)]
    opened, labels = ratings.seal(answer), without_findings(answer)
    db.session.commit()

    def act(trainer: int) -> Any:
        return lambda: ratings.rate(
            db.session.get_one(User, trainer),
            answer_id,
            ratings.Said(labels, None, None, "口头已经移交给应急办", opened),
            now(),
        )

    found = at_once(app, [act(trainer) for trainer in trainers])
    assert sum(one is None for one in found) == 1, found
    assert all(isinstance(one, Refused) for one in found if one is not None)
    assert db.session.query(Rating).count() == db.session.query(Override).count() == 1


def test_words_added_on_the_page(client: Any, become: Any, drill: Any, hand_in: Any) -> None:
    answer = hand_in(drill)
    become("trainer")
    address = f"/teach/review/{answer.id}"
    form = fields_of(client.get(address), "seal")
    assert "f1" not in form and form["e-action"] == "no"
    undecided = client.send(address, {**form, "reason": "说清了由谁办"})
    assert undecided.status_code == 422 and "第 1 处还没有表态" in text_of(undecided)
    wrong = {**form, "f1": "no", "added-0-pattern": "coldness", "added-0-text": "爱找谁找谁", "reason": "看过全文了"}
    told = client.send(address, wrong)
    assert told.status_code == 422 and "一字不差" in text_of(told) and "爱找谁找谁" in text_of(told)
    assert client.send(address, {**wrong, "added-0-pattern": "", "added-0-text": "再问问"}).status_code == 422
    assert client.send(address, {**wrong, "added-0-pattern": "nonsense", "added-0-text": "再问问"}).status_code == 422
    assert client.send(address, {**wrong, "grade": "nonsense", "added-0-text": "再问问"}).status_code == 422
    assert client.send(address, {**wrong, "percent": "101", "added-0-text": "再问问"}).status_code == 422
    assert db.session.query(Rating).count() == 0
    right = {**wrong, "added-0-text": " 您再问问别处 ", "e-action": "yes", "next": "1"}
    for _ in range(2):
        assert client.send(address, right).status_code == 303
    rating = db.session.query(Rating).one()
    at = BRUSH_OFF.index("您再问问别处")
    assert rating.patterns == [{"pattern": "coldness", "start": at, "end": at + 6, "text": "您再问问别处"}]
    assert set(rating.elements) == machine(answer).elements | {"action"}
    again = fields_of(client.get(address), "seal")
    assert (again["f1"], again["e-action"], again["added-0-text"]) == ("no", "yes", "您再问问别处")


def test_a_form_that_is_behind_keeps_what_was_typed(
    client: Any, become: Any, person: Any, drill: Any, hand_in: Any
) -> None:
    answer = hand_in(drill)
    address = f"/teach/review/{answer.id}"
    become("trainer")
    mine = {**fields_of(client.get(address), "seal"), "f1": "no", "reason": "我看不是推诿"}
    ratings.rate(person("trainer", name="吴老师"), answer.id, said(answer), now())
    told = client.send(address, mine)
    page = text_of(told)
    assert told.status_code == 409 and "别的培训师批阅过" in page and "我看不是推诿" in page and "吴老师" in page
    assert db.session.query(Rating).count() == 1
    assert client.send(address, {**fields_of(told, "seal"), "f1": "no"}).status_code == 303
    assert db.session.query(Rating).count() == 2


def test_the_preview_keeps_nothing(client: Any, become: Any, drill: Any, hand_in: Any) -> None:
    answer = hand_in(drill)
    become("trainer")
    address = f"/teach/review/{answer.id}"
    form = {**fields_of(client.get(address), "seal"), "f1": "no"}
    page = text_of(client.send(f"{address}/preview", form))
    assert "照这样评：" in page and "2 级 · 欠缺" in page
    headers = {"X-CSRFToken": client.token(), "X-Requested-With": "fetch", "Sec-Fetch-Site": "same-origin"}
    told = client.post(f"{address}/preview", data=form, headers=headers).get_json()
    assert told["said"].startswith("2 级 · 欠缺，") and told["lines"][-1][2] == int(told["said"].split("，")[1][:-2])
    forbidden = client.post(f"{address}/preview", data={**form, "f1": "yes", "grade": "4"}, headers=headers).get_json()
    assert "最高是 1 级" in forbidden["problem"]
    assert db.session.query(Rating).count() == 0


def test_the_learner_sees_what_was_withdrawn(client: Any, become: Any, person: Any, drill: Any, hand_in: Any) -> None:
    learner = person("learner", name="陈雨")
    answer = hand_in(drill, user=learner)
    own = machine(answer)
    labels = Labels((("coldness", 8, 14),), own.elements | {"action"}, frozenset({"safe"}))
    trainer = person("trainer", name="吴老师")
    ratings.rate(trainer, answer.id, said(answer, labels, reason="不是推诿，是<冷>"), now())
    become(learner)
    page = text_of(client.get(f"/attempts/{answer.attempt_id}/result"))
    assert "吴老师逐项看过这条答复" in page and "撤回</strong> 第 1 处“推诿扯皮”" in page
    assert "补上</strong> “冷漠生硬”（严重）" in page and "这一处不算" in page
    assert "要素“具体措施”：培训师认为具备" in page and "要点“已经摆了警示桩”：培训师认为说到了" in page
    assert "是&lt;冷&gt;" in page and "下面是机器评的" in page
    become(trainer)
    page = text_of(client.get(f"/teach/attempts/{answer.attempt_id}"))
    assert "吴老师逐项看过" in page and f"/teach/review/{answer.id}" in page
    bench = text_of(client.get(f"/teach/review/{answer.id}"))
    assert "陈雨" not in bench, "whoever marks reads the reply, not the name"


def test_what_is_only_suspected_is_shown_to_both_with_the_words(
    client: Any, become: Any, person: Any, drill: Any, hand_in: Any
) -> None:
    learner = person("learner", name="陈雨")
    answer = hand_in(drill, GOOD, user=learner)
    doubted = finding(load_rubric().patterns["coldness"], 0, 12, GOOD[:12])
    doubted = replace(doubted, better="说明<原因>")
    also = replace(doubted, name="归咎群众")
    assert not (answer.detail or {})["findings"]
    answer.detail = {**(answer.detail or {}), "suspicions": [asdict(doubted), asdict(also)]}
    db.session.commit()
    become(learner)
    page = text_of(client.get(f"/attempts/{answer.attempt_id}/result"))
    assert "有几分像，又说不准" in page and "有几分像“冷漠生硬”，也像“归咎群众”" in page and "说明&lt;原因&gt;" in page
    assert (
        page.count(f"<q>{GOOD[:12]}</q>") == 1
        and "没有发现推诿" not in page
        and '/answers/1/appeal">可以提出来' in page
    )
    become("trainer")
    bench = text_of(client.get(f"/teach/review/{answer.id}"))
    assert "有几分像“冷漠生硬”" in bench and "就在右边补上" in bench


def test_a_reason_reaches_the_learner_though_the_mark_stays(client: Any, become: Any, drill: Any, hand_in: Any) -> None:
    """It is told once: with the rating, unless a changed mark or an answered objection tells it."""
    answer = hand_in(drill)
    learner, trainer = answer.attempt.user, become("trainer")
    ratings.rate(trainer, answer.id, said(answer, reason="判得对，课上会讲怎么移交"), now())
    become(learner)
    page = text_of(client.get(f"/attempts/{answer.attempt_id}/result"))
    assert page.count("判得对，课上会讲怎么移交") == 1 and "和机器的判断一致" in page
    ratings.rate(trainer, answer.id, said(answer, percent=45.0, reason="口头讲过，多给几分"), now())
    page = text_of(client.get(f"/attempts/{answer.attempt_id}/result"))
    assert page.count("口头讲过，多给几分") == 1 and "课上会讲" not in page


def test_what_is_open_or_not_there(client: Any, become: Any, person: Any, drill: Any) -> None:
    attempt = taking.start(person("learner"), drill.id, now())
    answer_id = attempt.answers[0].id
    become("trainer")
    assert client.get(f"/teach/review/{answer_id}").status_code == 409
    assert client.get("/teach/review/99999").status_code == 404
    assert client.send(f"/teach/review/{answer_id}", {"reason": "随便写几个字"}).status_code == 409


def test_an_appeal_is_answered_with_the_rating(drill: Any, hand_in: Any, person: Any) -> None:
    answer = hand_in(drill)
    appeals.make(answer.attempt.user, answer, "f1", "前面已经写了移交", now())
    ratings.rate(person("trainer"), answer.id, said(answer, without_findings(answer), reason="您说得对，撤回"), now())
    appeal = db.session.query(Appeal).one()
    assert appeal.reply == "您说得对，撤回" and appeal.seen_at is None
    assert [one.id for one in appeals.news_for(answer.attempt.user)] == [appeal.id]
    assert queue.page_of(1).total == 0


# The sheet, pure

DETAIL = marking.mark_reply(normalised_scenario(SCENARIO), {"text": BRUSH_OFF}).detail


@given(
    st.dictionaries(st.sampled_from([item.key for item in sheet.items(DETAIL)]), st.sampled_from(["yes", "no", "x"]))
)
def test_a_rating_reads_back_as_it_was_given(chosen: dict[str, str]) -> None:
    items = sheet.items(DETAIL, chosen)
    labels = sheet.labels(items)
    patterns = [{"pattern": p, "start": s, "end": e, "text": ""} for p, s, e in labels.places]
    back = sheet.chosen_by(DETAIL, labels.places, sorted(labels.elements), sorted(labels.points))
    assert all(back[item.key] == item.choice for item in items if item.choice)
    other = sheet.difference(DETAIL, patterns, sorted(labels.elements), sorted(labels.points))
    assert {item.key for item in (*other.withdrawn, *other.turned)} == {
        item.key for item in items if item.choice and not item.agreed
    }
    assert not other.added and bool(other) == any(item.choice and not item.agreed for item in items)


@given(st.text(max_size=40), st.text(max_size=8))
def test_words_are_found_where_they_stand(reply: str, words: str) -> None:
    where = sheet.find_words(reply, words)
    if where is None:
        assert not words.strip() or words.strip() not in reply
    else:
        assert reply[slice(*where)] == words.strip()


def test_answers_of_another_shape_are_no_reply(drill: Any, hand_in: Any) -> None:
    answer = hand_in(drill)
    assert isinstance(answer, Answer) and ratings.opinions_on([answer]) == {}
