"""Figures over cases with a known answer, and their intervals by resampling diseases.

Cases of one disease resemble each other, so that a resample takes or leaves them together: an
interval says how far another draw of *diseases* would move the figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kg.arrays import Array

CUTS = (1, 3, 5, 10)
DRAWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value with its 95 % bootstrap interval over diseases; NaN where there was no case."""

    value: float
    low: float
    high: float


NO_FIGURE = Figure(value=np.nan, low=np.nan, high=np.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Top-k (shares, by k) and mean reciprocal rank."""

    cases: int
    diseases: int
    top: dict[int, Figure]
    mrr: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The same cases before and after something was done to them. `top` and `mrr` are after less
    before, paired by case."""

    before: Measures
    after: Measures
    top: dict[int, Figure]
    mrr: Figure


class Bootstrap:
    """Resamples of the diseases of some cases. `diseases` names that of each case; equal input
    and seed give equal resamples."""

    def __init__(self, diseases: Sequence[str], *, seed: int, draws: int = DRAWS) -> None:
        names = sorted(set(diseases))
        number = {name: i for i, name in enumerate(names)}
        self.n_diseases = n = len(names)
        self._of_case = np.array([number[d] for d in diseases], dtype=np.int64)
        self._times = np.zeros((draws, n))
        if n:
            chosen = np.random.default_rng(seed).integers(0, n, size=(draws, n))
            np.add.at(self._times, (np.arange(draws)[:, None], chosen), 1)

    def means(self, values: Array) -> list[Figure]:
        """Means of the columns of `values`, shape (cases, columns)."""
        if not len(values):
            return [NO_FIGURE] * values.shape[1]
        sums = np.zeros((self.n_diseases, values.shape[1]))
        np.add.at(sums, self._of_case, values)
        sizes = np.bincount(self._of_case, minlength=self.n_diseases)
        means = (self._times @ sums) / (self._times @ sizes)[:, None]
        low, high = np.percentile(means, [2.5, 97.5], axis=0)
        return [
            Figure(value=float(c), low=float(a), high=float(b))
            for c, a, b in zip(values.mean(axis=0), low, high, strict=True)
        ]

    def mean(self, values: Array) -> Figure:
        """The mean of one value a case."""
        return self.means(values[:, None])[0]

    def statistic(self, of: Callable[[Array], float]) -> Figure:
        """Any figure that can be computed with a weight for each case, shape (cases,). Draws in
        which it is NaN are left out."""
        if not self.n_diseases:
            return NO_FIGURE
        value = of(np.ones(len(self._of_case)))
        drawn = np.array([of(times[self._of_case]) for times in self._times])
        drawn = drawn[~np.isnan(drawn)]
        if value != value or not len(drawn):
            return NO_FIGURE
        low, high = np.percentile(drawn, [2.5, 97.5])
        return Figure(value=value, low=float(low), high=float(high))


def hits(ranks: Sequence[int | None]) -> Array:
    """For each rank whether it is within each of `CUTS`, and its reciprocal: shape
    (cases, cuts + 1). A disease that was not returned has rank infinity."""
    rank = np.array([np.inf if r is None else r for r in ranks], dtype=np.float64)
    return np.stack([*((rank <= k).astype(np.float64) for k in CUTS), 1.0 / rank], axis=1)


def measure(values: Array, diseases: Sequence[str], *, seed: int) -> Measures:
    """Measures of what `hits` gave (or of its means over several tries of each case)."""
    draws = Bootstrap(diseases, seed=seed)
    figures = draws.means(values)
    return Measures(
        cases=len(diseases),
        diseases=draws.n_diseases,
        top=dict(zip(CUTS, figures, strict=False)),
        mrr=figures[-1],
    )


def change(before: Array, after: Array, diseases: Sequence[str], *, seed: int) -> Change:
    """What became of the same cases; `before` and `after` as `hits` gives them."""
    figures = Bootstrap(diseases, seed=seed).means(after - before)
    return Change(
        before=measure(before, diseases, seed=seed),
        after=measure(after, diseases, seed=seed),
        top=dict(zip(CUTS, figures, strict=False)),
        mrr=figures[-1],
    )
