"""Names that invented cases must not bear; pure."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "content" / "names"


def _listed(file: str) -> list[str]:
    lines = (FOLDER / file).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@cache
def _pattern() -> re.Pattern[str]:
    # The longest first: 青海省 is said, not 青海.
    names = sorted({*_listed("places.txt"), *_listed("people.txt")}, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, names)))


def real_names(text: str, allowed: Iterable[str] = ()) -> Iterator[tuple[int, str]]:
    """Real places and people in a text, as (line from 1, name).

    `allowed` are names that a text about a public case may use; 北京 allows 北京市 too, 罗湖区 allows 罗湖.
    """
    kept = tuple(allowed)
    for number, line in enumerate(text.splitlines(), start=1):
        for match in _pattern().finditer(line):
            if not any(match[0] in name or name in match[0] for name in kept):
                yield number, match[0]
