"""Splits that share neither a disease nor a publication."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasoning.splits import folds, groups

keys = st.lists(st.sets(st.integers(0, 12), min_size=1, max_size=3), max_size=30)


def test_groups_connect_through_diseases_and_publications() -> None:
    cases = [
        ("OMIM:1", "PMID:1"),
        ("OMIM:2", "PMID:2"),
        ("OMIM:3", "PMID:3"),
        ("OMIM:1", "PMID:2"),  # joins the first two, late
        ("OMIM:4",),
        ("OMIM:3", "PMID:5"),
    ]
    assert groups(cases).tolist() == [0, 0, 1, 0, 2, 1]


def test_no_case_makes_no_group() -> None:
    assert groups([]).tolist() == []


@given(of_case=keys)
def test_groups_are_the_connected_components(of_case: list[set[int]]) -> None:
    found = groups(of_case)
    reach = [set(own) for own in of_case]
    changed = True
    while changed:
        changed = False
        for mine in reach:
            for other in reach:
                if mine & other and not other <= mine:
                    mine |= other
                    changed = True
    for i, mine in enumerate(reach):
        for j, other in enumerate(reach):
            assert (found[i] == found[j]) == bool(mine & other)
    firsts = [int(g) for k, g in enumerate(found) if g not in found[:k]]
    assert firsts == list(range(len(firsts)))


@given(of_case=keys, count=st.integers(2, 4), seed=st.integers(0, 5))
def test_folds_never_divide_a_group_and_none_is_empty(
    of_case: list[set[int]], count: int, seed: int
) -> None:
    group = groups(of_case)
    if len(set(group.tolist())) < count:
        with pytest.raises(ValueError, match=f"cannot make {count} folds"):
            folds(group, count, seed=seed)
        return
    fold = folds(group, count, seed=seed)
    assert set(fold.tolist()) == set(range(count))
    for one in set(group.tolist()):
        assert len(set(fold[group == one].tolist())) == 1


def test_folds_are_even_where_groups_are_small() -> None:
    fold = folds(np.arange(100), 5, seed=1)
    assert np.bincount(fold).tolist() == [20] * 5


def test_a_seed_decides_and_nothing_else() -> None:
    group = np.arange(40) // 2
    assert np.array_equal(folds(group, 4, seed=3), folds(group, 4, seed=3))
    assert not np.array_equal(folds(group, 4, seed=3), folds(group, 4, seed=4))
