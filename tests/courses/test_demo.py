"""The demo installation tells of days that have been."""

from datetime import date, timedelta

import pytest
from flask import Flask

from courses.demo import moments
from literacy import dates

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(("count", "ago"), [(1, 1), (20, 23), (47, 19), (47, 23), (48, 1), (3, 0)])
def test_nobody_has_studied_tomorrow(app: Flask, count: int, ago: int) -> None:
    begun = TODAY - timedelta(days=ago)
    found = moments(count, begun, TODAY, 0.6)
    assert len(found) == count and found == sorted(set(found))
    assert dates.begins(begun) < found[0]
    if ago:
        assert found[-1] < dates.begins(TODAY)
