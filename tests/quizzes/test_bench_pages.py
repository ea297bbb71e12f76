"""Trainers try replies by a scenario as it stands in the form, and keep some as its tests."""

from typing import Any

import pytest
from sqlalchemy import func, select

from literacy.db import db
from literacy.models import AuditEntry, State
from quizzes.marking import mark_reply
from quizzes.models import SavedReply, Scenario, ScenarioVersion
from tests.filling import fields_of, text_of
from tests.quizzes.factories import SCENARIO, make_quiz, make_scenario
from tests.quizzes.test_authoring_scenarios import FULL

BRUSH_OFF = "不归我们管，您去找别的单位。"
BAD_EXEMPLAR = {"exemplar": BRUSH_OFF}


def fetched(client: Any, url: str, fields: dict[str, Any]) -> dict[str, Any]:
    headers = {"X-Requested-With": "fetch", "Sec-Fetch-Site": "same-origin"}
    answer = client.post(url, data={**fields, "csrf_token": client.token()}, headers=headers)
    assert answer.status_code == 200, text_of(answer)
    return answer.get_json()


def replies() -> list[SavedReply]:
    db.session.expire_all()
    return list(db.session.scalars(select(SavedReply).order_by(SavedReply.id)))


def entries() -> list[AuditEntry]:
    return list(
        db.session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "scenarios").order_by(AuditEntry.id))
    )


def test_the_bench_judges_as_learners_are_judged(client: Any, sign_in: Any) -> None:
    scenario = make_scenario()
    mark = mark_reply(scenario.body, {"text": BRUSH_OFF})
    sign_in("trainer")
    page = text_of(client.send(f"/teach/scenarios/{scenario.id}/bench", {"bench": "judge", "bench_reply": BRUSH_OFF}))
    assert mark.detail["headline"] in page and f'<strong class="grade-score">{mark.detail["score"]}</strong>' in page
    assert "推诿扯皮" in page and "没说到" in page


def test_unsaved_edits_count(client: Any, sign_in: Any) -> None:
    scenario = make_scenario()
    sign_in("trainer")
    edit = f"/teach/scenarios/{scenario.id}/edit"
    fields = fields_of(client.get(edit))
    reply = "您好，明早八点有人来装新栏杆。"
    tried = {**fields, "bench": "judge", "bench_reply": reply}
    before = fetched(client, f"/teach/scenarios/{scenario.id}/bench", tried)["html"]
    changed = {**tried, "points-0-any": "新栏杆", "points-0-text": "说出要装新栏杆"}
    after = fetched(client, f"/teach/scenarios/{scenario.id}/bench", changed)["html"]
    assert "没说到" in before and "没说到" not in after and "说出要装新栏杆" in after
    # Without a script: the same on the page, and everything typed is still there.
    answer = client.send(edit, {**changed, "title": "没保存的名字"})
    sent = fields_of(answer)
    assert answer.status_code == 200 and "说到了" in text_of(answer)
    assert (sent["title"], sent["points-0-any"], sent["bench_reply"]) == ("没保存的名字", "新栏杆", reply)
    db.session.expire_all()
    assert db.session.scalar(select(func.count()).select_from(ScenarioVersion)) == 1
    assert scenario.title == "桥栏杆断了"


def test_examples_are_picked_as_they_stand_in_the_form(client: Any, sign_in: Any) -> None:
    scenario = make_scenario()
    sign_in("trainer")
    fields = fields_of(client.get(f"/teach/scenarios/{scenario.id}/edit"))
    url = f"/teach/scenarios/{scenario.id}/bench"
    changed = {**fields, "anti_exemplars-0-reply": "刚改的反例。", "bench": "pick", "bench_pick": "anti_exemplars[1]"}
    assert fetched(client, url, changed)["text"] == "刚改的反例。"
    assert fetched(client, url, {**changed, "bench_pick": "exemplar"})["text"] == SCENARIO["exemplar"]
    answer = client.send(url, {"bench": "pick", "bench_pick": "exemplar"})
    assert fields_of(answer, "bench_reply")["bench_reply"] == SCENARIO["exemplar"]


def test_a_scenario_that_is_not_stored_yet_is_tried(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    found = fetched(client, "/teach/scenarios/bench", {**FULL, "bench": "judge", "bench_reply": BRUSH_OFF})
    assert "推诿扯皮" in found["html"] and "2 条中 2 条符合" in found["html"]
    answer = client.send("/teach/scenarios/new", {**FULL, "bench": "judge", "bench_reply": BRUSH_OFF})
    assert "推诿扯皮" in text_of(answer) and "存为检验答复" not in text_of(answer)
    assert db.session.scalar(select(func.count()).select_from(Scenario)) == 0


@pytest.mark.parametrize(
    "junk",
    [
        {},
        {"channel": "x"},
        {"channel": "微博", "difficulty": "九", "points-0-text": "只有要点"},
        {"bench_pick": "saved-99", "bench_reply": "<script>x</script>\x00"},
    ],
)
def test_half_written_forms_are_judged_too(junk: dict[str, str], client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    for act in ("judge", "pick", "keep", "nonsense"):
        found = fetched(client, "/teach/scenarios/bench", {**junk, "bench": act})
        assert "<script>" not in found["html"]


def test_too_long_a_reply_is_not_judged(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    found = fetched(client, "/teach/scenarios/bench", {**FULL, "bench": "judge", "bench_reply": "好" * 5001})
    assert "最多 5000 个字" in found["said"] and "grade-score" not in found["html"]


def test_one_click_keeps_a_reply_with_its_verdict(client: Any, sign_in: Any) -> None:
    scenario = make_scenario()
    author = sign_in("trainer")
    url = f"/teach/scenarios/{scenario.id}/bench"
    fields = {"bench": "keep", "bench_reply": BRUSH_OFF}
    assert "已存下" in fetched(client, url, fields)["said"]
    assert "已经存过" in fetched(client, url, fields)["said"]
    [row] = replies()
    verdict = mark_reply(scenario.body, {"text": BRUSH_OFF}).detail
    assert (row.text, row.author_id) == (BRUSH_OFF, author.id)
    assert row.expected["grades"] == [verdict["grade"]] * 2 and row.expected["shown"] == verdict["patterns"]
    assert entries()[-1].changes == {"saved_reply": ["", BRUSH_OFF]}
    page = text_of(client.get(f"/teach/scenarios/{scenario.id}"))
    assert "3 条中 3 条符合" in page and "看出推诿扯皮" in page
    assert "请写一条答复" in fetched(client, url, {"bench": "keep", "bench_reply": " "})["said"]


def reply_form(client: Any, scenario: Scenario, reply: SavedReply | None = None) -> tuple[str, dict[str, Any]]:
    url = f"/teach/scenarios/{scenario.id}/replies/{reply.id if reply else 'new'}"
    return url, fields_of(client.get(url), "text")


def test_a_reply_is_kept_filled_and_changed(client: Any, sign_in: Any) -> None:
    scenario = make_scenario()
    sign_in("trainer")
    url, fields = reply_form(client, scenario)
    assert client.send(url, {**fields, "text": BRUSH_OFF}).status_code == 409, "nothing is expected"
    filled = fields_of(client.send(url, {**fields, "text": BRUSH_OFF, "fill": "1"}), "text")
    assert filled["shown"] == "buck_passing" and filled["lowest"] == filled["highest"] != ""
    answer = client.send(url, {**filled, "note": "常见"})
    assert answer.status_code == 303
    assert client.send(url, {**filled, "note": "常见"}).location == answer.location
    [row] = replies()
    assert row.note == "常见"
    url, fields = reply_form(client, scenario, row)
    assert client.send(url, {**fields, "lowest": "3", "highest": "4"}).status_code == 303
    page = text_of(client.get(f"/teach/scenarios/{scenario.id}"))
    assert "3 条中 2 条符合" in page and "应评 3 到 4 级，现在评" in page
    # Somebody else's form is stale now, and says so with everything typed.
    late = client.send(url, {**fields, "note": "我写的备注"})
    assert late.status_code == 409 and "我写的备注" in text_of(late)
    assert client.send(url, {**fields, "note": "我写的备注", "on_top_of": "2"}).status_code == 303
    assert replies()[0].note == "我写的备注"


def test_impossible_expectations_are_refused(client: Any, sign_in: Any) -> None:
    scenario = make_scenario()
    sign_in("trainer")
    url, fields = reply_form(client, scenario)
    both = {**fields, "text": "收到。", "shown": "insult", "absent": "insult"}
    wrong = {**fields, "text": "收到。", "lowest": "3", "highest": "1"}
    for data, said in ((both, "标了应看出"), (wrong, "最高不能低于最低"), ({**fields, "shown": "x"}, "请从列表里选")):
        answer = client.send(url, data)
        assert answer.status_code == 422 and said in text_of(answer)
    assert replies() == []


def test_a_kept_reply_is_deleted_once_and_stays_in_the_record(client: Any, sign_in: Any) -> None:
    scenario, other = make_scenario(), make_scenario("s-other")
    row = SavedReply(text=BRUSH_OFF, expected={"grades": [0, 2]})
    scenario.saved_replies.append(row)
    db.session.flush()
    sign_in("trainer")
    path = f"replies/{row.id}"
    assert client.get(f"/teach/scenarios/{other.id}/{path}").status_code == 404
    assert client.send(f"/teach/scenarios/{other.id}/{path}/remove").status_code == 404
    url = f"/teach/scenarios/{scenario.id}/{path}/remove"
    first = client.send(url, {"form_key": "k"})
    assert client.send(url, {"form_key": "k"}).location == first.location
    assert replies() == [] and entries()[-1].changes == {"saved_reply": [BRUSH_OFF, ""]}


def test_publishing_what_breaks_a_reply_needs_a_reason(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    data = {**FULL, **BAD_EXEMPLAR, "publish": "1"}
    refused = client.send("/teach/scenarios/new", data)
    assert refused.status_code == 422 and 'id="reason-error"' in text_of(refused)
    assert fields_of(refused)["exemplar"] == BRUSH_OFF
    assert db.session.scalar(select(func.count()).select_from(Scenario)) == 0
    assert client.send("/teach/scenarios/new", {**data, "reason": "短"}).status_code == 422
    assert client.send("/teach/scenarios/new", {**data, "reason": "课堂上要讲反面的"}).status_code == 303
    scenario = db.session.scalars(select(Scenario)).one()
    assert scenario.state is State.PUBLISHED
    kept = entries()[-1].changes
    assert kept["reason"] == "课堂上要讲反面的" and kept["failing"].startswith("示范答复：")


def test_a_draft_that_breaks_a_reply_is_published_from_its_page(client: Any, sign_in: Any) -> None:
    scenario = make_scenario(**BAD_EXEMPLAR)
    scenario.state = State.DRAFT
    sign_in("trainer")
    url = f"/teach/scenarios/{scenario.id}/publish"
    assert "仍要发布的理由" in text_of(client.get(f"/teach/scenarios/{scenario.id}"))
    client.send(url, {"form_key": "a"})
    db.session.expire_all()
    assert scenario.state is State.DRAFT
    client.send(url, {"form_key": "b", "reason": "先这样用一次"})
    db.session.expire_all()
    assert scenario.state is State.PUBLISHED


def test_a_published_scenario_is_asked_only_for_what_is_new(client: Any, sign_in: Any) -> None:
    scenario = make_scenario()
    scenario.saved_replies.append(SavedReply(text=BRUSH_OFF, expected={"grades": [4, 4]}))
    db.session.flush()
    sign_in("trainer")
    url = f"/teach/scenarios/{scenario.id}/edit"
    answer = client.send(url, {**fields_of(client.get(url)), "discussion": "和评分无关"})
    assert answer.status_code == 303, "what failed before is not asked about again"
    broken = {**fields_of(client.get(url)), "points-0-any": "谁也不会说的词"}
    answer = client.send(url, broken)
    assert answer.status_code == 422 and "示范答复" in text_of(answer)
    assert client.send(url, {**broken, "reason": "要点下周再改回来"}).status_code == 303
    assert "要点下周再改回来" in str(entries()[-1].changes)


def test_a_draft_inside_something_says_where_to_go(client: Any, sign_in: Any) -> None:
    quiz = make_quiz("reply", drill=True)
    scenario = quiz.slots[0].question.scenario
    scenario.versions[-1].body = {**scenario.body, **BAD_EXEMPLAR}
    quiz.state = quiz.slots[0].question.state = scenario.state = State.DRAFT
    sign_in("trainer")
    page = text_of(client.get(f"/teach/quizzes/{quiz.id}"))
    assert "1 条答复评得和期望不合" in page
    client.send(f"/teach/quizzes/{quiz.id}/publish", {"with_drafts": "1"})
    db.session.expire_all()
    assert quiz.state is State.DRAFT and scenario.state is State.DRAFT


@pytest.mark.parametrize("role", ["learner", "administrator"])
def test_only_trainers_try(role: str, client: Any, sign_in: Any) -> None:
    scenario = make_scenario()
    row = SavedReply(text=BRUSH_OFF, expected={"grades": [0, 2]})
    scenario.saved_replies.append(row)
    db.session.flush()
    sign_in(role)
    base = f"/teach/scenarios/{scenario.id}"
    for path in (f"{base}/replies/new", f"{base}/replies/{row.id}"):
        assert client.get(path).status_code == 403
    for path in (f"{base}/bench", "/teach/scenarios/bench", f"{base}/replies/new", f"{base}/replies/{row.id}/remove"):
        assert client.send(path, {"bench": "keep", "bench_reply": "x"}).status_code == 403
    assert len(replies()) == 1


def test_saving_a_draft_says_what_fails(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.send("/teach/scenarios/new", {**FULL, **BAD_EXEMPLAR})
    assert answer.status_code == 303
    page = text_of(client.get(answer.location))
    assert "2 条检验答复中 1 条符合" in page and "评为" in page
    answer = client.send("/teach/scenarios/new", FULL)
    assert "条检验答复中" not in text_of(client.get(answer.location))
