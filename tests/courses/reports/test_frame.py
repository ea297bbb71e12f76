"""A row that may show no figure says so once."""

from typing import Any

import pytest

from courses.reports.frame import HIDDEN, Column, Line, Look, Report, Type

REPORT = Report(
    "some", "某", "什么？", (),
    (
        Column("quiz", "测验"), Column("kind", "类型"),
        Column("people", "人数", Type.NUMBER), Column("rate", "率", Type.PERCENT),
    ),
    lambda *_: Look([], 0), lambda *_: iter(()),
)  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "withheld"),
    [
        (("甲", "测验", HIDDEN, HIDDEN), True),
        (("甲", "测验", HIDDEN, None), True),
        (("甲", "测验", 7, HIDDEN), False),
        (("甲", "测验", 0, HIDDEN), False),
        (("甲", "测验", None, None), False),
        (("甲", HIDDEN, 5, 0.5), False),
    ],
)
def test_a_row_says_once_that_its_figures_are_withheld(cells: tuple[Any, ...], withheld: bool) -> None:
    assert REPORT.withheld(Line(cells)) is withheld
