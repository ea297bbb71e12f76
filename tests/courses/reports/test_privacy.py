"""No group of fewer than five can be worked out from the figures that are shown."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.reports.privacy import LEAST, NOWHERE, TOP, hidden, own


@st.composite
def trees(draw: st.DrawFn) -> tuple[dict[int, int | None], dict[int, int]]:
    """Units 1…n, each below an earlier one or at the top, with some people each."""
    count = draw(st.integers(1, 7))
    parents = {unit: draw(st.sampled_from([None, *range(1, unit)])) for unit in range(1, count + 1)}
    heads = {unit: draw(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 9, 30])) for unit in range(count + 1)}
    return parents, heads


def atoms_of(key: int | None, parents: dict[int, int | None]) -> set[int]:
    """The units whose own people a figure rests on."""
    if key is TOP:
        return {NOWHERE, *parents}
    if key <= 0:
        return {-key}
    return {key}.union(*(atoms_of(unit, parents) for unit, parent in parents.items() if parent == key))


def shown_rows(parents: dict[int, int | None], heads: dict[int, int]) -> tuple[list[int], np.ndarray]:
    """The people that are not nobody, and every figure that is shown as a row over them."""
    atoms = [unit for unit in (NOWHERE, *parents) if heads.get(unit)]
    keys = [TOP, NOWHERE, *parents, *(own(unit) for unit in parents if unit in parents.values())]
    away = hidden(parents, heads)
    rows = [[float(atom in atoms_of(key, parents)) for atom in atoms] for key in keys if key not in away]
    return atoms, np.array(rows or [[0.0] * len(atoms)])


@settings(max_examples=300, deadline=None)
@given(trees())
def test_no_small_group_can_be_worked_out(tree: tuple[dict[int, int | None], dict[int, int]]) -> None:
    """Whatever is added and subtracted: any set of units that the figures determine has five people or more."""
    parents, heads = tree
    atoms, rows = shown_rows(parents, heads)
    rank = np.linalg.matrix_rank(rows)
    for size in range(1, len(atoms) + 1):
        for chosen in combinations(range(len(atoms)), size):
            if sum(heads[atoms[at]] for at in chosen) >= LEAST:
                continue
            wanted = np.array([float(at in chosen) for at in range(len(atoms))])
            assert np.linalg.matrix_rank(np.vstack([rows, wanted])) > rank, [atoms[at] for at in chosen]


@given(trees())
def test_nothing_is_hidden_without_need(tree: tuple[dict[int, int | None], dict[int, int]]) -> None:
    parents, heads = tree
    if all(not count or count >= LEAST for count in heads.values()):
        assert hidden(parents, heads) == frozenset()


@pytest.mark.parametrize(
    ("parents", "heads", "away"),
    [
        ({1: None, 2: 1, 3: 1, 4: 1}, {2: 3, 3: 6, 4: 9}, {2, 3}),  # one small: the next small one goes too
        ({1: None, 2: 1, 3: 1, 4: 1}, {2: 3, 3: 4, 4: 9}, {2, 3}),  # two small, seven together: enough
        ({1: None, 2: 1, 3: 1, 4: 1}, {2: 1, 3: 2, 4: 9}, {2, 3, 4}),  # two small, three together: not enough
        ({1: None, 2: 1}, {1: 2, 2: 9}, {2, -1}),  # a unit's own two people
        ({1: None, 2: 1}, {2: 3}, {None, 1, 2}),  # three in all
        ({1: None, 2: 1, 3: 1}, {2: 0, 3: 9}, set()),  # nobody is nothing to hide
        ({1: None}, {1: 9, 0: 2}, {0, 1}),  # two without a unit
        ({1: None, 2: 1, 3: 1, 4: 3, 5: 3}, {2: 4, 4: 5, 5: 6}, {2, 3, 4}),  # inside the neighbour, too
    ],
)  # fmt: skip
def test_examples(parents: dict[int, int | None], heads: dict[int, int], away: set[int | None]) -> None:
    assert hidden(parents, heads) == away


def test_deep_trees_are_borne() -> None:
    parents: dict[int, int | None] = {1: None, **{unit: unit - 1 for unit in range(2, 3000)}}
    assert hidden(parents, {2999: 7}) == frozenset()
