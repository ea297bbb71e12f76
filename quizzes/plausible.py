"""What somebody may well answer: rightly, or wrongly as people do; pure."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from quizzes.models import Kind

Body = Mapping[str, Any]
Draft = dict[str, Any]


def _correct(body: Body) -> list[int]:
    return [index for index, option in enumerate(body["options"]) if option["correct"]]


_RIGHT: dict[Kind, Callable[[Body], Draft]] = {
    Kind.SINGLE: lambda body: {"option": _correct(body)[0]},
    Kind.MULTIPLE: lambda body: {"options": _correct(body)},
    Kind.TRUE_FALSE: lambda body: {"value": body["answer"]},
    Kind.MATCHING: lambda body: {"matches": {str(index): index for index in range(len(body["pairs"]))}},
    Kind.ORDERING: lambda body: {"order": list(range(len(body["items"])))},
    Kind.SHORT: lambda body: {"text": max(body["accept"], key=lambda one: one["fraction"])["any"][0]},
}


def right(kind: Kind, body: Body) -> Draft:
    """The right answer to a question. Raises KeyError for a reply, to which there is no one right answer."""
    return _RIGHT[kind](body)


def _mixed(chance: random.Random, count: int) -> list[int]:
    """The places 0…count-1 with two of them changed over."""
    order = list(range(count))
    if count > 1:
        one, other = chance.sample(order, 2)
        order[one], order[other] = other, one
    return order


def _too_many_or_few(chance: random.Random, body: Body) -> Draft:
    correct = set(_correct(body))
    chosen = correct ^ {chance.randrange(len(body["options"]))}
    return {"options": sorted(chosen or correct)}


_WRONG: dict[Kind, Callable[[random.Random, Body], Draft]] = {
    Kind.SINGLE: lambda chance, body: {
        "option": chance.choice([at for at in range(len(body["options"])) if at not in _correct(body)] or [0])
    },
    Kind.MULTIPLE: _too_many_or_few,
    Kind.TRUE_FALSE: lambda _, body: {"value": not body["answer"]},
    Kind.MATCHING: lambda chance, body: {
        "matches": {str(left): side for left, side in enumerate(_mixed(chance, len(body["pairs"])))}
    },
    Kind.ORDERING: lambda chance, body: {"order": _mixed(chance, len(body["items"]))},
    Kind.SHORT: lambda chance, _: {"text": chance.choice(["不清楚", "按规定办理", "先登记再说"])},
}


def wrong(chance: random.Random, kind: Kind, body: Body) -> Draft:
    """A wrong or half right answer to a question. Raises KeyError for a reply."""
    return _WRONG[kind](chance, body)


_END = ("。", "！", "？", "\n")


def replies(scenario: Body) -> list[str]:
    """Different replies of every quality to a normalised scenario, the best first: a trainer's, or part of it."""
    whole: str = scenario["exemplar"]
    ends = [at + 1 for at, sign in enumerate(whole) if sign in _END]
    cut = [whole[: ends[len(ends) * part // 4]].strip() for part in (1, 2, 3)] if len(ends) > 2 else []
    bad = [one["reply"] for one in scenario["anti_exemplars"]]
    return list(dict.fromkeys([whole, *reversed(cut), *bad, "已转相关部门处理，请耐心等待。"]))
