"""How fast replies are judged, and that time grows with the length of a text only.

Processor time is counted: what else the machine does meanwhile matters less.
"""

import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from quizzes.rubric.model import ReplyCase
from quizzes.rubric.rules import Rubric
from quizzes.rubric.scorer import score_reply

LENGTHS = (1_000, 10_000, 100_000)
"""Characters of the texts that the curve is drawn on."""
SLOW = 100
"""Replies, spread over all, on which both readers together are measured."""
HOSTILE: Mapping[str, str] = {
    "一个字": "啊",
    "嵌套引号": "“「",
    "括号": "（",
    "不字": "不",
    "标点": "，。？",
    "日期": "2026年5月20日\n",
    "混杂": "您好，不归我们管。“再投诉”12:30 电话0000-88102317！",
}
_LOAD = (
    "import time; start = time.process_time(); from quizzes.rubric import load_rubric; load_rubric(); "
    "print(time.process_time() - start)"
)


@dataclass(frozen=True)
class Speed:
    """``per_second`` replies on one core; the median and the 99th percentile of one reply in seconds."""

    replies: int
    per_second: float
    median: float
    slowest_percent: float


def measure(cases: Sequence[ReplyCase], rubric: Rubric, rounds: int = 3) -> Speed:
    """Judge all cases some rounds, after one that warms up, and keep the best round; needs at least one case."""
    _round(cases, rubric)
    best = min((_round(cases, rubric) for _ in range(rounds)), key=sum)
    ordered = sorted(best)
    return Speed(
        len(cases),
        len(cases) / sum(best),
        ordered[len(ordered) // 2],
        ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)],
    )


def _round(cases: Sequence[ReplyCase], rubric: Rubric) -> list[float]:
    """Seconds for each case, nothing remembered of the round before."""
    if rubric.learned and rubric.learned.second:
        rubric.learned.second.forget()
    return [_timed(case, rubric) for case in cases]


def loading() -> float:
    """Seconds of processor time that a new interpreter needs to import the engine and load the rubric."""
    ran = subprocess.run([sys.executable, "-c", _LOAD], capture_output=True, text=True, check=True)  # noqa: S603  our own words
    return float(ran.stdout)


def curve(rubric: Rubric, lengths: Iterable[int] = LENGTHS) -> dict[str, list[float]]:
    """Seconds for hostile texts of each length, by the kind of text."""
    wanted = list(lengths)
    return {
        name: [_timed(ReplyCase(post="路灯坏了", reply=(piece * length)[:length]), rubric) for length in wanted]
        for name, piece in HOSTILE.items()
    }


def _timed(case: ReplyCase, rubric: Rubric) -> float:
    start = time.process_time()
    score_reply(case, rubric)
    return time.process_time() - start
