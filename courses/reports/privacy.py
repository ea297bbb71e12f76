"""Which figures of small groups are not shown, so that they cannot be worked out from those that are. Pure.

A unit's figure is that of its own people and of all units below it, and each is shown on a page of its own. Hiding a
group of three is not enough: what is above it less what is beside it would tell it. So a neighbour is hidden too, and
inside that neighbour something as well, until no group of fewer than `least` can be worked out by adding and
subtracting. (In statistics: primary and complementary suppression.)
"""

from collections.abc import Mapping

LEAST = 5
TOP: None = None
"""The key of everything together."""
NOWHERE = 0
"""The key of people who belong to no unit."""

Key = int | None


def own(unit: int) -> int:
    """The key of a unit's own people without those below it."""
    return -unit


def hidden(parents: Mapping[int, int | None], heads: Mapping[int, int], least: int = LEAST) -> frozenset[Key]:
    """The keys of groups that are not shown.

    `parents` gives the unit above each unit (None at the top); `heads` how many people the figures of each unit's own
    people rest on (0 is the key of people without a unit). A key is a unit's id for everything in and below it,
    `own(unit)` for its own people where it has units below, NOWHERE, or TOP. Groups without anybody are never hidden:
    there is nothing to tell.
    """
    below = _children(parents, heads)
    sums = _sums(below, heads)
    found: set[Key] = {TOP} if 0 < sums[TOP] < least else set()
    waiting: list[Key] = [TOP]
    while waiting:
        key = waiting.pop()
        children = [child for child in below.get(key, ()) if sums[child]]
        found |= _hidden_among(children, sums, least, above_hidden=key in found)
        waiting += children
    return frozenset(found)


def _hidden_among(children: list[Key], sums: Mapping[Key, int], least: int, *, above_hidden: bool) -> set[Key]:
    """Which of the parts of one group are hidden: the small ones, and as many others as it takes.

    Where the whole is shown, what is hidden must be two parts or more; in either case it must be `least` people or
    more together, since the whole less the rest tells of all of them at once.
    """
    small = {child for child in children if sums[child] < least}
    if not small and not above_hidden:
        return set()
    others = sorted((child for child in children if child not in small), key=lambda child: (sums[child], child or 0))
    parts = 1 if above_hidden else 2
    while others and (len(small) < parts or sum(sums[child] for child in small) < least):
        small.add(others.pop(0))
    return small


def _children(parents: Mapping[int, int | None], heads: Mapping[int, int]) -> dict[Key, list[Key]]:
    """The parts of each group. A unit's own people are a part of their own only beside other parts."""
    below: dict[Key, list[Key]] = {TOP: [NOWHERE] if heads.get(NOWHERE) else []}
    for unit, parent in parents.items():
        below.setdefault(parent if parent in parents else TOP, []).append(unit)
    for unit in parents:
        if unit in below:
            below[unit].append(own(unit))
    return below


def _sums(below: Mapping[Key, list[Key]], heads: Mapping[int, int]) -> dict[Key, int]:
    order: list[Key] = [TOP]
    for key in order:  # grows while it is walked: each group before its parts
        order += below.get(key, ())
    sums: dict[Key, int] = {}
    for key in reversed(order):
        if key in below:
            sums[key] = sum(sums[child] for child in below[key])
        else:
            sums[key] = heads.get(abs(key or 0), 0)
    return sums
