"""What becomes of a line, as the world stands."""

from typing import Any

import pytest

from literacy.intake.judging import Known, Units, World, judged
from literacy.intake.models import Outcome
from literacy.intake.wanted import Wanted
from literacy.models import Role

UNITS = Units({1: "青禾县", 2: "青禾县 / 望舒街道", 3: "青禾县 / 撤了的所"}, {1: True, 2: True, 3: False})
WORLD = World(UNITS, owner_id=9)
LIER = Known(5, "lier", "李尔", "值班员", "", "13800138000", "", 2, True, frozenset({Role.LEARNER}))
OWNER = Known(9, "admin", "管理人", "", "", "", "", 1, True, frozenset({Role.ADMINISTRATOR}))
CHIEF = Known(7, "chief", "另一位", "", "", "", "", 2, True, frozenset({Role.ADMINISTRATOR}))


def line(account: str = "lier", **values: Any) -> Wanted:
    return Wanted(2, account, values)


@pytest.mark.parametrize(
    ("values", "known", "outcome", "changes"),
    [
        ({"name": "李尔"}, LIER, Outcome.UNCHANGED, {}),
        ({"unit": "青禾县 / 望舒街道", "active": True, "roles": {Role.LEARNER}}, LIER, Outcome.UNCHANGED, {}),
        ({"name": "李二", "post": ""}, LIER, Outcome.CHANGED, {"name": ["李尔", "李二"], "post": ["值班员", ""]}),
        ({"unit": "青禾县"}, LIER, Outcome.CHANGED, {"unit": ["青禾县 / 望舒街道", "青禾县"]}),
        ({"unit": ""}, LIER, Outcome.CHANGED, {"unit": ["青禾县 / 望舒街道", ""]}),
        ({"active": False}, LIER, Outcome.DEACTIVATED, {"active": ["在用", "停用"]}),
        ({"roles": {Role.TRAINER}}, LIER, Outcome.CHANGED, {"roles": ["学员", "培训师"]}),
        ({"name": "新人"}, None, Outcome.NEW, {"name": ["", "新人"], "roles": ["", "学员"], "active": ["", "在用"]}),
    ],
)  # fmt: skip
def test_only_what_a_line_says_changes(values: Any, known: Known | None, outcome: Outcome, changes: Any) -> None:
    verdict = judged(line(**values), known, WORLD)
    assert (verdict.outcome, verdict.changes) == (outcome, changes)


@pytest.mark.parametrize(
    ("account", "values", "known", "field", "sentence"),
    [
        ("x", {}, None, "name", "要写姓名"),
        ("x", {"name": "甲", "unit": "青禾县 / 撤了的所"}, None, "unit", "已经停用"),
        ("x", {"name": "甲", "unit": "青禾县 / 撤了的所 / 科"}, None, "unit", "上级单位"),
        ("admin", {"roles": {Role.LEARNER}}, OWNER, "roles", "自己的管理员"),
        ("admin", {"active": False}, OWNER, "active", "自己的账号"),
    ],
)  # fmt: skip
def test_what_may_not_be_is_a_problem(account: str, values: Any, known: Any, field: str, sentence: str) -> None:
    verdict = judged(line(account, **values), known, WORLD)
    assert verdict.outcome is Outcome.PROBLEM
    assert [one.field for one in verdict.problems] == [field] and sentence in verdict.problems[0].sentence


@pytest.mark.parametrize(
    ("values", "known", "sentence"),
    [
        ({"name": "甲", "unit": "青禾县"}, None, "不在您管理的范围里"),
        ({"name": "甲", "unit": "白鹭县 / 科"}, None, "范围里"),
        ({"name": "甲"}, None, "请写单位"), ({"unit": "青禾县"}, LIER, "范围里"),
        ({"post": "x"}, OWNER, "别的单位的人"),
        ({"roles": {Role.ADMINISTRATOR}}, LIER, "管全平台"), ({"post": "x"}, CHIEF, "管全平台"),
    ],
)  # fmt: skip
def test_who_administers_a_unit_reaches_no_further(values: Any, known: Any, sentence: str) -> None:
    world = World(UNITS, owner_id=1, reach={2}, may_grant=False)
    verdict = judged(line(**values), known, world)
    assert verdict.outcome is Outcome.PROBLEM and any(sentence in one.sentence for one in verdict.problems)
    if known is OWNER:
        assert not verdict.unit_path and not verdict.final, "nothing is told of somebody elsewhere"


def test_who_administers_a_unit_works_in_it() -> None:
    world = World(UNITS, owner_id=1, reach={2}, may_grant=False)
    assert judged(line(post="x"), LIER, world).outcome is Outcome.CHANGED
    assert judged(line("x", name="甲", unit="青禾县/望舒街道/一科"), None, world).unit_missing


def test_a_unit_that_is_not_there_is_noted_with_its_full_name() -> None:
    verdict = judged(line("x", name="甲", unit="青禾县 / 新所"), None, WORLD)
    assert verdict.outcome is Outcome.NEW and verdict.unit_missing and verdict.final["unit_path"] == "青禾县 / 新所"
