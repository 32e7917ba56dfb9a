"""Whether shares mean what they say: calibration error, Brier score, reliability, separation.

The calibration error of a finite sample is above 0 even where every share is exact. So it is
read beside its mean under perfect calibration: answers drawn with the very shares that were
stated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from kg.arrays import Array
from reasoning.measures import DRAWS, NO_FIGURE, Bootstrap, Figure

BINS = 15
#: Standard normal quantile of a 95 % interval.
_Z = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Cases with similar shares: their mean share, and how many were right (a share of 1, with
    Wilson's 95 % interval, as if the cases were independent)."""

    cases: int
    stated: float
    right: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Calibration of the first hypothesis's posterior.

    `error` is the expected calibration error, `error_if_perfect` its mean where the same
    posteriors are exact, `excess` the first less the second. `brier` is the mean squared error;
    `constant` that of always stating the share of cases that were right, the best of all
    constants; `skill` is 1 - brier / constant.
    """

    cases: int
    right: float
    stated: float
    error: float
    error_if_perfect: float
    excess: float
    brier: float
    constant: float
    skill: Figure
    bins: tuple[Bin, ...]


def reliability(
    posterior: Array, right: Array, diseases: Sequence[str], *, seed: int, bins: int = BINS
) -> Reliability | None:
    """Measures of posteriors (cases,) against whether each was right; None without cases."""
    if not len(posterior):
        return None
    p, y = posterior.astype(np.float64), right.astype(np.float64)
    error = calibration_error(p, y, bins=bins)
    if_perfect = error_if_perfect(p, seed=seed, bins=bins)
    constant = float(y.mean() * (1 - y.mean()))

    def skill(weight: Array) -> float:
        return _skill(p, y, weight)

    return Reliability(
        cases=len(p),
        right=float(y.mean()),
        stated=float(p.mean()),
        error=error,
        error_if_perfect=if_perfect,
        excess=error - if_perfect,
        brier=brier(p, y),
        constant=constant,
        skill=Bootstrap(diseases, seed=seed).statistic(skill),
        bins=tuple(_bins(p, y, bins)),
    )


def calibration_error(posterior: Array, right: Array, *, bins: int = BINS) -> float:
    """Mean over bins of equal size of |mean posterior - share right|, weighted by cases.

    Naeini, Cooper and Hauskrecht (AAAI 2015); bins of equal mass here.
    """
    order = np.argsort(posterior, kind="stable")
    starts = _starts(len(posterior), bins)
    gaps = np.add.reduceat(posterior[order] - right[order], starts)
    return float(np.abs(gaps).sum() / len(posterior))


def error_if_perfect(posterior: Array, *, seed: int, draws: int = DRAWS, bins: int = BINS) -> float:
    """The mean calibration error where each case is right with exactly its posterior."""
    p = np.sort(posterior)
    starts = _starts(len(p), bins)
    random = np.random.default_rng(seed)
    total = 0.0
    for _ in range(draws):
        gaps = np.add.reduceat(p - (random.random(len(p)) < p), starts)
        total += float(np.abs(gaps).sum())
    return total / draws / len(p)


def brier(posterior: Array, right: Array) -> float:
    """Mean squared difference of posterior and outcome (Brier 1950, for one event)."""
    return float(np.mean((posterior - right) ** 2))


def separation(scores: Array, positive: Array, diseases: Sequence[str], *, seed: int) -> Figure:
    """Area under the ROC curve of `scores` for the cases that are `positive`."""
    if not positive.any() or positive.all():
        return NO_FIGURE

    def area(weight: Array) -> float:
        return auroc(scores, positive, weight)

    return Bootstrap(diseases, seed=seed).statistic(area)


def auroc(scores: Array, positive: Array, weight: Array | None = None) -> float:
    """The chance that a positive case scores above another, ties counting half; NaN where there
    are not both. `weight` says how often each case counts."""
    weight = np.ones(len(scores)) if weight is None else weight
    _, level = np.unique(scores, return_inverse=True)
    n = int(level.max(initial=-1)) + 1
    above = np.bincount(level, weights=weight * positive, minlength=n)
    below = np.bincount(level, weights=weight * ~positive, minlength=n)
    pairs = float(above.sum() * below.sum())
    if not pairs:
        return float("nan")
    lower = np.cumsum(below) - below
    return float((above * (lower + below / 2)).sum() / pairs)


def wilson(right: int, cases: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (JASA 1927)."""
    p, square = right / cases, _Z * _Z
    centre = (p + square / (2 * cases)) / (1 + square / cases)
    half = _Z * sqrt(p * (1 - p) / cases + square / (4 * cases**2)) / (1 + square / cases)
    return max(centre - half, 0.0), min(centre + half, 1.0)


def _skill(p: Array, y: Array, weight: Array) -> float:
    total = weight.sum()
    mean = (weight * y).sum() / total
    constant = mean * (1 - mean)
    if not constant:
        return float("nan")
    return float(1 - (weight * (p - y) ** 2).sum() / total / constant)


def _starts(cases: int, bins: int) -> Array:
    """Where each bin begins among the sorted cases; sizes differ by one at most."""
    bins = min(bins, cases)
    sizes = np.full(bins, cases // bins)
    sizes[: cases % bins] += 1
    return np.asarray(np.cumsum(sizes) - sizes)


def _bins(p: Array, y: Array, bins: int) -> list[Bin]:
    order = np.argsort(p, kind="stable")
    found = []
    for part in np.split(order, _starts(len(p), bins)[1:]):
        right = int(y[part].sum())
        low, high = wilson(right, len(part))
        found.append(
            Bin(
                cases=len(part),
                stated=float(p[part].mean()),
                right=right / len(part),
                low=low,
                high=high,
            )
        )
    return found
