"""The scenarios that come with the product agree with the rubric: good examples pass, bad ones are caught."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import quizzes
from quizzes.rubric import Point, ReplyCase, Verdict, score_reply
from quizzes.rubric.rules import RULES, read_rubric

FILES = sorted((Path(quizzes.__file__).parent / "content" / "scenarios").glob("*.yaml"))
SCENARIOS: list[dict[str, Any]] = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in FILES]
BAD = [(scenario, number) for scenario in SCENARIOS for number in range(len(scenario["anti_exemplars"]))]
RANK = {"redline": 0, "serious": 1, "minor": 2}
RUBRICS = {"first": read_rubric(RULES, second=False), "both": read_rubric(RULES)}


@pytest.fixture(params=RUBRICS)
def readers(request: pytest.FixtureRequest) -> str:
    """Which readers hear the reply: what is shipped has to agree with either choice."""
    return str(request.param)


def judge(scenario: dict[str, Any], reply: str, readers: str) -> Verdict:
    return score_reply(
        ReplyCase(
            post=scenario["post"]["text"],
            reply=reply,
            facts=tuple(scenario["facts"]),
            channel=scenario["channel"],
            points=tuple(Point.from_dict(data) for data in scenario["points"]),
            required_elements=tuple(scenario["required_elements"]),
        ),
        RUBRICS[readers],
    )


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["slug"])
def test_the_exemplar_is_excellent(scenario: dict[str, Any], readers: str) -> None:
    found = judge(scenario, scenario["exemplar"], readers)
    assert [(finding.pattern, finding.text) for finding in found.findings] == []
    assert [point.id for point in found.points if not point.met] == []
    assert [element.id for element in found.elements if element.required and not element.present] == []
    assert [span.text for span in found.unsupported] == []
    assert found.grade == 4


@pytest.mark.parametrize(
    ("scenario", "number"), BAD, ids=lambda value: value["slug"] if isinstance(value, dict) else ""
)
def test_the_bad_example_is_caught(scenario: dict[str, Any], number: int, readers: str) -> None:
    example = scenario["anti_exemplars"][number]
    found = judge(scenario, example["reply"], readers)
    levels = {id_: RANK[pattern.level] for id_, pattern in RUBRICS[readers].patterns.items()}
    gravest = min(levels[id_] for id_ in example["patterns"])
    assert set(example["patterns"]) & set(found.patterns)
    assert min(levels[id_] for id_ in found.patterns) <= gravest
    assert found.grade <= 2


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["slug"])
def test_bad_examples_meet_few_points(scenario: dict[str, Any]) -> None:
    for example in scenario["anti_exemplars"]:
        found = judge(scenario, example["reply"], "first")  # points are found by rules alone
        assert sum(point.met for point in found.points) * 2 < len(found.points)
