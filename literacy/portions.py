"""Long work in portions: as much as a page may wait for, and the next look goes on; pure but for the clock."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def within(seconds: float, items: Iterable[Item]) -> Iterator[Item]:
    """These items one after the other until ``seconds`` are over; the first one always, so that work goes on."""
    until = time.monotonic() + seconds
    for number, item in enumerate(items):
        if number and time.monotonic() > until:
            return
        yield item
