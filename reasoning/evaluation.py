"""Measures of a ranking against known answers, with intervals by resampling diseases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kg.arrays import Array

CUTS = (1, 3, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Where the true disease of one case stood; `rank` is None where it was not returned."""

    case: str
    disease: str
    rank: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A mean over cases with its 95 % bootstrap interval over diseases."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Top-1, top-3, top-10 (shares) and mean reciprocal rank."""

    cases: int
    diseases: int
    top: dict[int, Figure]
    mrr: Figure


def measure(outcomes: Sequence[Outcome], *, seed: int, draws: int = 1000) -> Measures:
    """Measures of `outcomes`; a disease that was not returned has rank infinity."""
    ranks = np.array([np.inf if o.rank is None else o.rank for o in outcomes])
    names = sorted({o.disease for o in outcomes})
    number = {name: i for i, name in enumerate(names)}
    group = np.array([number[o.disease] for o in outcomes], dtype=np.int64)
    values = np.stack([*((ranks <= k).astype(float) for k in CUTS), 1.0 / ranks], axis=1)
    figures = _clustered(values, group, len(names), seed, draws)
    return Measures(
        cases=len(outcomes),
        diseases=len(names),
        top=dict(zip(CUTS, figures, strict=False)),
        mrr=figures[-1],
    )


def _clustered(values: Array, group: Array, n_groups: int, seed: int, draws: int) -> list[Figure]:
    """Means of the columns, with percentiles over resampled groups."""
    if not len(values):
        return [Figure(value=np.nan, low=np.nan, high=np.nan)] * values.shape[1]
    sums = np.zeros((n_groups, values.shape[1]))
    np.add.at(sums, group, values)
    sizes = np.bincount(group, minlength=n_groups).astype(float)
    random = np.random.default_rng(seed)
    chosen = random.integers(0, n_groups, size=(draws, n_groups))
    means = sums[chosen].sum(axis=1) / sizes[chosen].sum(axis=1)[:, None]
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    centre = values.mean(axis=0)
    return [
        Figure(value=float(c), low=float(a), high=float(b))
        for c, a, b in zip(centre, low, high, strict=True)
    ]
