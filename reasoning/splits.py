"""Splits that share neither a disease nor a publication."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np

from kg.arrays import Array


def groups(keys: Sequence[Iterable[Hashable]]) -> Array:
    """Connected groups of cases, shape (cases,): two cases are in one group if they share a key
    (their disease, one of their publications), directly or through others. Groups are numbered
    in the order of their first case.

    >>> groups([("OMIM:1", "PMID:1"), ("OMIM:2", "PMID:2"), ("OMIM:3", "PMID:1")]).tolist()
    [0, 1, 0]
    """
    parent = list(range(len(keys)))

    def root(case: int) -> int:
        while parent[case] != case:
            parent[case] = parent[parent[case]]
            case = parent[case]
        return case

    first: dict[Hashable, int] = {}
    for case, of_case in enumerate(keys):
        for key in of_case:
            other = root(first.setdefault(key, case))
            mine = root(case)
            parent[max(mine, other)] = min(mine, other)
    numbers: dict[int, int] = {}
    found = [numbers.setdefault(root(c), len(numbers)) for c in range(len(keys))]
    return np.array(found, dtype=np.int64)


def folds(of_case: Array, count: int, *, seed: int) -> Array:
    """A fold of 0 to `count` - 1 for each case; a group is never divided. Groups go, in an order
    drawn with `seed` and the largest first, to the fold with the fewest cases. Raises ValueError
    where there are fewer groups than folds."""
    sizes = np.bincount(of_case)
    if len(sizes) < count:
        raise ValueError(f"{len(sizes)} groups cannot make {count} folds")
    drawn = np.random.default_rng(seed).permutation(len(sizes))
    order = drawn[np.argsort(-sizes[drawn], kind="stable")]
    loads = np.zeros(count, dtype=np.int64)
    fold = np.zeros(len(sizes), dtype=np.int64)
    for group in order:
        fold[group] = int(np.argmin(loads))
        loads[fold[group]] += sizes[group]
    return fold[of_case]
