"""Opening pages and taking the time, for every benchmark of pages."""

import gc
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Opened:
    """How a page opened: seconds of the first opening and of the best later one, and of the processor for that one."""

    path: str
    status: int
    first: float
    best: float
    busy: float
    """Less than `best` where the machine had other work too, or the database is a server of its own."""
    size: int


def signed_in(app: Flask, account: str, password: str) -> Any:
    """A client of somebody who has signed in."""
    client = app.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    client.post("/sign-in", data={"account": account, "password": password, "csrf_token": token})
    return client


def opened(client: Any, path: str, times: int) -> Opened:
    """Open a page once and then some times more."""
    taken, busy, status, size = [], [], 0, 0
    for _ in range(times + 1):
        begun, busy_before = time.perf_counter(), time.process_time()
        answer = client.get(path)
        size = sum(map(len, answer.response)) if answer.status_code == 200 else 0
        taken.append(time.perf_counter() - begun)
        busy.append(time.process_time() - busy_before)
        status = answer.status_code
        answer.close()
    return Opened(path, status, taken[0], min(taken[1:] or taken), min(busy[1:] or busy), size)


def still() -> None:
    """What was made before is nothing that pages have to wait for when memory is tidied."""
    gc.collect()
    gc.freeze()


def tell(found: Iterable[Opened], slow: float) -> None:
    """Print all pages, the slowest first; those over `slow` seconds are marked."""
    for one in sorted(found, key=lambda one: (-one.best, one.path)):
        mark = "FAIL" if one.status >= 400 else "SLOW" if one.best > slow else "    "
        times = f"{one.best * 1000:7.0f} ms  busy {one.busy * 1000:7.0f} ms  first {one.first * 1000:7.0f} ms"
        say(f"{mark} {times}  {one.status}  {one.size / 1024:7.0f} KB  {one.path}")
