"""Trainers write scenarios in the browser: every channel, every part, previewed as the learner sees it."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from literacy.db import db
from literacy.models import State
from quizzes import content
from quizzes.bodies import CHANNELS, POST_FIELDS
from quizzes.models import Kind, Question, Quiz, QuizKind, Scenario, ScenarioVersion
from quizzes.traps import TRAPS
from tests.filling import fields_of, text_of
from tests.quizzes.factories import make_question, make_scenario

FULL = {
    "title": "井盖响了半个月",
    "channel": "留言板",
    "difficulty": "2",
    "competencies": ["HD2", "WG3"],
    "role": "您是青禾县住建局的回复员",
    "task": "写一条公开答复",
    "post_author": "睡不着的人",
    "post_text": "井盖半夜哐当响，能不能管管？",
    "post_title": "井盖",
    "thread-0-author": "楼上",
    "thread-0-role": "official",
    "thread-0-text": "同响。",
    "facts": "11月24日已派人查看。\n\n11月26日前换好。住建局电话0000-88104520。",
    "required_elements": ["action", "deadline"],
    "points-0-text": "哪天换好",
    "points-0-any": "11月26日\n26日 换好",
    "traps": ["T03", "T05"],
    "exemplar": "您好，井盖半夜响了这么久，吵得您睡不好，对不起。您反映的井盖，住建局11月24日已派人查看，"
    "11月26日前换好，换好当天打电话告诉您。有事请打住建局电话0000-88104520。",
    "anti_exemplars-0-reply": "领导高度重视，我们将进一步加强管理，切实做好相关工作。",
    "anti_exemplars-0-patterns": ["boilerplate"],
    "anti_exemplars-0-why": "没有日期。",
}
OURS = content.Files().scenarios


def the_scenario() -> Scenario:
    db.session.expire_all()
    return db.session.scalars(select(Scenario)).one()


def test_a_scenario_is_written_and_published_in_one_go(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.send("/teach/scenarios/new", {**FULL, "publish": "1"})
    assert answer.status_code == 303, text_of(answer)
    scenario = the_scenario()
    assert scenario.state is State.PUBLISHED
    body = scenario.body
    assert body["post"]["title"] == "井盖" and body["facts"][0] == "11月24日已派人查看。" and len(body["facts"]) == 2
    assert body["points"] == [{"id": "p1", "text": "哪天换好", "any": [["11月26日"], ["26日", "换好"]]}]
    assert body["thread"] == [{"author": "楼上", "time": "", "text": "同响。", "role": "official"}]
    assert (body["traps"], body["anti_exemplars"][0]["patterns"]) == (["T03", "T05"], ["boilerplate"])
    page = text_of(client.get(answer.location))
    assert "post-board" in page and "井盖半夜哐当响" in page and "哪天换好" in page


def test_saving_an_unchanged_form_changes_no_content(client: Any, sign_in: Any) -> None:
    scenario = make_scenario(
        channel="抖音评论",
        post={"author": "甲", "text": "乙", "likes": 12, "comments": "2.1万", "video_caption": "桥"},
        traps=["T01", "T02"],
    )
    sign_in("trainer")
    url = f"/teach/scenarios/{scenario.id}/edit"
    fields = fields_of(client.get(url))
    client.send(url, fields)
    assert len(the_scenario().versions) == 1
    client.send(url, {**fields_of(client.get(url)), "post_likes": "13"})
    assert the_scenario().body == {
        **scenario.versions[0].body,
        "post": {**scenario.versions[0].body["post"], "likes": 13},
    }


@pytest.mark.parametrize("slug", OURS)
def test_our_own_scenarios_survive_the_form(slug: str, client: Any, sign_in: Any) -> None:
    scenario = make_scenario(slug, **OURS[slug]["body"])
    sign_in("trainer")
    url = f"/teach/scenarios/{scenario.id}/edit"
    assert client.send(url, fields_of(client.get(url))).status_code == 303
    assert len(the_scenario().versions) == 1 and the_scenario().revision == 2
    assert client.get(f"/teach/scenarios/{scenario.id}").status_code == 200


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_channel_keeps_its_own_fields_only(channel: str, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    special = {f"post_{key}": "7" for fields in POST_FIELDS.values() for key, _ in fields}
    answer = client.send("/teach/scenarios/new", {**FULL, **special, "channel": channel})
    post = the_scenario().body["post"]
    assert set(post) == {"author", "location", "time", "text", *dict(POST_FIELDS[channel])}
    assert client.get(answer.location).status_code == 200


def test_problems_stand_beside_their_fields(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    data = {**FULL, "post_author": "", "thread-0-author": "", "points-0-any": "", "facts": "", "publish": "1"}
    answer = client.send("/teach/scenarios/new", data)
    page = text_of(answer)
    assert answer.status_code == 422
    for field in ("post_author", "thread-0-author", "points-0-any", "facts"):
        assert f'id="{field}-error"' in page, field
    sent = fields_of(answer)
    assert set(sent["competencies"]) == {"WG3", "HD2"} and sent["points-0-text"] == FULL["points-0-text"]
    assert sent["anti_exemplars-0-patterns"] == "boilerplate" and sent["exemplar"] == FULL["exemplar"]
    assert db.session.scalar(select(func.count()).select_from(Scenario)) == 0


def test_points_keep_their_identity_when_one_goes(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    more = {"points-1-text": "谁来换", "points-1-any": "住建局", "points-2-text": "找谁", "points-2-any": "电话"}
    client.send("/teach/scenarios/new", {**FULL, **more})
    url = f"/teach/scenarios/{the_scenario().id}/edit"
    fields = fields_of(client.get(url))
    arranged = fields_of(client.send(url, {**fields, "arrange": "points.remove.0"}))
    place = next(n for n in range(9) if not arranged.get(f"points-{n}-text") and f"points-{n}-text" in arranged)
    added = {f"points-{place}-text": "新要点", f"points-{place}-any": "新"}
    client.send(url, {**arranged, **added})
    points = {point["text"]: point["id"] for point in the_scenario().body["points"]}
    assert points["谁来换"] == "p2" and points["找谁"] == "p3"
    assert points["新要点"] not in ("p2", "p3")


def test_a_stale_form_is_refused_with_everything_typed(client: Any, sign_in: Any) -> None:
    scenario = make_scenario()
    sign_in("trainer")
    url = f"/teach/scenarios/{scenario.id}/edit"
    mine = fields_of(client.get(url))
    client.send(url, {**mine, "title": "别人改的"})
    answer = client.send(url, {**mine, "exemplar": "我改的示范"})
    assert answer.status_code == 409 and "我改的示范" in text_of(answer)
    assert the_scenario().title == "别人改的"
    assert db.session.scalar(select(func.count()).select_from(ScenarioVersion)) == 1


def test_a_drill_is_made_of_a_scenario(client: Any, sign_in: Any) -> None:
    scenario = make_scenario()
    sign_in("trainer")
    url = f"/teach/scenarios/{scenario.id}/drill"
    answer = client.send(url, {"form_key": "k"})
    assert client.send(url, {"form_key": "k"}).location == answer.location
    drill = db.session.scalars(select(Quiz)).one()
    question = drill.slots[0].question
    assert drill.kind is QuizKind.DRILL and question.kind is Kind.REPLY and question.scenario_id == scenario.id
    assert "一起发布" in text_of(client.get(answer.location))
    client.send(f"/teach/quizzes/{drill.id}/publish", {"with_drafts": "1"})
    db.session.expire_all()
    assert drill.state is State.PUBLISHED and question.state is State.PUBLISHED


def test_a_second_drill_leads_to_the_draft_that_is_there(client: Any, sign_in: Any) -> None:
    """Until the draft is published; then another may be made."""
    scenario = make_scenario()
    sign_in("trainer")
    url = f"/teach/scenarios/{scenario.id}/drill"
    first = client.send(url, {"form_key": "a"})
    again = client.send(url, {"form_key": "b"})
    assert again.location == first.location
    assert "已经有一个演练草稿" in text_of(client.get(again.location))
    drill = db.session.scalars(select(Quiz)).one()
    assert drill.title == scenario.title
    client.send(f"/teach/quizzes/{drill.id}/publish", {"with_drafts": "1"})
    assert client.send(url, {"form_key": "c"}).location != first.location
    assert db.session.scalar(select(func.count()).select_from(Quiz)) == 2


def test_traps_are_chosen_and_can_be_looked_up(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    page = text_of(client.get("/teach/scenarios/new"))
    assert "T06 推诿踢球" in page and TRAPS["T06"][1] in page
    answer = client.send("/teach/scenarios/new", {**FULL, "publish": "1"})
    page = text_of(client.get(answer.location))
    assert "T03 轻佻抖机灵、T05 八股空转" in page and "WG3 识诉" in page
    client.send("/teach/scenarios/new", {**FULL, "traps": ["T99"]})
    assert db.session.scalar(select(func.count()).select_from(Scenario)) == 1


def test_reply_questions_bear_the_new_name(client: Any, sign_in: Any) -> None:
    scenario = make_scenario()
    sign_in("trainer")
    client.send(f"/teach/scenarios/{scenario.id}/drill")
    url = f"/teach/scenarios/{scenario.id}/edit"
    client.send(url, {**fields_of(client.get(url)), "title": "桥修好了吗"})
    db.session.expire_all()
    assert db.session.scalars(select(Question.title)).one() == "答复：桥修好了吗"


def test_a_scenario_in_use_is_not_retired(client: Any, sign_in: Any) -> None:
    scenario = make_scenario("s-test")
    question = make_question("reply", scenario=scenario)
    sign_in("trainer")
    client.send(f"/teach/scenarios/{scenario.id}/retire")
    assert the_scenario().state is State.PUBLISHED
    client.send(f"/teach/questions/{question.id}/retire")
    client.send(f"/teach/scenarios/{scenario.id}/retire")
    assert the_scenario().state is State.RETIRED
    # The question can still be opened, and waits for its scenario.
    page = text_of(client.get(f"/teach/questions/{question.id}/edit"))
    assert "桥栏杆断了（已停用）" in page
    client.send(f"/teach/questions/{question.id}/publish")
    assert db.session.get(Question, question.id).state is State.RETIRED


def test_lists_are_narrowed(client: Any, sign_in: Any) -> None:
    make_scenario("s-a", channel="微博").title = "甲情景"
    make_scenario("s-b").title = "乙情景"
    sign_in("trainer")
    page = text_of(client.get("/teach/scenarios?channel=微博"))
    assert "甲情景" in page and "乙情景" not in page
    page = text_of(client.get("/teach/scenarios?words=乙&state=published"))
    assert "乙情景" in page and "甲情景" not in page


@pytest.mark.parametrize("role", ["learner", "administrator"])
def test_only_trainers_write(role: str, client: Any, sign_in: Any) -> None:
    scenario = make_scenario()
    sign_in(role)
    for path in ("", "/new", f"/{scenario.id}", f"/{scenario.id}/edit"):
        assert client.get(f"/teach/scenarios{path}").status_code == 403
    for path in ("new", f"{scenario.id}/edit", f"{scenario.id}/drill", f"{scenario.id}/retire"):
        assert client.send(f"/teach/scenarios/{path}", FULL).status_code == 403


def test_a_long_line_is_seen_whole_and_stays_one_line(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    client.send("/teach/scenarios/new", {**FULL, "role": "您是青禾县住建局的回复员，\r\n今晚值班"})
    assert the_scenario().body["role"] == "您是青禾县住建局的回复员， 今晚值班"
    shown = client.get(f"/teach/scenarios/{the_scenario().id}/edit").get_data(as_text=True)
    assert re.search(r"<textarea[^>]*name=\"role\"[^>]*>\s*您是青禾县住建局的回复员， 今晚值班</textarea>", shown)
