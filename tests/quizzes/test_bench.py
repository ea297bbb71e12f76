"""The replies by which a scenario is tested."""

from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from literacy.db import db
from literacy.errors import Refused
from literacy.models import User
from quizzes.bodies import ELEMENT_IDS, PATTERN_IDS, normalised_scenario
from quizzes.content import Files
from quizzes.expected import Expected, differences
from quizzes.marking import judged
from quizzes.models import SavedReply
from quizzes.rubric import load_rubric
from quizzes.service import bench
from quizzes.service.authoring import saved_replies as keeping
from quizzes.service.authoring.questions import scenario_for
from run import main
from tests.quizzes.factories import SCENARIO, make_scenario
from tests.quizzes.test_concurrency import at_once

BRUSH_OFF = "不归我们管，您去找别的单位。"


def body() -> dict[str, Any]:
    return normalised_scenario(SCENARIO)


def keep(scenario: Any, text: str, **expected: Any) -> SavedReply:
    row = SavedReply(text=text, expected=expected)
    scenario.saved_replies.append(row)
    db.session.flush()
    return row


@pytest.mark.parametrize("text", [SCENARIO["exemplar"], BRUSH_OFF, "", "收到。"])
def test_a_verdict_is_what_it_says_itself(text: str) -> None:
    verdict = judged(body(), text)
    expected = Expected.of(verdict)
    assert differences(expected, verdict) == []
    assert Expected.from_dict(expected.as_dict()) == expected


def test_each_expectation_is_told_apart() -> None:
    verdict = judged(body(), BRUSH_OFF)
    assert "buck_passing" in verdict.patterns
    said = {
        "grades": differences(Expected(grades=(3, 4)), verdict),
        "shown": differences(Expected(shown=("insult", "buck_passing")), verdict),
        "absent": differences(Expected(absent=("insult", "buck_passing")), verdict),
        "elements": differences(Expected(elements=("deadline",)), verdict),
        "points": differences(Expected(points=("safe", "gone")), verdict),
    }
    assert said["grades"] == [f"应评 3 到 4 级，现在评 {verdict.grade} 级（{verdict.score} 分）"]
    assert said["shown"] == ["应看出辱骂讥讽，现在没有看出"]
    assert len(said["absent"]) == 1 and said["absent"][0].startswith("不该有推诿扯皮，现在看出了：“")
    assert said["elements"] == ["应具备明确时限，现在没有找到"]
    assert said["points"] == ["应说到要点“已经摆了警示桩”，现在没有", "应说到的要点有 1 个已经不在情景里"]


def test_a_good_reply_must_not_be_accused_later() -> None:
    good, bad = judged(body(), SCENARIO["exemplar"]), judged(body(), BRUSH_OFF)
    assert set(Expected.of(good).absent) == set(PATTERN_IDS)
    assert Expected.of(bad).absent == ()


EXPECTED = st.builds(
    Expected,
    grades=st.none() | st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda pair: (min(pair), max(pair))),
    shown=st.lists(st.sampled_from(list(PATTERN_IDS)), unique=True).map(tuple),
    absent=st.lists(st.sampled_from(list(PATTERN_IDS)), unique=True).map(tuple),
    elements=st.lists(st.sampled_from(list(ELEMENT_IDS)), unique=True).map(tuple),
    points=st.lists(st.sampled_from(["safe", "p1"]), unique=True).map(tuple),
)


@given(EXPECTED)
def test_expectations_survive_storing(expected: Expected) -> None:
    assert Expected.from_dict(expected.as_dict()) == expected
    assert bool(expected) == bool(expected.as_dict())


@pytest.mark.parametrize("junk", [None, [], "x", {"grades": "34"}, {"grades": [7, 1]}, {"grades": [1]}, {"shown": 3}])
def test_what_is_no_expectation_expects_nothing(junk: Any) -> None:
    assert not Expected.from_dict(junk)


def test_a_scenario_fails_where_a_saved_reply_is_judged_otherwise(app: Any) -> None:
    scenario = make_scenario()
    alone = bench.failures(scenario.latest)
    keep(scenario, BRUSH_OFF, shown=["buck_passing"])
    wrong = keep(scenario, BRUSH_OFF, grades=[3, 4])
    found = bench.failures(scenario.latest)
    assert found[: len(alone)] == alone
    [(case, differs)] = found[len(alone) :]
    assert (case.saved, case.label) == (wrong, "保存的答复 2") and "应评 3 到 4 级" in differs[0]


def test_another_rubric_may_be_handed_in(app: Any) -> None:
    scenario = make_scenario()
    keep(scenario, BRUSH_OFF, shown=["buck_passing"])
    standard = load_rubric()
    deaf = replace(
        standard,
        learned=None,
        patterns={id_: replace(one, cues=()) for id_, one in standard.patterns.items()},
    )
    labels = {case.label for case, _ in bench.failures(scenario.latest, deaf)}
    assert {"反例 1", "保存的答复 1"} <= labels
    without = replace(standard, patterns={k: v for k, v in standard.patterns.items() if k != "buck_passing"})
    assert {"反例 1", "保存的答复 1"} <= {case.label for case, _ in bench.failures(scenario.latest, without)}


def test_our_own_scenarios_hold(app: Any) -> None:
    for slug, item in Files().scenarios.items():
        make_scenario(slug, **item["body"])
    found = [(scenario.slug, failed) for scenario, failed in bench.failures_everywhere()]
    assert len(found) >= 40 and [one for one in found if one[1]] == []


def test_the_command_says_what_differs(app: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("run.create_app", lambda: app)
    good, bad = make_scenario("s-good"), make_scenario("s-bad")
    keep(good, BRUSH_OFF, shown=["buck_passing"])
    keep(bad, BRUSH_OFF, shown=["insult"])

    def said(*arguments: str) -> tuple[int, str]:
        db.session.commit()
        answer = CliRunner().invoke(main, ["scenario", "check", *arguments])
        return answer.exit_code, answer.output

    code, output = said()
    assert code == 1 and "s-bad 桥栏杆断了 保存的答复 1：应看出辱骂讥讽" in output
    assert "情景 2 个，1 个全部符合。" in output and "s-good" not in output
    assert said("s-good") == (0, "情景 1 个，1 个全部符合。\n")
    code, output = said("s-none")
    assert code == 1 and "没有情景 s-none" in output


@pytest.mark.parametrize("round_", range(3))
def test_two_trainers_keep_one_reply_and_overwrite_nothing(round_: int, app: Any, person: Any) -> None:
    author, scenario_id = person("trainer").id, make_scenario().id
    db.session.commit()
    expected = Expected(grades=(0, 2))

    def keep_it() -> None:
        keeping.keep(db.session.get_one(User, author), scenario_for(scenario_id, writing=True), BRUSH_OFF, expected)

    assert at_once(app, [keep_it, keep_it]) == [None, None]
    db.session.expire_all()
    [row] = scenario_for(scenario_id).saved_replies
    reply_id = row.id
    db.session.commit()

    def change(remark: str) -> None:
        scenario = scenario_for(scenario_id)
        _ = scenario.saved_replies  # as a page does before its form is saved
        locked = scenario_for(scenario_id, writing=True)
        one = keeping.saved_reply_for(locked, reply_id, writing=True)
        keeping.change(db.session.get_one(User, author), one, 1, BRUSH_OFF, expected, remark)

    found = at_once(app, [lambda: change("甲"), lambda: change("乙")])
    assert [type(result) for result in found if result is not None] == [Refused], found
